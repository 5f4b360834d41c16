"""What gradients of all weights cost real Caffe: python benchmarks/engines.py

`dreamstream bench --against caffe` measures Caffe at its best, without them; `force_backward: true`, as
Caffe is mostly used for DeepDream, computes them, and nothing needs them. GoogLeNet with random weights,
both in turns.
"""

import argparse
import time

import numpy as np

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.caffe import he_weights, read_net
from dreamstream.cli import values
from dreamstream.dream.objectives import L2
from dreamstream.nets import Preprocessing, catalog
from dreamstream.nets.pycaffe_net import PycaffeNet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=values.size, default="640x360", metavar="WxH")
    parser.add_argument("--net", default="bvlc_googlenet")
    parser.add_argument("--layer", default="inception_4c/output")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    structure = read_net(catalog()[options.net].prototxt, None).pruned([options.layer])
    spec, preprocessing = he_weights(structure, (1, 3, *options.size.shape)), Preprocessing()
    nets = {
        "none": PycaffeNet(spec, preprocessing),
        "all, by force_backward": PycaffeNet(spec, preprocessing, True),
    }
    image = np.random.default_rng(0).uniform(0, 255, (*options.size.shape, 3)).astype(np.float32)
    times: dict[str, list[float]] = {name: [] for name in nets}
    for turn in range(options.turns + 1):
        for name, net in nets.items():
            started = time.perf_counter()
            net.input_gradient(image, L2(options.layer))
            if turn:  # the first takes the memory
                times[name].append(1e3 * (time.perf_counter() - started))
    print(*machine_lines(), sep="\n")
    print(f"{options.net} {options.layer} at {options.size} in Caffe: ms a gradient step,")
    print(f"medians (quartiles) of {options.turns} turns, by the weights whose gradients are computed")
    for name, each in times.items():
        print(f"  {name:24}", Spread.of(each))


if __name__ == "__main__":
    main()
