"""The dreamer: one step makes one frame; `DreamLoop` makes them without end.

    snapshot -> source -> transform -> ascent -> stabilise -> Frame -> ring
         ^--------------- canvas --------------------'

The canvas is the dreamer's own; nothing flows back through the ring. The randomness of a frame comes
from (seed, index) alone, so the same seed and params give the same show.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import numpy as np

from dreamstream.dream import Aim, Faults, Goal, Painter, ascend, try_gradient
from dreamstream.dream.fatigue import Ear
from dreamstream.dream.tile_memory import Remembered, TileMemory, moved_along
from dreamstream.dreamer.begun import Begun
from dreamstream.dreamer.easing import Easing
from dreamstream.dreamer.governor import Governor
from dreamstream.dreamer.listener import Director, Listener
from dreamstream.dreamer.nets import Nets, OtherNet, learnt
from dreamstream.dreamer.pace import Pace
from dreamstream.dreamer.scene import Scene
from dreamstream.dreamer.thread_tuner import ThreadTuner
from dreamstream.errors import DreamError
from dreamstream.frame import Canvas, Frame
from dreamstream.nets import Network
from dreamstream.params import Params, ParamStore
from dreamstream.pictures import HOST, Picture, Pictures, on
from dreamstream.score import records
from dreamstream.size import Size
from dreamstream.sources import Source
from dreamstream.transforms import TRANSFORMS, Tick, Transform, distort, then

_log = logging.getLogger(__name__)

_ASCENT, _STABILISE = 1, 2
"""Streams of randomness of their own: a frame draws the same numbers there whatever the others drew."""

_LONGEST = 2
"""How many times as long as its dream a frame may take for films that play in real time."""


class Dreamer:
    """Makes frames, numbered from 1, one at each `step`; not for use by two threads.

    The canvas is where `pictures` are. On a device a frame lands on the host while the next one is dreamt.

    `drawn` is the canvas that its random patterns are drawn for, if not its own. `waits` and `tuner` are the
    governor's. The listeners are told what the frames depend on, the director is asked. `frame_seconds` is
    how long each frame will be shown; None: for as long as it takes.
    """

    def __init__(
        self,
        store: ParamStore,
        sources: Sequence[Source],
        network: Network,
        seed: int,
        clock: Callable[[], float] = time.monotonic,
        goal: Goal | None = None,
        drawn: Size | None = None,
        *,
        transforms: Mapping[str, Transform] = TRANSFORMS,
        tuner: ThreadTuner | None = None,
        waits: bool = True,
        listeners: Sequence[Listener] = (),
        director: Director | None = None,
        frame_seconds: float | None = None,
        pictures: Pictures = HOST,
        painter: Painter | None = None,
        other: OtherNet | None = None,
    ) -> None:
        self._store, self.network, self._seed, self.clock = store, network, seed, clock
        self.goal, self.other = goal or Goal(network), other
        self.index = 1
        """The number of the next frame."""
        self.fault = ""
        """Why a transform of the newest frame is off, where one is."""
        self._transforms = transforms
        self._easing: Easing | None = None  # the newest frame's
        self._aim: Aim | None = None
        self._remembered: dict[bool, Mapping[Size, Remembered]] = {}  # of gradients; True: of the other net's
        self.listeners, self._director = tuple(listeners), director or Director()
        self._pictures, self._begun = pictures, deque[Begun]()
        self._scene = Scene(sources, drawn, self.listeners, pictures)
        self._painter = painter or Painter()
        self._canvas = self._scene.start(self.index)
        pace = Pace(self.size, self._nets.reaches)
        self.governor = Governor(pace, waits, tuner, self._director, self.listeners)
        self._frame_seconds = frame_seconds
        self._seconds = frame_seconds  # for which the newest frame is shown
        self._idle = 0.0  # seconds since the newest frame in which none was dreamt
        self._newest: float | None = None  # when that was done

    @property
    def _nets(self) -> Nets:
        return Nets(self.network, self.goal, self.other)

    @property
    def size(self) -> Size:
        """The canvas's."""
        return Size.of(self._canvas)

    @property
    def shown(self) -> Canvas | None:
        """The source's picture that was looked at last, at the canvas's size or that before a swap."""
        return self._scene.shown

    @property
    def message(self) -> str:
        """What the newest frame had to do without, and why."""
        also = self._nets.message(self._store.snapshot(), self.size)
        return self._scene.message or self.fault or self.goal.message or self._painter.message or also

    def step(self, check: Callable[[], None] = lambda: None) -> Frame:
        """Make the next frame. After an error the canvas is still the last good one.

        `check` is called before each gradient step, and may raise to end the dream early. The next try at the
        frame then goes on from where the first began: it leaves no trace in the show. Where frames land while
        the next is dreamt, what is wrong with one is known a frame late: both are lost then.
        """
        if not self._begun:
            self._begun.append(self._begin(check))
        while len(self._begun) <= self._pictures.ahead:
            with suppress(Exception):  # it is tried again when its turn comes
                self._begun.append(self._begin(check))
                continue
            break
        begun = self._begun.popleft()
        try:
            begun.check()
        except DreamError:
            self._go_back(begun)
            raise
        return self._landed(begun)

    def end_threads(self, timeout: float) -> bool:
        """End the threads on which its nets get ready; return whether they ended in time (seconds each)."""
        return self._nets.end_threads(timeout)

    def rested(self, seconds: float) -> None:
        """Take note that nothing was dreamt for so long, though a frame may have been begun."""
        if self._begun:
            self._idle += seconds

    @property
    def coming(self) -> int:
        """The number of the frame that the next step returns."""
        return self._begun[0].index if self._begun else self.index

    def _go_back(self, failed: Begun) -> None:
        """Go on from what a frame was made of, or from a canvas that was cut to since."""
        cuts = [begun.canvas for begun in self._begun if begun.index == self._scene.cut]
        canvas = self._canvas if self._scene.cut == self.index else (cuts or [failed.canvas])[0]
        self._begun.clear()
        self._canvas, self._remembered = on(canvas).resize(canvas, self.size), {}
        self._aim = failed.aim
        self._scene.forget()

    def _begin(self, check: Callable[[], None]) -> Begun:
        """Dream the next frame, as far as the host is needed for it."""
        entered = self.clock()
        self._director.cue(self)
        tick, index = Tick.of(self._seed, self.index, self._pictures), self.index
        asked = self._store.snapshot()
        params = self.governor.choose(asked, self._nets, self._canvas, index, self._aimed(asked))
        before = self._canvas = self._scene.entered(self._canvas, params, index)
        picture = self._scene.flowing_in(params, index, self._seconds)
        started = self.clock()  # a camera has been waited for
        self.rested(started - entered)
        warp, moved = self._scene.blended(self._canvas, picture, params, index)
        easing = self._easing.next(params) if self._easing else Easing(params)
        aim = self._aimed(params)
        self.governor.look_ahead(params, self._nets, self._canvas, aim)
        if tick.index % params.every == 0:
            links = easing.links
            motion, moved = distort(moved, easing.knobs, tick, links, self._transforms)
            warp = then(warp, motion, self.size, self._pictures)
            faults = (self._transforms[link.name].fault() for link in links)
            self.fault = next(filter(None, faults), "")
        other = self._nets.whose(params, self.size, index)
        known = {} if self._scene.cut == index else self._remembered
        memory = TileMemory(self.governor.effort.tiles, self.size, warp, known.get(other is not None))
        wrong, ear, timer = Faults(), Ear(), self._pictures.timer(self.clock)
        dreamt = self._ascent(moved, params, aim, other, ear, tick.stream(_ASCENT), check, memory, wrong)
        climbing = timer()
        self._canvas = self._scene.stabilised(dreamt, params, index, tick.stream(_STABILISE))
        pixels, wrong_late = self._pictures.pixels(self._canvas), wrong.landing()
        made_of, self._aim = self._aim, aim if other else aim.heard(ear.powers)
        rest = moved_along(known.get(other is None, {}), warp, self.size) if params.other_every else {}
        self._easing, self._remembered = easing, {other is not None: memory.remembered, other is None: rest}
        self.index += 1
        landing = None if self._scene.cut == index else warp.landing()
        done = self.governor.pace, self.governor.effort
        return Begun(index, started, *done, landing, before, made_of, pixels, wrong_late, climbing)

    def _aimed(self, params: Params) -> Aim:
        """Return the aim of the next frame."""
        return self._aim.next(params) if self._aim else Aim.of(params)

    def _landed(self, begun: Begun) -> Frame:
        """Return a frame that was begun, when it is on the host."""
        pixels, warp = begun.pixels(), begun.warp() if begun.warp is not None else None
        frame = Frame(pixels, begun.index, self.clock(), warp)
        started = max(begun.started, self._newest or begun.started)  # until then the one before was dreamt
        busy, self._idle = frame.time - started - self._idle, 0.0
        if (begun.pace, begun.effort) == (self.governor.pace, self.governor.effort):
            self.governor.note(begun.index, busy, begun.climbing())  # else it says nothing of today's
        self._note_time(frame.time, busy)
        return frame

    def switch(
        self,
        params: Params,
        size: Size,
        swap: records.AnySwap,
        network: Network | None = None,
        goal: Goal | None = None,
        wait: bool = False,
        other: OtherNet | None = None,
    ) -> bool:
        """Go on with another canvas, another net and its goal, or an `other` net, from the next frame on.

        `params` are what is dreamt there, `swap` is how the score has it. If the dreamer neither waits nor
        is to `wait` now, and the net is not ready, it is told to get ready, and False comes back: nothing is
        changed then. A net that gives no gradient raises NetError, and changes nothing either.
        """
        canvas, target = self._pictures.resize(self._canvas, size), goal or self.goal
        nets = Nets(network or self.network, target, other or self.other)
        pace = self.governor.pace.moved(size, params, nets.reaches, alike=goal is None)
        if not (wait or self.governor.waits):
            sizes = pace.effort(params).sizes(params, size)
            if not nets.prepare(params, canvas, sizes):
                return False
            if network is not None:
                objective = target.at_octaves(params, canvas)(sizes[-1])
                try_gradient(network, objective, self._pictures.resize(canvas, sizes[-1]))
        self._tell_swap(swap)
        self.governor.switch(pace, params, network)
        if size != self.size:
            self._scene.resize(self.size, size)
        if network is not None:
            self._aim, network.on_tile = None, self.network.on_tile
        self._remembered = {}
        self._canvas, self.goal, self.network, self.other = canvas, target, nets.network, nets.other
        return True

    def show_source(self, source: Source, params: Params, swap: records.AnySwap) -> None:
        """Put one more source behind the last, and fade it in from the next frame on, as `params` say.

        A source that cannot be read raises SourceError, and changes nothing.
        """
        self._canvas = self._scene.entered_by(source, self._canvas, params, self.index)
        self._tell_swap(swap)

    def _note_time(self, done: float, busy: float) -> None:
        """Note when a frame was done, and how many seconds of that were not spent waiting for a source.

        Films go on for as long as a frame took, within bounds: one that takes longer to read than the dream
        does would have to catch up with more and more, and one that was held by a pause with all of it.
        """
        taken = busy if self._newest is None else min(done - self._newest, _LONGEST * busy)
        self._seconds, self._newest = self._frame_seconds or taken, done

    def _tell_swap(self, swap: records.AnySwap) -> None:
        _log.info("frame %d: another %s", self.index, type(swap).__name__.removesuffix("Swap").lower())
        for listener in self.listeners:
            listener.note(records.Swap(self.index, swap))

    def _ascent(
        self,
        canvas: Picture,
        params: Params,
        aim: Aim,
        other: OtherNet | None,
        ear: Ear,
        rng: np.random.Generator,
        check: Callable[[], None],
        memory: TileMemory,
        faults: Faults,
    ) -> Picture:
        self._store.learn_channels(params.layer, self.goal.channel_count(params.layer, self.size))
        network, goal = self.network, self.goal
        if other is not None:
            network, goal, params = other.network, other.goal, other.params(params)
            aim = Aim.of(params)
        objective = goal.at_octaves(params, canvas, aim)
        for record in learnt(self.goal, self.index):
            for listener in self.listeners:
                listener.note(record)
        effort = self.governor.effort
        params = effort.applied(params, self.size)
        heard = ear.listening(objective) if params.fatigue else objective
        paint = self._painter.weights(params, self._scene.motion, canvas, self.index)
        return ascend(network, canvas, heard, params, rng, check, effort.scale, memory, faults, paint)
