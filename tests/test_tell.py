"""Words for the operator: one of a thing, and several."""

import pytest

from dreamstream.tell import counted


@pytest.mark.parametrize(("number", "words"), [(0, "0 frames"), (1, "1 frame"), (2, "2 frames")])
def test_one_thing_is_told_as_one(number: int, words: str) -> None:
    assert counted(number, "frame") == words
