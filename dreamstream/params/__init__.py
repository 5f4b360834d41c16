"""Params: the table of all that may change live, and the store that holds the newest snapshot."""

from dreamstream.knobs import EFFECTS_CHAIN, Link, ParamInfo, chain_text, links_of
from dreamstream.params.store import ParamStore
from dreamstream.params.table import LIVE, TABLE, UPSCALES, Params

__all__ = [
    "EFFECTS_CHAIN",
    "LIVE",
    "TABLE",
    "UPSCALES",
    "Link",
    "ParamInfo",
    "ParamStore",
    "Params",
    "chain_text",
    "links_of",
]
