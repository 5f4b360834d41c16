"""Simulated machines: a frame takes a + b × pixels × steps seconds, times load and noise."""

from collections.abc import Callable
from itertools import pairwise
from statistics import median

import numpy as np

from dreamstream.dreamer.effort import Effort
from dreamstream.dreamer.pace import Pace
from dreamstream.params import Params
from dreamstream.size import Size

CANVAS = Size(448, 252)
PIXEL = 75e-9  # seconds for a pixel's gradient: 8 ms at the canvas
PARAMS = Params(layer="a", octaves=2, iterations=1, fps_target=20)


class Machine:
    """Dreams with a pace, and keeps of each frame when it began, its seconds, and its effort."""

    def __init__(self, canvas: Size = CANVAS, noise: float = 0.0, seed: int = 0) -> None:
        self.canvas, self.noise = canvas, noise
        self.rng = np.random.default_rng(seed)
        self.pace = Pace(canvas)
        self.pixel, self.fixed, self.load = PIXEL, 0.003, 1.0
        self.error: Callable[[Effort], float] = lambda effort: 1.0
        self.now = 0.0
        self.frames: list[tuple[float, float, Effort]] = []

    def dream(self, params: Params, seconds: float) -> "Machine":
        end = self.now + seconds
        while self.now < end:
            self.frame(params)
        return self

    def frame(self, params: Params, spike: float = 0.0) -> Effort:
        effort = self.pace.effort(params)
        fuzz = self.load * float(np.exp(self.noise * self.rng.normal()))
        climbing = self.pixel * effort.work(params, self.canvas) * fuzz * self.error(effort)
        took = climbing + self.fixed * fuzz + spike
        self.pace.note(took, climbing + spike)
        self.frames.append((self.now, took, effort))
        self.now += took
        return effort

    def since(self, time: float) -> list[tuple[float, float, Effort]]:
        return [frame for frame in self.frames if frame[0] >= time]

    def changes(self, since: float = 0.0) -> int:
        efforts = [effort for _, _, effort in self.since(since)]
        return sum(a != b for a, b in pairwise(efforts))

    def rate(self, since: float) -> float:
        return 1 / median(took for _, took, _ in self.since(since))

    def slowed(self, times: float) -> "Machine":
        self.load = times
        return self
