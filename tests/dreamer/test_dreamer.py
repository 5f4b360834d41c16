from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pytest

from dreamstream.caffe import parse_net
from dreamstream.controls import KEYS
from dreamstream.controls.actions import action_table
from dreamstream.controls.hand import Hand
from dreamstream.controls.tempo import Tempo
from dreamstream.dream import Goal, Look, ascend, stabilise
from dreamstream.dream.objectives import L2
from dreamstream.dreamer import Director, Dreamer, Effort
from dreamstream.errors import SourceError
from dreamstream.frame import Frame
from dreamstream.nets import Objective, Preprocessing
from dreamstream.nets.torch_net import TorchNet
from dreamstream.params import Params, ParamStore
from dreamstream.score.records import SourceSwap
from dreamstream.size import Size
from dreamstream.transforms import Affine, Field, Tick, distort
from tests.dreamer.dreamers import PARAMS, Failing, Heard, dreamer_of
from tests.fakes import TINY, FakeClock, ListSource, classifier, picture, pooled, still, tiny_net, tiny_spec


def test_frames_are_numbered_and_carry_the_warp_that_led_to_them() -> None:
    store = ParamStore(PARAMS)
    dreamer = dreamer_of(store)
    first = dreamer.step()
    assert first.index == 1
    assert isinstance(first.warp, Affine)
    store.change(transform="random-roll")
    second = dreamer.step()
    assert second.index == 2
    assert isinstance(second.warp, Field), "a change takes effect at the next frame"


def test_the_same_seed_and_params_give_the_same_show_bit_for_bit() -> None:
    def show(seed: int) -> list[np.ndarray]:
        store = ParamStore(PARAMS)
        dreamer = dreamer_of(store, seed)
        frames = [dreamer.step().pixels for _ in range(3)]
        store.change(transform="random-roll")
        return frames + [dreamer.step().pixels for _ in range(3)]

    first, again, other = show(1), show(1), show(2)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[-1], other[-1])


def test_each_frame_feeds_the_next() -> None:
    store = ParamStore(PARAMS.model_copy(update={"transform": "none"}))
    dreamer, source = dreamer_of(store), picture()
    distances = [np.abs(dreamer.step().pixels - source).mean() for _ in range(6)]
    assert distances[-1] > 1.5 * distances[0]


def test_a_wish_to_restart_is_granted_once_and_is_a_cut() -> None:
    store = ParamStore(PARAMS)
    dreamer = dreamer_of(store)
    for _ in range(8):
        away = dreamer.step()
    store.nudge("restart", 1)
    home = dreamer.step()
    assert home.warp is None
    assert np.abs(home.pixels - picture()).mean() < np.abs(away.pixels - picture()).mean()
    assert dreamer.step().warp is not None


def test_a_change_of_the_chain_brings_its_knobs_along_without_a_jerk() -> None:
    store = ParamStore(PARAMS.model_copy(update={"zoom": 0.02}))
    dreamer = dreamer_of(store)
    dreamer.step()
    store.change(transform="zoom+blur:0.5", zoom=0.1)
    way = [1 - dreamer.step().warp.matrix[0, 0] for _ in range(21)]  # type: ignore[union-attr]
    assert way[-1] == pytest.approx(0.1)
    assert np.abs(np.diff(way, prepend=0.02)).max() < 0.01


def test_without_ease_the_next_source_is_another_picture_at_once() -> None:
    store = ParamStore(
        PARAMS.model_copy(update={"step": 0.0, "transform": "none", "hold": 0.0, "grain": 0.0, "ease": 0.0})
    )
    dreamer = dreamer_of(store, 1, still(seed=1), still(seed=2))
    assert np.abs(dreamer.step().pixels - picture(seed=1)).max() <= 1
    store.nudge("next_source", 1)
    assert np.abs(dreamer.step().pixels - picture(seed=2)).max() <= 1
    store.nudge("next_source", 1)
    store.nudge("next_source", 1)
    store.nudge("next_source", 1)
    assert np.abs(dreamer.step().pixels - picture(seed=1)).max() <= 1, "no wish is lost"


