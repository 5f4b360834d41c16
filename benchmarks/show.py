"""How the show runs here: dreamed and screen frames a second, and how long it takes to start.

    python benchmarks/show.py [--seconds 10] [--runs 3]

Runs the real program on this display (or without a window, where there is none) and prints medians of
what it says of itself. Start times are in milliseconds from the start of Python.
"""

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys

import torch

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
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"torch {torch.__version__}, medians of {options.runs} runs of {options.seconds} s")
    missing = display_missing()
    if missing:
        print(f"no display: {missing}")
    shows = [("headless", ["--headless"])]
    shows += [] if missing else [(f"window {w}", ["--window", w]) for w in ("960x540", "1280x720")]
    print(f"{'canvas':>9}  {'show':<16}" + "".join(f"{name:>13}" for name in FIGURES))
    for size in SIZES:
        for name, how in shows:
            runs = [run("--size", size, "--seconds", options.seconds, *how) for _ in range(options.runs)]
            cells = [
                f"{statistics.median(r[figure] for r in runs):13.1f}" if figure in runs[0] else f"{'-':>13}"
                for figure in FIGURES
            ]
            print(f"{size:>9}  {name:<16}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
