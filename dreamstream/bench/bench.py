"""The bench: the net, its rivals and the screen, opened once, and a probe for each canvas.

    settings -> stages (what is wrong is told here) -> open -> probe, turns -> SizeResult ... -> Report

The matrix product is measured once a turn, too, beside what is held against it.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dreamstream.bench.figures import FIGURES, SizeResult, matrix_figures, rival_figures
from dreamstream.bench.machine import MatrixProduct, usable_cores
from dreamstream.bench.probe import Clock, Probe
from dreamstream.bench.screen import ScreenProbe, open_screen
from dreamstream.caffe import he_weights, multiply_adds, slid, write_caffemodel
from dreamstream.errors import NetError
from dreamstream.nets import NetEntry, Network, Objective, caffe_missing, find_net, load_spec, open_network
from dreamstream.size import Size
from dreamstream.stage import Playing, Settings, Stage

SIZES = (Size(320, 180), Size(448, 252), Size(640, 360), Size(960, 540))
_CLASSIFIER = 224  # pixels a side that the nets of the catalog were trained on


@dataclass(frozen=True)
class BenchSettings:
    """What is measured: canvases, each `turns` times, beside which rivals.

    With `random_weights` the net's own are not needed. `window` is the screen's size.
    """

    sizes: tuple[Size, ...] = SIZES
    turns: int = 9
    against: tuple[str, ...] = ()
    random_weights: bool = False
    window: Size = Size(960, 540)


@dataclass
class Report:
    """What came of it: facts by name, the figures (key -> row of the table), a result for each canvas."""

    facts: dict[str, Any]
    rows: dict[str, str]
    results: list[SizeResult] = field(default_factory=list)


class Bench:
    """Use it in a `with`. What is wrong raises its DreamstreamError before anything large is loaded."""

    def __init__(self, settings: Settings, bench: BenchSettings, clock: Clock = time.perf_counter) -> None:
        self.bench, self._clock = bench, clock
        self._rivals: dict[str, Network] = {}
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="dreamstream-")))
            entry = _random_entry(settings, folder) if bench.random_weights else None
            sized = (settings.changed(size=size) for size in bench.sizes)
            self._stages = [Stage(each, entry=entry) for each in sized]
            for stage in self._stages:
                stack.callback(stage.close)
            if "caffe" in bench.against and (why := caffe_missing()):
                raise NetError(f"--against caffe: {why}")
            self._stack = stack.pop_all()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def open(self) -> Report:
        """Load net and rivals, and open the window; takes seconds."""
        stage = self._stages[0]
        settings = stage.playing.settings
        self._spec = load_spec(stage.playing.entry)
        self._network = stage.open_net()
        self._rivals = {name: RIVALS[name](stage.playing) for name in self.bench.against}
        self._screen, why = open_screen(self.bench.window)
        if self._screen is not None:
            self._stack.callback(self._screen.close)
        if settings.engine == "caffe" and settings.threads is not None:
            _limit_torch(settings.threads)
        self._products = {
            kind: MatrixProduct(self._network.device, kind)
            for kind in dict.fromkeys(["fp32", self._network.precision])
        }
        rows = [FIGURES, *map(matrix_figures, self._products), *map(rival_figures, self.bench.against)]
        facts = self._facts(stage, self._screen, why)
        return Report(facts, {key: row for figures in rows for key, row in figures.items()})

    def measure(self, report: Report) -> Iterator[tuple[SizeResult, int]]:
        """Take the turns; give the canvas's result and the turn's number before each of them."""
        for stage in self._stages:
            probe = Probe(stage, self._network, self._rivals, self._screen, self._clock)
            work = self._gradient_work(stage.playing, probe.objective)
            result = SizeResult(stage.playing.settings.size, 2 * work / 1e9)
            report.results.append(result)
            for number in range(1, self.bench.turns + 1):
                yield result, number
                result.turns.append(self._with_rates(probe.turn(), result.gflop))

    def _with_rates(self, turn: Mapping[str, float], gflop: float) -> dict[str, float]:
        rate, found = 1e3 * gflop / turn["gradient_step_ms"], dict(turn)
        for kind, product in self._products.items():
            most = product.rate(self._clock)
            found[f"matrix_product_{kind}_gflop_per_s"] = most
        return {**found, "gflop_per_s": rate, "matrix_product_share_percent": 100 * rate / most}

    def _gradient_work(self, playing: Playing, objective: Objective) -> int:
        """Return the multiply-adds of a gradient step on the whole canvas: up, and as many back."""
        picture = playing.entry.preprocessing.input_shape(playing.settings.size, self._spec.channels)
        return 2 * multiply_adds(slid(self._spec.pruned(objective.layers), picture), picture)

    def _facts(self, stage: Stage, screen: ScreenProbe | None, why: str) -> dict[str, Any]:
        entry, settings = stage.playing.entry, stage.playing.settings
        weights = "random weights" if self.bench.random_weights else "its own weights"
        return {
            "net": entry.name,
            "weights": weights,
            "layer": stage.store.snapshot().layer,
            "engine": settings.engine,
            "plan": _plan(self._network, settings),
            "precision": self._network.precision,
            "device": self._network.device,
            "threads": _threads(settings),
            "turns": self.bench.turns,
            "screen": None if screen is None else screen.name,
            "no_screen_because": why or None,
        }


def _random_entry(settings: Settings, folder: Path) -> NetEntry:
    """Return the net with random weights, in a file as every net's; only what the dream needs of them."""
    if settings.net.weights is not None:
        raise NetError(f"--weights {settings.net.weights}: with --random-weights no others are taken")
    entry = find_net(settings.net.net, structure_only=True)
    structure = entry.structure()
    if not (settings.params.get("class_name") or settings.params.get("second")):
        structure = structure.pruned([settings.params.get("layer") or entry.layer])
    spec = he_weights(structure, (1, structure.channels, _CLASSIFIER, _CLASSIFIER))
    path = folder / "random.caffemodel"
    write_caffemodel(spec, path)
    return replace(entry, caffemodel=path, converter="")


def _limit_torch(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)


def _threads(settings: Settings) -> int:
    if settings.engine == "caffe":
        return settings.threads or int(os.environ.get("OPENBLAS_NUM_THREADS") or usable_cores())
    import torch

    return torch.get_num_threads()


def _plan(network: Network, settings: Settings) -> str | None:
    """Return which of torch's ways the gradient takes; None for another engine."""
    if settings.engine != "torch":
        return None
    return settings.plan if network.device == "cpu" else "reference"


def _eager(playing: Playing) -> Network:
    from dreamstream.nets.eager import EagerNet

    return EagerNet(load_spec(playing.entry), playing.entry.preprocessing, playing.settings.device)


def _caffe(playing: Playing) -> Network:
    return open_network(playing.entry, "cpu", playing.settings.threads, "caffe")


RIVALS: dict[str, Callable[[Playing], Network]] = {"eager": _eager, "caffe": _caffe}
"""What `--against` takes: other ways to the same gradient, opened on the net that is played."""
