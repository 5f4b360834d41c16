"""The text of further layers: what is written is what is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.errors import ParamError
from dreamstream.params.second import Mixed, mixed_layers, mixed_text

LAYERS = ("conv1", "conv2", "inception_3b/5x5", "inception_3b/output", "odd:0.5")

MIXED = st.builds(
    Mixed,
    st.sampled_from(LAYERS),
    st.floats(1e-3, 1e3).map(lambda weight: float(f"{weight:g}")),
    st.lists(st.integers(0, 65535), max_size=4).map(tuple),
)


@given(st.lists(MIXED, max_size=5))
def test_layers_are_read_as_they_are_written(layers: list[Mixed]) -> None:
    text = mixed_text(layers)
    assert mixed_layers(text, LAYERS) == tuple(layers)
    assert mixed_layers(text) == tuple(layers)


def test_layers_may_go_without_weights() -> None:
    assert mixed_layers("conv1, odd:0.5,conv2:2,conv1/3,conv2/12&0:0.5", LAYERS) == (
        *(Mixed("conv1"), Mixed("odd:0.5"), Mixed("conv2", 2)),
        *(Mixed("conv1", 1, (3,)), Mixed("conv2", 0.5, (12, 0))),
    )
    assert mixed_layers(" ", LAYERS) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("conv3", "no layer 'conv3'; did you mean 'conv"),
        ("conv3:1", "no layer 'conv3'; did you mean 'conv"),
        ("conv3/1", "no layer 'conv3/1'; did you mean 'conv"),
        ("conv1,,conv2", "no layer ''"),
        ("conv1:x", "conv1 cannot have the weight 'x'"),
        ("conv1:0", "a number above 0"),
        ("conv1:-1", "a number above 0"),
        ("conv1:nan", "a number above 0"),
        ("conv1:inf", "a number above 0"),
        ("conv1:", "a number above 0"),
        ("conv1/2:0", "conv1/2 cannot have the weight '0'"),
        ("conv1/x", "conv1 has no channels 'x'; numbers are needed, as in conv1/12&40"),
        ("conv1/:2", "conv1 has no channels ''"),
        ("conv1/3&", "conv1 has no channels '3&'"),
        ("conv1/-3", "conv1 has no channels '-3'"),
    ],
)
def test_layers_that_cannot_be_are_named(text: str, words: str) -> None:
    with pytest.raises(ParamError, match=words):
        mixed_layers(text, LAYERS)