def test_a_moving_source_is_read_only_where_it_is_mixed_in() -> None:
    source = ListSource([picture(seed=1), picture(seed=2)])
    store = ParamStore(PARAMS)
    dreamer = dreamer_of(store, 1, source)
    dreamer.step()
    assert source.reads == 1
    store.change(mix=1.0, step=0.0, transform="none", ease=0.0, hold=0.0, grain=0.0)
    assert np.abs(dreamer.step().pixels - picture(seed=2)).max() <= 1


class Timed(ListSource):
    """Keeps how much time it is told has passed before each read."""

    def __init__(self) -> None:
        super().__init__([picture()])
        self.passed: list[float] = []

    def elapse(self, seconds: float) -> None:
        self.passed.append(seconds)


def test_a_film_plays_by_the_time_that_each_frame_is_shown() -> None:
    source, store = Timed(), ParamStore(PARAMS.model_copy(update={"mix": 0.5}))
    dreamer = dreamer_of(store, 1, source, frame_seconds=0.04)
    dreamer.step()
    assert source.passed == [], "a picture each frame, unless asked otherwise"
    store.change(source_speed=1.0)
    dreamer.step()
    store.change(source_speed=0.5)
    dreamer.step()
    assert source.passed == [0.04, 0.02]


def test_a_film_plays_by_the_clock_but_for_pauses() -> None:
    clock, source = FakeClock(), Timed()

    class Slow(Dreamer):
        def _ascent(self, *given: Any) -> np.ndarray:
            clock.advance(0.1)
            return super()._ascent(*given)

    store = ParamStore(PARAMS.model_copy(update={"mix": 0.5, "source_speed": 1.0}))
    dreamer = Slow(store, [source], tiny_net(), 1, clock)
    for pause in (0.0, 0.05, 3600.0, 0.0):
        dreamer.step()
        clock.advance(pause)
    dreamer.step()
    assert source.passed == pytest.approx([0.1, 0.1, 0.15, 0.2])


def test_a_source_that_fails_in_the_middle_is_told_and_does_without() -> None:
    source = ListSource([picture()])
    store = ParamStore(PARAMS.model_copy(update={"mix": 0.5}))
    dreamer = dreamer_of(store, 1, source)

    def fail() -> np.ndarray:
        raise SourceError("camera:0: no picture comes from it any more")

    source.read = fail  # type: ignore[method-assign]
    assert dreamer.step().index == 1
    assert "camera:0" in dreamer.message
    store.change(mix=0.0)
    dreamer.step()
    assert dreamer.message == ""


def test_a_source_that_cannot_be_read_is_not_gone_to_nor_told_of() -> None:
    class Broken(ListSource):
        def read(self) -> np.ndarray:
            raise SourceError("film.mp4: no picture comes from it any more")

    store, heard = ParamStore(PARAMS), Heard()
    dreamer, other = dreamer_of(store, listeners=[heard]), dreamer_of()
    with pytest.raises(SourceError):
        dreamer.show_source(Broken([picture()]), store.snapshot(), SourceSwap("film.mp4"))
    assert heard.swaps == []
    assert np.array_equal(dreamer.step().pixels, other.step().pixels)
    dreamer.show_source(still(seed=3), store.snapshot(), SourceSwap("clouds"))
    assert heard.swaps == [(2, SourceSwap("clouds"))]


def test_a_failure_leaves_the_last_good_canvas() -> None:
    store = ParamStore(PARAMS)
    dreamer, steady = Failing(store, (still(),), tiny_net(), 1, FakeClock()), dreamer_of()
    dreamer.fails = frozenset({2})
    dreamer.step()
    with pytest.raises(FloatingPointError):
        dreamer.step()
    steady.step()
    assert np.array_equal(dreamer.step().pixels, steady.step().pixels)


