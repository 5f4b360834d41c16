"""The pace on simulated machines."""

from dataclasses import replace
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.dreamer.effort import SCALES, Effort, held, ladder
from dreamstream.dreamer.pace import Pace
from dreamstream.params import Params
from dreamstream.size import Size
from tests.dreamer.machines import CANVAS, PARAMS, PIXEL, Machine

LEAST = ladder(PARAMS, CANVAS)[-1]


def params(**values: object) -> Params:
    return PARAMS.model_copy(update=values)


def test_a_machine_that_is_fast_enough_does_all_that_is_asked() -> None:
    machine = Machine(noise=0.15).dream(PARAMS, 60)
    assert machine.changes() == 0
    assert machine.frames[-1][2] == Effort(2, 1)


def test_off_it_does_all_that_is_asked_however_slow() -> None:
    machine = Machine().slowed(50).dream(params(fps_target=0.0), 20)
    assert {effort for _, _, effort in machine.frames} == {Effort(2, 1)}


@pytest.mark.parametrize("asked", [(2, 1), (3, 10), (4, 100)])
@pytest.mark.parametrize("slower", [1.5, 3, 6, 8])
@pytest.mark.parametrize("noise", [0.0, 0.1, 0.2])
def test_it_settles_within_the_target_and_stays(asked: tuple[int, int], slower: float, noise: float) -> None:
    wanted = params(octaves=asked[0], iterations=asked[1])
    machine = Machine(noise=noise, seed=3).slowed(slower)
    machine.dream(wanted, 20)
    settled = machine.now
    machine.dream(wanted, 120)
    assert machine.rate(settled) >= 19.2
    assert machine.changes(settled) <= 6, "of some 2400 frames"
    used = median(effort.work(wanted, CANVAS) for _, _, effort in machine.since(settled))
    fitting = [e.work(wanted, CANVAS) for e in ladder(wanted, CANVAS) if spent(machine, e, wanted) <= 0.042]
    assert used >= max(fitting), "and gives no more away than it must"


def spent(machine: Machine, effort: Effort, params: Params) -> float:
    return machine.load * (machine.fixed + machine.pixel * effort.work(params, machine.canvas))


def test_a_machine_that_can_never_keep_the_rate_does_the_least() -> None:
    machine = Machine().slowed(100).dream(PARAMS, 30)
    assert machine.frames[-1][2] == LEAST
    assert machine.changes() <= 3


def test_it_gives_way_within_half_a_second_and_comes_back_when_the_load_goes() -> None:
    machine = Machine(noise=0.05).dream(PARAMS, 10)
    loaded = machine.now
    machine.slowed(5).dream(PARAMS, 0.7)
    assert machine.frames[-1][2] != Effort(2, 1)
    machine.dream(PARAMS, 20)
    assert machine.rate(loaded + 2) >= 20
    assert machine.changes(loaded + 2) <= 2
    machine.slowed(1).dream(PARAMS, 8)
    assert machine.frames[-1][2] == Effort(2, 1)


def test_a_load_that_comes_and_goes_is_followed_and_no_more() -> None:
    machine = Machine(noise=0.1)
    for _ in range(10):
        machine.slowed(1).dream(PARAMS, 15)
        assert machine.frames[-1][2] == Effort(2, 1)
        machine.slowed(4).dream(PARAMS, 15)
        assert machine.rate(machine.now - 10) >= 20
    assert machine.changes() <= 10 * 5


def test_a_slow_frame_or_two_are_nothing() -> None:
    machine = Machine(noise=0.05)
    for count in range(200):
        machine.frame(PARAMS, spike=1.0 if count % 20 in (3, 11, 12) else 0.0)
    assert machine.changes() == 0


def test_frames_that_take_seconds_are_answered_after_two() -> None:
    machine = Machine().slowed(400)
    efforts = [machine.frame(PARAMS) for _ in range(3)]
    assert efforts == [Effort(2, 1), Effort(2, 1), LEAST]


