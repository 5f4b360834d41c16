"""A prototxt's text as a NetParameter message, and what is wrong in each of its layers.

    text -> tokens -> fields of the net -> fields of its layers, each read by itself -> message, faults

Protobuf's own reader refuses a whole file for one word that it does not know. But a dream needs some of the
layers only: what is wrong in one is its fault, to be told where it is needed.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from google.protobuf import text_format

from dreamstream.caffe.schema import MESSAGES
from dreamstream.caffe.spelling import check_spelling, meant_field

_LAYERS = ("layer", "layers")
_IDLE = ("name", "force_backward")
"""Fields of a net that matter to no dream."""
_BEGIN, _END = ("{", "<", "["), ("}", ">", "]")
_ERRORS = (text_format.ParseError, ValueError)
"""What protobuf raises for a text that it cannot read."""


class _Token(NamedTuple):
    text: str
    line: int


def read_text(text: str) -> tuple[Any, dict[int, str]]:
    """Return the net, and what is wrong in its layers, in a line each, by their places from 0.

    ValueError says what is wrong with the text as a whole, or with the net's inputs.
    """
    net: Any = MESSAGES["NetParameter"]()
    with suppress(*_ERRORS):
        text_format.Parse(text, net)
        return net, {}
    net.Clear()  # there are fields that the schema does not know, or something is wrong
    faults = {}
    for field in _fields(_tokens(text)):
        name = field[0].text
        kind = meant_field(name, net.DESCRIPTOR.fields_by_name) or name
        content = _block(field)
        if kind in _LAYERS and content is not None:
            layers = getattr(net, kind)
            fault = _read_layer(content, layers.add())
            if kind != name:
                fault = f"line {field[0].line}: '{name}' is unknown; '{kind}' is meant?"
            if fault:
                faults[len(layers) - 1] = fault
        elif (fault := _read_field(field, net)) and kind not in _IDLE:
            raise ValueError(fault)
    return net, faults


def _read_layer(tokens: Sequence[_Token], layer: Any) -> str:
    """Read a layer's fields; return what is wrong in the first that cannot be read, or an empty text."""
    first = ""
    for field in _fields(tokens):
        fault = _read_field(field, layer)
        if fault and field[0].text == "type" and hasattr(layer, "fork_type"):
            layer.fork_type = next(token.text for token in reversed(field) if token.text not in ",;")
            fault = ""
        first = first or fault
    return first


def _read_field(field: Sequence[_Token], message: Any) -> str:
    """Add a field of this text to a message; return what is wrong in it, with its line, or an empty text."""
    text, part = "\n".join(token.text for token in field), type(message)()
    try:
        try:
            text_format.Parse(text, part)
        except _ERRORS:
            part.Clear()
            check_spelling(text, part)
            text_format.Parse(text, part, allow_unknown_field=True)
        for known, _ in part.ListFields():
            if not known.is_repeated and message.HasField(known.name):
                raise text_format.ParseError(f"{known.name} stands there twice", 1)
    except _ERRORS as error:
        at = getattr(error, "GetLine", lambda: None)() or 1
        token = field[min(at, len(field)) - 1]  # the text has a line for each
        what = str(error).split(" : ", 1)[-1].removeprefix(f"'{token.text}': ")
        return f"line {token.line}: {field[0].text}: {what}"
    message.MergeFrom(part)
    return ""


def _tokens(text: str) -> list[_Token]:
    reader: Any = text_format.Tokenizer(text.split("\n"))
    found = []
    while not reader.AtEnd():
        word = reader.token
        reader.NextToken()
        found.append(_Token(word, reader.ParseErrorPreviousToken("").GetLine()))
    return found


def _fields(tokens: Sequence[_Token]) -> Iterator[Sequence[_Token]]:
    """Give each field of a message's tokens: its name, its value, and what parts it from the next."""
    start = 0
    while start < len(tokens):
        end, depth = start + 1, 0
        while end < len(tokens) and tokens[end].text == ":":
            end += 1
        while end < len(tokens):
            depth += (tokens[end].text in _BEGIN) - (tokens[end].text in _END)
            end += 1
            beside = all(token.text[0] in "'\"" for token in tokens[end - 1 : end + 1])  # strings are one
            if depth <= 0 and not (beside and end < len(tokens)):
                break
        while end < len(tokens) and tokens[end].text in ",;":
            end += 1
        yield tokens[start:end]
        start = end


def _block(field: Sequence[_Token]) -> Sequence[_Token] | None:
    """Return the tokens between a field's braces; None where it has none."""
    inner = [i for i, token in enumerate(field) if token.text not in ":,;"]
    begin, end = inner[1:2], inner[-1:]
    if begin and field[begin[0]].text in "{<" and field[end[0]].text in "}>":
        return field[begin[0] + 1 : end[0]]
    return None
