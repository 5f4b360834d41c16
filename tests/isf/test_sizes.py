"""The arithmetic of sizes: what it comes to, and what it does not do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.isf.sizes import Expression, size_of
from dreamstream.size import Size

NAMES = {"WIDTH": 640.0, "HEIGHT": 360.0, "part": 0.25}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("$WIDTH", 640),
        ("floor($WIDTH/3.0)", 213),
        ("max($HEIGHT * $part, 8.0) + 1", 91),
        (" -2 ** 2 + +7 % 4", -1),
        ("floor($HEIGHT*min((0.2),1.0))", 72),
        ("FLOOR(pow(2, 0.5) * 10)", 14),
        ("1000*1000*1000", 1e9),
    ],
)
def test_it_counts(text: str, value: float) -> None:
    assert Expression(text)(NAMES) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1 +", "$", "x.y", "[1]", "'a'", "lambda: 1", "__import__('os')", "(1).real", "1 if 1 else 2"),
        *(
            "x := 1",
            "open('x')",
            "min()",
            "min(*x)",
            "floor(x=1)",
            "1 < 2",
            "True and 1",
            "f'{1}'",
            "~1",
            "1 << 9",
        ),
        *("(" * 300, "(" * 200 + "1" + ")" * 200, "-" * 250 + "1", "1 +" * 80 + "1", "\0", "1j"),
    ],
)
def test_anything_else_is_refused_or_comes_to_a_number(text: str) -> None:
    try:
        assert math.isfinite(Expression(text)({}))
    except ValueError as error:
        assert "size" in str(error)


@pytest.mark.parametrize(
    "text", ["1/0", "9**9**9**9", "1e308*10", "sqrt(0-1)", "$nothing", "floor(1, 2)", "log(0)"]
)
def test_what_comes_to_no_number_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="the size '"):
        Expression(text)(NAMES)


@given(st.text(alphabet="$WIDTHfloor()+-*/%.0123456789 ,[]'x", max_size=40))
def test_no_text_does_more_than_count(text: str) -> None:
    try:
        value = Expression(text)({"WIDTH": 10.0})
    except ValueError:
        return
    assert math.isfinite(value)


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (None, None, Size(640, 360)),
        ("$WIDTH/2.0", None, Size(320, 360)),
        ("0", "-5", Size(1, 1)),
        ("1e9", "2", Size(8192, 2)),
    ],
)
def test_a_buffer_has_a_size_that_can_be_drawn(width: str | None, height: str | None, size: Size) -> None:
    across, down = (None if text is None else Expression(text) for text in (width, height))
    assert size_of(across, down, Size(640, 360), {}) == size


def test_a_huge_buffer_is_made_smaller_in_its_shape() -> None:
    size = size_of(Expression("100000"), Expression("100000"), Size(1, 1), {})
    assert size.width == size.height
    assert size.area <= 4096 * 2160
