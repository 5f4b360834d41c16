import threading

import pytest

from dreamstream.dreamer import Dreamer, Listener
from dreamstream.dreamer.loop import DreamLoop
from dreamstream.errors import DreamError, NetError
from dreamstream.params import ParamStore
from dreamstream.ring import Ring
from dreamstream.worker import Worker
from tests.dreamer.dreamers import PARAMS, Failing, Heard, dreamer_of
from tests.fakes import PATIENCE, FakeClock, still, tiny_net


def run_loop(
    dreamer: Dreamer, frames: int | None, store: ParamStore, *listeners: Listener
) -> tuple[DreamLoop, Ring, Worker]:
    ring = Ring(64)
    dreamer.listeners = listeners
    loop = DreamLoop(lambda: dreamer, store, ring, frames)
    return loop, ring, Worker("dreamer", loop, store.wake).start()


def test_the_loop_makes_as_many_frames_as_asked_and_closes_the_ring() -> None:
    store = ParamStore(PARAMS)
    loop, ring, worker = run_loop(dreamer_of(store), 5, store)
    worker.join(60)
    assert loop.status.frames == 5
    assert ring.statistics().put == 5
    assert ring.statistics().closed


def test_a_failing_step_does_not_end_the_show() -> None:
    store = ParamStore(PARAMS)
    dreamer = Failing(store, (still(),), tiny_net(), 1, FakeClock())
    dreamer.fails = frozenset({2, 3})
    heard = Heard()
    loop, ring, worker = run_loop(dreamer, 4, store, heard)
    worker.join(60)
    assert [f.index for f in ring.latest(9)] == [1, 2, 3, 4]
    assert loop.status.failures == 2
    assert heard.frames == [1, 2, 3, 4]
    assert heard.failures == [(2, "not a number")] * 2


def test_what_fails_before_the_first_step_ends_the_loop() -> None:
    def open() -> Dreamer:
        raise NetError("no weights")

    store, ring = ParamStore(PARAMS), Ring(4)
    worker = Worker("dreamer", DreamLoop(open, store, ring), store.wake).start()
    with pytest.raises(NetError, match="no weights"):
        worker.join(60)
    assert ring.statistics().closed


def test_a_first_frame_that_never_comes_ends_the_loop_with_its_error() -> None:
    store = ParamStore(PARAMS)
    dreamer = Failing(store, (still(),), tiny_net(), 1, FakeClock())
    dreamer.fails = frozenset(range(99))
    _, _, worker = run_loop(dreamer, 4, store)
    with pytest.raises(DreamError, match="no frame can be dreamt: not a number"):
        worker.join(60)


def test_a_frozen_dreamer_stops_dreaming_and_can_still_be_ended() -> None:
    class WatchedStore(ParamStore):
        waiting = threading.Event()

        def wait_for(self, *arguments: object) -> bool:  # type: ignore[override]
            self.waiting.set()
            return super().wait_for(*arguments)  # type: ignore[arg-type]

    store = WatchedStore(PARAMS)
    loop, ring, worker = run_loop(dreamer_of(store), None, store)
    reader = ring.reader()
    first = reader.read(PATIENCE)
    assert first is not None
    store.change(freeze=True)
    assert store.waiting.wait(PATIENCE), "the dreamer waits for the end of the freeze"
    made = ring.statistics().put
    assert made == loop.status.frames
    store.change(freeze=False)
    assert ring.latest()[0].index == made
    while (frame := reader.read(PATIENCE)) is not None and frame.index <= made:
        pass
    assert frame is not None, "it goes on"
    store.change(freeze=True)
    worker.stop(60)
    assert not worker.alive


def test_stopping_does_not_wait_for_a_long_dream() -> None:
    store = ParamStore(PARAMS.model_copy(update={"iterations": 100, "octaves": 8}))
    dreamer = dreamer_of(store)
    begun = threading.Event()
    climbed: list[int] = []
    gradient = dreamer.network.input_gradient

    def count(*arguments: object) -> object:
        begun.set()
        climbed.append(1)
        return gradient(*arguments)  # type: ignore[arg-type]

    dreamer.network.input_gradient = count  # type: ignore[method-assign, assignment]
    _, _, worker = run_loop(dreamer, None, store)
    assert begun.wait(PATIENCE)
    worker.stop(60)
    assert not worker.alive
    assert len(climbed) < 200
