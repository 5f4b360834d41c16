"""The probe: measures one canvas, a turn at a time, on the parts that a show is made of.

    turn: a whole frame -> its largest gradient step alone -> each rival's -> transform, stabilise, screen

Picture and objective of the gradient step are those of a frame that was dreamt to warm up.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pygame
from numpy.typing import NDArray

from dreamstream.bench.machine import finish
from dreamstream.display import Moment, Picture, Window, WindowSettings, display_missing
from dreamstream.dream import Look, stabilise
from dreamstream.errors import DisplayError
from dreamstream.frame import Frame
from dreamstream.nets import Image, Network, Objective
from dreamstream.params import Params
from dreamstream.pictures import Picture as Canvas
from dreamstream.pictures import on
from dreamstream.size import Size
from dreamstream.stage import Stage
from dreamstream.transforms import Tick, distort

_WARM_UP = 2  # frames: engines make their plans at the first, and some improve them at the second

Clock = Callable[[], float]
_T = TypeVar("_T")


class WatchedNet(Network):
    """A net that times its gradient steps and, while `keeps` is set, remembers the largest of them."""

    def __init__(self, network: Network, clock: Clock) -> None:
        super().__init__(network.spec, network.preprocessing)
        self._network, self._clock = network, clock
        self.engine, self.device, self.precision = network.engine, network.device, network.precision
        self._steps: list[Callable[[], float]] = []
        self.keeps = True
        self.largest: tuple[Canvas, Objective] | None = None

    def input_gradient(self, image: Canvas, objective: Objective) -> tuple[Canvas, Any]:
        """Pass it on to the net, and take its time, on a device by the device's own clock."""
        if self.keeps and (self.largest is None or Size.of(image).area >= Size.of(self.largest[0]).area):
            self.largest = on(image).copy(image), objective
        stop = on(image).timer(self._clock)
        result = self._network.input_gradient(image, objective)
        self._steps.append(stop())
        return result

    def seconds(self) -> float:
        """Return how long all steps took since this was asked last; the device must have finished."""
        steps, self._steps = self._steps, []
        return sum(step() for step in steps)

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        """Pass it on to the net."""
        return self._network.prepare(size, layers)

    def shape(self, size: Size, layer: str) -> tuple[int, ...]:
        """Pass it on to the net."""
        return self._network.shape(size, layer)

    def activations(self, image: Image, layer: str) -> NDArray[np.float32]:
        """Pass it on to the net."""
        return self._network.activations(image, layer)


class MarkedObjective:
    """An objective that adds up the seconds of forward passes, each from `begin` to its seed."""

    def __init__(self, objective: Objective, clock: Clock, device: str = "cpu") -> None:
        self._objective, self._clock, self._device = objective, clock, device
        self._begun = self.forward = 0.0

    def begin(self) -> float:
        """Return the time, at which a forward pass begins."""
        finish(self._device)
        self._begun = self._clock()
        return self._begun

    @property
    def layers(self) -> tuple[str, ...]:
        """The objective's layers."""
        return self._objective.layers

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Add what the forward pass took, and return the objective's own seed."""
        finish(self._device)
        self.forward += self._clock() - self._begun
        return self._objective.seed(activations)


def open_window(size: Size) -> tuple[Window | None, str]:
    """Return a window of this size, or None and why there is none."""
    if why := display_missing():
        return None, why
    try:
        return Window(WindowSettings(size)), ""
    except DisplayError as error:
        return None, str(error)


def drawing_seconds(window: Window, earlier: Frame, later: Frame, params: Params, clock: Clock) -> float:
    """Return how long a moment between two frames takes to be drawn, to its last pixel.

    Another moment is drawn before it: in a show, too, frames are sent to the driver once for several.
    """
    pygame.event.pump()  # or the desktop takes the program for hung
    screen = window.screen
    screen.draw(Moment(earlier, later, 0.25), window.size, Picture(params))
    screen.finish()
    window.show()
    started = clock()
    screen.draw(Moment(earlier, later, 0.75), window.size, Picture(params))
    screen.finish()
    return clock() - started


class Probe:
    """Measures what the stage's canvas takes on a net; `rivals` compute the same gradient, `window` draws."""

    def __init__(
        self,
        stage: Stage,
        network: Network,
        rivals: Mapping[str, Network],
        window: Window | None,
        clock: Clock,
    ) -> None:
        self._stage, self._network, self._rivals = stage, network, rivals
        self._window, self._clock = window, clock
        self._pictures = stage.pictures(network)
        self._watched = WatchedNet(network, clock)
        self._dreamer = stage.dreamer_on(self._watched)
        self._look = Look.of(stage.playing.sources[0].read())
        for _ in range(_WARM_UP):
            self._before = self._dreamer.step()
        self._watched.keeps = False
        assert self._watched.largest is not None
        self._image, self.objective = self._watched.largest  # of the largest gradient step of a frame
        array = self._pictures.host(self._image)
        self._images = {name: array if name == "caffe" else self._image for name in rivals}
        for name, rival in rivals.items():
            rival.input_gradient(self._images[name], self.objective)
        self._watched.seconds()

    def turn(self) -> dict[str, float]:
        """Measure everything once; `Bench` adds what follows from these."""
        frame, whole = self._timed(self._dreamer.step)
        share = self._watched.seconds() / whole
        step, forward = self._step()
        figures = {
            "dreamed_frames_per_s": 1 / whole,
            "gradient_steps_share_percent": 100 * share,
            "gradient_step_ms": 1e3 * step,
            "forward_ms": 1e3 * forward,
            "backward_share_percent": 100 * (1 - forward / step),
        }
        for name, rival in self._rivals.items():
            _, seconds = self._timed(partial(rival.input_gradient, self._images[name], self.objective))
            figures |= {f"{name}_gradient_step_ms": 1e3 * seconds, f"{name}_ratio": seconds / step}
        # what is done to a canvas before and after the ascent, and a drawing between two frames
        params, tick = self._stage.store.snapshot(), Tick.of(self._stage.playing.settings.seed, frame.index)
        canvas = self._pictures.of(frame.pixels.astype(np.float32))
        (_, moved), transform = self._timed(lambda: distort(canvas, params, tick))
        _, stabilised = self._timed(lambda: stabilise(moved, self._look, params, tick.rng))
        figures |= {"transform_ms": 1e3 * transform, "stabilise_ms": 1e3 * stabilised}
        if self._window is not None:
            drawn = drawing_seconds(self._window, self._before, frame, params, self._clock)
            figures["screen_ms"] = 1e3 * drawn
        self._before = frame
        return figures

    def _step(self) -> tuple[float, float]:
        """Return the seconds of the largest gradient step, and of its forward passes, one a window."""
        marked = MarkedObjective(self.objective, self._clock, self._network.device)

        def go_on(done: int, total: int) -> None:
            if done < total:
                marked.begin()

        self._network.on_tile = go_on
        _, step = self._timed(partial(self._network.input_gradient, self._image, marked), marked.begin())
        return step, marked.forward

    @property
    def picture(self) -> Size:
        """The size of the picture whose gradient is the largest step: with a tile memory that of a window."""
        return Size.of(self._image)

    def _timed(self, work: Callable[[], _T], started: float | None = None) -> tuple[_T, float]:
        started = self._clock() if started is None else started
        result = work()
        finish(self._network.device)
        return result, self._clock() - started
