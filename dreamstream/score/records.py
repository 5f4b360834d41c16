"""The records of a score: each is declared once, with its checks and its spelling as a line of JSON.

line <-> record: what the show began with, what came with each frame, what a copy belongs to

Frames are numbered from 1; 0 is the source itself. docs/score.md has the whole format. Records are checked
where they are read, not where the program makes them. Slots make the reading of a long score twice as fast.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import (
    Discriminator,
    Field,
    InstanceOf,
    StrictFloat,
    StrictInt,
    Tag,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import ErrorDetails

from dreamstream.size import Size

FORMAT = 1
"""The number of the format; a reader of another one does not know what it would be leaving out."""

Index = Annotated[StrictInt, Field(ge=0, lt=2**53)]
"""The number of a frame."""

Count = Annotated[StrictInt, Field(ge=1, lt=2**31)]
Place = Annotated[StrictInt, Field(ge=0, lt=2**31)]
Number = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Text = InstanceOf[str]
"""Any text, also a file's name that is not UTF-8 (PEP 383), which pydantic's own `str` refuses."""


@dataclass(frozen=True, slots=True)
class Start:
    """`{"start": {...}}`: `format`, the settings of the session, and the `params` that it began with."""

    start: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """`{"recording": "x.mp4", "first": 1, "last": 90}`: what the recording beside a copy has."""

    recording: Text
    first: Place
    last: Place


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`{"snapshot": 90}`: the frame of the picture that carries a copy."""

    snapshot: Place


@dataclass(frozen=True, slots=True)
class Event:
    """What came with a frame."""

    frame: Index


@dataclass(frozen=True, slots=True)
class ShowEvent(Event):
    """What the person at the keyboard or the sources did: a copy without it is of another show."""


@dataclass(frozen=True, slots=True)
class MachineEvent(Event):
    """What the machine came to: with it, the same machine dreams the same bits again."""


@dataclass(frozen=True, slots=True)
class NoteEvent(Event):
    """What no frame depends on."""


@dataclass(frozen=True, slots=True)
class Change(ShowEvent):
    """`{"frame": 12, "change": {"zoom": 0.1}}`: params that take effect with the frame."""

    change: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NetSwap:
    """Another net: what `ChosenNet.record` tells of it."""

    net: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CanvasSwap:
    """Another canvas."""

    canvas: tuple[Count, Count]

    @property
    def size(self) -> Size:
        """The canvas's size."""
        return Size(*self.canvas)


@dataclass(frozen=True, slots=True)
class SourceSwap:
    """One more source, by its file or word; the checksum is that of a file."""

    source: Text
    checksum: Text = ""


def _tag(kinds: Mapping[str, type], value: Any) -> str | None:
    """Return which of these kinds a record is of: the first whose name it has as a key, or its own class."""
    if isinstance(value, dict):
        return next((name for name in kinds if name in value), None)
    return next((name for name, kind in kinds.items() if type(value) is kind), None)


_SWAPS = {"net": NetSwap, "canvas": CanvasSwap, "source": SourceSwap}
AnySwap = Annotated[
    Annotated[NetSwap, Tag("net")]
    | Annotated[CanvasSwap, Tag("canvas")]
    | Annotated[SourceSwap, Tag("source")],
    Discriminator(
        lambda value: _tag(_SWAPS, value),
        custom_error_type="swap",
        custom_error_message="should be a net, a canvas or a source",
    ),
]


@dataclass(frozen=True, slots=True)
class Swap(ShowEvent):
    """`{"frame": 97, "swap": {...}}`: another net or canvas, or one more source, from the frame on."""

    swap: AnySwap


@dataclass(frozen=True, slots=True)
class SourcePlace(ShowEvent):
    """`{"frame": 1, "source": 0, "place": 1}`: the picture of a source that was read, where not the next."""

    source: Place
    place: Place


