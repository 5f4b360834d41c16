"""A film into a file: frames, one after another -> edited -> written, with progress on the terminal.

frames -> followed -> (laid out in time) -> their alpha -> backwards -> blended into a loop -> writer
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Canvas, Frame
from dreamstream.process import undisturbed
from dreamstream.record import Alpha, Encoding, Loop, Sound, Timing, check_output, edits, open_writer
from dreamstream.tell import counted

VIDEO_FPS = 25.0
"""The usual rate of what is made to have one."""


@dataclass(frozen=True)
class OutputSettings:
    """What is written to `path`, and how.

    Frames are shown as long as they were, or `fps` a second, or `delay` hundredths of a second each; GIFs and
    WebP `loop` times (0: endless); backwards if `reverse`; the last `loop_blend` are faded into the first.
    With `alpha` they are transparent in places. `loop_bars` at `bpm` make it a loop of exactly that length,
    of which a bar fades, or `loop_blend` frames.
    None is what is usual: the preset's of a render, else neither backwards nor ever ending.
    """

    path: Path
    fps: float | None = None
    delay: int | None = None
    loop: int | None = None
    reverse: bool | None = None
    loop_blend: int = 0
    force: bool = False
    encoding: Encoding = field(default_factory=Encoding)
    alpha: Alpha | None = None
    loop_bars: float = 0.0
    bpm: float = 0.0

    def check(self, read: Iterable[Path]) -> None:
        """Raise RecordError where it cannot be written, or is one of the files that are `read`.

        Raises UsageError where a loop cannot be so long.
        """
        _ = self.looped
        check_output(self.path, self.force, self.encoding, read)

    @property
    def timing(self) -> Timing:
        """When frames are shown; a loop of bars has a rate, whatever is said."""
        fps = self.fps if self.delay is None else 100 / self.delay
        return Timing(fps or (VIDEO_FPS if self.loop_bars else None), self.loop or 0)

    @property
    def looped(self) -> Loop | None:
        """The loop of bars that is written, if one is; raises UsageError where there is none such."""
        fps = self.timing.fps
        return Loop.of(self.loop_bars, self.bpm, fps, self.loop_blend) if self.loop_bars and fps else None


class Film:
    """Writes one film: `follow` the frames that it is made of, then `write` what is made of them."""

    def __init__(self, output: OutputSettings, console: Console) -> None:
        self._output, self._console = output, console
        # software's pictures are better, nobody waits, and they are the same on every machine
        self._encoding = replace(output.encoding, encoder=output.encoding.encoder or "software")
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[state]} {task.fields[tile]}", markup=False),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=console)

    def follow(
        self, frames: Iterator[Frame], title: str, total: float | None, by_time: bool = False
    ) -> Iterator[Frame]:
        """Give the frames, with a progress bar: of `total` frames, or `by_time` of their own seconds."""
        task = self._progress.add_task(f"{title}: starting", total=total, state="", tile="")
        self._task = task
        start = 0.0
        for count, frame in enumerate(frames, 1):
            if count == 1:  # a net is loaded before it
                start = time.monotonic()
                self._progress.update(task, description=title)
            yield frame
            rate = count / max(time.monotonic() - start, 1e-6)
            done = counted(count, "frame") if by_time else f"{count}/{total} frames"
            completed = frame.time if by_time else count
            self._progress.update(task, completed=completed, state=f"{done}  {rate:.1f}/s")
        self._progress.update(task, total=total or 1.0, completed=total or 1.0)

    def show_tile(self, done: int, total: int) -> None:
        """Show how much of the frame's gradient of the moment is done."""
        tiles = f"tile {done}/{total}" if done < total else ""
        self._progress.update(self._task, tile=tiles)

    def write(
        self,
        frames: Iterator[Frame],
        sound: Sound | None = None,
        source: Callable[[], Canvas | None] = lambda: None,
    ) -> int:
        """Write all frames, and return how many; raises RecordError, or what making them does.

        `source` returns its picture as each frame is made, for an alpha that is the change against that.
        `sound` goes with them where the format can carry it, else a line says that it cannot. Ctrl-C finishes
        the file, tells how many frames are in it, and is raised again.
        """
        path, written, loop = self._output.path, 0, self._output.looped
        if self._output.alpha:
            frames = self._output.alpha.on(frames, source)
        if self._output.reverse:
            frames = self._backwards(frames)
        if loop:
            if loop.note:
                self._console.print(loop.note, markup=False)
            frames = loop.on(frames, path.parent)
        elif self._output.loop_blend:
            frames = edits.loop_blend(frames, self._output.loop_blend)
        writer = open_writer(path, self._output.timing, self._encoding)
        if sound is not None and not writer.accompany(sound):
            self._console.print(f"{path.name} can carry no sound: the pictures alone are written")
        with self._progress:
            try:
                try:
                    for frame in frames:
                        writer.write(frame)
                        written += 1
                finally:
                    with undisturbed():
                        writer.close()
            except KeyboardInterrupt:
                self._console.print(f"stopped: {counted(written, 'frame')} in {path}")
                raise
            except OSError as error:
                raise RecordError(f"{path}: {reason(error)}") from error
        return written

    def _backwards(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Give the frames last to first, with a progress bar of their own."""
        count = 0

        def counted() -> Iterator[Frame]:
            nonlocal count
            for frame in frames:
                count += 1
                yield frame

        backwards = edits.backwards(counted(), self._output.path.parent)
        for frame in backwards:  # the last: now all have been read
            yield from self.follow(chain((frame,), backwards), "backwards", count)
