"""How much memory a dream takes at its most, by canvas.

    python -m benchmarks.peak [--size WxH ...] [PARAM=VALUE]

Dreams three frames without a window in a process of its own for each canvas and each way: the gradient as it
comes, with a tile memory of 3 × 3, and in windows of 512 pixels. Prints the largest resident size in MB, and
that of the program before its first frame, the net loaded.
"""

import argparse
import resource
import subprocess
import sys

from dreamstream.bench.machine import machine_lines
from dreamstream.cli import values
from dreamstream.process import keep_large_blocks, memory_used
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage

SIZES = Size(448, 252), Size(1280, 720), Size(1920, 1080), Size(3840, 2160)
WAYS = {"as it comes": "tile=0", "tile memory 3": "tile_memory=3", "tile 512": "tile=512"}
FRAMES = 3


def dream(size: Size, way: str, params: dict[str, str]) -> None:
    """Dream here, and print the megabytes before it and at the most."""
    keep_large_blocks()
    name, _, value = WAYS[way].partition("=")
    machine = {name: int(value)} if name == "tile" else {}
    given = params if machine else {**params, name: value}
    dreamer = Stage(Settings(size=size, precision="auto", params=given, **machine)).open_dreamer()
    before = memory_used()
    for _ in range(FRAMES):
        dreamer.step()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(before, peak / (1e6 if sys.platform == "darwin" else 1e3 / 1.024))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("params", nargs="*", metavar="PARAM=VALUE", help="as in octaves=4")
    parser.add_argument("--size", type=values.size, action="append")
    parser.add_argument("--here", choices=WAYS, help="dream in this process, in one way")
    options = parser.parse_args()
    if options.here:
        given = dict(given.split("=", 1) for given in options.params)
        dream(options.size[0], options.here, given)
        return
    print(*machine_lines(), " ".join(options.params) or "default params", sep="\n")
    print(f"{'MB':<11}{'before':>15}" + "".join(f"{way:>15}" for way in WAYS))
    for size in options.size or SIZES:
        peaks = []
        for way in WAYS:
            command = [sys.executable, "-m", "benchmarks.peak", "--size", str(size), "--here", way]
            out = subprocess.run([*command, *options.params], capture_output=True, text=True, check=True)
            before, peak = map(float, out.stdout.split())
            peaks.append(peak)
        print(f"{size!s:<11}{before:15.0f}" + "".join(f"{peak:15.0f}" for peak in peaks), flush=True)


if __name__ == "__main__":
    main()
