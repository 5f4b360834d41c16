"""Morph: one dream turns into another, as the hand's values go from where they are to others.

    a preset's values, seconds or bars -> share of the way, each turn -> Crossing -> ParamStore.change

A replay needs nothing of this: what was moved is in the score, as a hand's changes are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dreamstream.controls.tempo import Tempo
from dreamstream.errors import DreamstreamError
from dreamstream.maths import smoothstep
from dreamstream.params import BAR, Params, ParamStore
from dreamstream.params.morph import mixed
from dreamstream.params.presets import PRESET_PARAMS, Preset
from dreamstream.stage.stage import Stage
from dreamstream.tell import Tell, tell_nobody

_FIRST = 0.001  # share of what comes, with which the net is told to get ready for it
_PATIENCE = 5.0  # seconds to wait for the net at most
_OF_THE_NET = ("layer", "channels", "second", "guide_on", "class_name")  # that it gets ready for


class Crossing:
    """The way from one set of params to another, along which those of a store are moved.

    A param that somebody else sets meanwhile is theirs from then on.
    """

    def __init__(self, store: ParamStore, a: Params, b: Params) -> None:
        self._store, self._a, self._b = store, a, b
        self._set = {name: store.hand[name] for name in PRESET_PARAMS}  # as they were seen last
        self._left: set[str] = set()

    def to(self, share: float) -> None:
        """Move the params so far (0..1); ParamError where they cannot be here, and nothing is moved."""
        hand = self._store.hand
        self._left |= {name for name, value in self._set.items() if hand[name] != value}
        there = mixed(self._a, self._b, share)
        moved = {n: value for n, value in there.items() if n not in self._left and value != hand[n]}
        if moved:
            moved = self._store.check(**moved)
            self._store.change(**moved)
            self._set |= moved


@dataclass(frozen=True)
class _Span:
    """From one count to another, of beats or of seconds, the way is gone from `gone` on to its end."""

    begins: float
    ends: float
    gone: float = 0.0

    def at(self, count: float) -> float:
        passed = (count - self.begins) / (self.ends - self.begins)
        return self.gone + (1 - self.gone) * min(max(passed, 0.0), 1.0)


@dataclass
class _Course:
    """A morph under way; without a span the net is still getting ready for it."""

    crossing: Crossing
    seconds: float
    preset: Preset | None
    recalls: int
    begun: float
    span: _Span | None = None
    pace: tuple[bool, int] = (False, 0)
    gone: float = 0.0


class Morph:
    """Moves the hand's values to others; `turn` it each screen frame, or each frame that is dreamt.

    `clock` gives seconds, `lead` those from a change to the screen. `dreamt` gives the params of the newest
    frame: the way begins when the net is ready for what comes, and until then the dream goes on as it was.
    """

    def __init__(
        self,
        stage: Stage,
        tempo: Tempo,
        clock: Callable[[], float],
        tell: Tell = tell_nobody,
        dreamt: Callable[[], Params] | None = None,
        lead: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._stage, self._tempo, self._clock, self._tell = stage, tempo, clock, tell
        self._dreamt, self._lead = dreamt, lead
        self._course: _Course | None = None

    @property
    def to(self) -> Preset | None:
        """The preset that it is on its way to, if it is to one."""
        return self._course.preset if self._course is not None else None

    @property
    def line(self) -> str:
        """How far it is, as text; empty while it goes nowhere."""
        course = self._course
        where = f" to {course.preset.name}" if course is not None and course.preset is not None else ""
        return f"{100 * course.gone:.0f} % of the way{where}" if course is not None else ""

    def begin(self, preset: Preset) -> str:
        """Go to a preset over `morph_time`; return what to say. Its routes come at the end.

        PresetError where it cannot be played here: then nothing is changed.
        """
        self.go(self._stage.values_of(preset), self._stage.store.hand.morph_time, preset)
        return f"to preset {preset.name}" + (f": {preset.help}" if preset.help else "")

    def go(self, values: Mapping[str, Any], seconds: float, preset: Preset | None = None) -> None:
        """Go from where all is now to these values, a preset's where it is given, in place of where it went.

        With a tempo that takes whole beats, and ends as a bar begins; without seconds it is done at once.
        ParamError where they cannot be: then nothing is changed.
        """
        stage, store = self._stage, self._stage.store
        there = store.hand.model_copy(update=store.check(**values))
        crossing = Crossing(store, store.hand, there)
        crossing.to(_FIRST if seconds > 0 else 1.0)
        if seconds > 0:
            self._course = _Course(crossing, seconds, preset, stage.recalls, self._clock())
            return
        store.change(**stage.crossing)
        self._arrive(preset)

    def stop(self) -> None:
        """Leave all where it is now."""
        self._course = None

    def turn(self) -> None:
        """Go on as far as it is time for; where that cannot be any more, say why, and go no further."""
        if (course := self._course) is None:
            return
        if self._stage.recalls != course.recalls:  # another preset, meanwhile
            self.stop()
            return
        try:
            self._go_on(course)
        except DreamstreamError as error:  # another net, meanwhile
            self.stop()
            self._tell(f"the dream turns no further: {error}")

    def _go_on(self, course: _Course) -> None:
        pace = self._tempo.bpm > 0, self._tempo.jumps
        if course.span is None and not self._is_ready(course):
            return
        if course.span is None or course.pace != pace:
            course.pace, course.span = pace, self._span(course.seconds * (1 - course.gone), course.gone)
        course.gone = course.span.at(self._count())
        course.crossing.to(max(_FIRST, smoothstep(course.gone)))
        if course.gone == 1:
            self._arrive(course.preset)

    def _arrive(self, preset: Preset | None) -> None:
        self.stop()
        if preset is not None:
            self._stage.arrive(preset)

    def _is_ready(self, course: _Course) -> bool:
        """Return whether what has begun to come is dreamt."""
        if self._dreamt is None or self._clock() - course.begun > _PATIENCE:
            return True
        dreamt, hand = self._dreamt(), self._stage.store.hand
        return all(dreamt[name] == hand[name] for name in _OF_THE_NET)

    def _span(self, seconds: float, gone: float) -> _Span:
        now, bpm = self._count(), self._tempo.bpm
        if not bpm:
            return _Span(now, now + seconds, gone)
        ends = round((now + seconds * bpm / 60) / BAR) * BAR
        return _Span(now, ends if ends - now >= 1 else ends + BAR, gone)

    def _count(self) -> float:
        """Return the beats that have passed when what is changed now is seen; seconds without a tempo."""
        return self._tempo.ahead(self._lead()) if self._tempo.bpm else self._clock()