def test_changes_are_told_with_the_frame_that_they_took_effect_at() -> None:
    store = ParamStore(PARAMS)
    heard = Heard()
    dreamer = dreamer_of(store, listeners=[heard])
    dreamer.step()
    dreamer.step()
    store.change(transform="rotate")
    dreamer.step()
    dreamer.step()
    assert [(frame, params.transform) for frame, params in heard.changes] == [(1, "zoom"), (3, "rotate")]


def test_each_pull_is_told_once_with_the_frame_that_it_was_measured_for() -> None:
    store, heard = ParamStore(PARAMS), Heard()
    dreamer = dreamer_of(store, listeners=[heard])
    dreamer.step()
    assert heard.pulls == []
    store.change(second="conv1", second_share=0.5)
    for _ in range(3):
        dreamer.step()
    assert [frame for frame, _ in heard.pulls] == [2, 2]
    assert {part for _, part in heard.pulls} == {repr(L2("conv1", 1.0)), repr(L2("conv2", 1.0))}


def test_a_director_is_asked_before_each_frame_and_goes_before_the_pace() -> None:
    class Directed(Director):
        def cue(self, dreamer: Dreamer) -> None:
            cued.append(dreamer.index)
            store.change(transform="none" if dreamer.index < 3 else "random-roll")

        def effort(self, frame: int, params: Params) -> Effort | None:
            return Effort(1, 1) if frame == 2 else None

    cued: list[int] = []
    store, heard = ParamStore(PARAMS.model_copy(update={"octaves": 2})), Heard()
    dreamer = dreamer_of(store, director=Directed(), listeners=[heard])
    warps = [dreamer.step().warp for _ in range(3)]
    assert cued == [1, 2, 3]
    assert [isinstance(warp, Field) for warp in warps] == [False, False, True]
    assert heard.efforts == [(2, Effort(1, 1)), (3, None)]


TILED = PARAMS.model_copy(update={"octaves": 2, "tile_memory": 2, "transform": "zoom"})
TIRED = {"fatigue": 1.0, "fatigue_time": 1.0, "second": "conv1"}


@pytest.mark.parametrize("more", [{}, TIRED, {**TIRED, "direction": "1"}, {**TIRED, "channels": (1, 2)}])
def test_the_same_show_with_a_tile_memory_is_the_same_also_over_a_frame_that_failed(
    more: dict[str, Any],
) -> None:
    sources, params = still(96, 128), TILED.model_copy(update=more)
    good, failing = dreamer_of(ParamStore(params), 3, sources), Failing.__new__(Failing)
    failing.__dict__ |= dreamer_of(ParamStore(params), 3, sources).__dict__
    failing.fails = frozenset({1, 3})
    frames = [good.step() for _ in range(5)]
    again = []
    while len(again) < 5:
        with suppress(FloatingPointError):
            again.append(failing.step())
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(frames, again, strict=True))


def test_what_tires_is_dreamt_otherwise_with_time_whatever_its_pulls_took_to_measure() -> None:
    def show(known: bool, **more: Any) -> list[np.ndarray]:
        store = ParamStore(PARAMS.model_copy(update={"fatigue_time": 1.0, **more}))
        dreamer = dreamer_of(store)
        if known:  # as a replay does
            for part, pull in pulls.items():
                dreamer.goal.take_pull(part, pull)
        frames = [dreamer.step().pixels for _ in range(12)]
        pulls.update(pull for pull in dreamer.goal._pulls._known.items())
        return frames

    pulls: dict[str, float] = {}
    rested, tired = show(False, second="conv1"), show(False, second="conv1", fatigue=2.0)
    assert np.array_equal(rested[0], tired[0])
    assert not np.array_equal(rested[1], tired[1])
    assert len(pulls) == 2
    again = show(True, second="conv1", fatigue=2.0)
    assert all(np.array_equal(a, b) for a, b in zip(tired, again, strict=True))


