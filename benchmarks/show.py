"""How the show runs here: dreamed and screen frames a second, and how long it takes to start.

    python benchmarks/show.py [--seconds 10] [--runs 3] [--size WxH] [--fps-target 0] [--beside N ...]

Runs the real program on this display (or without a window, where there is none) and prints medians and
quartiles of what it says of itself. Start times are in milliseconds from the start of Python. `--beside` does
it beside so many programs that want a core each, in sessions of their own: how many cores' worth of CPU the
show's threads but the screen's had (`dream`), and each of those programs (`other`), from the first dreamed
frame on (Linux).
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import product

from dreamstream.bench.busy import beside, cpu_seconds
from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.display import display_missing

SIZES = ("448x252", "640x360")
WINDOWS = ("960x540", "1280x720")
FIGURES = {
    "window": r"(\d+) ms  window open",
    "net": r"(\d+) ms  net loaded",
    "first frame": r"(\d+) ms  first dreamed frame",
    "dreamed/s": r": ([\d.]+) a second",
    "screen/s": r"screen ([\d.]+) a second",
    "p99, ms": r"p99 ([\d.]+) ms",
}
CORES = "dream, cores", "other, cores"


def run(others: int, seconds: float, *options: str) -> dict[str, float]:
    """Return the figures of one show of so many seconds beside so many busy programs."""
    command = [sys.executable, "-m", "dreamstream", "live", "-v", "--no-score", "--seconds", str(seconds)]
    show = subprocess.Popen([*command, *options], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert show.stdout is not None
    said, found = "", {}
    with beside(others) as programs, show:
        for line in show.stdout:
            said += line
            if "first dreamed frame" in line and sys.platform == "linux":
                found = cores(show.pid, programs, 0.9 * seconds)
    if show.returncode:
        sys.exit(said)
    matches = {name: re.search(pattern, said) for name, pattern in FIGURES.items()}
    return {name: float(match[1]) for name, match in matches.items() if match} | found


def cores(show: int, others: Sequence[int], seconds: float) -> dict[str, float]:
    """Return how many cores' worth the show's threads but the screen's get from now on, and each other."""

    def used() -> tuple[float, ...]:
        rest = [cpu_seconds(other) for other in others]
        return time.perf_counter(), cpu_seconds(show) - cpu_seconds(show, show), sum(rest)

    before = used()
    time.sleep(seconds)
    took, dream, rest = (now - then for now, then in zip(used(), before, strict=True))
    return {"dream, cores": dream / took} | ({"other, cores": rest / took / len(others)} if others else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--size", nargs="+", default=SIZES, metavar="WxH")
    parser.add_argument("--window", nargs="*", default=WINDOWS, metavar="WxH")
    parser.add_argument("--fps-target", default="0")
    parser.add_argument("--beside", type=int, nargs="+", default=[0], metavar="N")
    options = parser.parse_args()
    print(*machine_lines(), sep="\n")
    print(f"medians (quartiles) of {options.runs} runs of {options.seconds:g} s")
    missing = display_missing()
    if missing:
        print(f"no display: {missing}")
    shows = [("headless", ["--headless"])]
    shows += [] if missing else [(f"window {w}", ["--window", w]) for w in options.window]
    names = *FIGURES, *CORES
    print(f"{'canvas':>9}  {'show':<16}  beside" + "".join(f"{name:>18}" for name in names))
    for size, (name, how), others in product(options.size, shows, options.beside):
        asked = "--size", size, "--fps-target", options.fps_target, *how
        runs = [run(others, options.seconds, *asked) for _ in range(options.runs)]
        cells = [str(Spread.of([run[n] for run in runs])) if n in runs[0] else "-" for n in names]
        print(f"{size:>9}  {name:<16}  {others:>6}" + "".join(f"{cell:>18}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
