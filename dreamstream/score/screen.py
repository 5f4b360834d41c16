"""What the screen showed, at the screen's own times: its params, which moment of the dream, and the beat.

each screen frame -> ScreenNotes (main thread) -> records, one a second at most -> the score
"""

import math
from collections import defaultdict, deque
from typing import Any

from dreamstream.params import TABLE, Chosen, Params
from dreamstream.score.lines import Corner, Line, Steps
from dreamstream.score.records import Screen

_OPERATORS = ("fullscreen", "fill", "hud", "show_help")  # of the window, not of the picture
PARAMS = Chosen(
    lambda info: (info.group in ("effect", "screen") and info.name not in _OPERATORS) or info.name == "bpm"
)
"""The params that make a picture of the dream's moment; the dream reads none but the tempo."""

_BOUND = 1 / 256  # of a param's range: what is less is not seen
_PLACE_BOUND = 0.1  # frames
_BEAT_BOUND = 0.004  # seconds
_BATCH = 1000  # milliseconds of corners in one record
_CORNERS = 360  # a second, of all params together
_GAP = 20.0  # milliseconds: corners of one param come no more often

NUMBERS = Chosen(
    lambda info: info.group == "effect" and isinstance(info.default, float) and info.high is not None
)
"""Those of the params that go along straight lines."""


def _line(name: str, time: int, value: float) -> Line:
    info = TABLE[name]
    assert info.low is not None and info.high is not None
    width = info.high - info.low
    digits = 4 - math.floor(math.log10(width))
    return Line(time, value, _BOUND * width - 10.0**-digits, digits)


class ScreenNotes:
    """Makes records of what a screen shows; `records` are for whoever writes them, on any thread.

    `params` are the score's first, and `started` is where its seconds are counted from.
    """

    def __init__(self, params: Params, started: float) -> None:
        self.records: deque[Screen] = deque()
        self.used = False
        """Whether somebody has told of a screen."""
        self._started, self._last = started, 0
        self._params = params
        self._values: dict[str, Any] = {}
        self._tracks: dict[str, Line | Steps] = {}
        self._know(params)
        self._moving: dict[str, None] = {}  # params that do not rest, in order
        self._place: Line | None = None
        self._beat = Steps(0, None)
        self._frame = self._begun = 0
        self._corners: defaultdict[str, list[Any]] = defaultdict(list)  # of the next record, as it has them
        self._shown: list[Any] = []
        self._beats: list[Any] = []

    def see(
        self, now: float, params: Params, frame: int, place: float | None = None, beat: float | None = None
    ) -> None:
        """Take what is shown now: params, the newest frame of it, how far it is (12.4), when a beat was."""
        self.used, time = True, round(1000 * (now - self._started))
        if time <= self._last:
            return
        self._begin(time, frame)
        gap = max(_GAP, 1000 * len(self._corners) / _CORNERS)
        self._follow(time, params, gap)
        if place is not None:
            if self._place is None:
                self._place = Line(time, place, _PLACE_BOUND, 2)
                self._shown += (time - self._begun, round(place, 2))
            _add(self._shown, self._place.add(time, place, _GAP), self._begun)
        _add(self._beats, self._beat.add(time, self._near(beat), _GAP), self._begun)
        self._last = time

    def end(self) -> None:
        """Make the record of what is left."""
        for name in self._moving:
            _add(self._corners[name], self._tracks[name].end(self._last), self._begun)
        if self._place is not None:
            _add(self._shown, self._place.end(self._last), self._begun)
        self._flush()

    def _near(self, beat: float | None) -> float | None:
        """Return when a beat was, or what was told of it last where that is as good."""
        told = self._beat.newest
        if beat is None:
            return None
        seconds = round(beat - self._started, 3)
        return told if told is not None and abs(seconds - told) < _BEAT_BOUND else seconds

    def _begin(self, time: int, frame: int) -> None:
        """Begin another record where the last one is long enough; corners may lie at the sample before."""
        if time - self._begun >= _BATCH:
            self._flush()
            self._begun, self._frame = self._last, frame

    def _follow(self, time: int, params: Params, gap: float) -> None:
        if params is not self._params:
            self._know(self._params)
            values = {name: getattr(params, name) for name in self._values}
            for name, before in self._values.items():
                if values[name] != before and name not in self._moving:
                    self._tracks[name].add(self._last, before, gap)
                    self._moving[name] = None
            self._params, self._values = params, values
        rested = []
        for name in self._moving:
            track = self._tracks[name]
            _add(self._corners[name], track.add(time, getattr(params, name), gap), self._begun)
            if track.rests:
                rested.append(name)
        for name in rested:
            del self._moving[name]

    def _know(self, params: Params) -> None:
        """Take in which params there are; those that come later began at their defaults."""
        for name in PARAMS:
            if name not in self._values:
                self._values[name] = value = getattr(params, name)
                self._tracks[name] = _line(name, 0, value) if name in NUMBERS else Steps(0, value)

    def _flush(self) -> None:
        if any(self._corners.values()) or self._shown or self._beats:
            corners = {name: values for name, values in self._corners.items() if values}
            self.records.append(Screen(self._frame, self._begun / 1000, corners, self._shown, self._beats))
        self._corners, self._shown, self._beats = defaultdict(list), [], []


def _add(corners: list[Any], corner: Corner | None, begun: int) -> None:
    if corner is not None:
        corners += (corner[0] - begun, corner[1])