def test_frames_in_which_a_net_makes_itself_ready_do_not_count() -> None:
    machine, ready = Machine(), set[Effort]()
    machine.slowed(4)
    for _ in range(400):
        effort = machine.pace.effort(PARAMS)
        machine.frame(PARAMS, spike=0.0 if effort in ready else 2.0)
        ready.add(effort)
    assert machine.rate(10) >= 20
    assert machine.changes() <= 3


def test_an_effort_that_turns_out_dearer_than_foretold_is_tried_less_and_less() -> None:
    machine = Machine()
    machine.error = lambda effort: 2.0 if effort == Effort(2, 1) else 1.0
    machine.slowed(2.4).dream(PARAMS, 400)
    tries = [frame[0] for frame in machine.since(50) if frame[2] == Effort(2, 1)]
    runs = sum(b - a > 1 for a, b in pairwise(tries))
    assert 1 <= runs <= 400 / 30
    assert machine.rate(50) >= 20


def test_who_asks_for_less_gets_it_at_once_and_who_asks_for_more_if_it_fits() -> None:
    wanted = params(octaves=3, iterations=4)
    machine = Machine().slowed(3).dream(wanted, 20)
    reduced = machine.frames[-1][2]
    assert reduced.work(wanted, CANVAS) < Effort.asked(wanted).work(wanted, CANVAS)
    assert machine.frame(params(octaves=1, iterations=1)) == Effort(1, 1)
    machine.slowed(1).dream(params(octaves=1), 5)
    assert machine.frame(params(octaves=2)) == Effort(2, 1)
    assert machine.frame(params(octaves=2, iterations=50)).iterations < 50


def test_the_target_is_answered_at_once_when_lowered_and_soon_when_raised() -> None:
    machine = Machine().slowed(3.5).dream(PARAMS, 20)
    assert machine.frames[-1][2] != Effort(2, 1)
    assert machine.frame(params(fps_target=5.0)) == Effort(2, 1)
    machine.dream(params(fps_target=5.0), 3)
    machine.dream(params(fps_target=40.0), 1.5)
    assert machine.frames[-1][2].tiles > 1
    assert machine.frame(params(fps_target=0.0)) == Effort(2, 1)


def test_most_of_the_gradient_is_remembered_before_large_shapes_or_fine_details_go() -> None:
    rungs = ladder(params(iterations=2), Size(896, 504))
    assert [rung.tiles for rung in rungs[:5]] == [1, 1, 2, 3, 4]
    assert [(rung.octaves, rung.scale) for rung in rungs[:5]] == [(2, 1)] * 5
    works = [rung.work(PARAMS, Size(896, 504)) for rung in rungs]
    assert works[4] < works[1] / 5


def test_no_size_is_chosen_at_which_something_would_be_lost() -> None:
    machine, smallest = Machine(), [CANVAS.scaled_even(0.841)]
    machine.pace = Pace(CANVAS, lambda params, size, canvas: not params.class_name or size >= smallest[0])
    machine.slowed(20).dream(params(class_name="1"), 10)
    assert machine.frames[-1][2] == Effort(1, 1, 0.841)
    machine.dream(PARAMS, 10)
    assert machine.frames[-1][2] == LEAST
    assert machine.frame(params(class_name="1")) == Effort(1, 1, 0.841), "with its first frame"


def test_a_larger_canvas_starts_with_what_keeps_the_rate_and_another_net_with_what_was_done() -> None:
    machine, large = Machine().dream(PARAMS, 5), Size(896, 504)
    assert machine.frames[-1][2] == Effort(2, 1)
    start = machine.pace.moved(large, PARAMS, lambda params, size, canvas: True, alike=True).effort(PARAMS)
    assert start != Effort(2, 1)
    assert machine.fixed + PIXEL * start.work(PARAMS, large) <= 0.05
    unlike = machine.pace.moved(large, PARAMS, lambda params, size, canvas: True, alike=False)
    assert unlike.effort(PARAMS) == Effort(2, 1), "what a pixel costs there is not known"
    machine.slowed(8).dream(PARAMS, 10)
    unlike = machine.pace.moved(large, PARAMS, lambda params, size, canvas: True, alike=False)
    assert unlike.effort(PARAMS) == machine.frames[-1][2] != Effort(2, 1)


