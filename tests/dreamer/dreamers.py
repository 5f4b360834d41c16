"""Dreamers to be tested, on a tiny net, and one who hears what they tell."""

from collections.abc import Callable
from dataclasses import asdict

from dreamstream.dreamer import Dreamer, Effort, Listener
from dreamstream.frame import Frame
from dreamstream.params import Params, ParamStore
from dreamstream.pictures import HOST, Pictures
from dreamstream.score import records
from dreamstream.sources import Source
from tests.fakes import FakeClock, still, tiny_net

PARAMS = Params(layer="conv2", step=1)


def dreamer_of(
    store: ParamStore | None = None,
    seed: int = 1,
    *sources: Source,
    pictures: Pictures = HOST,
    **options: object,
) -> Dreamer:
    return Dreamer(
        store or ParamStore(PARAMS),
        sources or (still(),),
        tiny_net(pictures.device or "cpu"),
        seed,
        FakeClock(),  # type: ignore[arg-type]
        pictures=pictures,
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
        self.swaps: list[tuple[int, records.AnySwap]] = []
        self.frames: list[int] = []
        self.failures: list[tuple[int, str]] = []

    def changed(self, frame: int, params: Params) -> None:
        self.changes.append((frame, params))

    def note(self, record: records.Event) -> None:
        match record:
            case records.Effort(frame, done):
                self.efforts.append((frame, Effort(**asdict(done)) if done else None))
            case records.Pull(frame, pulls):
                self.pulls += [(frame, part) for part in pulls]
            case records.Swap(frame, swap):
                self.swaps.append((frame, swap))
            case records.Failed(frame, why):
                self.failures.append((frame, why))

    def dreamt(self, frame: Frame) -> None:
        self.frames.append(frame.index)
