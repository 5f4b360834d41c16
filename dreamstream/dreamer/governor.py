"""The governor: what can be dreamt now, so that the rate is kept and the dream never stands still.

params -> effort, by director or pace -> if the net is ready, these params, else those before -> threads
"""

import logging
from collections.abc import Sequence
from dataclasses import astuple

from dreamstream.dream import Aim
from dreamstream.dreamer.effort import Effort, enlarged, held
from dreamstream.dreamer.listener import Director, Listener
from dreamstream.dreamer.nets import Nets
from dreamstream.dreamer.pace import Pace
from dreamstream.dreamer.thread_tuner import ThreadTuner
from dreamstream.nets import Network
from dreamstream.params import Params
from dreamstream.pictures import Picture
from dreamstream.score import records
from dreamstream.size import Size

_log = logging.getLogger(__name__)

_FOR_THE_NET = (
    *("layer", "channels", "direction", "direction_share", "roam", "second", "second_share"),
    *("walk", "guide_on", "guide_share", "class_name", "class_share"),
    *("other_every", "other_layer", "octaves", "octave_scale", "iterations", "tile_memory"),
)
"""The params that a net may have to get ready for."""


class Governor:
    """Ask `choose` for each frame's params, dream them with `effort`, tell `note` what that took.

    If it `waits`, a change stops the dream until the net is ready for it; else the dream goes on as before,
    and begins with the smallest picture if a rate is to be kept: the net is ready for that soonest.
    Without a `tuner` the number of threads is left alone.
    """

    def __init__(
        self,
        pace: Pace,
        waits: bool,
        tuner: ThreadTuner | None,
        director: Director,
        listeners: Sequence[Listener],
    ) -> None:
        self.pace, self.waits = pace, waits
        self.effort: Effort
        """What the newest frame does of what its params ask for."""
        self.message = ""
        """The same in words, where that is less than all, and what is awaited."""
        self._tuner, self._director, self._listeners = tuner, director, listeners
        self._ready: tuple[Params, Effort] | None = None  # the newest that the net was ready for
        self._ahead: object = None  # what the net is ready for beside that
        self._held_back = self._trying = False
        self._recent: list[tuple[float, float]] = []  # what the newest frames took, one for each net's turn
        self._last_params: Params | None = None  # what the listeners know
        self._last_effort: Effort | None = None
        self._last_threads = 0

    @property
    def thread_count(self) -> int:
        """The number of threads that was found best; 0 where it is left alone."""
        return self._tuner.count if self._tuner is not None else 0

    def choose(
        self, asked: Params, nets: Nets, canvas: Picture, frame: int, aim: Aim | None = None
    ) -> Params:
        """Choose the effort and the threads of a frame; return what can be dreamt now of the params.

        `aim` is the frame's, were all of them dreamt.
        """
        effort, whole = self._director.effort(frame, asked), Size.of(canvas)
        if effort is not None:
            effort = held(effort, asked, whole, lambda size: nets.reaches(asked, size, whole))
        else:
            first = self._ready is None and not self.waits and asked.fps_target > 0
            effort = _soonest(asked, nets, whole) if first else self.pace.effort(asked)
        params, self.effort = asked, effort
        if not self.waits and self._ready is not None:
            before, done = self._ready
            changed = asked is not before or effort != done
            if changed and not nets.prepare(asked, canvas, effort.sizes(asked, whole), aim):
                params = asked.model_copy(update={name: getattr(before, name) for name in _FOR_THE_NET})
                self.effort = done
        self._held_back = params is not asked
        if not self._held_back:
            self._ready = params, effort
        awaited = f"preparing {asked.layer}" if params.layer != asked.layer else ""
        self._tell(params, awaited, frame)
        if self._tuner is not None:
            kind = *(getattr(params, name) for name in _FOR_THE_NET), self.effort
            self._trying = not self._held_back and self._tuner.start_frame(kind)
            if self._tuner.used != self._last_threads:
                self._last_threads = self._tuner.used
                for listener in self._listeners:
                    listener.note(records.Threads(frame, self._last_threads))
        return params

    def look_ahead(self, params: Params, nets: Nets, canvas: Picture, aim: Aim) -> None:
        """Have the net get ready for the layers that the walk comes to next, while it goes on."""
        if self.waits or not params.walk:
            return
        layers = [layer for _, layer in aim.next_leg.between]
        coming = layers, [params[name] for name in _FOR_THE_NET], self.effort
        if coming == self._ahead:
            return
        if nets.prepare(params, canvas, self.effort.sizes(params, Size.of(canvas)), aim.next_leg):
            self._ahead = coming

    def note(self, frame: int, seconds: float, climbing: float) -> None:
        """Note what a frame took: seconds of work in all, and those of them in the ascent."""
        if self._held_back or self._ready is None:  # the frame says nothing of what was chosen
            return
        turns = max(self._ready[0].other_every, 1)  # a frame of the other net takes what it takes: a mean
        self._recent = [*self._recent, (seconds, climbing)][-turns:]
        seconds, climbing = (sum(taken) / len(taken) for taken in zip(*self._recent, strict=True))
        if self._tuner is not None:
            before = self._tuner.count
            self._tuner.end_frame(climbing)
            if self._tuner.count != before:
                _log.info("frame %d: threads: %d instead of %d", frame, self._tuner.count, before)
        if not self._trying:
            self.pace.note(seconds, climbing)

    def switch(self, pace: Pace, params: Params, network: Network | None) -> None:
        """Go on at another pace, and with another net if one is given, both ready for the params."""
        self.pace, self._ready = pace, (params, pace.effort(params))
        if self._tuner is not None and network is not None and network.most_threads:
            self._tuner.apply_to(network.use_threads)

    def _tell(self, params: Params, awaited: str, frame: int) -> None:
        """Tell the listeners what is dreamt, where that has changed since the frame before."""
        less = self.effort.describe(params)
        self.message = ", ".join(filter(None, (less, awaited)))
        effort = None if self.effort == Effort.asked(params) else self.effort
        if effort != self._last_effort:
            self._last_effort, self._recent = effort, []
            _log.info("frame %d: %s", frame, less or "all that is asked for again")
            done = records.EffortDone(*astuple(effort)) if effort else None
            for listener in self._listeners:
                listener.note(records.Effort(frame, done))
        if params is not self._last_params and params != self._last_params:
            for listener in self._listeners:
                listener.changed(frame, params)
        self._last_params = params


def _soonest(params: Params, nets: Nets, canvas: Size) -> Effort:
    """Return the effort whose first frame comes soonest: the smallest at which all that is dreamt can be."""
    return [Effort(1, 1), *enlarged(canvas, lambda size: nets.reaches(params, size, canvas))][-1]
