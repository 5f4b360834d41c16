"""The turns of a direction."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.dream import Aim
from dreamstream.dream.aim import Vector, slerp
from dreamstream.params import Params
from dreamstream.params.terms import Term

UNIT = np.eye(4)
ANGLES = st.floats(-np.pi, np.pi)


def unit(*terms: Term) -> Vector:
    vector = vector_of(terms)
    assert vector is not None
    return vector


def vector_of(terms: tuple[Term, ...]) -> Vector | None:
    total = sum((weight * UNIT[int(name)] for name, weight in terms), np.zeros(4))
    norm = float(np.linalg.norm(total))
    return total / norm if norm else None


def aims(*directions: str, ease: float = 1.0, **more: object) -> list[Aim]:
    """Return those of frames with these directions."""
    made: list[Aim] = []
    for direction in directions:
        params = Params.model_validate({"direction": direction, "ease": ease, **more})
        made.append(made[-1].next(params) if made else Aim.of(params))
    return made


def headings(made: Sequence[Aim]) -> list[Vector]:
    found = [aim.heading(vector_of)[0] for aim in made]
    assert all(each is not None and np.linalg.norm(each) == pytest.approx(1) for each in found)
    return [each for each in found if each is not None]


def presences(made: Sequence[Aim]) -> list[float]:
    return [aim.heading(vector_of)[1] for aim in made]


def angles(vectors: Sequence[Vector]) -> np.ndarray:
    return np.array([np.arccos(np.clip(a @ b, -1, 1)) for a, b in pairwise(vectors)])


def test_the_first_direction_is_there_at_once() -> None:
    (aim,) = aims("1")
    assert presences([aim]) == [1]
    assert np.array_equal(headings([aim])[0], UNIT[1])


def test_other_terms_are_turned_to_in_the_frames_of_ease_and_reached_exactly() -> None:
    made = headings(aims("1", *["2"] * 21))
    turned = angles(made)
    assert turned.sum() == pytest.approx(np.pi / 2)
    assert turned[:19].min() > 0
    assert turned.max() < 0.13  # no jerk in 20 frames
    assert np.array_equal(made[0], UNIT[1])
    assert np.array_equal(made[20], UNIT[2])
    assert not np.array_equal(made[19], UNIT[2])


def test_beats_and_the_rate_that_is_kept_count() -> None:
    assert not np.array_equal(headings(aims("1", *["2"] * 30, fps_target=30))[29], UNIT[2])
    assert np.array_equal(headings(aims("1", *["2"] * 30, fps_target=30))[30], UNIT[2])
    beats = aims("1", *["2"] * 10, ease=0.4, bpm=120, quantise="beat")
    assert np.array_equal(headings(beats)[10], UNIT[2])
    assert not np.array_equal(headings(beats)[9], UNIT[2])


def test_other_weights_are_there_at_once_and_in_a_turn_they_are_its_end() -> None:
    made = headings(aims("1+2", "1:0.5+2", "2:-1+1:3"))
    assert np.allclose(made[1], unit(Term("1", 0.5), Term("2")))
    assert np.allclose(made[2], unit(Term("1", 3), Term("2", -1)))
    turned = headings(aims("0", *["1+2"] * 5, *["1+2:-1"] * 16))
    assert np.array_equal(turned[20], unit(Term("1"), Term("2", -1)))


def test_a_direction_comes_and_goes_by_its_share() -> None:
    come = presences(aims("", *["1"] * 20))
    assert (come[0], come[20]) == (0, 1)
    assert 0 < np.diff(come).min() <= np.diff(come).max() < 0.08
    gone = presences(aims("1", *[""] * 20))
    assert np.allclose(np.add(come, gone), 1)
    assert aims("1", *[""] * 20)[-1].heading(vector_of)[0] is None


def test_a_turn_in_the_middle_of_another_goes_on_from_there_without_a_jerk() -> None:
    made = aims("0", *["1"] * 10, *["2"] * 6, *["3"] * 20)
    vectors = headings(made)
    assert angles(vectors).max() < 0.2
    assert np.array_equal(vectors[-1], UNIT[3])
    assert len(made[-1].turns) == 1, "what is done is forgotten"


def test_turns_without_end_are_bounded() -> None:
    made = aims(*[str(frame % 4) for frame in range(200)], ease=30)
    assert max(len(aim.turns) for aim in made) <= 17
    assert angles(headings(made)).max() < 0.1


def test_another_layer_s_direction_is_there_at_once() -> None:
    first = Aim.of(Params(layer="conv1", direction="1"))
    after = first.next(Params(layer="conv2", direction="2"))
    assert np.array_equal(headings([after])[0], UNIT[2])


def test_no_time_is_a_cut() -> None:
    assert np.array_equal(headings(aims("1", "2", ease=0))[1], UNIT[2])


@given(ANGLES, ANGLES, st.floats(0, 1))
def test_slerp_keeps_to_the_arc_and_its_speed(start: float, end: float, share: float) -> None:
    a, b = (np.array([np.cos(angle), np.sin(angle), 0.0]) for angle in (start, end))
    made, whole = slerp(a, b, share), float(np.arccos(np.clip(a @ b, -1, 1)))
    assert np.linalg.norm(made) == pytest.approx(1)
    assert np.arccos(np.clip(a @ made, -1, 1)) == pytest.approx(share * whole, abs=1e-6)
    assert np.arccos(np.clip(b @ made, -1, 1)) == pytest.approx((1 - share) * whole, abs=1e-6)
    assert slerp(a, b, 0) is a
    assert slerp(a, b, 1) is b


def test_slerp_finds_a_way_to_the_opposite() -> None:
    made = [slerp(UNIT[0], -UNIT[0], share) for share in np.linspace(0, 1, 9)]
    assert np.allclose(angles(made), np.pi / 8)
    one = np.ones(1)
    assert [float(slerp(one, -one, share)[0]) for share in (0, 0.4, 0.6, 1)] == [1, 1, -1, -1]


def walked(frames: int, **params: Any) -> list[tuple[tuple[float, str], ...]]:
    made = aims(*[""] * frames, walk="conv1,conv2,conv3", **params)
    return [aim.between for aim in made]


def test_a_walk_is_between_two_layers_whose_shares_come_to_one() -> None:
    found = walked(80, walk_time=2.0)
    assert [[name for _, name in pair] for pair in found[:80:20]] == [
        *(["conv1", "conv2"], ["conv1", "conv2"], ["conv2", "conv3"], ["conv2", "conv3"])
    ]
    for (first, _), (second, _) in found:
        assert first + second == pytest.approx(1)
        assert 0 < second < 1, "what a net needs is the same as long as a leg lasts"
    assert found[0][0][0] > 0.99
    assert found[20][0][0] == pytest.approx(0.5)
    assert found[39][1][0] > 0.98


def test_a_walk_takes_whole_beats_where_changes_wait_for_them() -> None:
    seconds = walked(60, walk_time=2.0, quantise="beat", bpm=40.0)  # a beat: 1.5 s, 30 frames
    assert seconds[15][0][0] == pytest.approx(0.5)
    assert walked(60, walk_time=2.0, fps_target=10.0)[10][0][0] == pytest.approx(0.5)


def test_another_walk_begins_at_its_first_layer_and_another_layer_does_not_disturb_it() -> None:
    aim = Aim.of(Params(walk="conv1,conv2"))
    for _ in range(100):
        aim = aim.next(Params(walk="conv1,conv2"))
    assert aim.next(Params(walk="conv1,conv2", layer="conv3")).walked > aim.walked > 0
    assert aim.next(Params(walk="conv2,conv1")).walked == 0
    assert aim.next(Params()).between == ()
