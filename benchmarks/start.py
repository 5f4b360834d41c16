"""How long the program takes to start: python benchmarks/start.py [--runs 5] [--beside N]

Starts the real program again and again, in turns with a Python that imports torch and no more, and takes the
time at which its lines come (`live -v`), in milliseconds from the command on. Without a display there is no
window, and its rows are missing. `--beside` does it beside so many programs that want a core each.
"""

import argparse
import subprocess
import sys
import time

from dreamstream.bench.busy import beside
from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.display import display_missing

FIRST = "first dreamed frame"
MARKS = ("program loaded", "window open", "first picture shown", "net loaded", FIRST)


def seconds_of(*words: str) -> float:
    """Return how long Python takes for these words."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=True)
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


def start(missing: str) -> dict[str, float]:
    """Return the seconds of one start of each kind, and their ratio."""
    found = {
        "--help": seconds_of("-m", "dreamstream", "--help"),
        "import torch": seconds_of("-c", "import torch"),
    }
    found |= seconds_of_marks(*["--headless"] * bool(missing))
    if "window open" in found:
        found["window open after loading"] = found["window open"] - found["program loaded"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--beside", type=int, default=0, metavar="N")
    options = parser.parse_args()
    print(*machine_lines(), sep="\n")
    missing = display_missing()
    if missing:
        print(f"no window: {missing}")
    start(missing)  # brings the files into memory
    with beside(options.beside):
        starts = [start(missing) for _ in range(options.runs)]
    print(f"medians (quartiles) of {options.runs} starts beside {options.beside} busy programs, ms")
    for name in starts[0]:
        print(f"  {name:28}", Spread.of([1e3 * found[name] for found in starts]))
    ratios = [found[FIRST] / found["import torch"] for found in starts]
    print(f"  {FIRST} / import torch   ", Spread.of(ratios))


if __name__ == "__main__":
    main()
