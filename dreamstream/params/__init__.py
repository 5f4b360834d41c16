"""Params: the table of all that may change live, and the store that holds the newest snapshot."""

from dreamstream.params.growing import Chosen, add_params, newest_params
from dreamstream.params.paint import PAINTS
from dreamstream.params.store import ParamStore
from dreamstream.params.table import (
    BAR,
    FORMER,
    LEADERS,
    LIVE,
    LIVE_GROUPS,
    OF_THE_SHOW,
    QUANTA,
    TABLE,
    UPSCALES,
    Params,
    of_today,
)

__all__ = [
    "BAR",
    "FORMER",
    "LEADERS",
    "LIVE",
    "LIVE_GROUPS",
    "OF_THE_SHOW",
    "PAINTS",
    "QUANTA",
    "TABLE",
    "UPSCALES",
    "Chosen",
    "ParamStore",
    "Params",
    "add_params",
    "newest_params",
    "of_today",
]