def test_a_direction_turns_frame_by_frame_the_same_also_over_a_frame_that_failed() -> None:
    def show(fails: frozenset[int], change: str = "2") -> list[np.ndarray]:
        store = ParamStore(PARAMS.model_copy(update={"direction": "1", "ease": 0.25}))
        dreamer = Failing(store, [still()], tiny_net(), 1, FakeClock())
        dreamer.fails = fails
        pixels = []
        while len(pixels) < 9:
            if len(pixels) == 2:
                store.change(direction=change)
            with suppress(FloatingPointError):
                pixels.append(dreamer.step().pixels)
        return pixels

    plain, other = show(frozenset()), show(frozenset(), "1")
    assert all(np.array_equal(a, b) for a, b in zip(plain, show(frozenset({3, 5})), strict=True))
    assert np.array_equal(plain[1], other[1])
    away = [np.abs(a.astype(int) - b).mean() for a, b in zip(plain, other, strict=True)]
    assert 0 < away[2] < 0.5 * away[8], "it sets out slowly"


def test_gradients_of_a_frame_that_failed_behind_them_are_not_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*given: object) -> np.ndarray:
        raise MemoryError

    frames = []
    for fails in (False, True):
        dreamer = dreamer_of(ParamStore(TILED), 3, still(96, 128))
        dreamer.step()
        if fails:
            with monkeypatch.context() as patch, pytest.raises(MemoryError):
                patch.setattr(dreamer._scene, "stabilised", fail)
                dreamer.step()
        frames.append([dreamer.step().pixels for _ in range(3)])
    assert np.array_equal(frames[0], frames[1])


class _All(Director):
    """Asks for all that the params do, as a score that is replayed does."""

    def effort(self, frame: int, params: Params) -> Effort | None:
        return Effort.asked(params)


@pytest.mark.parametrize("director", [Director(), _All()])
def test_more_tiles_than_can_see_what_is_dreamt_are_held_and_told(director: Director) -> None:
    store = ParamStore(PARAMS.model_copy(update={"layer": "pool", "octaves": 1, "tile_memory": 2}))
    net, heard = pooled(40), Heard()
    dreamer = Dreamer(store, [still(96, 96)], net, 1, FakeClock(), listeners=[heard], director=director)
    dreamer.step()
    store.change(tile_memory=8)
    for _ in range(3):
        dreamer.step()
    assert dreamer.governor.message == "2 of 8 tiles a side, as smaller ones would see too little"
    store.change(layer="conv2")
    dreamer.step()
    assert dreamer.governor.message == ""
    assert heard.efforts == [(2, Effort(1, 1, tiles=2)), (5, None)]


def test_a_cut_forgets_the_gradients_of_the_picture_before() -> None:
    store = ParamStore(TILED)
    dreamer, _, clock = paced(store, 1.0)
    for _ in range(3):
        dreamer.step()
    took = []
    for restarts in (0, 1, 1):
        store.change(restart=restarts)
        started = clock()
        dreamer.step()
        took.append(clock() - started)
    assert took[1] > 2 * took[0] == 2 * took[2]


class SlowNet:
    """The tiny net on a machine that takes `pixel` seconds for a pixel's gradient, by the clock given."""

    def __init__(self, clock: FakeClock, pixel: float) -> None:
        self._net, self._clock, self.pixel = tiny_net(), clock, pixel
        self.spec, self.shape, self.prepare = self._net.spec, self._net.shape, self._net.prepare

    def input_gradient(self, image: np.ndarray, objective: object) -> object:
        self._clock.advance(self.pixel * image.shape[0] * image.shape[1])
        return self._net.input_gradient(image, objective)  # type: ignore[arg-type]


PACED = PARAMS.model_copy(update={"octaves": 3, "iterations": 2, "fps_target": 20.0})


def paced(store: ParamStore, pixel: float = 0.0, **options: object) -> tuple[Dreamer, SlowNet, FakeClock]:
    clock = FakeClock()
    net = SlowNet(clock, pixel)
    dreamer = Dreamer(store, [still(96, 128)], net, 1, clock, **options)  # type: ignore[arg-type]
    return dreamer, net, clock


