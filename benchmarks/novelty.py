"""What it takes to know how new a dream is: python -m benchmarks.novelty [--size 448x252] [--frames 600]

Dreams with the default net, and tells the novelty of each frame as a show does. Prints the milliseconds of a
look and of a feeling of the pulse, as medians and quartiles of all cores together, and what share they are of
the time of a dream at 20 frames a second. What runs beside it counts for little.
"""

import argparse
import time
from dataclasses import replace

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine, machine_lines
from dreamstream.cli import values
from dreamstream.controls import Board
from dreamstream.dreamer.novelty import Novelty
from dreamstream.dreamer.pulse import Pulse
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage

FPS = 20
_CHEAP = 0.5  # ms: in a frame that takes less nothing was looked at


def main() -> None:
    """Dream, look, and print what looking took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=values.size, default=Size(448, 252), metavar="WxH")
    parser.add_argument("--frames", type=values.count, default=600, metavar="N")
    parser.add_argument("--threads", type=values.threads, metavar="N")
    options = parser.parse_args()
    for line in machine_lines(machine()):
        print(line)
    stage = Stage(Settings(sources=("clouds",), size=options.size, threads=options.threads))
    network = stage.open_net()
    dreamer, eye = stage.dreamer_on(network), stage.eye_on(network, waits=True)
    eye.see(dreamer.step().pixels)  # what it needs is built
    novelty, pulse = Novelty(Board(), lambda: eye), Pulse()
    looks, beats, told, dreamt = [], [], 0.0, 0.0
    for index in range(1, options.frames + 1):
        begun = time.process_time()
        frame = replace(dreamer.step(), time=index / FPS)
        dreamt += time.process_time() - begun
        begun = time.process_time()
        felt = pulse.feel(frame.pixels)
        beats += [1000 * (time.process_time() - begun)] if felt else []
        begun = time.process_time()
        novelty.dreamt(frame)
        taken = time.process_time() - begun
        told += taken
        looks += [1000 * taken] if 1000 * taken > _CHEAP and not felt else []
    print(f"{options.size}, {options.frames} frames of {1000 * dreamt / options.frames:.1f} ms each")
    for name, times in (("look", looks), ("pulse", beats)):
        spread = Spread.of(times)
        print(
            f"{name:6} {spread.median:6.2f} ({spread.lower_quartile:.2f} to {spread.upper_quartile:.2f}) ms"
        )
    share = told / (options.frames * max(1 / FPS, dreamt / options.frames))
    print(f"of the dream's time at {FPS} frames a second: {share:.2%}")


if __name__ == "__main__":
    main()
