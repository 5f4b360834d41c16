"""The walk along layers: what it is between, and its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.errors import ParamError
from dreamstream.params.walk import checked_walk, leg_of, walk_layers

LAYERS = ("conv1", "conv2", "conv3", "conv4")
NAMES = st.lists(st.sampled_from(LAYERS), min_size=2, max_size=8).map(tuple)


def shares(names: tuple[str, ...], walked: float) -> dict[str, float]:
    first, second, along = leg_of(names, walked)
    assert 0 <= along <= 1
    found = {first: 1 - along}
    found[second] = found.get(second, 0.0) + along
    return found


@given(NAMES, st.floats(0, 100), st.floats(0, 0.1))
def test_it_goes_from_layer_to_layer_without_a_jump(
    names: tuple[str, ...], walked: float, step: float
) -> None:
    before, after = shares(names, walked), shares(names, walked + step)
    change = {name: after.get(name, 0.0) - before.get(name, 0.0) for name in LAYERS}
    assert max(map(abs, change.values())) <= step + 1e-9


def test_it_goes_to_the_end_and_back() -> None:
    names = ("conv1", "conv2", "conv3")
    found = [leg_of(names, walked) for walked in (0, 0.25, 1.5, 2, 2.5, 3.5, 4.25)]
    assert found == [
        *(("conv1", "conv2", 0), ("conv1", "conv2", 0.25), ("conv2", "conv3", 0.5)),
        *(("conv2", "conv3", 1), ("conv2", "conv3", 0.5), ("conv1", "conv2", 0.5)),
        ("conv1", "conv2", 0.25),
    ]


def test_where_it_ends_as_it_began_it_goes_round() -> None:
    names = ("conv1", "conv2", "conv3", "conv1")
    found = [leg_of(names, walked)[:2] for walked in (0.5, 1.5, 2.5, 3.5)]
    assert found == [("conv1", "conv2"), ("conv2", "conv3"), ("conv3", "conv1"), ("conv1", "conv2")]


@given(NAMES)
def test_layers_are_read_as_they_are_written(names: tuple[str, ...]) -> None:
    assert walk_layers(checked_walk(" , ".join(names), LAYERS)) == names
    assert walk_layers(checked_walk(" ", LAYERS)) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("conv1,conv9", "walk: no layer 'conv9'; did you mean 'conv"),
        ("conv1,", "walk: no layer ''"),
        ("conv1", "2 to 8 layers are needed"),
        (",".join(LAYERS * 3), "2 to 8 layers are needed"),
    ],
)
def test_what_is_wrong_is_one_clear_line(text: str, words: str) -> None:
    with pytest.raises(ParamError, match=words.replace("(", "\\(")) as raised:
        checked_walk(text, LAYERS)
    assert "\n" not in str(raised.value)
