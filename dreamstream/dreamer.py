"""The dreamer: one step makes one frame, and the loop makes them without end.

    snapshot -> source -> transform -> ascent -> stabilise -> Frame -> ring
         ^--------------- canvas --------------------'

The canvas is the dreamer's own; nothing flows back through the ring. The randomness of a frame comes
from (seed, index) alone, so the same seed and params give the same show.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np

from dreamstream.dream import Effort, Goal, Look, Pace, Threads, ascend, in_words, stabilise
from dreamstream.errors import DreamError, SourceError
from dreamstream.frame import Canvas, Frame
from dreamstream.nets import Network
from dreamstream.params import Params, ParamStore
from dreamstream.ring import Ring
from dreamstream.sources import Source
from dreamstream.transforms import IDENTITY, TRANSFORMS, Easing, Tick, Transform, Warp, distort

_log = logging.getLogger(__name__)

_PATIENCE = (0.0, 0.1, 0.5, 2.0)  # seconds of pause after the first, second, ... failure in a row
LOADING = "loading the net"
_DREAMT = (
    *("layer", "channels", "second", "second_share", "guide_on", "guide_share", "class_name", "class_share"),
    *("octaves", "octave_scale", "iterations"),
)
"""What of the params a net may have to make itself ready for."""
_TRIES = 4  # for the very first frame: what fails each time then will go on failing


class _StoppedError(Exception):
    """The dreamer was asked to end in the middle of a dream."""


class Dreamer:
    """Makes frames, numbered from 1, one at each `step`; not for use by two threads."""

    def __init__(
        self,
        store: ParamStore,
        sources: Sequence[Source],
        network: Network,
        seed: int,
        clock: Callable[[], float] = time.monotonic,
        goal: Goal | None = None,
    ) -> None:
        self._goal = goal or Goal(network)
        self._store, self._sources, self._network = store, list(sources), network
        self._seed, self._clock = seed, clock
        self._index = 1
        self._at = 0
        self._wishes = (0, 0)
        self._canvas: Canvas
        self._look: Look
        self._begin()
        size = self._canvas.shape[0], self._canvas.shape[1]
        self._pace = Pace(size, lambda params, size: self._goal.reaches(params, self._canvas, size))
        self._effort = Effort.asked(store.snapshot())
        self._easing = Easing()
        self.transforms: Mapping[str, Transform] = TRANSFORMS
        self.fault = ""
        """Why a transform of the newest frame is off, where one is."""
        self._climbing, self._held = 0.0, False
        self.check: Callable[[], None] = lambda: None
        self.on_change: Callable[[int, Params], None] = lambda index, params: None
        self.on_effort: Callable[[int, Effort | None], None] = lambda index, effort: None
        self.waits = True
        """Whether a change stops the dream until the net is ready for it; else it goes on as it was."""
        self.threads: Threads | None = None
        """What finds the number of threads by trying; without it that number is left alone."""
        self._steady: tuple[Params, Effort] | None = None
        self._known: Params | None = None
        self._done: Effort | None = None
        self.note = ""
        self.pace_note = ""
        """What the newest frame did of what is asked for, where that is less than all; what is awaited."""

    def step(self) -> Frame:
        """Make the next frame. After an error the canvas is still the last good one."""
        tick = Tick.of(self._seed, self._index)
        rng = tick.rng
        params = self._choose(self._store.snapshot())
        if params is not self._known and params != self._known:
            self.on_change(self._index, params)
        self._known = params
        cut = self._grant_wishes(params)
        trying = self._try_threads(params)
        blended = self._blend_source(params)
        begun = self._clock()  # a camera has been waited for
        warp, canvas = self._transform(blended, params, tick)
        self._canvas = stabilise(self._ascent(canvas, params, rng), self._look, params, rng)
        frame = Frame.of(self._canvas, self._index, None if cut else warp, self._clock())
        self._note_threads()
        if not (self._held or trying):  # else it says nothing of what was chosen
            self._pace.note(frame.time - begun, self._climbing)
        self._index += 1
        return frame

    def _begin(self) -> None:
        self._canvas = self._sources[self._at].read()
        self._look = Look.of(self._canvas)

    def _grant_wishes(self, params: Params) -> bool:
        """Restart or take the next source, where that was wished since the last frame."""
        wishes, before = (params.restart, params.next_source), self._wishes
        if wishes == before:
            return False
        self._wishes = wishes  # done with, whether the source can be read or not
        for _ in range(params.next_source - before[1]):
            self._sources[self._at] = self._sources[self._at].next()
            self._at = (self._at + 1) % len(self._sources)
        self._begin()
        return True

    def _choose(self, params: Params) -> Params:
        """Choose the effort, and return the params that can be dreamt with it now."""
        chosen = self._pace.effort(params)
        wanted = params
        params, self._effort = self._ready(params, chosen)
        self._held = params is not wanted or self._effort != chosen
        words = in_words(self._effort, params)
        awaited = f"preparing {wanted.layer}" if params.layer != wanted.layer else ""
        self.pace_note = ", ".join(filter(None, (words, awaited)))
        done = None if self._effort == Effort.asked(params) else self._effort
        if done != self._done:
            self._done = done
            _log.info("frame %d: %s", self._index, words or "all that is asked for again")
            self.on_effort(self._index, done)
        return params

    def _try_threads(self, params: Params) -> bool:
        """Return whether this frame tries another number of threads."""
        what = *(getattr(params, name) for name in _DREAMT), self._effort
        return self.threads is not None and not self._held and self.threads.begin(what)

    def _note_threads(self) -> None:
        if self.threads is not None and not self._held:
            before = self.threads.count
            self.threads.note(self._climbing)
            if self.threads.count != before:
                _log.info("frame %d: threads: %d instead of %d", self._index, self.threads.count, before)

    def _ready(self, params: Params, effort: Effort) -> tuple[Params, Effort]:
        """Return what is asked for, or what was dreamt before while the net makes itself ready for it."""
        canvas = self._canvas
        if not self.waits and self._steady is not None:
            before, done = self._steady
            changed = params is not before or effort != done
            sizes = effort.sizes(params, (canvas.shape[0], canvas.shape[1]))
            if changed and not self._goal.prepare(params, canvas, sizes):
                kept = {name: getattr(before, name) for name in _DREAMT}
                return params.model_copy(update=kept), done
        self._steady = params, effort
        return params, effort

    def _blend_source(self, params: Params) -> Canvas:
        self.note = ""
        if params.mix == 0:
            return self._canvas
        try:
            fresh = self._sources[self._at].read()
        except SourceError as error:  # a camera that was pulled out: the dream goes on without it
            self.note = str(error)
            return self._canvas
        fresh -= self._canvas  # a source's picture is the reader's own
        fresh *= np.float32(params.mix)
        fresh += self._canvas
        return fresh

    def _transform(self, canvas: Canvas, params: Params, tick: Tick) -> tuple[Warp, Canvas]:
        links = self._easing.links(params)
        if tick.index % params.every:
            return IDENTITY, canvas
        warp, moved = distort(canvas, params, tick, links, self.transforms)
        faults = (self.transforms[link.name].fault() for link in links)
        self.fault = next(filter(None, faults), "")
        self.note = self.note or self.fault
        return warp, moved

    def _ascent(self, canvas: Canvas, params: Params, rng: np.random.Generator) -> Canvas:
        self._store.learn_channels(params.layer, self._goal.channel_count(params.layer, canvas))
        goal = self._goal.at_octaves(params, canvas)
        self.note = self.note or self._goal.note
        effort, begun = self._effort, self._clock()
        params = effort.applied(params, (canvas.shape[0], canvas.shape[1]))
        dreamt = ascend(self._network, canvas, goal, params, rng, self.check, effort.scale)
        self._climbing = self._clock() - begun
        return dreamt


@dataclass(frozen=True)
class DreamStatus:
    """How the dreaming goes: frames made, in how many seconds from the first to the last, frames a
    second lately, failures, what the operator should know, and what is left out to keep the rate.
    """

    frames: int = 0
    begun: float = 0.0
    seconds: float = 0.0
    rate: float = 0.0
    failures: int = 0
    message: str = LOADING
    pace: str = ""


class DreamLoop:
    """The work of the dreamer's thread: open the net, then step without end into the ring.

    A failing step does not end it: the failure is kept in `status`, and after a pause the dreamer
    goes on from its last good canvas. What fails before the first frame (the net, the source, or the
    first step again and again) ends it.
    """

    def __init__(
        self,
        open: Callable[[], Dreamer],
        store: ParamStore,
        ring: Ring,
        frames: int | None = None,
    ) -> None:
        self._open, self._store, self._ring, self._limit = open, store, ring, frames
        self.status = DreamStatus()

    def __call__(self, stopping: threading.Event) -> None:
        """Dream until asked to stop, or until `frames` are made; then close the ring."""
        try:
            self._dream(stopping)
        finally:
            self._ring.close()

    def _dream(self, stopping: threading.Event) -> None:

        def check() -> None:
            if stopping.is_set():
                raise _StoppedError

        dreamer = self._open()
        _log.info("net loaded")
        dreamer.check = check
        failures_in_a_row = 0
        while not stopping.is_set() and (self._limit is None or self.status.frames < self._limit):
            if self._store.snapshot().freeze and self.status.frames:
                _log.info("frozen")
                self._store.wait_for(lambda params: not params.freeze or stopping.is_set())
                continue
            try:
                frame = dreamer.step()
            except _StoppedError:
                return
            except Exception as error:
                self._note_failure(error)
                if not self.status.frames and self.status.failures >= _TRIES:
                    raise DreamError(f"no frame can be dreamt: {error}") from error
                stopping.wait(_PATIENCE[min(failures_in_a_row, len(_PATIENCE) - 1)])
                failures_in_a_row += 1
                continue
            failures_in_a_row = 0
            self._ring.put(frame)
            self._note(frame, dreamer.note, dreamer.pace_note)

    def seconds(self, now: float) -> float:
        """Return how long ago the first frame was made; 0 before it."""
        return now - self.status.begun if self.status.frames else 0.0

    def _note(self, frame: Frame, message: str, pace: str) -> None:
        recent = self._ring.latest(16)
        gaps = [after.time - before.time for before, after in pairwise(recent) if before.index > 0]
        old = self.status
        begun = old.begun if old.frames else frame.time
        if not old.frames:
            _log.info("first dreamed frame")
        self.status = DreamStatus(
            frames=old.frames + 1,
            begun=begun,
            seconds=frame.time - begun,
            rate=1 / max(median(gaps), 1e-6) if gaps else 0.0,
            failures=old.failures,
            message=message,
            pace=pace,
        )

    def _note_failure(self, error: Exception) -> None:
        old = self.status
        _log.info("frame failed: %s", error)
        self.status = replace(old, failures=old.failures + 1, message=f"dream failed: {error}")
