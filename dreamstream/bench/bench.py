"""The bench: the net, its rivals and the screen, opened once, and a probe for each canvas.

    settings -> stages (errors in the settings are raised here) -> open -> probe, turns -> Measurements

The matrix product is measured in each turn, too, beside what is compared with it.
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
from dreamstream.bench.probe import Clock, Probe, open_window
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
class Measurements:
    """Facts by name, the figures (key -> row of the table), and a result for each canvas."""

    facts: dict[str, Any]
    rows: dict[str, str]
    results: list[SizeResult] = field(default_factory=list)


class Bench:
    """Use it in a `with`. Wrong settings raise their DreamstreamError before anything large is loaded."""

    def __init__(self, settings: Settings, bench: BenchSettings, clock: Clock = time.perf_counter) -> None:
        self._bench, self._clock = bench, clock
        self.measurements: Measurements | None = None
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="dreamstream-")))
            entry = _random_entry(settings, folder) if bench.random_weights else None
            self._stages = [Stage(settings.changed(size=size), entry=entry) for size in bench.sizes]
            for stage in self._stages:
                stack.callback(stage.close)
            if "caffe" in bench.against and (why := caffe_missing()):
                raise NetError(f"--against caffe: {why}")
            self._stack = stack.pop_all()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def open(self) -> Measurements:
        """Load net and rivals, and open the window; takes seconds."""
        playing = self._stages[0].playing
        settings = playing.settings
        self._spec = load_spec(playing.entry)
        self._network = self._stages[0].open_net()
        self._rivals = {name: RIVALS[name](playing) for name in self._bench.against}
        self._window, why = open_window(self._bench.window)
        if self._window is not None:
            self._stack.callback(self._window.close)
        if settings.engine == "caffe" and settings.threads is not None:
            import torch  # for the matrix product

            torch.set_num_threads(settings.threads)
        self._products = {
            precision: MatrixProduct(self._network.device, precision)
            for precision in dict.fromkeys(["fp32", self._network.precision])
        }
        rows = [FIGURES, *map(matrix_figures, self._products), *map(rival_figures, self._bench.against)]
        self.measurements = Measurements(
            {**self._facts(), "no_screen_because": why or None},
            {key: row for figures in rows for key, row in figures.items()},
        )
        return self.measurements

    def measure(self) -> Iterator[tuple[SizeResult, int]]:
        """Take the turns; give the canvas's result and the turn's number before each of them."""
        assert self.measurements is not None
        for stage in self._stages:
            probe = Probe(stage, self._network, self._rivals, self._window, self._clock)
            work = self._gradient_work(stage.playing, probe.objective)
            result = SizeResult(stage.playing.settings.size, 2 * work / 1e9)
            self.measurements.results.append(result)
            for number in range(1, self._bench.turns + 1):
                yield result, number
                result.turns.append(self._with_rates(probe.turn(), result.gflop))

    def _with_rates(self, turn: Mapping[str, float], gflop: float) -> dict[str, float]:
        rate, figures = 1e3 * gflop / turn["gradient_step_ms"], dict(turn)
        for precision, product in self._products.items():
            most = product.rate(self._clock)
            figures[f"matrix_product_{precision}_gflop_per_s"] = most
        return {**figures, "gflop_per_s": rate, "matrix_product_share_percent": 100 * rate / most}

    def _gradient_work(self, playing: Playing, objective: Objective) -> int:
        """Return the multiply-adds of a gradient step on the whole canvas: up, and as many back."""
        picture = playing.entry.preprocessing.input_shape(playing.settings.size, self._spec.channels)
        return 2 * multiply_adds(slid(self._spec.pruned(objective.layers), picture), picture)

    def _facts(self) -> dict[str, Any]:
        stage, network = self._stages[0], self._network
        settings = stage.playing.settings
        plan = settings.plan if network.device == "cpu" else "reference"
        window = self._window
        return {
            "net": stage.playing.entry.name,
            "weights": "random weights" if self._bench.random_weights else "its own weights",
            "layer": stage.store.snapshot().layer,
            "engine": settings.engine,
            "plan": plan if settings.engine == "torch" else None,
            "precision": network.precision,
            "device": network.device,
            "threads": _threads(settings),
            "turns": self._bench.turns,
            "screen": f"{window.screen.name}, {window.size}" if window is not None else None,
        }


def _random_entry(settings: Settings, folder: Path) -> NetEntry:
    """Return the net with random weights, in a file as every net's; only the layers that the dream needs."""
    if settings.net.weights is not None:
        raise NetError(f"--weights {settings.net.weights}: with --random-weights no others are taken")
    entry = find_net(settings.net.net, structure_only=True)
    structure = entry.structure()
    if not (settings.params.get("class_name") or settings.params.get("second")):
        structure = structure.pruned([settings.params.get("layer") or entry.layer])
    spec = he_weights(structure, (1, structure.channels, _CLASSIFIER, _CLASSIFIER))
    path = folder / "random.caffemodel"
    write_caffemodel(spec, path)
    return replace(entry, caffemodel=path, package="")


def _threads(settings: Settings) -> int:
    if settings.engine == "caffe":
        return settings.threads or int(os.environ.get("OPENBLAS_NUM_THREADS") or usable_cores())
    import torch

    return torch.get_num_threads()


def _eager(playing: Playing) -> Network:
    from dreamstream.nets.eager import EagerNet

    return EagerNet(load_spec(playing.entry), playing.entry.preprocessing, playing.settings.device)


def _caffe(playing: Playing) -> Network:
    return open_network(playing.entry, "cpu", playing.settings.threads, "caffe")


RIVALS: dict[str, Callable[[Playing], Network]] = {"eager": _eager, "caffe": _caffe}
"""What `--against` takes: other ways to the same gradient, opened on the net that is played."""
