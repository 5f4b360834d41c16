"""The scene: the sources in turn, the fade from one to the next, and what the dream is held to meanwhile.

    restart, next source -> the source that is on -> the canvas moves along with it, some of it flows in
    dreamt canvas -> less of what stays in its place -> towards the look of the source -> canvas

It counts frames, not time, so the same show fades the same way. A frame that failed is tried again with the
same pictures.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dreamstream.dream import Habit, Look, Motion
from dreamstream.dream.stabilise import stabilise
from dreamstream.dreamer.attract import Attract
from dreamstream.dreamer.following import Following, carried, inflow
from dreamstream.dreamer.listener import Listener
from dreamstream.errors import SourceError
from dreamstream.frame import Canvas
from dreamstream.maths import smoothstep
from dreamstream.params import Params
from dreamstream.params.frames import ease_frames
from dreamstream.pictures import HOST, Picture, Pictures
from dreamstream.score import records
from dreamstream.size import Size
from dreamstream.sources import Feed, Source
from dreamstream.transforms import IDENTITY, Warp

_REMAINS = 0.03  # of the old picture after a fade, where it is not moved or dreamt over
_SHORTEST = 3  # frames in which this can be done


@dataclass(frozen=True, eq=False)
class _Fade:
    """From the frame `first` on, over so many `frames`, from a look to another."""

    first: int
    frames: int
    before: Look
    after: Look

    def share(self, frame: int) -> float:
        """Return the share of the source (0..1) in a frame: little, much in the middle, little."""
        if frame >= self.first + self.frames:
            return 0.0
        most = min(1.0, -2 * math.log(_REMAINS) / self.frames)
        return most * math.sin(math.pi * self._part(frame)) ** 2

    def look(self, frame: int) -> Look:
        """Return the look of a frame."""
        if frame >= self.first + self.frames:
            return self.after
        return self.before.towards(self.after, smoothstep(self._part(frame)))

    def _part(self, frame: int) -> float:
        return (frame - self.first + 0.5) / self.frames


class Scene:
    """What surrounds one stream of frames; call `start` first, for the canvas that it starts from."""

    def __init__(
        self,
        sources: Sequence[Source],
        drawn: Size | None,
        listeners: Sequence[Listener],
        pictures: Pictures = HOST,
    ) -> None:
        self._feed, self._drawn, self._listeners = Feed(sources), drawn, listeners
        self._pictures = pictures  # where the canvas is
        self._restarts = self._steps = 0  # to the next source; those that are done
        self._fade: _Fade
        self._habit: Habit
        self._following: Following
        self._attract = Attract()
        self._moved: Motion | None = None  # `motion` of the frame that was dreamt last
        self.motion: Motion | None = None
        """How the source moves, as of the newest frame; None where nobody asks for it, or it stands still."""
        self.cut: int | None = None
        """The newest frame that was cut to, not moved to."""
        self.shown: Canvas | None = None
        """The source's picture that was looked at last; it must not be written to."""
        self.message = ""
        """Why the newest frame had to do without the source."""

    def start(self, frame: int) -> Picture:
        """Return the source's picture as the canvas of a frame that has nothing to do with those before."""
        picture = self.shown = self._feed.read()
        look = Look.of(picture, self._drawn)
        self._fade, self._habit, self._moved = _Fade(frame, 0, look, look), Habit(), None
        self._following = Following()
        self._following.flow(picture, frame - 1)
        return self._pictures.of(picture)

    def entered(self, canvas: Picture, params: Params, frame: int) -> Picture:
        """Return the canvas that a frame goes on from: a new picture after a restart or a cut."""
        self._feed.turn(params)
        restarts, steps = params.restart - self._restarts, params.next_source - self._steps
        if restarts or steps:
            self._restarts, self._steps = params.restart, params.next_source  # whether it can be read or not
            self._feed.forward(steps)
            if restarts:
                canvas, self.cut = self.start(frame), frame
            else:
                canvas = self._fade_in(canvas, params, frame)
                self._following, self._attract = Following(), Attract()
        self._tell_jumps(frame)
        return canvas

    def entered_by(self, source: Source, canvas: Picture, params: Params, frame: int) -> Picture:
        """Put one more source behind the last and go to it; return the canvas that the frame goes on from.

        A source that cannot be read raises SourceError, and changes nothing.
        """
        self._feed.go_to(source, frame)
        self._following, self._attract = Following(), Attract()
        return self._fade_in(canvas, params, frame)

    def flowing_in(self, params: Params, frame: int, seconds: float | None) -> Canvas | None:
        """Return the source's picture that a frame asks for, which may have to be waited for; None for none.

        The frame comes so many `seconds` after the one before, which films play by at a `source_speed`; after
        a restart, and where that is not known, they go on by one picture.
        """
        self.message, self.motion = "", None
        watched = params.paint == "motion" and self._feed.moving
        if not (self._share(params, frame) or self._follows(params) or watched):
            return None
        try:
            passed = 0.0 if seconds is None or self.cut == frame else params.source_speed * seconds
            picture = self.shown = self._feed.read(frame, passed or None)
        except SourceError as error:  # a camera that was pulled out: the dream goes on without it
            self.message = str(error)
            return None
        self._tell_jumps(frame)
        self.message = self._feed.message
        if self._feed.moving:
            for listener in self._listeners:
                listener.flowed_in(frame, picture)
        if watched:
            self.motion = self._moved.next(picture, params) if self._moved else Motion.begun(picture)
        return picture

    def blended(
        self, canvas: Picture, picture: Canvas | None, params: Params, frame: int
    ) -> tuple[Warp, Picture]:
        """Return how the canvas follows what moves in the source, and the canvas behind that.

        Some of the picture has flown in there: `mix`, or more of it in a fade; or of what moved before, once
        nothing does. What is cut to in what is followed is faded in, as another source is.
        """
        motion: Warp = IDENTITY
        if picture is None:
            return motion, canvas
        shown = self._attract.shown(picture, params, frame) if self._feed.moving else picture
        source = self._pictures.of(shown)
        flow = self._following.flow(picture, frame) if self._follows(params) else None
        if flow is not None and flow.cut:
            canvas, flow = self._fade_in(canvas, params, frame), None
        share: Any = self._share(params, frame)
        if flow is not None:
            motion, canvas = carried(canvas, flow, params)
            share = self._pictures.merge([self._pictures.of(inflow(flow, params, share))] * 3)
        blended = source - canvas
        blended *= share
        blended += canvas
        return motion, blended

    def stabilised(self, dreamt: Picture, params: Params, frame: int, rng: np.random.Generator) -> Picture:
        """Return the dreamt canvas held to the source's look, with what has stood still for long faded."""
        self._moved = self.motion
        return stabilise(self._habit.faded(dreamt, params), self._fade.look(frame), params, rng)

    def forget(self) -> None:
        """Forget what has stood still of late: some of it was none."""
        self._habit = Habit()

    def resize(self, before: Size, size: Size) -> None:
        """Go on with a canvas of another size."""
        old, new = (look.at(before, size, self._drawn) for look in (self._fade.before, self._fade.after))
        self._fade, self._habit = replace(self._fade, before=old, after=new), Habit()
        self._following = Following()
        self._feed.resize(size)

    def _share(self, params: Params, frame: int) -> float:
        """Return how much of the source flows into a frame."""
        return max(params.mix, self._fade.share(frame))

    def _follows(self, params: Params) -> bool:
        return params.follow > 0 and self._feed.moving

    def _fade_in(self, canvas: Picture, params: Params, frame: int) -> Picture:
        """Start to fade to what the feed is at now; cut to it where `ease` leaves no time."""
        tried = self._fade.first == frame  # before, and the frame failed
        before, frames = self._fade.before if tried else self._fade.look(frame), ease_frames(params)
        picture, self._moved = self._feed.read(frame), None
        after = Look.of(picture, self._drawn)
        if frames >= _SHORTEST:
            self._fade = _Fade(frame, frames, before, after)
            return canvas
        self._fade, self.cut = _Fade(frame, 0, after, after), frame
        return self._pictures.copy(self._pictures.of(picture))

    def _tell_jumps(self, frame: int) -> None:
        for source, place in self._feed.jumps():
            for listener in self._listeners:
                listener.note(records.SourcePlace(frame, source, place))
