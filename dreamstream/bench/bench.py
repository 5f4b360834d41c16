"""The bench: the net, its rivals and the screen, opened once, and a probe for each canvas.

    settings -> stages (errors in the settings are raised here) -> open -> probe, turns -> results

The matrix product is measured in each turn, too, beside what is compared with it.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dreamstream.bench.figures import FIGURES, SizeResult, matrix_figures, rival_figures
from dreamstream.bench.machine import MatrixProduct, card, usable_cores
from dreamstream.bench.probe import Clock, Probe, open_window
from dreamstream.bench.random_entry import random_entry
from dreamstream.caffe import multiply_adds, slid
from dreamstream.errors import NetError
from dreamstream.nets import Network, caffe_missing, load_spec, open_network
from dreamstream.size import Size
from dreamstream.stage import Playing, Settings, Stage

SIZES = (Size(320, 180), Size(448, 252), Size(640, 360), Size(960, 540))


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


class Bench:
    """Use it in a `with`. Wrong settings raise their DreamstreamError before anything large is loaded.

    Once it is open it has `facts` by name, the figures' `rows` (key -> row of the table), and then a result
    for each canvas.
    """

    def __init__(self, settings: Settings, bench: BenchSettings, clock: Clock = time.perf_counter) -> None:
        self._bench, self._clock = bench, clock
        self.facts: dict[str, Any] = {}
        self.rows = dict(FIGURES)
        self.results: list[SizeResult] = []
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="dreamstream-")))
            entry = random_entry(settings, bench.sizes, folder) if bench.random_weights else None
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

    def open(self) -> None:
        """Load net and rivals, and open the window; takes seconds."""
        playing = self._stages[0].playing
        settings = playing.settings
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
        for figures in (*map(matrix_figures, self._products), *map(rival_figures, self._bench.against)):
            self.rows |= figures
        self.facts = {**self._facts(), "no_screen_because": why or None}

    def measure(self) -> Iterator[tuple[SizeResult, int]]:
        """Take the turns; give the canvas's result and the turn's number before each of them."""
        for stage in self._stages:
            probe = Probe(stage, self._network, self._rivals, self._window, self._clock)
            size, layers = stage.playing.settings.size, probe.objective.layers
            picture = self._network.input_shape(probe.picture, layers)
            work = multiply_adds(slid(self._network.spec.pruned(layers), picture), picture)
            # a gradient step goes up, and as far back; a multiplication and an addition count as two
            result = SizeResult(size, 4 * work / 1e9)
            self.results.append(result)
            for number in range(1, self._bench.turns + 1):
                yield result, number
                figures = probe.turn()
                rate = 1e3 * result.gflop / figures["gradient_step_ms"]
                for precision, product in self._products.items():
                    most = product.rate(self._clock)
                    figures[f"matrix_product_{precision}_gflop_per_s"] = most
                figures |= {"gflop_per_s": rate, "matrix_product_share_percent": 100 * rate / most}
                result.turns.append(figures)

    def _facts(self) -> dict[str, Any]:
        stage, network = self._stages[0], self._network
        settings = stage.playing.settings
        plan = settings.plan if network.device != "mps" else "reference"
        window = self._window
        if settings.engine == "caffe":
            threads = settings.threads or int(os.environ.get("OPENBLAS_NUM_THREADS") or usable_cores())
        else:
            import torch

            threads = torch.get_num_threads()
        return {
            "net": stage.playing.net.entry.name,
            "weights": "random weights" if self._bench.random_weights else "its own weights",
            "layer": stage.store.snapshot().layer,
            "engine": settings.engine,
            "plan": plan if settings.engine == "torch" else None,
            "precision": network.precision,
            "device": network.device,
            "card": card(network.device),
            "canvas": stage.canvas_on(network),
            "threads": threads,
            "turns": self._bench.turns,
            "screen": f"{window.screen.name}, {window.size}" if window is not None else None,
        }


def _eager(playing: Playing) -> Network:
    from dreamstream.nets.eager import EagerNet

    return EagerNet(load_spec(playing.net.entry), playing.net.entry.preprocessing, playing.settings.device)


def _caffe(playing: Playing) -> Network:
    return open_network(playing.net.entry, "cpu", playing.settings.threads, "caffe")


RIVALS: dict[str, Callable[[Playing], Network]] = {"eager": _eager, "caffe": _caffe}
"""What `--against` takes: other ways to the same gradient, opened on the net that is played."""
