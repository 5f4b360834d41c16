"""How much memory the program holds, after many frames and many changes: python benchmarks/memory.py

    --frames N     a show of N frames (2000), in a window where there is a display
    --rounds N     then N rounds (10) over canvas sizes, octaves and layers, each combination dreamt once

Prints the resident size in MiB, and how much it has grown since frame 200 and since the second round: what
is made once, plans and buffers, is there by then.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dreamstream.bench.machine import machine_lines
from dreamstream.cli import values
from dreamstream.display import Window, WindowSettings, display_missing
from dreamstream.live.desk import Desk
from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowSettings
from dreamstream.nets import Network
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage

SETTLED = 200  # frames: the ring holds 64, and every size has been dreamt
SIZES = (Size(160, 96), Size(224, 128), Size(320, 180), Size(448, 252))
OCTAVES = (1, 2, 3)


def resident() -> float:
    """Return this process's resident size in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(fields["VmRSS"].split()[0]) / 1024
    import os

    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, text=True)
    if listed.returncode:
        sys.exit("this system tells nobody how much memory a process holds")
    return int(listed.stdout) / 1024


def tell(what: str, size: float, since: float | None) -> None:
    grown = "" if since is None else f"  {100 * (size / since - 1):+.1f} %"
    print(f"  {what:24} {size:8.1f} MiB{grown}", flush=True)


def play(settings: Settings, frames: int) -> None:
    """Play a show as the program does, and tell of its size while it runs."""
    show = Show(Stage(settings), ShowSettings(frames=frames))
    window = None if display_missing() else Window(WindowSettings())
    reader = show.ring.reader()
    turn: Callable[[], object] = (
        Desk(show, window, Hands(show)).turn if window else partial(reader.read, timeout=0.5)
    )
    marks = sorted({SETTLED, *range(0, frames, max(SETTLED, frames // 5)), frames} - {0})
    settled = None
    print(f"a show of {frames} frames at {settings.size}, {'no window' if window is None else 'in a window'}")
    show.start()
    while marks and not show.over:
        turn()
        if show.dream.status.frames >= marks[0]:
            size = resident()
            tell(f"frame {marks.pop(0)}", size, settled)
            settled = settled or size
    if marks and show.dream.status.frames >= marks[0]:
        tell(f"frame {marks[0]}", resident(), settled)
    result = show.end()
    if window is not None:
        window.close()
    if result.error is not None:
        sys.exit(str(result.error))


def change(settings: Settings, rounds: int) -> None:
    """Dream one frame of each size, number of octaves and layer, again and again on one net."""
    stage = Stage(settings)
    network, entry = stage.open_net(), stage.playing.net.entry
    layers = list(entry.highlights) or [entry.layer]
    count = len(SIZES) * len(OCTAVES) * len(layers)
    print(f"{rounds} rounds of {count} combinations of size, octaves and layer")
    settled = None
    for number in range(1, rounds + 1):
        dream_each(settings, layers, network)
        size = resident()
        tell(f"round {number}", size, settled)
        if number == 2:
            settled = size


def dream_each(settings: Settings, layers: list[str], network: Network) -> None:
    for size in SIZES:
        stage = Stage(settings.changed(size=size))
        dreamer = stage.dreamer_on(network)
        for octaves in OCTAVES:
            for layer in layers:
                stage.store.change(octaves=octaves, layer=layer)
                dreamer.step()
        stage.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--frames", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--size", type=values.size, default="448x252", metavar="WxH")
    options = parser.parse_args()
    settings = Settings(size=options.size)
    print(*machine_lines(), sep="\n")
    if options.frames:
        play(settings, options.frames)
    if options.rounds:
        change(settings, options.rounds)


if __name__ == "__main__":
    main()
