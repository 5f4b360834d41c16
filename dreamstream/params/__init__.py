"""Params: the table of all that may change live, and the store that holds the newest snapshot."""

from dreamstream.knobs import EFFECTS_CHAIN, Link, ParamInfo, chain_text, links_of
from dreamstream.params.effect_knobs import UPSCALES
from dreamstream.params.palettes import PALETTES, palette_colours
from dreamstream.params.store import ParamStore
from dreamstream.params.table import LIVE, TABLE, Params

__all__ = [
    "EFFECTS_CHAIN",
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
