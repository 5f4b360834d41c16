"""Music: what moves a render, by its frames' times: a track that is heard, and waves, as routes say.

    frame's number -> its time -> the track up to then, tempo, the frames before -> board
                                               -> routes, autopilot -> the params of that frame

There is no clock but the frames': the same track and routes give the same film, however fast the machine is.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, repeat

import numpy as np

from dreamstream.autopilot import Pulse
from dreamstream.controls import Route
from dreamstream.dreamer import Director, Dreamer
from dreamstream.dreamer.eye import Eye
from dreamstream.errors import UsageError
from dreamstream.frame import Canvas, Frame
from dreamstream.offline.film import OutputSettings
from dreamstream.record import Sound
from dreamstream.sound import Analyser, Heard, Track, mono
from dreamstream.sound.signals import follow, put
from dreamstream.stage import Stage
from dreamstream.stage.conductor import Conductor
from dreamstream.tell import Tell, tell_nobody

_BLOCK = 4800  # samples that a film takes at a time
_INSTANT = 1e-6  # seconds: so a frame that comes as a step of a sequence ends is the next one's
_SEEN = 0.5  # of a frame: what is heard until then is seen in it


class Music(Director):
    """Turns routes before each frame of a render at `fps` frames a second, to the sound of a track.

    The autopilot plays, too, where it is on; `tell` is told what it has to say.
    """

    def __init__(
        self,
        stage: Stage,
        routes: Iterable[Route],
        fps: float,
        track: Track | None = None,
        tell: Tell = tell_nobody,
    ) -> None:
        self._fps, self._turned, self._now = fps, 0, 0.0
        self._stage = stage
        self._dreamer: Dreamer | None = None
        self._conductor = Conductor(stage, routes, self._clock, self._open_eye, self._pulse, tell)
        self.left_out, self.measures = self._conductor.left_out, self._conductor.measures
        self._hearing = Hearing(track) if track is not None else None

    def cue(self, dreamer: Dreamer) -> None:
        """Turn the routes to the time of the frame that comes next."""
        self._dreamer = dreamer
        if dreamer.index == self._turned:  # it is tried again
            return
        self._turned, self._now = dreamer.index, (dreamer.index - 1) / self._fps + _INSTANT
        if self._hearing is not None:
            for heard in self._hearing.until(self._now + _SEEN / self._fps):
                put(heard, self._conductor.board)
                follow(heard, self._conductor.tempo, heard.time)
        self._conductor.turn()

    def shown(self) -> Canvas | None:
        """Return the source's picture that was looked at last, where there is one yet."""
        return self._dreamer.shown if self._dreamer else None

    def _pulse(self) -> Pulse:
        return Pulse(self._turned)

    def saw(self, frame: Frame) -> None:
        """Take a frame that was dreamt: those to come are moved by it."""
        self._conductor.saw(replace(frame, time=self._now))

    def _open_eye(self) -> Eye:
        assert self._dreamer is not None, "nothing is dreamt yet"
        return self._stage.eye_on(self._dreamer.network, waits=True)

    def _clock(self) -> float:
        return self._now


class Hearing:
    """Hears a track from its beginning, on its own time; behind its end there is silence."""

    def __init__(self, track: Track) -> None:
        self._analyser = Analyser()
        blocks = map(mono, track.blocks(self._analyser.hop))
        self._hops = chain(blocks, repeat(np.zeros(self._analyser.hop, np.float32)))
        self._newest = Heard(0.0)

    def until(self, seconds: float) -> Iterator[Heard]:
        """Give what is heard up to a second, from where it was asked last."""
        while self._newest.time < seconds:
            self._newest = self._analyser.hear(next(self._hops))
            yield self._newest

    def bands(self, seconds: float) -> tuple[float, ...]:
        """Return how loud each band is at a second, 0..1, from low to high."""
        deque(self.until(seconds), maxlen=0)
        return tuple(map(float, self._newest.bands))


def sound_of(track: Track, output: OutputSettings, begin: float = 0.0) -> Sound:
    """Return a track's sound from second `begin` on, for a film; UsageError where that goes another way."""
    turned = {"--loop-bars": output.loop_bars, "--loop-blend": output.loop_blend, "--reverse": output.reverse}
    if flag := next((flag for flag, given in turned.items() if given), ""):
        raise UsageError(
            f"--sound {track.path}: a film with {flag} does not go as its sound does; leave one out"
        )
    return track.blocks(_BLOCK, begin)
