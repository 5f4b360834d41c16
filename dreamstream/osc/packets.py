"""OSC packets: bytes <-> messages. What is broken is refused as a whole, before anything of it is done.

python-osc reads and writes a message; bundles are taken apart here, since hostile ones hold it up for ever
(an element of a size below 0) or fill its stack. Source of the format: the OSC 1.0 specification.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from dreamstream.errors import ControlError

LARGEST = 65_535
"""Bytes of a packet: what UDP has room for."""

_BUNDLE, _HEADER = b"#bundle\0", 16
_LONGEST = 4096  # bytes of one message: no param is longer as text
_DEEPEST, _MOST = 8, 1024  # bundles in bundles; messages of one packet
_EPOCH = 2_208_988_800  # seconds from 1900, where time tags begin, to 1970
_NOW = 1  # the time tag that says: at once
_TYPES = re.compile(rb",[ifdhsTFNSI]*")
_READ_AS = bytes.maketrans(b"SI", b"sN")  # python-osc does not know a symbol and a bang


class Message(NamedTuple):
    """What is to be done: an address and its values. `due` is in seconds since 1970; 0 says at once."""

    address: str
    values: tuple[Any, ...]
    due: float = 0.0


def messages_of(packet: bytes) -> list[Message]:
    """Return the messages of a packet, in order; ControlError says in a few words what is broken."""
    return list(_messages(packet, 0.0, 0, [_MOST]))


def packet_of(address: str, *values: Any, plain: bool = True) -> bytes:
    """Return the packet of one message. A switch is 1 or 0 where it is to be `plain`, else OSC's own T or F.

    Old programs know numbers and texts alone.
    """
    message = OscMessageBuilder(address)
    for value in values:
        message.add_arg(int(value) if plain and isinstance(value, bool) else value)
    return bytes(message.build().dgram)


def _messages(data: bytes, due: float, depth: int, left: list[int]) -> Iterator[Message]:
    """Give the messages of a packet, or of an element of a bundle that is `due` then."""
    if not data.startswith(_BUNDLE):
        left[0] -= 1
        if left[0] < 0:
            raise ControlError(f"a bundle of more than {_MOST} messages")
        yield _message(data, due)
        return
    if depth == _DEEPEST or len(data) < _HEADER:
        raise ControlError("a bundle that is cut off" if depth < _DEEPEST else "bundles in too many bundles")
    tag = int.from_bytes(data[8:_HEADER], "big")
    if tag != _NOW:
        due = max(due, tag / 2**32 - _EPOCH)
    at = _HEADER
    while at < len(data):
        size, at = int.from_bytes(data[at : at + 4], "big"), at + 4
        if not 0 < size <= len(data) - at:
            raise ControlError("a bundle with an element of a wrong size")
        yield from _messages(data[at : at + size], due, depth + 1, left)
        at += size


def _message(data: bytes, due: float) -> Message:
    if not data.startswith(b"/"):
        raise ControlError("no OSC: an address that begins with / is needed")
    if len(data) > _LONGEST:
        raise ControlError(f"a message of more than {_LONGEST} bytes")
    end = data.find(b"\0")
    types_at = (end | 3) + 1
    types = _TYPES.match(data, types_at) if end > 0 else None
    if types is not None:
        if data[types.end() : types.end() + 1] != b"\0":
            raise ControlError("values of a kind that is not taken: numbers, texts, true and false are")
        data = data[:types_at] + types[0].translate(_READ_AS) + data[types.end() :]
    elif len(data) > types_at or end < 0:
        raise ControlError("a message without kinds of values")
    try:
        message = OscMessage(data)
    except Exception as error:  # of many kinds, for bytes that somebody has made up
        raise ControlError("a message that is cut off, or is not text") from error
    return Message(message.address, tuple(message.params), due)
