"""Which windows of a convolution see any pixel."""

from hypothesis import given
from hypothesis import strategies as st

from dreamstream.caffe.geometry import Window

COUNT = st.integers(1, 6)


@given(COUNT, COUNT, st.integers(0, 12), COUNT, st.integers(1, 12))
def test_windows_see_a_pixel_where_one_of_their_taps_does(
    kernel: int, stride: int, pad: int, dilation: int, size: int
) -> None:
    window = Window((kernel,), (stride,), (pad,), (dilation,))
    (count,) = window.convolved((size,))
    places = [o * stride - pad + i * dilation for o in range(count) for i in range(kernel)]
    assert window.sees_pixels((size,)) == any(0 <= place < size for place in places)


def test_a_huge_window_is_seen_through_at_once() -> None:
    window = Window((1 << 14, 1 << 14), (2, 2), (1 << 15, 1 << 15), (1, 1))
    assert window.sees_pixels((64, 64))
    assert not Window((1, 1), (1 << 15, 1 << 15), (20, 20), (1, 1)).sees_pixels((8, 8))
