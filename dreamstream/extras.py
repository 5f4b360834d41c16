"""Extras: what an optional library needs to be here."""

import importlib.util


def extra_missing(module: str, extra: str) -> str:
    """Return the line that says how to get a module that an extra brings; empty where it is here."""
    return "" if importlib.util.find_spec(module) else f"pip install 'dreamstream[{extra}]'"
