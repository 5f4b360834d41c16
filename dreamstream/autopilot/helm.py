"""The helm: what the autopilot may ask of a show, and have it do, without knowing what the show is."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dreamstream.autopilot.judge import Pulse
from dreamstream.params import ParamStore
from dreamstream.params.presets import Preset


@dataclass(frozen=True)
class Helm:
    """What there is to play, and how it is played; all of it on the thread that turns the autopilot.

    `values` gives all params that a preset comes to here, and raises a DreamstreamError for one that cannot
    be played. `go` has the params go to others over so many seconds, 0 being at once, in place of where they
    were going; `stop` leaves them as they are. `beats` is how many have passed, without a tempo infinity.
    """

    store: ParamStore
    presets: Callable[[], Sequence[Preset]]
    values: Callable[[Preset], Mapping[str, Any]]
    layers: Callable[[], Sequence[str]]
    """The net's layers that are worth a dream, the shallow ones first."""
    channels: Callable[[str], int]
    """How many channels a layer has; 0 where that is not known."""
    go: Callable[[Mapping[str, Any], float], object]
    stop: Callable[[], object]
    pulse: Callable[[], Pulse]
    beats: Callable[[], float] = lambda: math.inf
    classes: Callable[[], Sequence[str]] = lambda: ()
    """The labels of the net's classes that are worth a dream; none where it is no classifier."""
    loud: Callable[[str], Collection[int]] = lambda layer: ()
    """The channels of a layer that were loud in the last minutes, as far as somebody measures."""
    home: Callable[[], str] = lambda: ""
    """The layer that the net itself is dreamt at, and looked at with; nothing where there is none."""
