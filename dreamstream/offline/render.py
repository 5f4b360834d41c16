"""Rendering: the same dreamer with no window, every frame kept, straight into a file.

stage -> dreamer -> step, write, step, write, ...
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from dreamstream.errors import RecordError, TransformError, reason
from dreamstream.frame import Frame
from dreamstream.params.presets import InFile
from dreamstream.process import undisturbed
from dreamstream.record import ARTICLE_DELAY, Encoding, Timing, Writer, check_output, edits, open_writer
from dreamstream.stage import Stage


@dataclass(frozen=True)
class RenderSettings:
    """What is written: `frames` of them, `fps` a second or `delay` hundredths of a second each, backwards if
    `reverse`, the last `loop_blend` faded into the first; GIFs and WebP are shown `loop` times (0: endless).
    None of these is the preset's, or the usual.
    """

    output: Path
    frames: int = 100
    fps: float | None = None
    delay: int | None = None
    reverse: bool | None = None
    loop: int | None = None
    force: bool = False
    loop_blend: int = 0
    encoding: Encoding = field(default_factory=Encoding)


_VIDEO_FPS = 25.0


def render(stage: Stage, settings: RenderSettings, console: Console) -> None:
    """Dream and write all frames; raises the error of the first that fails."""
    check_output(settings.output, settings.force, settings.encoding)
    settings = _settled(settings, stage.preset.in_file)
    stage.store.change(fps_target=0.0)  # every frame takes the time that it needs
    writer = open_writer(settings.output, _timing(settings), settings.encoding)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} frames  {task.fields[rate]:.1f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("loading the net", total=settings.frames, rate=0.0)
        dreamer = stage.open_dreamer()
        progress.update(task, description=settings.output.name)
        begun = stage.clock()

        def dreamt() -> Iterator[Frame]:
            for count in range(1, settings.frames + 1):
                frame = dreamer.step()
                if dreamer.fault:  # nobody is there to see it, and to play on without it
                    raise TransformError(dreamer.fault)
                yield frame
                rate = count / max(stage.clock() - begun, 1e-6)
                progress.update(task, completed=count, rate=rate)

        frames = edits.backwards(dreamt(), settings.output.parent) if settings.reverse else dreamt()
        if settings.loop_blend:
            frames = edits.loop_blend(frames, settings.loop_blend)
        try:
            _write(frames, writer)
        except KeyboardInterrupt:
            kept = 0 if settings.reverse else int(progress.tasks[0].completed)
            console.print(f"stopped: {kept} frames are in {settings.output}")
            raise
        except OSError as error:
            raise RecordError(f"{settings.output}: {reason(error)}") from error
        finally:
            stage.close()


def _settled(settings: RenderSettings, preset: InFile) -> RenderSettings:
    """Return the settings with the preset's where nothing was given."""
    timed = settings.fps is not None or settings.delay is not None
    return replace(
        settings,
        delay=settings.delay if timed else preset.delay,
        reverse=preset.reverse if settings.reverse is None else settings.reverse,
        loop=preset.loop if settings.loop is None else settings.loop,
    )


def _timing(settings: RenderSettings) -> Timing:
    loop, fps = settings.loop or 0, settings.fps
    if settings.delay is not None:
        return Timing.each(settings.delay, loop)
    if fps is None and settings.output.suffix.lower() in (".gif", ".webp"):
        return Timing.each(ARTICLE_DELAY, loop)
    return Timing(fps or _VIDEO_FPS, loop)


def _write(frames: Iterator[Frame], writer: Writer) -> None:
    try:
        for frame in frames:
            writer.write(frame)
    finally:
        with undisturbed():
            writer.close()