def test_a_slow_dreamer_keeps_the_rate_and_tells_what_it_leaves_out() -> None:
    store = ParamStore(PACED)
    heard = Heard()
    dreamer, net, _ = paced(store, 0.1 / (96 * 128), listeners=[heard])
    frames = [dreamer.step() for _ in range(60)]
    gaps = [after.time - before.time for before, after in pairwise(frames)]
    assert gaps[0] > 0.3
    assert max(gaps[-30:]) <= 0.05
    assert all(frame.size == (128, 96) for frame in frames), "frames are as large as ever"
    assert dreamer.governor.message == "1 of 2 iterations, 1 of 3 octaves, 60 % size for 20 fps"
    ((index, effort),) = heard.efforts
    assert effort == Effort(1, 1, 0.595)
    net.pixel = 0.01 / (96 * 128)
    while dreamer.governor.message and dreamer.index < 800:
        dreamer.step()
    for _ in range(30):  # and stays there
        dreamer.step()
    assert dreamer.governor.message == ""
    assert heard.efforts[0][0] == index < heard.efforts[-1][0]
    assert heard.efforts[-1][1] is None


def test_without_a_rate_to_keep_nothing_is_left_out_and_frames_are_the_same_bit_for_bit() -> None:
    def frames(pixel: float, **params: object) -> list[bytes]:
        store = ParamStore(PACED.model_copy(update=params))
        dreamer, _, _ = paced(store, pixel)
        return [dreamer.step().pixels.tobytes() for _ in range(12)]

    plain = frames(0.0, fps_target=0.0)
    assert frames(1e-3, fps_target=0.0) == plain, "off, a slow machine dreams what a fast one does"
    assert frames(0.0) == plain, "as it does while it is fast enough"
    assert frames(1e-3) != plain

    params = PACED.model_copy(update={"fps_target": 0.0})  # and that is the plain step, written out
    net, source = tiny_net(), picture(96, 128)
    tick = Tick.of(1, 1)
    _, canvas = distort(source, params, tick)
    dreamt = ascend(net, canvas, L2("conv2", params.variety), params, tick.stream(1))
    first = stabilise(dreamt, Look.of(source), params, tick.stream(2))
    assert Frame.of(first, 1, None, 0).pixels.tobytes() == plain[0]


def test_freezing_restarting_failing_and_waiting_for_a_source_are_not_slowness() -> None:
    store = ParamStore(PACED.model_copy(update={"mix": 0.1}))
    dreamer, net, clock = paced(store, 0.01 / (96 * 128))
    source = ListSource([picture(96, 128)])
    source.read = lambda: (clock.advance(0.2), picture(96, 128))[1]  # type: ignore[method-assign]
    dreamer.show_source(source, store.snapshot(), SourceSwap("slow"))
    gradient = net.input_gradient
    for count in range(90):
        clock.advance(0.3)  # frozen
        if count % 3 == 0:
            store.nudge("restart", 1)
        if count % 7 == 0:

            def fail(*arguments: object) -> object:
                clock.advance(5)
                raise FloatingPointError

            net.input_gradient = fail  # type: ignore[method-assign, assignment]
            with pytest.raises(FloatingPointError):
                dreamer.step()
            net.input_gradient = gradient  # type: ignore[method-assign]
        dreamer.step()
        assert dreamer.governor.message == ""


def play(store: ParamStore, key: str) -> None:
    """What a press of a key does to the params."""
    clock = FakeClock()
    Hand(action_table(), store, {}, Tempo(clock, store)).perform(KEYS[key])


def test_the_keys_of_the_rate_change_what_is_done() -> None:
    store = ParamStore(PACED)
    dreamer, _, _ = paced(store, 0.02 / (96 * 128))
    for _ in range(40):
        dreamer.step()
    slow = dreamer.governor.message
    assert slow.endswith("for 20 fps")
    for _ in range(8):
        play(store, "'")
    for _ in range(80):
        dreamer.step()
    assert dreamer.governor.message.endswith("for 60 fps")
    assert dreamer.governor.message.split(" for ")[0] != slow.split(" for ")[0]
    for _ in range(12):
        play(store, ";")
    dreamer.step()
    assert (store.snapshot().fps_target, dreamer.governor.message) == (0, "")


