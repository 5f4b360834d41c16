"""The records of a score: each is declared once, with its checks and its spelling as a line of JSON.

line <-> record: what the show began with, what came with each frame, what a copy belongs to

Frames are numbered from 1; 0 is the source itself. docs/score.md has the whole format. Records are checked
where they are read, not where the program makes them. Slots make the reading of a long score twice as fast.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import (
    Field,
    TypeAdapter,
    ValidationError,
)

from dreamstream.params import TABLE
from dreamstream.score.fields import Count, Index, Number, Place, Text
from dreamstream.score.swaps import AnySwap as AnySwap
from dreamstream.score.swaps import CanvasSwap as CanvasSwap
from dreamstream.score.swaps import NetSwap as NetSwap
from dreamstream.score.swaps import OtherNetSwap as OtherNetSwap
from dreamstream.score.swaps import SourceSwap as SourceSwap

FORMAT = 1
"""The number of the format; a reader of another one does not know what it would be leaving out."""


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
    """What came with a frame; without one that is of neither kind below, a copy is of another show."""

    frame: Index


@dataclass(frozen=True, slots=True)
class MachineEvent(Event):
    """What the machine came to: with it, the same machine dreams the same bits again."""


@dataclass(frozen=True, slots=True)
class NoteEvent(Event):
    """What no frame depends on."""


@dataclass(frozen=True, slots=True)
class Change(Event):
    """`{"frame": 12, "change": {"zoom": 0.1}}`: params that take effect with the frame."""

    change: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Swap(Event):
    """`{"frame": 97, "swap": {...}}`: what is another from the frame on."""

    swap: AnySwap


@dataclass(frozen=True, slots=True)
class SourcePlace(Event):
    """`{"frame": 1, "source": 0, "place": 1}`: a picture of a source, both from 0, where not the next."""

    source: Place
    place: Place


@dataclass(frozen=True, slots=True)
class EffortDone:
    """Octaves, gradient steps at each, and of the largest its share of the canvas's sides and its tiles."""

    octaves: Count
    iterations: Count
    scale: Annotated[Number, Field(gt=0, le=1)]
    tiles: Annotated[Count, Field(le=TABLE["tile_memory"].high)] = 1


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
class Map(Event):
    """`{"frame": 12, "map": "block9", "places": 48, "vectors": "..."}`: a layer's map, as it is first used.

    The places are directions over the layer's channels, a signed byte each, as base64.
    """

    layer: Annotated[Text, Field(alias="map")]
    places: Count
    vectors: Text


@dataclass(frozen=True, slots=True)
class Shader(Event):
    """`{"frame": 12, "shader": "stain", "path": "/x/Stain.fs"}`: a file of shaders that came to the show."""

    shader: Text
    path: Text


@dataclass(frozen=True, slots=True)
class Frozen(NoteEvent):
    """`{"frame": 99, "frozen": 2.5}`: seconds that the show stood still before the frame."""

    frozen: Annotated[Number, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Failed(NoteEvent):
    """`{"frame": 99, "failed": "..."}`: why the frame failed; it was tried again."""

    failed: Text


@dataclass(frozen=True, slots=True)
class Novelty(NoteEvent):
    """`{"frame": 600, "novelty": {"new5": 0.4, "alive": 1.0, "past": 120.0}}`: how new the dream was, how
    alive, each from 0 to 1, and how long a past it was compared with, in seconds.
    """

    novelty: dict[str, Number]


@dataclass(frozen=True, slots=True)
class Screen(NoteEvent):
    """`{"frame": 12, "at": 5.01, "screen": {"hue_speed": [0, 30.0, 480, 61.5]}}`: what the screen showed.

    Each list has the milliseconds since `at` seconds and what was then, by turns: of each of the `screen`'s
    params, how far in the dream it was (`shown`; 11.5 is half-way from frame 11 to 12), when a `beat` was.
    Numbers go straight from one to the next, all else stays until the next.
    """

    at: Number
    screen: dict[str, list[Any]]
    shown: list[Any] = field(default_factory=list)
    beat: list[Any] = field(default_factory=list)

    def corners(self, values: list[Any]) -> Iterator[tuple[float, Any]]:
        """Give one of its lists as seconds and what was then."""
        for passed, value in zip(values[::2], values[1::2], strict=False):
            yield self.at + passed / 1000, value


@dataclass(frozen=True, slots=True)
class Time(NoteEvent):
    """`{"frame": 100, "time": 5.01}`: when the frame was done, in seconds; about one a second."""

    time: Number


@dataclass(frozen=True, slots=True)
class End(Time):
    """`{"end": 120, "time": 6.2}`: when the last frame was done."""

    frame: Annotated[Index, Field(alias="end")]


AnyRecord = Start | Recording | Snapshot | Event

KINDS: dict[str, type[AnyRecord]] = {
    "end": End,  # before a time, which it has, too
    "time": Time,
    "screen": Screen,
    "change": Change,
    "effort": Effort,
    "threads": Threads,
    "source": SourcePlace,
    "pull": Pull,
    "map": Map,
    "frozen": Frozen,
    "failed": Failed,
    "novelty": Novelty,
    "swap": Swap,
    "shader": Shader,
    "start": Start,
    "recording": Recording,
    "snapshot": Snapshot,
}
"""The kinds by the key that a line has for them, the first of these that it has."""

_ADAPTERS: dict[type[AnyRecord], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in KINDS.values()}


def line_of(record: AnyRecord) -> str:
    """Return a record as a line of JSON, with the line's end."""
    values = _ADAPTERS[type(record)].dump_python(record, by_alias=True, exclude_defaults=True)
    return json.dumps(values, ensure_ascii=False) + "\n"


def kind_of(values: Any) -> type[AnyRecord] | None:
    """Return the kind of record that a line's values are, unchecked; None where there is none."""
    if not isinstance(values, dict):
        return None
    return next((kind for key, kind in KINDS.items() if key in values), None)


def parse_line(line: str) -> AnyRecord:
    """Return the record of a line of JSON; ValueError says in one line what is wrong with it."""
    try:
        values = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("not JSON") from None
    kind = kind_of(values)
    if kind is None and isinstance(values, dict):
        unknown = ", ".join(key for key in values if key != "frame") or "nothing"
        raise ValueError(f"unknown: {' '.join(unknown.split())}; a newer dreamstream may have written it")
    if kind is None:
        raise ValueError("not a record")
    try:
        record: AnyRecord = _ADAPTERS[kind].validate_python(values)
    except ValidationError as errors:
        error = errors.errors()[0]
        path = [str(place) for place in error["loc"]]  # in a swap, its kind and its key are the same
        name = ".".join(place for place, before in zip(path, ["", *path], strict=False) if place != before)
        fault = f"{error['msg'].removeprefix('Input ')}, not {error['input']!r:.40}"
        reason = f"{name} {'is missing' if error['type'] == 'missing' else fault}"
        raise ValueError(" ".join(reason.split())) from None
    return record
