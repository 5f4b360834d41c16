import argparse

import pytest

from dreamstream.cli.values import relative
from dreamstream.offline.scaling import Scaling
from dreamstream.params import TABLE, Params
from dreamstream.size import Size

LENGTHS = {name for name, info in TABLE.items() if info.length is True}


def test_at_the_same_size_nothing_changes() -> None:
    params = Params(blur=3.3)
    assert Scaling(Size(448, 252), Size(448, 252))(params) is params


def test_lengths_go_with_the_canvas_and_all_else_stays() -> None:
    before = Params(matrix=(1, 0.1, 3, 0.2, 1, -4))
    after = Scaling(Size(224, 126), Size(448, 252))(before)
    changed = {name for name, value in before.model_dump().items() if getattr(after, name) != value}
    assert changed == LENGTHS | {"matrix"}
    assert all(getattr(after, name) == 2 * getattr(before, name) for name in LENGTHS)
    assert after.matrix == (1, 0.1, 6, 0.2, 1, -8)


def test_every_knob_in_pixels_is_scaled_or_is_known_to_stay() -> None:
    pixels = {name for name, info in TABLE.items() if info.unit == "px" and info.group != "effect"}
    assert pixels - LENGTHS == {"jitter", "soften", "shear", "roll"}


def test_what_would_be_out_of_range_stays_within() -> None:
    after = Scaling(Size(100, 100), Size(8000, 8000), relative("x100"), relative("+20"))(Params(blur=20.0))
    assert (after.blur, after.iterations, after.octaves) == (50, 100, 8)
    Params.model_validate(after.model_dump())


@pytest.mark.parametrize(
    ("text", "wanted"), [("x2", 6), ("×1.5", 4.5), ("X3", 9), ("+2", 5), ("-1", 2), ("7", 7)]
)
def test_relative_numbers(text: str, wanted: float) -> None:
    assert relative(text)(3) == wanted


@pytest.mark.parametrize("text", ["", "x", "x0", "x-1", "two", "nan", "+nan", "xinf", "0", "2x"])
def test_what_is_no_relative_number(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="x2"):
        relative(text)
