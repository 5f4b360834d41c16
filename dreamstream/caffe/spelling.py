"""Misspelt fields in a prototxt: `strid: 2` sets no stride, and the net would be another one.

Fields that are not in the schema (training's, a fork's) are skipped, so that any net is read; but one that
is spelt almost like a field of the schema was meant to be that. Caffe itself refuses every unknown field.
"""

from collections.abc import Mapping
from contextlib import suppress
from difflib import get_close_matches
from typing import Any

from google.protobuf import text_format

from dreamstream.errors import NetError

_SIMILARITY = 0.85
"""Names this similar are taken for one; of Caffe's own, the most alike have 0.84: loss_param, log_param."""


def check_spelling(text: str, message: Any) -> None:
    """Raise NetError for the first field of a message's text that is misspelt; other faults pass."""
    tokens: Any = text_format.Tokenizer(text.split("\n"))
    with suppress(text_format.ParseError):  # the parser says what is wrong
        _check_fields(tokens, message.DESCRIPTOR, "")


def _meant(name: str, fields: Mapping[str, Any]) -> str:
    """Return the field that an unknown name misspells, or ''.

    Fields of forks misspell none: roi_pooling_param, selu_param, kernel_d.
    """
    near: str
    for near in get_close_matches(name, fields, 1, _SIMILARITY):
        words, meant = name.split("_"), near.split("_")
        other_letter = len(words[-1]) == len(meant[-1]) == 1 and words[-1] != meant[-1]
        if len(words) == len(meant) and name[0].lower() == near[0] and not other_letter:
            return near
    return ""


def _check_fields(tokens: Any, descriptor: Any, end: str) -> None:
    """Read a message's fields up to `end`; those of an unknown message (None) are not checked."""
    while tokens.token not in (end, ""):
        name = tokens.ConsumeIdentifier()
        field = None if descriptor is None else descriptor.fields_by_name.get(name)
        if field is None and descriptor is not None and (meant := _meant(name, descriptor.fields_by_name)):
            line = str(tokens.ParseErrorPreviousToken("")).split(":")[0].strip()
            raise NetError(f"line {line}: {descriptor.name} has no field '{name}'; '{meant}' is meant?")
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
