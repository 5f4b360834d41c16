import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.errors import ParamError
from dreamstream.params import Params, ParamStore
from dreamstream.params.terms import Term, spelt, terms_of

NAMES = st.one_of(st.integers(0, 65535).map(str), st.integers(0, 200).map("m{}".format))


def test_a_term_has_the_weight_1_where_none_is_given() -> None:
    assert terms_of("12+40:-0.5 + m3 : 0.7") == (Term("12", 1), Term("40", -0.5), Term("m3", 0.7))
    assert terms_of("") == terms_of("  ") == ()


def test_what_is_named_twice_adds_up() -> None:
    assert terms_of("3+3:0.5") == (Term("3", 1.5),)


@given(st.dictionaries(NAMES, st.floats(-16, 16).map(lambda weight: float(f"{weight:g}")), max_size=64))
def test_what_is_spelt_is_read_as_it_was(weights: dict[str, float]) -> None:
    text = "+".join(f"{name}:{weight!r}" for name, weight in weights.items())
    assert terms_of(spelt(text)) == tuple(weights.items())
    assert spelt(spelt(text)) == spelt(text)


REFUSED = ["cat", "12+", "+", "12:", "12:x", "12:nan", "12:17", "12:inf", "-3", "m", "M3", "3,4", "012"]


@pytest.mark.parametrize("text", [*REFUSED, "+".join(map(str, range(65)))])
def test_what_is_no_direction_is_refused_in_a_line(text: str) -> None:
    store = ParamStore()
    with pytest.raises(
        ParamError, match=r"^direction cannot be .*something like 12\+40:-0.5\+m3:0.7 is needed"
    ):
        store.change(direction=text)
    assert store.snapshot() == Params()


def test_the_store_keeps_it_spelt_one_way() -> None:
    assert ParamStore().change(direction=" 12:1.0 + 40:-.5").direction == "12+40:-0.5"
