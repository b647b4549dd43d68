"""The declared network: what `config/` says, loaded, checked and frozen."""

from record.network.load import load_network, network_from
from record.network.network import Collection, Network

__all__ = ["Collection", "Network", "load_network", "network_from"]