@dataclass(frozen=True, slots=True)
class EffortDone:
    """The octaves, gradient steps at each, and the largest octave's share of the canvas's sides."""

    octaves: Count
    iterations: Count
    scale: Annotated[Number, Field(gt=0, le=1)]


@dataclass(frozen=True, slots=True)
class Effort(MachineEvent):
    """`{"frame": 15, "effort": {...}}`: what is done, from the frame on, of what is asked; None: all."""

    effort: EffortDone | None


@dataclass(frozen=True, slots=True)
class Threads(MachineEvent):
    """`{"frame": 91, "threads": 2}`: CPU threads that compute the gradients from the frame on."""

    threads: Count


@dataclass(frozen=True, slots=True)
class Pull(MachineEvent):
    """`{"frame": 95, "pull": {"conv2": 0.3}}`: how strong a part of a mixed dream was measured to be."""

    pull: dict[str, Number]


@dataclass(frozen=True, slots=True)
class Frozen(NoteEvent):
    """`{"frame": 99, "frozen": 2.5}`: seconds that the show stood still before the frame."""

    frozen: Annotated[Number, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Failed(NoteEvent):
    """`{"frame": 99, "failed": "..."}`: why the frame failed; it was tried again."""

    failed: Text


@dataclass(frozen=True, slots=True)
class Time(NoteEvent):
    """`{"frame": 100, "time": 5.01}`: when the frame was done, in seconds; about one a second."""

    time: Number


@dataclass(frozen=True, slots=True)
class End(Time):
    """`{"end": 120, "time": 6.2}`: when the last frame was done."""

    frame: Annotated[Index, Field(alias="end")]


_Tagged = (
    Annotated[End, Tag("end")]  # before a time, which it has, too
    | Annotated[Time, Tag("time")]
    | Annotated[Change, Tag("change")]
    | Annotated[Effort, Tag("effort")]
    | Annotated[Threads, Tag("threads")]
    | Annotated[SourcePlace, Tag("source")]
    | Annotated[Pull, Tag("pull")]
    | Annotated[Frozen, Tag("frozen")]
    | Annotated[Failed, Tag("failed")]
    | Annotated[Swap, Tag("swap")]
    | Annotated[Start, Tag("start")]
    | Annotated[Recording, Tag("recording")]
    | Annotated[Snapshot, Tag("snapshot")]
)
_KINDS = {get_args(each)[1].tag: get_args(each)[0] for each in get_args(_Tagged)}
AnyRecord = Annotated[_Tagged, Discriminator(lambda value: _tag(_KINDS, value))]
_ADAPTER: TypeAdapter[AnyRecord] = TypeAdapter(AnyRecord)


def line_of(record: AnyRecord) -> str:
    """Return a record as a line of JSON, with the line's end."""
    values = _ADAPTER.dump_python(record, by_alias=True, exclude_defaults=True)
    return json.dumps(values, ensure_ascii=False) + "\n"


def parse_line(line: str) -> AnyRecord:
    """Return the record of a line of JSON; ValueError says in one line what is wrong with it."""
    try:
        values = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("not JSON") from None
    return record_of(values)


def record_of(values: Any) -> AnyRecord:
    """Return the record that a plain one says; ValueError says in one line what is wrong with it."""
    try:
        return _ADAPTER.validate_python(values)
    except ValidationError as error:
        raise ValueError(" ".join(_reason(error.errors()[0]).split())) from None


def _reason(error: ErrorDetails) -> str:
    if error["type"] == "union_tag_not_found":
        if not isinstance(error["input"], dict):
            return "not a record"
        unknown = ", ".join(key for key in error["input"] if key != "frame") or "nothing"
        return f"unknown: {unknown}; a newer dreamstream may have written it"
    path = [str(place) for place in error["loc"][1:]]
    name = ".".join(place for place, before in zip(path, ["", *path], strict=False) if place != before)
    if error["type"] == "missing":
        return f"{name} is missing"
    return f"{name} {error['msg'].removeprefix('Input ')}, not {error['input']!r:.40}"
