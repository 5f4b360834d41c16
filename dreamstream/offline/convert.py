"""Converting: a recording into another format, cut, scaled, backwards, in a loop, at another rate.

reading -> cut -> scaled -> backwards -> loop blend -> writer
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from dreamstream.errors import RecordError, reason
from dreamstream.frame import Frame
from dreamstream.process import undisturbed
from dreamstream.record import Encoding, Reading, Timing, check_output, edits, open_writer


@dataclass(frozen=True)
class ConvertSettings:
    """What becomes of `source`: from second `begin` to `end`, `width` wide, backwards if `reverse`, the
    last `loop_blend` frames faded into the first; frames as long as they were, or `fps` or `delay` for all.
    """

    source: Path
    output: Path
    begin: float = 0.0
    end: float | None = None
    width: int | None = None
    reverse: bool = False
    loop_blend: int = 0
    fps: float | None = None
    delay: int | None = None
    loop: int = 0
    force: bool = False
    encoding: Encoding = field(default_factory=Encoding)


def convert(settings: ConvertSettings, console: Console) -> int:
    """Read, edit and write all frames, and return how many; raises RecordError."""
    reading = Reading.of(settings.source)
    _check(settings)
    timing = Timing(settings.fps, settings.loop)
    if settings.delay is not None:
        timing = Timing.each(settings.delay, settings.loop)
    writer = open_writer(settings.output, timing, replace(settings.encoding, patient=True))
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn()
    written = 0
    with Progress(*columns, console=console) as progress:
        try:
            for frame in _edited(reading, settings, progress):
                writer.write(frame)
                written += 1
        except KeyboardInterrupt:
            console.print(f"stopped: {written} frames are in {settings.output}")
            raise
        except OSError as error:
            raise RecordError(f"{settings.output}: {reason(error)}") from error
        finally:
            with undisturbed():
                writer.close()
    if not written:
        raise RecordError(f"{settings.source}: no frame between the seconds that --from and --to name")
    if reading.torn:
        console.print(f"{settings.source} is cut off: what is there was converted")
    console.print(f"converted {written} frames to {settings.output}")
    return written


def _check(settings: ConvertSettings) -> None:
    if settings.output.resolve() == settings.source.resolve():
        raise RecordError(f"{settings.output}: is the source itself; take another name for the output")
    if settings.end is not None and settings.end <= settings.begin:
        raise RecordError(f"--to {settings.end:g} is not after --from {settings.begin:g}")
    check_output(settings.output, settings.force, settings.encoding)


def _edited(reading: Reading, settings: ConvertSettings, progress: Progress) -> Iterator[Frame]:
    end = min(settings.end or reading.seconds, reading.seconds or settings.end or 0.0)
    length = max(0.0, end - settings.begin) or None
    task = progress.add_task(f"reading {settings.source.name}", total=length)

    def followed() -> Iterator[Frame]:
        for frame in edits.cut(reading.frames(settings.begin), settings.begin, settings.end):
            progress.update(task, completed=frame.time)
            yield frame
        progress.update(task, total=length or 1.0, completed=length or 1.0)

    frames = followed()
    if settings.width is not None:
        frames = edits.scaled(frames, settings.width)
    if settings.reverse:
        frames = _written(edits.backwards(frames, settings.output.parent), settings, progress)
    return edits.loop_blend(frames, settings.loop_blend) if settings.loop_blend else frames


def _written(frames: Iterator[Frame], settings: ConvertSettings, progress: Progress) -> Iterator[Frame]:
    """Follow the second of two passes: its frames can be given only when the first is through."""
    task = None
    for frame in frames:
        if task is None:
            read = progress.tasks[0].completed or 1.0
            task = progress.add_task(f"writing {settings.output.name}", total=read)
        progress.update(task, completed=frame.time)
        yield frame
    if task is not None:
        progress.update(task, completed=progress.tasks[task].total)
