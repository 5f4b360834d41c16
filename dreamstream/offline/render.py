"""Rendering: the same dreamer with no window, every frame kept, straight into a file.

stage -> dreamer -> step, write, step, write, ...
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

from rich.console import Console

from dreamstream.errors import TransformError
from dreamstream.frame import Frame
from dreamstream.offline.film import Film, OutputSettings
from dreamstream.params.presets import InFile
from dreamstream.record import ARTICLE_DELAY
from dreamstream.stage import Stage

_VIDEO_FPS = 25.0


def render(stage: Stage, frames: int, output: OutputSettings, console: Console) -> None:
    """Dream and write so many frames; raises the error of the first that fails."""
    with closing(stage):
        output.check(stage.reads)
        output = _completed(output, stage.preset.render)
        film = Film(output, console)
        stage.store.change(fps_target=0.0)  # every frame takes the time that it needs
        dreamt = _dreamt(stage, frames, output.timing.fps, film.show_tile)
        film.write(film.follow(dreamt, output.path.name, frames))


def _dreamt(
    stage: Stage, count: int, fps: float | None, on_tile: Callable[[int, int], None]
) -> Iterator[Frame]:
    dreamer = stage.open_dreamer(1 / fps if fps else None)
    dreamer.network.on_tile = on_tile
    for _ in range(count):
        frame = dreamer.step()
        if dreamer.fault:  # nobody is there to see it, and to play on without it
            raise TransformError(dreamer.fault)
        yield frame


def _completed(output: OutputSettings, preset: InFile) -> OutputSettings:
    """Return the settings with the preset's where nothing was given, and the usual where it says nothing."""
    fps, delay = output.fps, output.delay
    if fps is None and delay is None:
        delay = preset.delay
        if delay is None and output.path.suffix.lower() in (".gif", ".webp"):
            delay = ARTICLE_DELAY
        if delay is None:
            fps = _VIDEO_FPS
    return replace(
        output,
        fps=fps,
        delay=delay,
        reverse=preset.reverse if output.reverse is None else output.reverse,
        loop=preset.loop if output.loop is None else output.loop,
    )
