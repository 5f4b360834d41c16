"""How a param is declared: default, range, unit, help and how it is stepped; and the grammar of chains."""

from dreamstream.knobs.chain import EFFECTS_CHAIN, NONE, TRANSFORM_CHAIN, Chain, Link, chain_text, links_of
from dreamstream.knobs.field import LIST, Knobs, ParamInfo, info_of, param
from dreamstream.knobs.stepping import Amount, Counter, Numbers, Round, Stepping, Switch

__all__ = [
    "EFFECTS_CHAIN",
    "LIST",
    "NONE",
    "TRANSFORM_CHAIN",
    "Amount",
    "Chain",
    "Counter",
    "Knobs",
    "Link",
    "Numbers",
    "ParamInfo",
    "Round",
    "Stepping",
    "Switch",
    "chain_text",
    "info_of",
    "links_of",
    "param",
]
