"""Nets: the Network seam, the engines behind it, and the catalog. Engines are imported when opened."""

from dreamstream.nets.catalog import DEFAULT_NET, NetEntry, catalog, find_net, open_network
from dreamstream.nets.network import Image, Network, Objective, Preprocessing

__all__ = [
    "DEFAULT_NET",
    "Image",
    "NetEntry",
    "Network",
    "Objective",
    "Preprocessing",
    "catalog",
    "find_net",
    "open_network",
]
