"""What mapping and a second window cost: milliseconds that a screen frame takes to be drawn.

    python -m benchmarks.mapping [--frames 150] [--size 1280x720] [--canvas 640x360] [--screen plain]

For the screen with OpenGL and the plain one: the picture as it is; pinned by its corners; a mesh, edges and
colour, too; a second window of the same picture; a second one with a part and effects of its own. `cost` is
the median less that of the picture as it is. Each frame shows another moment, drawn to the last pixel; none
waits for the display. Needs a display; nothing is dreamt meanwhile.
"""

import argparse
import time

import numpy as np
import pygame

from dreamstream.bench.machine import machine_lines
from dreamstream.cli import values
from dreamstream.display import MappedWindows, Moment, Picture, Window, WindowSettings, display_missing
from dreamstream.frame import Frame
from dreamstream.mapping import PLAIN, Mapping
from dreamstream.mapping.editor import Editor
from dreamstream.mapping.net import grid
from dreamstream.params import Params
from dreamstream.size import Size

_PINNED = Mapping(corners=((0.03, 0.05), (0.95, 0.0), (1.0, 0.97), (0.0, 0.92)))
_MESH = tuple(tuple((float(x), float(y)) for x, y in row) for row in grid(5, 5) ** 1.05)
_ALL = {"mesh": _MESH, "edges": (0.2, 0.0, 0.0, 0.0), "gain": 0.9, "white": (1.0, 0.97, 0.9)}
CASES: dict[str, tuple[Mapping, ...]] = {
    "as it is": (PLAIN,),
    "corners": (_PINNED,),
    "corners, mesh 5x5, an edge, colour": (_PINNED.model_copy(update=_ALL),),
    "a second window": (PLAIN, PLAIN),
    "a second window, part and effects": (PLAIN, Mapping(part=(0.5, 0.0, 0.5, 1.0), effects="mirror")),
}
_WARM_UP = 5  # frames


def times(opengl: bool, size: Size, canvas: Size, mappings: tuple[Mapping, ...], count: int) -> list[float]:
    """Return how many milliseconds each of so many screen frames takes."""
    window = Window(WindowSettings(size, opengl=opengl, further=(0,) * (len(mappings) - 1)))
    mapped, random = MappedWindows(Editor(*mappings), window), np.random.default_rng(1)
    one, other = (
        Frame.of(random.uniform(0, 255, (*canvas.shape, 3)).astype(np.float32), n, None, 0) for n in (1, 2)
    )
    picture, taken = Picture(Params()), []
    for number in range(_WARM_UP + count):
        pygame.event.pump()
        before = time.perf_counter()
        mapped.draw(Moment(one, other, (number % 60) / 60), picture)
        window.screen.finish()
        taken.append(1e3 * (time.perf_counter() - before))
    window.close()
    return taken[_WARM_UP:]


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--size", type=values.size, default=Size(1280, 720), help="of each window")
    parser.add_argument("--canvas", type=values.size, default=Size(640, 360))
    parser.add_argument("--screen", choices=("opengl", "plain"), help="only this one")
    options = parser.parse_args()
    if missing := display_missing():
        parser.error(f"no display: {missing}")
    print(*machine_lines(), sep="\n")
    print(f"{options.canvas} in windows of {options.size}, {options.frames} screen frames, ms")
    print(f"{'':46}{'median':>8}{'p99':>8}{'cost':>8}")
    for screen in [options.screen] if options.screen else ["opengl", "plain"]:
        usual = 0.0
        for name, mappings in CASES.items():
            taken = times(screen == "opengl", options.size, options.canvas, mappings, options.frames)
            median = float(np.median(taken))
            usual = usual or median
            cells = f"{median:8.1f}{np.quantile(taken, 0.99):8.1f}{median - usual:+8.1f}"
            print(f"{screen:10}{name:36}{cells}", flush=True)


if __name__ == "__main__":
    main()
