"""xpublish with its EDR and OPeNDAP plugins, over files that are held in memory. Runs in its own environment."""

import os

import xarray as xr
import xpublish
from xpublish_edr import CfEdrPlugin
from xpublish_opendap import OpenDapPlugin

_DATASETS = {name: xr.open_dataset(os.environ[name.upper()]).load() for name in ("grid", "station")}
app = xpublish.Rest(_DATASETS, plugins={"edr": CfEdrPlugin(), "opendap": OpenDapPlugin()}).app
