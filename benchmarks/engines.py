"""Milliseconds of a gradient step on both engines, in one run: `make bench-engines`.

GoogLeNet with random weights, excited at inception_4c/output. Torch and real Caffe take turns, so that a
busy machine is busy for both; the medians are over all turns. Caffe computes no gradients of weights here
(its best case), and once more with them, as `force_backward` has it.
"""

import argparse
import os
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from dreamstream.caffe import read_net  # before torch: how its threads wait is settled in dreamstream
from dreamstream.dream import L2
from dreamstream.nets import Network, Preprocessing, catalog
from dreamstream.nets.pycaffe_net import PycaffeNet
from dreamstream.nets.torch_net import TorchNet
from tests.nets.example_nets import he_weights

import torch  # isort: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="640x360", metavar="WxH")
    parser.add_argument("--net", default="bvlc_googlenet")
    parser.add_argument("--layer", default="inception_4c/output")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    prototxt = catalog()[options.net].prototxt
    spec = he_weights(read_net(prototxt, None).pruned([options.layer]), (1, 3, height, width))
    how, objective = Preprocessing(), L2(options.layer)
    image = np.random.default_rng(0).uniform(0, 255, (height, width, 3)).astype(np.float32)
    nets: dict[str, Network] = {
        "torch": TorchNet(spec, how, "cpu"),
        "Caffe": PycaffeNet(spec, how),
        "Caffe, force_backward": PycaffeNet(spec, how, force_backward=True),
    }
    for net in nets.values():
        net.input_gradient(image, objective)  # the first makes the plan and takes the memory
    times: dict[str, list[float]] = {name: [] for name in nets}
    for _ in range(options.turns):
        for name, net in nets.items():
            times[name].append(_timed(lambda net=net: net.input_gradient(image, objective)))
    blas = os.environ.get("OPENBLAS_CORETYPE", "its own choice")
    print(f"{options.net} {options.layer} at {options.size}, {torch.get_num_threads()} threads of torch,")
    print(f"OpenBLAS kernels: {blas}; medians of {options.turns} turns, ms a gradient step")
    for name, each in times.items():
        ratio = median(times["Caffe"]) / median(each)
        print(f"  {name:22} {1000 * median(each):8.0f} ms   {ratio:5.2f} × Caffe's speed")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
