"""Two nets in turn."""

import numpy as np

from dreamstream.dream import Goal
from dreamstream.dreamer import Dreamer, OtherNet
from dreamstream.nets import Network, Objective
from dreamstream.params import Params, ParamStore
from dreamstream.score import records
from dreamstream.score.records import CanvasSwap
from dreamstream.size import Size
from tests.dreamer.dreamers import PARAMS
from tests.dreamer.test_dreamer import SlowNet
from tests.fakes import FakeClock, classifier, pooled, still, tiny_net


def watched(network: Network, log: list[tuple[str, str]], name: str) -> Network:
    """Have a net say in a log which layer of it is climbed."""
    climb = network.input_gradient

    def input_gradient(image: np.ndarray, objective: Objective) -> object:
        log.append((name, "+".join(objective.layers)))
        return climb(image, objective)

    network.input_gradient = input_gradient  # type: ignore[method-assign, assignment]
    return network


def both(params: Params, **options: object) -> tuple[Dreamer, ParamStore, list[tuple[str, str]]]:
    log: list[tuple[str, str]] = []
    own, other = watched(tiny_net(), log, "own"), watched(classifier(), log, "other")
    store = ParamStore(params)
    dreamer = Dreamer(
        store,
        [still(48, 64)],
        own,
        1,
        FakeClock(),
        other=OtherNet(other, Goal(other), "conv1"),
        **options,  # type: ignore[arg-type]
    )
    return dreamer, store, log


ONE = PARAMS.model_copy(update={"octaves": 1, "iterations": 1, "other_every": 3})


def test_each_so_many_th_frame_is_the_other_net_s() -> None:
    dreamer, store, log = both(ONE)
    for _ in range(6):
        dreamer.step()
    own, other = ("own", "conv2"), ("other", "conv1")
    assert log == [own, own, other, own, own, other]
    log.clear()
    store.change(other_every=1, other_layer="conv2", channels="3", direction="1")
    dreamer.step()
    assert log == [("other", "conv2")]
    log.clear()
    store.change(other_every=0)
    dreamer.step()
    assert [name for name, _ in log if name == "other"] == []


def test_its_frames_are_those_of_that_net_alone() -> None:
    dreamer, _, _ = both(ONE.model_copy(update={"other_every": 1}))
    network = classifier()
    alone = Dreamer(
        ParamStore(ONE.model_copy(update={"layer": "conv1"})), [still(48, 64)], network, 1, FakeClock()
    )
    for _ in range(3):
        assert dreamer.step().pixels.tobytes() == alone.step().pixels.tobytes()


def test_each_net_has_its_own_memory_of_tiles() -> None:
    dreamer, _, log = both(ONE.model_copy(update={"other_every": 2, "tile_memory": 2}))
    for _ in range(2):
        dreamer.step()
    assert [name for name, _ in log] == ["own"] * 4 + ["other"] * 4, "all tiles of each, once"
    log.clear()
    for _ in range(4):
        dreamer.step()
    assert [name for name, _ in log] == ["own", "other", "own", "other"]


def test_the_pace_goes_by_the_mean_of_both() -> None:
    clock = FakeClock()
    fast, slow = SlowNet(clock, 0.02 / (48 * 64)), SlowNet(clock, 0.06 / (48 * 64))
    params = ONE.model_copy(update={"other_every": 2, "fps_target": 20.0})
    dreamer = Dreamer(
        ParamStore(params),
        [still(48, 64)],
        fast,  # type: ignore[arg-type]
        1,
        clock,
        other=OtherNet(slow, Goal(slow), "conv1"),  # type: ignore[arg-type]
    )
    for _ in range(100):
        dreamer.step()
    assert not dreamer.governor.message, "40 ms a frame keep 20 a second"
    slow.pixel *= 2
    for _ in range(100):
        dreamer.step()
    assert dreamer.governor.message, "70 do not"


def test_where_the_other_net_cannot_dream_the_show_s_own_does_and_it_is_told() -> None:
    log: list[tuple[str, str]] = []
    own, other = tiny_net(), watched(pooled(20), log, "other")
    store = ParamStore(ONE.model_copy(update={"other_every": 1}))
    dreamer = Dreamer(store, [still(48, 64)], own, 1, FakeClock(), other=OtherNet(other, Goal(other), "pool"))
    dreamer.step()
    assert log
    assert not dreamer.message
    log.clear()
    dreamer.switch(store.snapshot(), Size(32, 24), CanvasSwap((32, 24)))
    dreamer.step()
    assert not log
    assert dreamer.message.startswith("the other net: pool cannot be dreamt at 32x24")


def test_it_stays_while_the_show_s_own_net_is_swapped() -> None:
    dreamer, store, log = both(ONE.model_copy(update={"other_every": 2}))
    dreamer.step()
    net = watched(tiny_net(), log, "new")
    dreamer.switch(store.snapshot(), dreamer.size, records.NetSwap({}), net, Goal(net))
    log.clear()
    dreamer.step()
    dreamer.step()
    assert [name for name, _ in log] == ["other", "new"]


def test_it_comes_when_both_are_ready() -> None:
    dreamer, store, log = both(ONE.model_copy(update={"other_every": 0}), waits=False)
    dreamer.step()
    other = dreamer.other
    assert other is not None
    ready = False
    other.network.prepare = lambda size, layers: ready  # type: ignore[method-assign]
    store.change(other_every=1)
    dreamer.step()
    assert log[-1][0] == "own"
    ready = True
    dreamer.step()
    assert log[-1][0] == "other"