@pytest.fixture
def played() -> Callable[..., np.ndarray]:
    """The second frame of a show in which these keys are pressed after the first."""

    def played(*keys: str, **params: object) -> np.ndarray:
        rounds = {"layer": ["conv1", "conv2"], "second": ["", "conv1"], "class_name": ["", "0", "1"]}
        store = ParamStore(PARAMS.model_copy(update=params), rounds=rounds)
        net, guide = classifier(), picture(40, 56, seed=4)
        dreamer = Dreamer(store, [still()], net, 1, FakeClock(), Goal(net, "fc", guide))
        dreamer.step()
        for key in keys:
            play(store, key)
        return dreamer.step().pixels

    return played


def test_each_key_of_the_goal_changes_what_is_dreamt(played: Callable[..., np.ndarray]) -> None:
    shows = ["", "v", "c", "vv", "i", "io", "k", "kk", "g"]
    frames = {keys: played(*keys).tobytes() for keys in shows}
    assert len(set(frames.values())) == len(shows)


def test_keys_of_the_goal_lead_back_again(played: Callable[..., np.ndarray]) -> None:
    plain = played()
    for keys in ("va", "iu", "kj", "kkd", "gg", "vccv" + "a"):
        assert np.array_equal(played(*keys), plain), keys
    assert np.array_equal(played("c", "v"), played("v")), "past the last channel comes the first"


def test_a_channel_that_the_next_layer_lacks_goes_round(played: Callable[..., np.ndarray]) -> None:
    params = {"layer": "conv1", "channels": (7,)}
    assert np.array_equal(played("right", **params), played("right", "c", "v", **params))
    store = ParamStore(PARAMS.model_copy(update={"channels": (601,)}))
    assert np.array_equal(
        dreamer_of(store).step().pixels,
        dreamer_of(ParamStore(PARAMS.model_copy(update={"channels": (1,)}))).step().pixels,
    )


class HeldNet:
    """The tiny net, whose plans are built when the test says so."""

    engine = "held"

    def __init__(self) -> None:
        self._net, self.may = tiny_net(), True
        self.spec, self.shape = self._net.spec, self._net.shape
        self.dreamt: list[tuple[str, Size]] = []

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        return self.may

    def input_gradient(self, image: np.ndarray, objective: Objective) -> tuple[np.ndarray, float]:
        self.dreamt.append((objective.layers[0], Size.of(image)))
        return self._net.input_gradient(image, objective)


def test_the_dream_goes_on_as_it_was_while_the_net_makes_itself_ready() -> None:
    store, net = ParamStore(PARAMS.model_copy(update={"octaves": 1})), HeldNet()
    dreamer = Dreamer(store, [still(48, 64)], net, 1, waits=False)  # type: ignore[arg-type]
    dreamer.step()
    net.may = False
    store.change(layer="conv1", octaves=2, transform="rotate")
    turned = dreamer.step()
    assert {layer for layer, _ in net.dreamt} == {"conv2"}
    assert {size for _, size in net.dreamt} == {(64, 48)}
    assert isinstance(turned.warp, Affine)
    assert turned.warp.matrix[0, 1] != 0, "what needs no net takes effect at once"
    net.may, net.dreamt = True, []
    dreamer.step()
    assert {layer for layer, _ in net.dreamt} == {"conv1"}
    assert len(net.dreamt) == 2


