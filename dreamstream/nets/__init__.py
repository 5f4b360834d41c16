"""Nets: the Network contract, the engines that fulfil it (imported when opened), and the catalog."""

from dreamstream.nets.beginning import USUAL, worth_dreaming
from dreamstream.nets.caffe_library import caffe_missing
from dreamstream.nets.catalog import (
    DEFAULT_NET,
    NetEntry,
    catalog,
    check_machine,
    find_net,
    is_net_file,
    load_spec,
    open_network,
)
from dreamstream.nets.classes import Classes
from dreamstream.nets.fetch import fetch_net
from dreamstream.nets.network import Image, Network, Objective
from dreamstream.nets.preprocessing import Preprocessing

__all__ = [
    "DEFAULT_NET",
    "USUAL",
    "Classes",
    "Image",
    "NetEntry",
    "Network",
    "Objective",
    "Preprocessing",
    "caffe_missing",
    "catalog",
    "check_machine",
    "fetch_net",
    "find_net",
    "is_net_file",
    "load_spec",
    "open_network",
    "worth_dreaming",
]
