"""Hours of one dream on a clock of frames, as fast as it goes: what was seen each minute, and how new it was.

    clock of frames -> conductor: routes, fader, autopilot -> dreamer -> frame -> novelty
    the last frames of each minute -> Minute

Twenty frames are a second, however long they take here: it is the same night on any machine.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dreamstream.autopilot import Pulse
from dreamstream.dreamer.eye import Eye
from dreamstream.dreamer.novelty import SIGNALS
from dreamstream.dreamer.signature import Signature
from dreamstream.errors import DreamError
from dreamstream.frame import Frame, Pixels, rounded
from dreamstream.nets import Network
from dreamstream.pictures import HOST
from dreamstream.pictures.vitals import LONG, RECENT, Vitals
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.stage.conductor import Conductor
from dreamstream.tell import Tell, tell_nobody

FPS = 20
"""Frames that are a second."""
MINUTE = 60 * FPS
BEFORE = 5
"""Minutes before, with which each is compared: 6,000 frames."""
_SEEN = 20  # frames at the end of a minute that its signature is the mean of
_THUMBNAILS = 48  # at the most: each ten minutes of eight hours
_SMALL = Size(160, 96)  # what a thumbnail fits into, and the height of a column


class FrameClock:
    """Seconds, by the number of frames that were dreamt."""

    def __init__(self) -> None:
        self.frames = 0

    def __call__(self) -> float:
        """Return how many have passed."""
        return self.frames / FPS


@dataclass(frozen=True, eq=False)
class Minute:
    """What a minute ended with.

    `in_common` is how many of the loudest channels were those of 6,000 frames before, `new5` the novelty.
    `column` is the middle of its last frame (96×1×3), and `thumbnail` that frame, small.
    """

    number: int
    signature: Signature
    vitals: Vitals
    in_common: int | None
    new5: float | None
    transform: str
    layer: str
    column: Pixels
    thumbnail: Pixels | None

    @property
    def verdict(self) -> str:
        """What is wrong with the picture, or `alive`."""
        return self.vitals.verdict()


class Hours:
    """A dream of so many frames; `minutes` are those that are over, some kB each.

    A frame that fails is passed over, and counted in `failures`; the dream goes on from the last good one.
    """

    def __init__(self, settings: Settings, frames: int, tell: Tell = tell_nobody) -> None:
        """Find out what is wrong with the settings; the net is loaded when it `run`s.

        `tell` is told what the autopilot has to say.
        """
        self.clock, self.frames = FrameClock(), frames
        self.stage = Stage(settings, self.clock)
        self.minutes: list[Minute] = []
        self.failures = 0
        self.layer = self.stage.playing.net.entry.layer
        """Whose loudest channels are compared."""
        routes = [self.stage.route_of(record) for record in self.stage.preset.route]
        self._conductor = Conductor(self.stage, routes, self.clock, lambda: self._eye, self._pulse, tell)
        for name in SIGNALS:  # each minute tells of them
            self._conductor.board.inlet(name)
        self._each = max(-(-frames // MINUTE // _THUMBNAILS), 1)  # minutes from one thumbnail to the next

    def run(self) -> Iterator[int]:
        """Dream, and give the number of each frame when it is done."""
        listeners = [self._conductor.measures]
        dreamer = self.stage.dreamer_on(self._network, listeners, frame_seconds=1 / FPS)
        past, seen = deque[Pixels](maxlen=LONG + 1), list[Signature]()
        for number in range(1, self.frames + 1):
            self._conductor.turn()
            self.clock.frames = number
            try:
                frame = dreamer.step()
            except DreamError:
                self.failures += 1
                yield number
                continue
            self._conductor.saw(frame)
            if (number - 1) % MINUTE >= MINUTE - _SEEN:
                signature = self._eye.see(frame.pixels, past[-1] if past else None)
                seen += [signature] if signature is not None else []
            past.append(frame.pixels)
            if number % MINUTE == 0 and seen:
                self.minutes.append(self._minute(frame, Signature.mean(seen), list(past)))
                seen.clear()
            yield number

    def _pulse(self) -> Pulse:
        return Pulse(self.clock.frames - self.failures, self.failures)

    @cached_property
    def _network(self) -> Network:
        return self.stage.open_net()

    @cached_property
    def _eye(self) -> Eye:
        return self.stage.eye_on(self._network, waits=True)

    def _minute(self, frame: Frame, signature: Signature, past: list[Pixels]) -> Minute:
        number = self.clock.frames // MINUTE
        before = next((each.signature for each in self.minutes if each.number == number - BEFORE), None)
        known = before is not None and signature.same_layer(before, self.layer)
        params = self.stage.store.snapshot()
        small = frame.size.fitted(_SMALL)
        middle = frame.pixels[:, frame.size.width // 2][:, None].astype(np.float32)
        thumbnail = number % self._each == 0
        return Minute(
            number,
            signature,
            Vitals.of(past[-RECENT - 1 :], past[0] if len(past) > LONG else None),
            signature.overlap(before, self.layer) if known and before is not None else None,
            self._conductor.novelty.standing.new5,
            params.transform,
            params.layer,
            rounded(HOST.resize(middle, Size(1, _SMALL.height))),
            rounded(HOST.shrink(frame.pixels.astype(np.float32), small)) if thumbnail else None,
        )
