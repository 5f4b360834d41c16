"""How long the program takes to start: python benchmarks/start.py [--runs 5]

Starts the real program again and again and takes the time at which its lines come (`live -v`), in
milliseconds from the command on. Without a display there is no window, and its rows are missing.
"""

import argparse
import subprocess
import sys
import time

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.display import display_missing

MARKS = ("program loaded", "window open", "first picture shown", "net loaded", "first dreamed frame")


def seconds_of_help() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "dreamstream", "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def seconds_of_marks(*options: str) -> dict[str, float]:
    """Start a show of one frame and return when each of its lines came."""
    command = [sys.executable, "-m", "dreamstream", "live", "-v", "--frames", "1", *options]
    began = time.perf_counter()
    found: dict[str, float] = {}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            found |= {mark: time.perf_counter() - began for mark in MARKS if mark in line}
    if process.returncode:
        sys.exit("".join(lines))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print(*machine_lines(), sep="\n")
    missing = display_missing()
    if missing:
        print(f"no window: {missing}")
    figures: dict[str, list[float]] = {"--help": []}
    for run in range(options.runs + 1):
        found = {"--help": seconds_of_help(), **seconds_of_marks(*["--headless"] * bool(missing))}
        if "window open" in found:
            found["window open after loading"] = found["window open"] - found["program loaded"]
        if run:  # the first brings the files into memory
            for name, seconds in found.items():
                figures.setdefault(name, []).append(1e3 * seconds)
    print(f"medians (quartiles) of {options.runs} starts, ms")
    for name, each in figures.items():
        print(f"  {name:28}", Spread.of(each))


if __name__ == "__main__":
    main()
