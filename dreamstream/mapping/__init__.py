"""Mapping: where each window's picture lies on what it is projected on, and in what light.

mapping.toml -> a Mapping a window -> Net (places), light and edges -> the last pass of each screen
"""

from dreamstream.mapping.card import card
from dreamstream.mapping.mapfile import own_mapping, read_mappings, write_mappings
from dreamstream.mapping.mapping import PLAIN, Mapping
from dreamstream.mapping.net import Net, net_of

__all__ = [
    "PLAIN",
    "Mapping",
    "Net",
    "card",
    "net_of",
    "own_mapping",
    "read_mappings",
    "write_mappings",
]
