"""Misspelt fields in a prototxt: `strid: 2` sets no stride, and the net would be another one.

Fields that are not in the schema (training's, a fork's) are skipped, so that any net is read; but one that
is spelt almost like a field of the schema was meant to be that. Caffe itself refuses every unknown field. An
enum's value that is not known is told with the names that are.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from typing import Any

from google.protobuf import text_format
from google.protobuf.unknown_fields import UnknownFieldSet

_SIMILARITY = 0.85
"""Names this similar are taken for one; of Caffe's own, the most alike have 0.84: loss_param, log_param."""


def check_spelling(text: str, message: Any) -> None:
    """Raise ParseError for the first field or enum's value that is misspelt or unknown; other faults pass."""
    tokens: Any = text_format.Tokenizer(text.split("\n"))
    slips: list[text_format.ParseError] = []
    with suppress(text_format.ParseError):  # the parser says what is wrong
        _check_fields(tokens, message.DESCRIPTOR, "", slips)
    if slips:
        raise slips[0]


def unknown_values(message: Any) -> Iterator[str]:
    """Give each enum's value that is not known in a message from bytes, where protobuf takes it for unset."""
    unread: Any = UnknownFieldSet(message)
    for unknown in unread:
        field = message.DESCRIPTOR.fields_by_number.get(unknown.field_number)
        if field is not None and field.enum_type is not None:
            yield _unknown_value(field, unknown.data)
    for field, value in message.ListFields():
        if field.message_type is not None and field.name != "blobs":
            for part in value if field.is_repeated else [value]:
                yield from (f"{field.name}: {fault}" for fault in unknown_values(part))


def meant_field(name: str, fields: Mapping[str, Any]) -> str:
    """Return the field that a name is or misspells, or ''.

    Fields of forks misspell none: roi_pooling_param, pooling3d_param, selu_param, kernel_d.
    """
    near: str
    for near in get_close_matches(name, fields, 1, _SIMILARITY):
        words, meant = name.split("_"), near.split("_")
        other_letter = len(words[-1]) == len(meant[-1]) == 1 and words[-1] != meant[-1]
        other_number = re.sub(r"\D", "", name) != re.sub(r"\D", "", near)
        if len(words) == len(meant) and name[0].lower() == near[0] and not (other_letter or other_number):
            return near
    return ""


def _check_fields(tokens: Any, descriptor: Any, end: str, slips: list[text_format.ParseError]) -> None:
    """Read a message's fields up to `end`; those of an unknown message (None) are not checked."""
    while tokens.token not in (end, ""):
        name = tokens.ConsumeIdentifier()
        fields = {} if descriptor is None else descriptor.fields_by_name
        if name not in fields and (meant := meant_field(name, fields)):
            slip = f"{descriptor.name} has no field '{name}'; '{meant}' is meant?"
            slips.append(tokens.ParseErrorPreviousToken(slip))
        tokens.TryConsume(":")
        _check_value(tokens, fields.get(name), slips)
        _ = tokens.TryConsume(",") or tokens.TryConsume(";")
    if end:
        tokens.Consume(end)


def _check_value(tokens: Any, field: Any, slips: list[text_format.ParseError]) -> None:
    for begin, end in (("{", "}"), ("<", ">")):
        if tokens.TryConsume(begin):
            return _check_fields(tokens, None if field is None else field.message_type, end, slips)
    if tokens.TryConsume("["):
        while not tokens.TryConsume("]"):
            if tokens.AtEnd():
                return None
            _check_value(tokens, field, slips)
            tokens.TryConsume(",")
        return None
    value = tokens.token
    tokens.NextToken()
    if field is not None and field.enum_type is not None and not _is_value(value, field.enum_type):
        slips.append(tokens.ParseErrorPreviousToken(_unknown_value(field, value)))
    while tokens.token[:1] in ("'", '"') and tokens.token:  # strings side by side are one
        tokens.NextToken()
    return None


def _unknown_value(field: Any, value: Any) -> str:
    return f"{field.name} cannot be {value}; it can be {', '.join(field.enum_type.values_by_name)}"


def _is_value(text: str, enum: Any) -> bool:
    with suppress(ValueError):
        return int(text, 0) in enum.values_by_number
    return text in enum.values_by_name
