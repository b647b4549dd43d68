"""The declared network: what `config/` says, loaded, checked and frozen."""

from record.network.load import load_network
from record.network.network import Collection, Network

__all__ = ["Collection", "Network", "load_network"]
