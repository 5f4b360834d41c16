"""The loop of the dreamer's thread.

open -> step -> ring -> step -> ring ...
         ^ a failure: a pause, and on from the last good canvas
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from dreamstream.dreamer.dreamer import Dreamer
from dreamstream.errors import DreamError
from dreamstream.frame import Frame
from dreamstream.params import ParamStore
from dreamstream.ring import Ring
from dreamstream.score import records
from dreamstream.tell import Tell, tell_nobody

_log = logging.getLogger(__name__)

_PATIENCE = (0.0, 0.1, 0.5, 2.0)  # seconds of pause after the first, second, ... failure in a row
_SHOWN = 5.0  # seconds that a failure stands, where the next try does it
_TRIES = 4  # for the very first frame: what fails each time then will go on failing


class _StoppedError(Exception):
    """The dreamer was asked to end in the middle of a dream."""


@dataclass(frozen=True)
class DreamStatus:
    """How the dreaming goes: frames made, in how many seconds from the first to the last, frames a
    second lately, failures, and what is left out to keep the rate.
    """

    frames: int = 0
    started: float = 0.0  # when the first frame was done, on the dreamer's clock
    seconds: float = 0.0
    rate: float = 0.0
    failures: int = 0
    pace: str = ""

    @property
    def mean_rate(self) -> float:
        """Frames a second, counted from the first one."""
        return (self.frames - 1) / self.seconds if self.seconds > 0 else 0.0


class DreamLoop:
    """The work of the dreamer's thread: open the net, then step without end into the ring.

    A failing step does not end it: the operator is told, and after a pause the dreamer goes on from its
    last good canvas. What fails before the first frame (the net, the source, or the first step again and
    again) ends it.
    """

    def __init__(
        self,
        open: Callable[[], Dreamer],
        store: ParamStore,
        ring: Ring,
        frames: int | None = None,
        tell: Tell = tell_nobody,
    ) -> None:
        self._open, self._store, self._ring, self._limit = open, store, ring, frames
        self._tell = tell
        self.status = DreamStatus()
        self._failed: float | None = None  # when, while that is told

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
        failures_in_a_row = 0
        while not stopping.is_set() and (self._limit is None or self.status.frames < self._limit):
            if self._store.snapshot().freeze and self.status.frames:
                self._stand_still(dreamer, stopping)
                continue
            try:
                frame = dreamer.step(check)
            except _StoppedError:
                return
            except Exception as error:
                self._fail(dreamer, error)
                if not self.status.frames and self.status.failures >= _TRIES:
                    raise DreamError(f"no frame can be dreamt: {error}") from error
                stopping.wait(_PATIENCE[min(failures_in_a_row, len(_PATIENCE) - 1)])
                failures_in_a_row += 1
                continue
            failures_in_a_row = 0
            self._ring.put(frame)
            self._note(frame, dreamer)
            self._tell(dreamer.message, "dream")
            if self._failed is not None and frame.time - self._failed > _SHOWN:
                self._failed = None
                self._tell("", "frame")

    def _stand_still(self, dreamer: Dreamer, stopping: threading.Event) -> None:
        """Wait until the dream is no longer frozen."""
        _log.info("frozen")
        start = dreamer.clock()
        self._store.wait_for(lambda params: not params.freeze or stopping.is_set())
        seconds = dreamer.clock() - start
        dreamer.rested(seconds)
        for listener in dreamer.listeners:
            listener.note(records.Frozen(dreamer.coming, round(seconds, 3)))

    def _note(self, frame: Frame, dreamer: Dreamer) -> None:
        for listener in dreamer.listeners:
            listener.dreamt(frame)
        recent = self._ring.latest(16)
        gaps = [after.time - before.time for before, after in pairwise(recent) if before.index > 0]
        old = self.status
        started = old.started if old.frames else frame.time
        if not old.frames:
            _log.info("first dreamed frame")
        rate = 1 / max(median(gaps), 1e-6) if gaps else 0.0
        pace = dreamer.governor.message
        self.status = DreamStatus(old.frames + 1, started, frame.time - started, rate, old.failures, pace)

    def _fail(self, dreamer: Dreamer, error: Exception) -> None:
        _log.info("frame failed: %s", error)
        self.status = replace(self.status, failures=self.status.failures + 1)
        self._failed = dreamer.clock()
        self._tell(f"dream failed: {error}", "frame")
        for listener in dreamer.listeners:
            listener.note(records.Failed(dreamer.index, str(error)))
