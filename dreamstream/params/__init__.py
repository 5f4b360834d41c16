"""Params: the table of all that may change live, and the store that holds the newest snapshot."""

from dreamstream.knobs import EFFECTS_CHAIN, Link, ParamInfo, chain_text, links_of
from dreamstream.params.store import ParamStore
from dreamstream.params.table import FORMER, LIVE, TABLE, UPSCALES, Params, of_today

__all__ = [
    "EFFECTS_CHAIN",
    "FORMER",
    "LIVE",
    "TABLE",
    "UPSCALES",
    "Link",
    "ParamInfo",
    "ParamStore",
    "Params",
    "chain_text",
    "links_of",
    "of_today",
]
