"""Slips of the pen in a prototxt: `strid: 2` is no stride, and the net would be another one.

Fields that are not in the schema (training's, a fork's) are skipped, so that any net is read; but one that
is spelt almost like a field of the schema was meant to be that. Caffe itself refuses every unknown field.
"""

from difflib import get_close_matches
from typing import Any

from google.protobuf import text_format

_ALIKE = 0.85
"""How alike two names are that mean the same; the most alike of Caffe's own, loss_param and log_param,
are 0.84."""


class MisspeltError(Exception):
    """Says where, and what was meant."""


def check_spelling(text: str, message: Any) -> None:
    """Raise MisspeltError for a field of the message's text that is none, but nearly; other faults pass."""
    tokens: Any = text_format.Tokenizer(text.split("\n"))
    try:
        _check_fields(tokens, message.DESCRIPTOR, "")
    except text_format.ParseError:
        return  # not the spelling: whoever parses it will say what


def _near(name: str, descriptor: Any) -> list[str]:
    return get_close_matches(name, descriptor.fields_by_name, 1, _ALIKE)


def _meant(name: str, near: str) -> bool:
    """Whether a name is a slip of one that is alike.

    Forks' own are not: roi_pooling_param, selu_param, kernel_d.
    """
    words, meant = name.split("_"), near.split("_")
    letters = len(words[-1]) == len(meant[-1]) == 1 and words[-1] != meant[-1]
    return len(words) == len(meant) and name[0].lower() == near[0] and not letters


def _check_fields(tokens: Any, descriptor: Any, end: str) -> None:
    """Read fields up to `end`; of a message that is not known (None) whatever they are."""
    while tokens.token not in (end, ""):
        name = tokens.ConsumeIdentifier()
        field = None if descriptor is None else descriptor.fields_by_name.get(name)
        if field is None and descriptor is not None:
            for near in filter(lambda near: _meant(name, near), _near(name, descriptor)):
                where = str(tokens.ParseErrorPreviousToken("")).split(" :")[0].split(":")[0]
                raise MisspeltError(
                    f"line {where}: {descriptor.name} has no field '{name}'; '{near}' is meant?"
                )
        tokens.TryConsume(":")
        _check_value(tokens, None if field is None else field.message_type)
        _ = tokens.TryConsume(",") or tokens.TryConsume(";")
    if end:
        tokens.Consume(end)


def _check_value(tokens: Any, descriptor: Any) -> None:
    for begin, end in (("{", "}"), ("<", ">")):
        if tokens.TryConsume(begin):
            return _check_fields(tokens, descriptor, end)
    if tokens.TryConsume("["):
        while not tokens.TryConsume("]"):
            if tokens.AtEnd():
                return None
            _check_value(tokens, descriptor)
            tokens.TryConsume(",")
        return None
    tokens.NextToken()
    while tokens.token[:1] in ("'", '"') and tokens.token:  # strings side by side are one
        tokens.NextToken()
    return None
