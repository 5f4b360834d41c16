"""How the show runs here: dreamed and screen frames a second, and how long it takes to start.

    python benchmarks/show.py [--seconds 10] [--runs 3]

Runs the real program on this display (or without a window, where there is none) and prints medians and
quartiles of what it says of itself. Start times are in milliseconds from the start of Python.
"""

import argparse
import re
import subprocess
import sys

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.display import display_missing

SIZES = ("448x252", "640x360")
FIGURES = {
    "window": r"(\d+) ms  window open",
    "net": r"(\d+) ms  net loaded",
    "first frame": r"(\d+) ms  first dreamed frame",
    "dreamed/s": r": ([\d.]+) a second",
    "screen/s": r"screen ([\d.]+) a second",
}


def run(*options: str) -> dict[str, float]:
    command = [sys.executable, "-m", "dreamstream", "live", "-v", "--fps-target", "0", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {name: re.search(pattern, done.stderr + done.stdout) for name, pattern in FIGURES.items()}
    return {name: float(match[1]) for name, match in found.items() if match}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", default="10")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(*machine_lines(), sep="\n")
    print(f"medians (quartiles) of {options.runs} runs of {options.seconds} s")
    missing = display_missing()
    if missing:
        print(f"no display: {missing}")
    shows = [("headless", ["--headless"])]
    shows += [] if missing else [(f"window {w}", ["--window", w]) for w in ("960x540", "1280x720")]
    print(f"{'canvas':>9}  {'show':<16}" + "".join(f"{name:>20}" for name in FIGURES))
    for size in SIZES:
        for name, how in shows:
            runs = [run("--size", size, "--seconds", options.seconds, *how) for _ in range(options.runs)]
            cells = [
                str(Spread.of([run[figure] for run in runs])) if figure in runs[0] else "-"
                for figure in FIGURES
            ]
            print(f"{size:>9}  {name:<16}" + "".join(f"{cell:>20}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
