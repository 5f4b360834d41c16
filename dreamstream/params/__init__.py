"""Params: the table of all that may change live, and the store that holds the newest snapshot."""

from dreamstream.params.store import ParamStore
from dreamstream.params.table import TABLE, ParamInfo, Params

__all__ = ["TABLE", "ParamInfo", "ParamStore", "Params"]
