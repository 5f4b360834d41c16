"""The probe: measures one canvas, a turn at a time, on the parts that a show is made of.

    turn: a whole frame -> its largest gradient step alone -> each rival's -> transform, stabilise, screen

Picture and objective of the step alone are those of a real frame, kept while the dreamer warmed up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dreamstream.bench.machine import synchronise
from dreamstream.bench.screen import ScreenProbe
from dreamstream.dream import Look, stabilise
from dreamstream.frame import Frame
from dreamstream.nets import Image, Network, Objective
from dreamstream.size import Size
from dreamstream.stage import Stage
from dreamstream.transforms import Tick, distort

_WARM_UP = 2  # frames: engines make their plans at the first, and some look again at the second

Clock = Callable[[], float]
_T = TypeVar("_T")


class WatchedNet(Network):
    """A net that notes how long its gradient steps take, and, while `keeps`, the largest of them."""

    def __init__(self, network: Network, clock: Clock) -> None:
        super().__init__(network.spec, network.preprocessing)
        self._network, self._clock = network, clock
        self.engine, self.device, self.precision = network.engine, network.device, network.precision
        self.seconds = 0.0
        self.keeps = True
        self.largest: tuple[Image, Objective] | None = None

    def input_gradient(self, image: Image, objective: Objective) -> tuple[Image, float]:
        """Pass it on to the net, and add its time to `seconds`."""
        if self.keeps and (self.largest is None or image.size >= self.largest[0].size):
            self.largest = image.copy(), objective
        began = self._clock()
        result = self._network.input_gradient(image, objective)
        self.seconds += self._clock() - began
        return result

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        """Pass it on to the net."""
        return self._network.prepare(size, layers)

    def activations(self, image: Image, layer: str) -> NDArray[np.float32]:
        """Pass it on to the net."""
        return self._network.activations(image, layer)


class MarkedObjective:
    """An objective that notes when it is asked for its seed: there the way up ends, the way back begins."""

    def __init__(self, objective: Objective, clock: Clock) -> None:
        self._objective, self._clock = objective, clock
        self.reached = 0.0

    @property
    def layers(self) -> tuple[str, ...]:
        """The objective's layers."""
        return self._objective.layers

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Note the time and return the objective's own seed."""
        for blob in activations.values():
            synchronise(blob)
        self.reached = self._clock()
        return self._objective.seed(activations)


class Probe:
    """Measures what the stage's canvas takes on a net; `rivals` compute the same gradient, `screen` draws."""

    def __init__(
        self,
        stage: Stage,
        network: Network,
        rivals: Mapping[str, Network],
        screen: ScreenProbe | None,
        clock: Clock,
    ) -> None:
        self._stage, self._network, self._rivals = stage, network, rivals
        self._screen, self._clock = screen, clock
        self._watched = WatchedNet(network, clock)
        self._dreamer = stage.dreamer_on(self._watched)
        self._look = Look.of(stage.playing.sources[0].read())
        self._before = self._warm_up()

    def _warm_up(self) -> Frame:
        for _ in range(_WARM_UP):
            frame = self._dreamer.step()
        self._watched.keeps = False
        assert self._watched.largest is not None
        self._image, self._objective = self._watched.largest
        for rival in self._rivals.values():
            rival.input_gradient(self._image, self._objective)
        return frame

    @property
    def objective(self) -> Objective:
        """What the largest gradient step of a frame climbs."""
        return self._objective

    def turn(self) -> dict[str, float]:
        """Measure everything once; without what follows from these, see `Bench`."""
        self._watched.seconds = 0.0
        frame, whole = self._timed(self._dreamer.step)
        share = self._watched.seconds / whole
        found = {"dreamed_frames_per_s": 1 / whole, "gradient_steps_share_percent": 100 * share}
        found |= self._gradient_step()
        found |= self._around(frame)
        self._before = frame
        return found

    def _gradient_step(self) -> dict[str, float]:
        marked = MarkedObjective(self._objective, self._clock)
        began = self._clock()
        self._network.input_gradient(self._image, marked)
        step, forward = self._clock() - began, marked.reached - began
        found = {
            "gradient_step_ms": 1e3 * step,
            "forward_ms": 1e3 * forward,
            "backward_share_percent": 100 * (1 - forward / step),
        }
        for name, rival in self._rivals.items():
            began = self._clock()
            rival.input_gradient(self._image, self._objective)
            theirs = self._clock() - began
            found |= {f"{name}_gradient_step_ms": 1e3 * theirs, f"{name}_ratio": theirs / step}
        return found

    def _around(self, frame: Frame) -> dict[str, float]:
        """Measure what is done to a canvas before and behind the ascent, and a drawing between two frames."""
        params, tick = self._stage.store.snapshot(), Tick.of(self._stage.playing.settings.seed, frame.index)
        canvas = frame.pixels.astype(np.float32)
        (_, moved), transform = self._timed(lambda: distort(canvas, params, tick))
        _, stabilised = self._timed(lambda: stabilise(moved, self._look, params, tick.rng))
        found = {"transform_ms": 1e3 * transform, "stabilise_ms": 1e3 * stabilised}
        if self._screen is not None:
            screen = self._screen
            screen.prepare(self._before, frame, params)
            _, drawn = self._timed(screen.draw)
            found["screen_ms"] = 1e3 * drawn
        return found

    def _timed(self, work: Callable[[], _T]) -> tuple[_T, float]:
        began = self._clock()
        result = work()
        return result, self._clock() - began
