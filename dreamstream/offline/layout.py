"""The layout: dreamed frames -> pictures at a steady rate, each at the moment that it had in the show.

frames, their times -> for each tick of the film the two frames about it -> tweened
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from dreamstream.frame import Frame, Pixels
from dreamstream.score import Timeline
from dreamstream.transforms.tween import Moment, blended


def laid_out(frames: Iterable[Frame], timeline: Timeline) -> Iterator[Frame]:
    """Give each frame once, at the time that it had."""
    for frame in frames:
        yield replace(frame, time=timeline.time(frame.index))


def tweened(
    frames: Iterable[Frame],
    timeline: Timeline,
    fps: float,
    draw: Callable[[Moment, float], Pixels] = lambda moment, seconds: blended(moment),
) -> Iterator[Frame]:
    """Give `fps` pictures a second from the first frame's time to the last one's, that one included.

    `draw` makes the picture of a moment at a time of the show, in seconds. It is asked for the moments before
    a frame when that frame is the newest that was taken.

    While the show was frozen the picture stands; then it goes on along the next frame's motion.
    """
    before: Frame | None = None
    start, count = 0.0, 0
    for frame in frames:
        ends = timeline.time(frame.index)
        if before is None:
            before, start = frame, ends
            continue
        while (now := start + count / fps) < ends:
            t = timeline.place(now) - before.index
            yield Frame(draw(Moment(before, frame, min(max(t, 0.0), 1.0)), now), count, now)
            count += 1
        before = frame
    if before is not None:
        now = start + count / fps
        yield Frame(draw(Moment(before, before, 1.0), now), count, now)
