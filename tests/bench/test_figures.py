"""The spread of what was measured, and the machine that it was measured on."""

import os
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.bench.figures import SizeResult, Spread
from dreamstream.bench.machine import MatrixProduct, machine, machine_lines
from dreamstream.size import Size

numbers = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=40)


@given(numbers, st.randoms())
def test_the_median_is_between_the_quartiles_in_any_order(values: list[float], random: Random) -> None:
    spread = Spread.of(values)
    assert min(values) <= spread.lower_quartile <= spread.median <= spread.upper_quartile <= max(values)
    random.shuffle(values)
    assert Spread.of(values) == spread


def test_quartiles_are_those_of_the_numbers() -> None:
    assert Spread.of([5.0, 1.0, 3.0, 2.0, 4.0]) == Spread(3, 2, 4)
    assert Spread(45.67, 8.912, 123.4).cells() == ("45.7", "(8.91–123)")
    assert str(Spread(45.67, 8.912, 123.4)) == "45.7 (8.91–123)"


def test_a_figure_that_was_not_measured_has_no_spread() -> None:
    result = SizeResult(Size(64, 48), 1.0, [{"forward_ms": 2.0}, {"forward_ms": 4.0, "screen_ms": 1.0}])
    assert result.spread("forward_ms") == Spread(3, 2.5, 3.5)
    assert result.spread("screen_ms") == Spread(1, 1, 1)
    assert result.spread("stabilise_ms") is None


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_the_matrix_product_s_rate_is_its_work_over_its_time(precision: str) -> None:
    moments = iter([3.0, 5.0])
    rate = MatrixProduct("cpu", precision).rate(lambda: next(moments))
    assert rate == pytest.approx(2 * 1536**3 / 2 / 1e9)


def test_the_machine_is_told_in_numbers_and_in_words() -> None:
    facts = machine()
    text = "\n".join(machine_lines(facts))
    assert 1 <= facts["cores"] <= (os.cpu_count() or 1)
    for name in ("cpu", "system", "python", "numpy", "torch"):
        assert facts[name] in text, name
    assert len(text.splitlines()) == 2
