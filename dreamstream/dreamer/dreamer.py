"""The dreamer: one step makes one frame; `dream_loop` makes them without end.

    snapshot -> source -> transform -> ascent -> stabilise -> Frame -> ring
         ^--------------- canvas --------------------'

The canvas is the dreamer's own; nothing flows back through the ring. The randomness of a frame comes
from (seed, index) alone, so the same seed and params give the same show.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dreamstream.dream import Fade, Goal, Habit, Look, ascend, resize
from dreamstream.dream.ascent import try_gradient
from dreamstream.dream.stabilise import stabilise
from dreamstream.dreamer.director import Director
from dreamstream.dreamer.easing import Easing, ease_frames
from dreamstream.dreamer.effort import DREAMT, Effort, in_words
from dreamstream.dreamer.listener import Listener
from dreamstream.dreamer.pace import Pace
from dreamstream.dreamer.thread_tuner import ThreadTuner
from dreamstream.errors import SourceError
from dreamstream.frame import Canvas, Frame
from dreamstream.nets import Network, Threaded
from dreamstream.params import Params, ParamStore
from dreamstream.size import Size
from dreamstream.sources import Feed, Source
from dreamstream.transforms import IDENTITY, TRANSFORMS, Tick, Transform, Warp, distort

_log = logging.getLogger(__name__)

_ASCENT, _STABILISE = 1, 2
"""Streams of randomness of their own: a frame draws the same numbers there whatever the others drew."""


class Dreamer:
    """Makes frames, numbered from 1, one at each `step`; not for use by two threads.

    `drawn` is the canvas that its random patterns are drawn for, if not its own. `tuner`
    finds the number of threads by trying; without it that number is left alone. If it `waits`, a change stops
    the dream until the net is ready for it; else it goes on as it was.
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
    ) -> None:
        self.goal = goal or Goal(network)
        self._store, self._feed, self.network = store, Feed(sources), network
        self._seed, self.clock = seed, clock
        self.index = 1
        """The number of the next frame."""
        self._wishes, self._cut, self._used = (0, 0), False, 0
        self._drawn = drawn
        self._canvas: Canvas
        self._fade: Fade
        self._habit: Habit
        self._begin()
        self._pace = Pace(self.size, self._reaches)
        self._effort = Effort.asked(store.snapshot())
        self._easing = Easing()
        self._transforms, self._tuner, self._waits = transforms, tuner, waits
        self._listeners, self._director = tuple(listeners), director
        self.fault = ""
        """Why a transform of the newest frame is off, where one is."""
        self._climbing, self._held = 0.0, False
        self._steady: tuple[Params, Effort] | None = None
        self._known: Params | None = None
        self._done: Effort | None = None
        self.note = ""
        self.pace_note = ""
        """What the newest frame did of what is asked for, where that is less than all; what is awaited."""

    @property
    def size(self) -> Size:
        """The canvas's."""
        return Size.of(self._canvas)

    @property
    def thread_count(self) -> int:
        """The number of threads that was found best; 0 where it is left alone."""
        return self._tuner.count if self._tuner is not None else 0

    def switch(
        self,
        params: Params,
        size: Size,
        record: dict[str, Any],
        network: Network | None = None,
        goal: Goal | None = None,
        wait: bool = False,
    ) -> bool:
        """Go on with another canvas, or another net and its goal, from the next frame on.

        `params` are what is dreamt there, `record` is how the score has it. If the dreamer neither waits nor
        is to `wait` now, and the net is not ready, it is told to get ready, and False comes back: nothing is
        changed then. A net that gives no gradient raises NetError, and changes nothing either.
        """
        to, before, wait = goal or self.goal, self.size, wait or self._waits
        canvas, alike = resize(self._canvas, size), goal is None
        pace = self._pace.moved(size, params, lambda *wanted: to.reaches(wanted[0], canvas, wanted[1]), alike)
        effort = pace.effort(params)
        sizes = effort.sizes(params, size)
        if not wait and not to.prepare(params, canvas, sizes):
            return False
        if network is not None and not wait:
            try_gradient(network, to.at_octaves(params, canvas)(sizes[-1]), resize(canvas, sizes[-1]))
        self._tell_swap(record)
        self._canvas, self.network, self._steady = canvas, network or self.network, (params, effort)
        self.goal = to
        if self._tuner is not None and isinstance(network, Threaded):
            self._tuner.apply_to(network.use_threads)
        self._pace, self._effort = pace.moved(size, params, self._reaches, alike=True), effort
        if size != before:
            self._fade, self._habit = self._fade.at(before, size, self._drawn), Habit()
            self._feed.resize(size)
        return True

    def show_source(self, source: Source, params: Params, record: dict[str, Any]) -> None:
        """Put one more source behind the last, and fade it in from the next frame on, as `params` say."""
        self._tell_swap(record)
        self._feed.go_to(source)
        self._fade_in(params)

    def step(self, check: Callable[[], None] = lambda: None) -> Frame:
        """Make the next frame. After an error the canvas is still the last good one.

        `check` is called before each gradient step, and may raise to end the dream early. The next try at the
        frame then goes on from where the first began: it leaves no trace in the show.
        """
        tick = Tick.of(self._seed, self.index)
        if self._director is not None:
            self._director.cue(self)
        params = self._choose(self._store.snapshot())
        if params is not self._known and params != self._known:
            for listener in self._listeners:
                listener.changed(self.index, params)
        self._known = params
        self._grant_wishes(params)
        trying = self._try_threads(params)
        blended = self._blend_source(params)
        begun = self.clock()  # a camera has been waited for
        warp, canvas = self._transform(blended, params, tick)
        dreamt = self._ascent(canvas, params, tick, check)
        dreamt = self._habit.faded(dreamt, params)
        self._canvas = stabilise(dreamt, self._fade.look(self.index), params, tick.stream(_STABILISE))
        frame = Frame.of(self._canvas, self.index, None if self._cut else warp, self.clock())
        self._note_threads()
        if not (self._held or trying):  # else it says nothing of what was chosen
            self._pace.note(frame.time - begun, self._climbing)
        self._cut = False
        self.index += 1
        return frame

    def _tell_swap(self, record: dict[str, Any]) -> None:
        _log.info("frame %d: another %s", self.index, next(iter(record)))
        for listener in self._listeners:
            listener.swapped(self.index, record)

    def _tell_jumps(self) -> None:
        for source, place in self._feed.jumps():
            for listener in self._listeners:
                listener.source(self.index, source, place)

    def _reaches(self, params: Params, size: Size) -> bool:
        return self.goal.reaches(params, self._canvas, size)

    def _begin(self) -> None:
        self._canvas = self._feed.read()
        look = Look.of(self._canvas, self._drawn)
        self._fade = Fade(self.index, 0, look, look)
        self._habit = Habit()

    def _fade_in(self, params: Params) -> None:
        """Begin to fade to the source that the feed is at now; cut to it where `ease` leaves no time."""
        before = self._fade.look(self.index)
        picture = self._feed.read(self.index)
        fade = Fade(self.index, ease_frames(params), before, Look.of(picture, self._drawn))
        if fade.cuts:
            self._canvas, self._cut = picture.copy(), True
            fade = Fade(self.index, 0, fade.after, fade.after)
        self._fade = fade

    def _grant_wishes(self, params: Params) -> None:
        """Restart or take the next source, where that was wished since the last frame."""
        wishes, before = (params.restart, params.next_source), self._wishes
        if wishes != before:
            self._wishes = wishes  # done with, whether the source can be read or not
            self._feed.forward(params.next_source - before[1])
            if params.restart == before[0]:
                self._fade_in(params)
            else:
                self._begin()
                self._cut = True
        self._tell_jumps()

    def _choose(self, params: Params) -> Params:
        """Choose the effort, and return the params that can be dreamt with it now."""
        directed = self._director.effort(self.index, params) if self._director is not None else None
        chosen = directed or self._pace.effort(params)
        wanted = params
        params, self._effort = self._ready(params, chosen)
        self._held = params is not wanted or self._effort != chosen
        words = in_words(self._effort, params)
        awaited = f"preparing {wanted.layer}" if params.layer != wanted.layer else ""
        self.pace_note = ", ".join(filter(None, (words, awaited)))
        done = None if self._effort == Effort.asked(params) else self._effort
        if done != self._done:
            self._done = done
            _log.info("frame %d: %s", self.index, words or "all that is asked for again")
            for listener in self._listeners:
                listener.effort(self.index, done)
        return params

    def _try_threads(self, params: Params) -> bool:
        """Return whether this frame tries another number of threads."""
        if self._tuner is None:
            return False
        what = *(getattr(params, name) for name in DREAMT), self._effort
        trying = not self._held and self._tuner.start_frame(what)
        if self._tuner.used != self._used:
            self._used = self._tuner.used
            for listener in self._listeners:
                listener.threads(self.index, self._used)
        return trying

    def _note_threads(self) -> None:
        if self._tuner is not None and not self._held:
            before = self._tuner.count
            self._tuner.end_frame(self._climbing)
            if self._tuner.count != before:
                _log.info("frame %d: threads: %d instead of %d", self.index, self._tuner.count, before)

    def _ready(self, params: Params, effort: Effort) -> tuple[Params, Effort]:
        """Return what is asked for, or what was dreamt before while the net makes itself ready for it."""
        canvas = self._canvas
        if not self._waits and self._steady is not None:
            before, done = self._steady
            changed = params is not before or effort != done
            sizes = effort.sizes(params, self.size)
            if changed and not self.goal.prepare(params, canvas, sizes):
                kept = {name: getattr(before, name) for name in DREAMT}
                return params.model_copy(update=kept), done
        self._steady = params, effort
        return params, effort

    def _blend_source(self, params: Params) -> Canvas:
        self.note = ""
        share = max(params.mix, self._fade.share(self.index))
        if share == 0:
            return self._canvas
        try:
            fresh = self._feed.read(self.index)
        except SourceError as error:  # a camera that was pulled out: the dream goes on without it
            self.note = str(error)
            return self._canvas
        self._tell_jumps()
        blended = fresh - self._canvas
        blended *= np.float32(share)
        blended += self._canvas
        return blended

    def _transform(self, canvas: Canvas, params: Params, tick: Tick) -> tuple[Warp, Canvas]:
        links = self._easing.links(params, tick.index)
        if tick.index % params.every:
            return IDENTITY, canvas
        warp, moved = distort(canvas, self._easing.knobs(params), tick, links, self._transforms)
        faults = (self._transforms[link.name].fault() for link in links)
        self.fault = next(filter(None, faults), "")
        self.note = self.note or self.fault
        return warp, moved

    def _ascent(self, canvas: Canvas, params: Params, tick: Tick, check: Callable[[], None]) -> Canvas:
        self._store.learn_channels(params.layer, self.goal.channel_count(params.layer, canvas))
        goal = self.goal.at_octaves(params, canvas)
        for part, pull in self.goal.new_pulls().items():
            for listener in self._listeners:
                listener.pull(self.index, part, pull)
        self.note = self.note or self.goal.note
        effort, begun = self._effort, self.clock()
        params = effort.applied(params, Size.of(canvas))
        dreamt = ascend(self.network, canvas, goal, params, tick.stream(_ASCENT), check, effort.scale)
        self._climbing = self.clock() - begun
        return dreamt