class Planned:
    """A net of three layers, whose plans are there once they have been asked for often enough."""

    engine = "planned"

    def __init__(self) -> None:
        top = """layer { name: "conv3" type: "Convolution" bottom: "conv2" top: "conv3"
                 convolution_param { num_output: 4 kernel_size: 1 weight_filler { type: "constant" } } }"""
        spec, rng = tiny_spec(), np.random.default_rng(3)
        blobs = {layer.name: layer.blobs for layer in spec.layers if layer.blobs}
        blobs["conv3"] = rng.normal(size=(4, 6, 1, 1)).astype(np.float32), np.zeros(4, np.float32)
        self._net = TorchNet(parse_net(TINY + top, "three").with_blobs(blobs), Preprocessing(), "cpu")
        self.spec, self.shape = self._net.spec, self._net.shape
        self.asked: Counter[object] = Counter()
        self.stood_still: list[object] = []
        self.dreamt: list[tuple[str, ...]] = []

    def prepare(self, size: Size, layers: Sequence[str]) -> bool:
        self.asked[size, tuple(layers)] += 1
        return self.asked[size, tuple(layers)] > 3

    def input_gradient(self, image: np.ndarray, objective: Objective) -> tuple[np.ndarray, float]:
        key = Size.of(image), objective.layers
        if self.asked[key] <= 3:
            self.stood_still.append(key)
            self.asked[key] = 4
        self.dreamt.append(objective.layers)
        return self._net.input_gradient(image, objective)


def test_a_walk_never_waits_for_the_net() -> None:
    net, clock = Planned(), FakeClock()
    store = ParamStore(PARAMS.model_copy(update={"octaves": 2, "octave_scale": 1.2}))
    dreamer = Dreamer(store, [still(48, 64)], net, 1, clock, waits=False)  # type: ignore[arg-type]
    dreamer.step()
    net.stood_still.clear()  # the first frame has to
    store.change(walk="conv1,conv2,conv3", walk_time=1.0)
    for _ in range(100):
        dreamer.step()
    assert not net.stood_still
    pairs = [layers for layers in net.dreamt if len(layers) == 2]
    order = [pair for pair, _ in groupby(pairs)]
    up, down = ("conv1", "conv2"), ("conv2", "conv3")
    assert order == [up, down, up]


def test_what_waits_is_told_as_waiting_and_as_changed_only_when_it_is_dreamt() -> None:
    store, net = ParamStore(PARAMS), HeldNet()
    heard = Heard()
    dreamer = Dreamer(store, [still(48, 64)], net, 1, waits=False, listeners=[heard])  # type: ignore[arg-type]
    dreamer.step()
    net.may = False
    store.change(layer="conv1")
    for _ in range(3):
        dreamer.step()
    assert dreamer.governor.message == "preparing conv1"
    store.change(amount=2.0)
    dreamer.step()
    net.may = True
    dreamer.step()
    assert dreamer.governor.message == ""
    changes = [(frame, params.layer, params.amount) for frame, params in heard.changes]
    assert changes == [(1, "conv2", 1.0), (5, "conv2", 2.0), (6, "conv1", 2.0)]


def test_where_every_frame_counts_it_waits_for_the_net() -> None:
    store, net = ParamStore(PARAMS), HeldNet()
    dreamer = Dreamer(store, [still(48, 64)], net, 1)  # type: ignore[arg-type]
    dreamer.step()
    net.may, net.dreamt = False, []
    store.change(layer="conv1")
    dreamer.step()
    assert {layer for layer, _ in net.dreamt} == {"conv1"}


def test_a_frame_that_failed_leaves_no_trace_when_it_is_tried_again() -> None:
    params = PARAMS.model_copy(update={"mix": 0.2, "ease": 1.0})

    def frames(fails: set[int]) -> tuple[list[bytes], list[bool]]:
        store, net = ParamStore(params), tiny_net()
        dreamer = Dreamer(store, [ListSource([picture(48, 64, seed) for seed in range(7)])], net, 1)
        gradient, made = net.input_gradient, []
        for index in range(1, 30):
            if index == 9:
                store.change(transform="rotate+blur")
            if index == 16:
                store.nudge("restart", 1)
            if index in fails:

                def fail(*arguments: object) -> object:
                    raise FloatingPointError

                net.input_gradient = fail  # type: ignore[method-assign, assignment]
                for _ in range(3):
                    with pytest.raises(FloatingPointError):
                        dreamer.step()
                net.input_gradient = gradient  # type: ignore[method-assign]
            made.append(dreamer.step())
        return [frame.pixels.tobytes() for frame in made], [frame.warp is None for frame in made]

    assert frames({1, 9, 12, 16, 20}) == frames(set())
