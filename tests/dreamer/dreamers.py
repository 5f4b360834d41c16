"""Dreamers to be tested, on a tiny net, and one who hears what they tell."""

from collections.abc import Callable

from dreamstream.dreamer import Dreamer, Effort, Listener
from dreamstream.frame import Frame
from dreamstream.params import Params, ParamStore
from dreamstream.score.records import AnySwap
from dreamstream.sources import Source
from tests.fakes import FakeClock, still, tiny_net

PARAMS = Params(layer="conv2", step=1)


def dreamer_of(
    store: ParamStore | None = None, seed: int = 1, *sources: Source, **options: object
) -> Dreamer:
    return Dreamer(
        store or ParamStore(PARAMS),
        sources or (still(),),
        tiny_net(),
        seed,
        FakeClock(),  # type: ignore[arg-type]
        **options,  # type: ignore[arg-type]
    )


class Failing(Dreamer):
    """A dreamer whose steps fail where `fails` says so (a set of step numbers, from 1)."""

    fails: frozenset[int] = frozenset()
    steps = 0

    def step(self, check: Callable[[], None] = lambda: None) -> Frame:
        def fail() -> None:
            if self.steps in self.fails:
                raise FloatingPointError("not a number")
            check()

        self.steps += 1
        return super().step(fail)


class Heard(Listener):
    """Keeps what it is told, in order."""

    def __init__(self) -> None:
        self.changes: list[tuple[int, Params]] = []
        self.efforts: list[tuple[int, Effort | None]] = []
        self.pulls: list[tuple[int, str]] = []
        self.swaps: list[tuple[int, AnySwap]] = []
        self.frames: list[int] = []
        self.failures: list[tuple[int, str]] = []

    def changed(self, frame: int, params: Params) -> None:
        self.changes.append((frame, params))

    def effort(self, frame: int, effort: Effort | None) -> None:
        self.efforts.append((frame, effort))

    def pull(self, frame: int, part: str, pull: float) -> None:
        self.pulls.append((frame, part))

    def swapped(self, frame: int, swap: AnySwap) -> None:
        self.swaps.append((frame, swap))

    def dreamt(self, frame: Frame) -> None:
        self.frames.append(frame.index)

    def failed(self, frame: int, why: str) -> None:
        self.failures.append((frame, why))
