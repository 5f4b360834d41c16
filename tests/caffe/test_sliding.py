"""Sizes at which the branches of a net join."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.caffe import NetSpec, cut, joining
from dreamstream.caffe.shapes import walk
from dreamstream.errors import JoinError, NetError
from tests.nets.example_nets import INCEPTION_LIKE, conv, he_weights, layer, net_of

SPEC = he_weights(net_of(INCEPTION_LIKE), (1, 3, 43, 43))


def joins(spec: NetSpec, height: int, width: int) -> bool:
    try:
        return bool(list(walk(spec, (1, 3, height, width))))
    except JoinError:
        return False


@given(height=st.integers(33, 300), width=st.integers(33, 300))
@settings(deadline=None)
def test_the_next_size_at_which_all_join_is_found_for_rows_and_columns_each(height: int, width: int) -> None:
    rows, columns = (next(n for n in count(side) if joins(SPEC, n, n)) for side in (height, width))
    shape = joining(SPEC, ("out",), (1, 3, height, width))
    assert shape == (1, 3, rows, columns)
    assert joins(SPEC, rows, columns)
    assert joining(SPEC, ("out",), shape) == shape, "a size that fits stays as it is"


@given(
    kernels=st.lists(st.integers(1, 5), min_size=2, max_size=3),
    strides=st.lists(st.integers(1, 3), min_size=2, max_size=3),
    side=st.integers(50, 90),  # a kernel of 5 behind two strides of 3 fits
)
@settings(deadline=None, max_examples=30)
def test_no_smaller_size_would_do(kernels: list[int], strides: list[int], side: int) -> None:
    """Two towers, one of convolutions and one of poolings, which round the other way."""
    text, left, right = "", "data", "data"
    for i, (kernel, stride) in enumerate(zip(kernels, strides, strict=False)):
        text += conv(f"l{i}", left, 3, kernel, f"stride: {stride} pad: {kernel // 2}")
        pool = f"pooling_param {{ kernel_size: {max(kernel, stride)} stride: {stride} }}"
        text += layer("Pooling", f"r{i}", right, more=pool)
        left, right = f"l{i}", f"r{i}"
    spec = net_of(text + layer("Eltwise", "out", f"{left} {right}"))
    found = next((n for n in range(side, side + 320) if joins(spec, n, n)), side)
    assert joining(spec, ("out",), (1, 3, side, side)) == (1, 3, found, found)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (layer("Concat", "out", "a data"), "cannot join 1x4x38x46, 1x3x40x48 along axis 1"),
        (layer("Crop", "out", "a data", more="crop_param { offset: 1 }"), "cannot cut 40 at 1 out of 38"),
        (layer("Eltwise", "out", "a data"), "needs two or more bottoms of one shape"),
    ],
)
def test_what_joins_at_no_size_is_told_at_its_own(end: str, words: str) -> None:
    text = conv("a", "data", 4, 3) + end
    spec = he_weights(net_of(conv("a", "data", 4, 3)), (1, 3, 40, 48)).layers[0].blobs
    net = net_of(text).with_blobs({"a": spec})
    assert joining(net, ("out",), (1, 3, 40, 48)) == (1, 3, 40, 48)
    with pytest.raises(NetError, match=rf"layer 'out' \(\w+\), with a picture of 48x40: {words}"):
        cut(net, ("out",), (1, 3, 40, 48))