def test_a_canvas_grows_as_far_as_the_rate_is_kept_with_fine_details() -> None:
    canvases = [Size(632, 356), Size(896, 504), Size(1264, 712), Size(1792, 1008)]
    for slower in (1.0, 3.0, 6.0, 12.0):
        machine = Machine().slowed(slower)
        assert machine.pace.largest(canvases) is None, "nothing is known yet"
        canvas = machine.dream(PARAMS, 10).pace.largest(canvases)
        fitting = []
        for each in canvases:
            around = slower * machine.fixed * each.area / CANVAS.area
            rungs = [rung for rung in ladder(PARAMS, each) if rung.octaves == 2 and rung.tiles <= 3]
            if around + slower * PIXEL * min(rung.work(PARAMS, each) for rung in rungs) <= 0.85 / 20:
                fitting.append(each)
        assert canvas == (fitting[-1] if fitting else None)
    assert canvas is None
    assert machine.pace.largest([]) is None
    assert Machine().dream(params(fps_target=0.0), 5).pace.largest(canvases) is None
    assert Machine().slowed(0.01).dream(PARAMS, 5).pace.largest(canvases) == canvases[-1], "at 1,000 a second"


asked = st.builds(
    Params,
    octaves=st.integers(1, 8),
    iterations=st.integers(1, 12),
    octave_scale=st.floats(1.1, 3),
    tile_memory=st.integers(1, 8),
    fps_target=st.sampled_from([0.0, 1.0, 20.0, 60.0, 240.0]),
    layer=st.sampled_from("ab"),
)
canvases = st.builds(Size, st.integers(32, 800), st.integers(32, 800))


@given(canvases, asked)
def test_each_rung_of_the_ladder_does_less_than_the_one_before(canvas: Size, params: Params) -> None:
    rungs = ladder(params, canvas)
    works = [rung.work(params, canvas) for rung in rungs]
    assert rungs[0] == Effort.asked(params)
    assert all(a > b for a, b in pairwise(works))
    for rung in rungs:
        assert 1 <= rung.octaves <= params.octaves
        assert 1 <= rung.iterations <= params.iterations
        assert rung.scale == 1 or (rung.scale in SCALES and rung.octaves == rung.iterations == 1)
        step = rung.applied(params, canvas).step
        assert params.step <= step <= 2 * params.step
        sides = [side for size in rung.sizes(params, canvas) for side in size]
        assert min(sides) >= 32
        assert rung.scale == 1 or all(side % 2 == 0 for side in sides)
        assert bool(rung.describe(params)) == (rung != rungs[0])


@given(canvases, asked, st.integers(32, 400))
def test_no_window_of_an_effort_sees_less_than_its_octave(canvas: Size, params: Params, least: int) -> None:
    def reached(size: Size) -> bool:
        return min(size) >= least

    for effort in (*ladder(params, canvas, reached), held(Effort.asked(params), params, canvas, reached)):
        octaves = replace(effort, tiles=1).sizes(params, canvas)
        windows = effort.sizes(params, canvas)
        assert all(
            reached(window) or not reached(size) for size, window in zip(octaves, windows, strict=True)
        )


@given(
    canvases, st.lists(st.tuples(asked, st.lists(st.floats(1e-4, 5), max_size=40)), min_size=1, max_size=6)
)
def test_whatever_is_asked_and_however_long_it_takes_it_stays_on_the_ladder(
    canvas: Size, shows: list[tuple[Params, list[float]]]
) -> None:
    pace = Pace(canvas)
    for params, times in shows:
        for took in [0.1, *times]:
            effort = pace.effort(params)
            assert effort in ladder(params, canvas)
            assert params.fps_target or effort == Effort.asked(params)
            pace.note(took, 0.9 * took)


@given(st.floats(1, 12), st.floats(1, 12))
def test_the_slower_the_machine_the_less_it_does(one: float, other: float) -> None:
    def work(load: float) -> int:
        machine = Machine().slowed(load).dream(PARAMS, 12)
        return machine.frames[-1][2].work(PARAMS, CANVAS)

    fast, slow = sorted((one, other))
    assert work(fast) >= work(slow)
