"""The growth of a canvas on simulated machines, by what happens to them: load, recordings, other canvases."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dreamstream.dreamer.effort import Effort
from dreamstream.live.growth import Growth
from dreamstream.size import Size, neighbour
from tests.dreamer.machines import CANVAS, PARAMS, Machine

WINDOW = Size(1920, 1080)


class Growing(Machine):
    """A machine whose canvas grows; around the ascent a frame takes what its pixels cost."""

    def __init__(self, window: Size = WINDOW) -> None:
        super().__init__()
        self.growth, self.busy = Growth(window), False
        self.canvases: list[tuple[float, Size]] = []  # when they came

    def show(self, frames: int, load: float) -> "Growing":
        self.slowed(load)
        for _ in range(frames):
            self.frame(PARAMS)
            steps = self.growth.steps(self.now, self.pace, self.canvas, self.busy)
            if steps:
                self.go_to(neighbour(self.canvas, steps, self.canvas))
        return self

    def go_to(self, canvas: Size) -> None:
        self.fixed *= canvas.area / self.canvas.area
        self.pace = self.pace.moved(canvas, PARAMS, lambda params, size, canvas: True, alike=True)
        self.canvas = canvas
        self.canvases.append((self.now, canvas))

    @property
    def newest_effort(self) -> Effort:
        return self.frames[-1][2]


def test_a_canvas_grows_at_once_on_a_free_machine_and_keeps_its_rate() -> None:
    machine = Growing().show(300, load=1)
    assert len(machine.canvases) == 1
    assert machine.canvases[0][0] < 6
    assert machine.canvas.area > CANVAS.area
    assert machine.newest_effort.fine(PARAMS)
    assert machine.rate(machine.now - 3) >= 19


def test_it_comes_back_when_the_machine_gets_free() -> None:
    machine = Growing().show(300, load=12)
    assert not machine.canvases
    machine.show(300, load=1)
    assert machine.canvas == Growing().show(300, load=1).canvas


def test_it_grows_no_further_than_the_window() -> None:
    assert Growing(Size(900, 520)).show(1200, load=0.5).canvas == Size(896, 504)
    assert not Growing(CANVAS).show(1200, load=0.5).canvases


def test_it_waits_for_the_end_of_a_recording() -> None:
    machine = Growing()
    machine.busy = True
    assert not machine.show(300, load=1).canvases
    machine.busy = False
    ended = machine.now
    machine.show(300, load=1)
    assert machine.canvases[0][0] >= ended + 2, "what was known before it does not count"


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0.05, 20)), min_size=1, max_size=12))
def test_whatever_the_load_does_it_only_grows_and_ever_later(loads: Sequence[tuple[int, float]]) -> None:
    machine = Growing()
    for frames, load in loads:
        machine.show(frames, load)
    sizes = [CANVAS, *(size for _, size in machine.canvases)]
    assert all(a.area < b.area for a, b in pairwise(sizes))
    assert all(size.width <= WINDOW.width and size.height <= WINDOW.height for size in sizes)
    times = [0.0, *(time for time, _ in machine.canvases)]
    assert all(b - a >= 2.0 * 2**n for n, (a, b) in enumerate(pairwise(times)))
