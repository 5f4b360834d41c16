"""Words for the operator: one of a thing, and several; numbers as bars."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.tell import bar, counted


@pytest.mark.parametrize(("number", "words"), [(0, "0 frames"), (1, "1 frame"), (2, "2 frames")])
def test_one_thing_is_told_as_one(number: int, words: str) -> None:
    assert counted(number, "frame") == words


@given(st.floats(-1, 2), st.none() | st.floats(0, 1))
def test_a_bar_is_always_as_wide(value: float, goal: float | None) -> None:
    assert len(bar(value, goal)) == 10
    assert ("┃" in bar(value, goal)) == (goal is not None)
