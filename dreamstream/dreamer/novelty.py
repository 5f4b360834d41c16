"""Novelty: how new what is seen is, beside what was seen five and thirty minutes ago; whether it is alive.

    dreamt frame -> now and then the eye -> signatures of half an hour -> dream:new5, dream:new30
                 -> pulse -> dream:alive

It looks on the thread that dreams, between two frames, and rests a hundred times as long as a look took, so
that it never takes more than one per cent of the dream's time.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from dreamstream.controls import Board
from dreamstream.dreamer.eye import Eye
from dreamstream.dreamer.listener import Listener
from dreamstream.dreamer.pulse import Pulse
from dreamstream.dreamer.signature import Signature
from dreamstream.errors import DreamstreamError
from dreamstream.every import Every
from dreamstream.frame import Frame, Pixels
from dreamstream.score import records
from dreamstream.tell import counted

_log = logging.getLogger(__name__)

_NEW5, _NEW30, _ALIVE = SIGNALS = ("dream:new5", "dream:new30", "dream:alive")
SHORT, LONG = 300.0, 1800.0
"""Seconds before now that it is compared with."""
_LOOK = 2.0  # seconds from one look to the next, where looks are cheap
_REST = 100  # times as long as a look took is the least until the next
_MEAN = 5  # looks that a signature is the mean of
_NEAR = 30.0  # seconds about a moment of the past: its nearest signature counts
_UNRELATED = 0.5  # distance of unrelated pictures, by the median of photographs and of noise: docs/hours.md
_YOUNG = 60.0  # seconds of past that are too few to say what is new
_NOTED = 30.0  # seconds from one note in the score to the next
_MOST = 200  # signatures that are kept, one in ten seconds


@dataclass(frozen=True)
class Standing:
    """How things stand, each from 0 to 1; None while it is not known. `past` is how long there is one, in s.

    `new5` and `new30` are 0 where it is as it was 5 and 30 minutes ago, 1 where it is as far from that as
    unrelated pictures are; while the past is shorter, they say so of its oldest. `verdict` says what is
    wrong, or `alive`.
    """

    new5: float | None = None
    new30: float | None = None
    alive: float | None = None
    verdict: str = ""
    past: float = 0.0

    @property
    def line(self) -> str:
        """How things stand, for whoever reads it."""
        short, long = (counted(round(min(self.past, most) / 60), "minute") for most in (SHORT, LONG))
        new = [f"{self.new5:.2f} new in {short}"] if self.new5 is not None else []
        if self.new30 is not None and self.past > SHORT + _NEAR:
            new.append(f"{self.new30:.2f} in {long}")
        dead = f" ({self.verdict})" if self.verdict not in ("", "alive") else ""
        alive = [f"alive {self.alive:.1f}{dead}"] if self.alive is not None else []
        return ", ".join(new + alive)


class Novelty(Listener):
    """Measures what it is told of, puts it on the board, and says it to `tell` now and then.

    `open_eye` returns an eye on the net that dreams. `clock` is what a look's time is taken by; frames have
    their own. What is kept is a few MB. `standing`, `present`, `familiar` and `loud` are for any thread.
    """

    def __init__(
        self,
        board: Board,
        open_eye: Callable[[], Eye],
        tell: Callable[[records.Novelty], None] = lambda record: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._board, self._open_eye, self._tell, self._clock = board, open_eye, tell, clock
        self.standing = Standing()
        self.present: Signature | None = None
        """What is seen now: the mean of some seconds."""
        self._eye: Eye | None = None
        self._pulse = Pulse()
        self._before: Pixels | None = None
        self._looks: deque[Signature] = deque(maxlen=_MEAN)
        self._kept: deque[tuple[float, Signature]] = deque(maxlen=_MOST)
        self._next, self._keep, self._note = float("-inf"), Every(_MEAN * _LOOK), Every(_NOTED)

    def note(self, record: records.Event) -> None:
        """See `Listener`. Another net sees with other channels."""
        if isinstance(record, records.Swap) and isinstance(record.swap, records.NetSwap):
            self._eye = None

    def dreamt(self, frame: Frame) -> None:
        """See `Listener`."""
        vitals = self._pulse.feel(frame.pixels)
        if vitals is not None:
            self.standing = replace(self.standing, alive=vitals.alive, verdict=vitals.verdict())
        if frame.time >= self._next:
            self._look(frame)
        self._before = frame.pixels

    def familiar(self, signature: Signature) -> float:
        """Return how much a signature has in common with what was most like it in the last half an hour."""
        return 1 - min((signature.distance(each) for _, each in tuple(self._kept)), default=1.0)

    def loud(self, layer: str) -> Collection[int]:
        """Return the channels of a layer that were its loudest in the last minutes, as far as it is seen."""
        kept = tuple(self._kept)
        recent = [each for when, each in kept if when >= kept[-1][0] - SHORT]
        return Signature.mean(recent).loudest.get(layer, ()) if recent else ()

    def _look(self, frame: Frame) -> None:
        began = self._clock()
        seen = self._see(frame)
        if seen is not None:
            self._looks.append(seen)
            self.present = Signature.mean(self._looks)
            self._compare(self.present, frame.time)
            if self._keep.due(frame.time):
                self._kept.append((frame.time, self.present))
        if self.standing.alive is not None:  # it stands until it is felt again
            self._board.put(_ALIVE, self.standing.alive)
            if self._note.due(frame.time):
                self._write(frame.index)
        self._next = frame.time + max(_LOOK, _REST * (self._clock() - began))

    def _see(self, frame: Frame) -> Signature | None:
        try:
            self._eye = self._eye or self._open_eye()
            return self._eye.see(frame.pixels, self._before)
        except DreamstreamError as error:  # a frame for which there is no memory, say
            _log.info("frame %d: not looked at: %s", frame.index, error)
            return None

    def _compare(self, present: Signature, now: float) -> None:
        past = now - self._kept[0][0] if self._kept else 0.0
        self.standing = replace(self.standing, past=past)
        if past < _YOUNG:
            return
        new5, new30 = (self._new(present, now - seconds) for seconds in (SHORT, LONG))
        self.standing = replace(self.standing, new5=new5, new30=new30)
        self._board.put(_NEW5, new5)
        self._board.put(_NEW30, new30)

    def _new(self, present: Signature, then: float) -> float:
        """Return how far it is from what was most like it about a moment of the past, or of its beginning.

        That is in parts of the distance of unrelated pictures, and 1 beyond.
        """
        then = max(then, self._kept[0][0])
        near = [each for when, each in self._kept if abs(when - then) <= _NEAR]
        near = near or [min(self._kept, key=lambda kept: abs(kept[0] - then))[1]]  # it stood still for long
        return min(min(present.distance(each) for each in near) / _UNRELATED, 1.0)

    def _write(self, frame: int) -> None:
        values = {name: getattr(self.standing, name) for name in ("new5", "new30", "alive", "past")}
        known = {name: round(value, 3) for name, value in values.items() if value is not None}
        self._tell(records.Novelty(frame, known))
