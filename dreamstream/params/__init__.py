"""Params: the table of all that may change live, and the store that holds the newest snapshot."""

from dreamstream.params.chain import Link, chain_text, links_of
from dreamstream.params.effect_knobs import UPSCALES
from dreamstream.params.palettes import PALETTES, palette_colours
from dreamstream.params.store import ParamStore
from dreamstream.params.table import LIVE, TABLE, ParamInfo, Params

__all__ = [
    "LIVE",
    "PALETTES",
    "TABLE",
    "UPSCALES",
    "Link",
    "ParamInfo",
    "ParamStore",
    "Params",
    "chain_text",
    "links_of",
    "palette_colours",
]
