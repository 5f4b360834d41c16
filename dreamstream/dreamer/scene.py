"""The scene: the sources in turn, the fade from one to the next, and what the dream is held to meanwhile.

    restart, next source -> the source that is on -> some of it flows into the canvas
    dreamt canvas -> less of what stays in its place -> towards the look of the source -> canvas

A frame, told by its number, may be tried again after a failure: it then gets the same pictures.
"""

from collections.abc import Sequence

import numpy as np

from dreamstream.dream import Fade, Habit, Look
from dreamstream.dream.stabilise import stabilise
from dreamstream.dreamer.easing import ease_frames
from dreamstream.dreamer.listener import Listener
from dreamstream.errors import SourceError
from dreamstream.frame import Canvas
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.sources import Feed, Source


class Scene:
    """What surrounds one stream of frames; call `start` first, for the canvas that it starts from."""

    def __init__(self, sources: Sequence[Source], drawn: Size | None, listeners: Sequence[Listener]) -> None:
        self._feed, self._drawn, self._listeners = Feed(sources), drawn, listeners
        self._wishes = (0, 0)  # restarts and steps to the next source that are done
        self._cut: int | None = None
        self._fade: Fade
        self._habit: Habit
        self.message = ""
        """Why the newest frame had to do without the source."""

    def start(self, frame: int) -> Canvas:
        """Return the source's picture as the canvas of a frame that has nothing to do with those before."""
        canvas = self._feed.read()
        look = Look.of(canvas, self._drawn)
        self._fade, self._habit = Fade(frame, 0, look, look), Habit()
        return canvas

    def entered(self, canvas: Canvas, params: Params, frame: int) -> Canvas:
        """Return the canvas that a frame goes on from: a new picture after a restart or a cut."""
        wishes, before = (params.restart, params.next_source), self._wishes
        if wishes != before:
            self._wishes = wishes  # done with, whether the source can be read or not
            self._feed.forward(params.next_source - before[1])
            if params.restart == before[0]:
                canvas = self._fade_in(canvas, params, frame)
            else:
                canvas, self._cut = self.start(frame), frame
        self._tell_jumps(frame)
        return canvas

    def entered_by(self, source: Source, canvas: Canvas, params: Params, frame: int) -> Canvas:
        """Put one more source behind the last and go to it; return the canvas that the frame goes on from.

        A source that cannot be read raises SourceError, and changes nothing.
        """
        self._feed.go_to(source, frame)
        return self._fade_in(canvas, params, frame)

    def blended(self, canvas: Canvas, params: Params, frame: int) -> Canvas:
        """Return the canvas with what flows in of the source: `mix`, or more of it in a fade."""
        self.message = ""
        share = max(params.mix, self._fade.share(frame))
        if share == 0:
            return canvas
        try:
            fresh = self._feed.read(frame)
        except SourceError as error:  # a camera that was pulled out: the dream goes on without it
            self.message = str(error)
            return canvas
        self._tell_jumps(frame)
        blended = fresh - canvas
        blended *= np.float32(share)
        blended += canvas
        return blended

    def stabilised(self, dreamt: Canvas, params: Params, frame: int, rng: np.random.Generator) -> Canvas:
        """Return the dreamt canvas held to the source's look, with what has stood still for long faded."""
        return stabilise(self._habit.faded(dreamt, params), self._fade.look(frame), params, rng)

    def is_cut(self, frame: int) -> bool:
        """Return whether a frame was cut to, not moved to."""
        return frame == self._cut

    def resize(self, before: Size, size: Size) -> None:
        """Go on with a canvas of another size."""
        self._fade, self._habit = self._fade.at(before, size, self._drawn), Habit()
        self._feed.resize(size)

    def _fade_in(self, canvas: Canvas, params: Params, frame: int) -> Canvas:
        """Start to fade to the source that the feed is at now; cut to it where `ease` leaves no time."""
        before = self._fade.look(frame)
        picture = self._feed.read(frame)
        fade = Fade(frame, ease_frames(params), before, Look.of(picture, self._drawn))
        if fade.cuts:
            canvas, self._cut = picture.copy(), frame
            fade = Fade(frame, 0, fade.after, fade.after)
        self._fade = fade
        return canvas

    def _tell_jumps(self, frame: int) -> None:
        for source, place in self._feed.jumps():
            for listener in self._listeners:
                listener.source(frame, source, place)
