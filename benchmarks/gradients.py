"""A gradient step by every way there is, in turns: python benchmarks/gradients.py

GoogLeNet (random weights) at inception_4c/output and the default net at block9: the compiled plan in fp32 and
bf16, its reference (autograd, channels-last), plain PyTorch, and real Caffe where it is installed. Then where
a step's time goes, node by node, in plan and reference.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import MatrixProduct, machine_lines
from dreamstream.caffe import NetSpec, he_weights, read_net
from dreamstream.dream.objectives import L2
from dreamstream.nets import Image, Network, Preprocessing, caffe_missing, catalog, find_net, load_spec
from dreamstream.nets.eager import EagerNet
from dreamstream.nets.precision import half_missing
from dreamstream.nets.torch_net import TorchNet
from dreamstream.process import keep_large_blocks
from dreamstream.size import Size

import torch  # isort: skip

Turn = dict[str, list[float]]


def googlenet() -> tuple[NetSpec, Preprocessing, str]:
    entry, layer = catalog()["bvlc_googlenet"], "inception_4c/output"
    structure = read_net(entry.prototxt, None).pruned([layer])
    return he_weights(structure, (1, 3, 224, 224)), entry.preprocessing, layer


def lite0() -> tuple[NetSpec, Preprocessing, str]:
    entry = find_net("efficientnet_lite0")
    return load_spec(entry), entry.preprocessing, "block9"


CASES = (
    (googlenet, Size(640, 360)),
    (googlenet, Size(320, 240)),
    (lite0, Size(448, 252)),
    (lite0, Size(896, 504)),
)


def precisions() -> Sequence[str]:
    return ("fp32",) if half_missing("bf16") else ("fp32", "bf16")


def ways(spec: NetSpec, preprocessing: Preprocessing) -> dict[str, Network]:
    found: dict[str, Network] = {
        f"plan, {kind}": TorchNet(spec, preprocessing, "cpu", "compiled", kind) for kind in precisions()
    }
    found["reference"] = TorchNet(spec, preprocessing, "cpu", "reference")
    found["eager"] = EagerNet(spec, preprocessing, "cpu")
    if not caffe_missing():
        from dreamstream.nets.pycaffe_net import PycaffeNet

        found["Caffe"] = PycaffeNet(spec, preprocessing)
    return found


def now() -> float:
    """Return seconds: one thread's time is that of the process, for which no other program counts."""
    return time.process_time() if torch.get_num_threads() == 1 else time.perf_counter()


def timed(work: Callable[[], object]) -> float:
    started = now()
    work()
    return 1e3 * (now() - started)


def measure(nets: Mapping[str, Network], image: Image, layer: str, turns: int) -> tuple[Turn, Turn]:
    """Return milliseconds of steps and of forward passes; of each way's two in a row the second counts."""
    steps, forwards = defaultdict(list), defaultdict(list)
    for _ in range(turns):
        for name, net in nets.items():
            net.input_gradient(image, L2(layer))
            steps[name].append(timed(partial(net.input_gradient, image, L2(layer))))
            if name not in ("eager", "Caffe"):
                forwards[name].append(timed(partial(net.activations, image, layer)))
    return steps, forwards


def print_steps(steps: Turn, forwards: Turn) -> None:
    middle = {name: Spread.of(each).median for name, each in steps.items()}
    print(f"{'':12}{'step, ms':>22}{'forward, ms':>22}{'step/forward':>14}{'eager/it':>10}{'Caffe/it':>10}")
    for name, each in steps.items():
        forward = Spread.of(forwards[name]) if name in forwards else None
        cells = [str(Spread.of(each)), str(forward or "-")]
        ratio = f"{middle[name] / forward.median:.2f}" if forward else "-"
        rivals = [f"{middle[o] / middle[name]:.2f}" if o in middle else "-" for o in ("eager", "Caffe")]
        print(f"{name:12}{cells[0]:>22}{cells[1]:>22}{ratio:>14}{rivals[0]:>10}{rivals[1]:>10}")


class Watched:
    """An op of a plan that notes its times."""

    def __init__(self, op: Any, times: Turn) -> None:
        self._op, self._times = op, times
        self._name = type(op).__name__

    def forward(self, *arguments: Any) -> Any:
        started = now()
        result = self._op.forward(*arguments)
        self._times[f"{self._name}, forward"].append(now() - started)
        return result

    def backward(self, *arguments: Any) -> Any:
        started = now()
        result = self._op.backward(*arguments)
        self._times[f"{self._name}, backward"].append(now() - started)
        return result


def print_plan(net: TorchNet, image: Image, layer: str, turns: int) -> None:
    plan = net._plans.get(((layer,), net.input_shape(Size.of(image), (layer,))))  # type: ignore[union-attr]
    nodes = plan.nodes
    times: dict[str, list[float]] = defaultdict(list)
    plan.nodes = [replace(node, op=Watched(node.op, times)) for node in nodes]
    whole = sum(timed(lambda: net.input_gradient(image, L2(layer))) for _ in range(turns)) / turns
    plan.nodes = nodes
    shares = {name: 1e3 * sum(each) / turns for name, each in times.items()}
    print_shares({**shares, "around the nodes": whole - sum(shares.values())}, whole)


def print_reference(net: TorchNet, image: Image, layer: str, turns: int) -> None:
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        for _ in range(turns):
            net.input_gradient(image, L2(layer))
    rows = sorted(profile.key_averages(), key=lambda row: -row.self_cpu_time_total)[:9]
    shares = {row.key: row.self_cpu_time_total / 1e3 / turns for row in rows}
    print_shares(shares, sum(row.self_cpu_time_total for row in profile.key_averages()) / 1e3 / turns)


def print_shares(shares: Mapping[str, float], whole: float) -> None:
    for name, share in sorted(shares.items(), key=lambda pair: -pair[1]):
        print(f"    {share:7.1f} ms {100 * share / whole:5.1f} %  {name}")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--threads", type=int, help="for Caffe set OPENBLAS_NUM_THREADS, too")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads or torch.get_num_threads())
    keep_large_blocks()
    print(*machine_lines(), torch.backends.cpu.get_cpu_capability(), sep="\n")
    print(f"{torch.get_num_threads()} threads; medians (quartiles)")
    for kind in precisions():
        product = MatrixProduct("cpu", kind)
        rates = Spread.of([product.rate(now) for _ in range(9)])
        print(f"matrix product in {kind}: {rates.median:.0f} GFLOP/s")
    for opened, size in CASES:
        spec, preprocessing, layer = opened()
        nets = ways(spec, preprocessing)
        image = np.random.default_rng(0).uniform(0, 255, (*size.shape, 3)).astype(np.float32)
        for net in nets.values():
            net.input_gradient(image, L2(layer))
        print(f"\n{spec.name}, {layer}, {size}")
        print_steps(*measure(nets, image, layer, options.turns))
        for kind in precisions():
            print(f"  where the time goes: plan, {kind}")
            print_plan(nets[f"plan, {kind}"], image, layer, options.turns)  # type: ignore[arg-type]
        print("  where the time goes: reference (torch's profiler, which slows it)")
        print_reference(nets["reference"], image, layer, options.turns)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
