"""Rendering: the same dreamer with no window, every frame kept, straight into a file.

stage -> dreamer -> step, write, step, write, ...
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from rich.console import Console

from dreamstream.controls import Route
from dreamstream.errors import TransformError
from dreamstream.frame import Frame
from dreamstream.offline.film import VIDEO_FPS, Film, OutputSettings
from dreamstream.offline.music import Music, sound_of
from dreamstream.params.presets import InFile
from dreamstream.record import ARTICLE_DELAY
from dreamstream.sound import Track
from dreamstream.stage import Stage

_FRAMES = 100
_INSTANT = 1e-6  # seconds that rounding may add to a track's length


def render(
    stage: Stage,
    frames: int | None,
    output: OutputSettings,
    console: Console,
    routes: Sequence[Route] = (),
    track: Track | None = None,
) -> None:
    """Dream and write so many frames; raises the error of the first that fails.

    `routes` move their params to the sound of a `track`, if there is one: it is in the film, and without
    `frames` the film is as long. Else it has 100, or those that a loop of bars takes.
    """
    with closing(stage):
        output = replace(output, bpm=output.bpm or stage.store.snapshot().bpm)
        output.check([*stage.reads, *([track.path] if track else ())])
        output = _completed(output, stage.preset.render)
        fps = output.timing.fps or VIDEO_FPS
        sound = sound_of(track, output) if track else None
        if loop := output.looped:
            frames = loop.frames
        elif frames is None:
            frames = max(1, math.ceil((track.length() - _INSTANT) * fps)) if track else _FRAMES
        film = Film(output, console)
        stage.store.change(fps_target=0.0)  # every frame takes the time that it needs

        def tell(text: str, key: str = "") -> None:
            if text:
                console.print(text, markup=False)

        music = Music(stage, routes, fps, track, tell)
        if music.left_out:
            console.print(f"routes that move nothing in a render: to {', '.join(music.left_out)}")
        dreamt = _dreamt(stage, frames, fps, film.show_tile, music)
        film.write(film.follow(dreamt, output.path.name, frames), sound, music.shown)


def _dreamt(
    stage: Stage, count: int, fps: float, on_tile: Callable[[int, int], None], music: Music
) -> Iterator[Frame]:
    dreamer = stage.open_dreamer(1 / fps, music, [music.measures])
    dreamer.network.on_tile = on_tile
    for _ in range(count):
        frame = dreamer.step()
        if dreamer.fault:  # nobody is there to see it, and to play on without it
            raise TransformError(dreamer.fault)
        music.saw(frame)
        yield frame


def _completed(output: OutputSettings, preset: InFile) -> OutputSettings:
    """Return the settings with the preset's where nothing was given, and the usual where it says nothing."""
    fps, delay = output.fps, output.delay
    if fps is None and delay is None:
        delay = preset.delay
        if delay is None and output.path.suffix.lower() in (".gif", ".webp"):
            delay = ARTICLE_DELAY
        if delay is None:
            fps = VIDEO_FPS
    return replace(
        output,
        fps=fps,
        delay=delay,
        reverse=preset.reverse if output.reverse is None else output.reverse,
        loop=preset.loop if output.loop is None else output.loop,
    )
