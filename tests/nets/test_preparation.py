"""What goes into a net, and that its gradient comes out the same way."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.caffe import parse_net
from dreamstream.nets import Preprocessing
from dreamstream.nets.preparation import Preparation, in_rgb
from dreamstream.size import Size
from tests.nets.example_nets import HEAD, conv

HOW = st.builds(
    Preprocessing,
    mean=st.tuples(*(st.floats(-200, 200) for _ in range(3))),
    scale=st.sampled_from((1.0, 1 / 128)),
    order=st.sampled_from(("RGB", "BGR")),
    multiple=st.sampled_from((1, 8, 32)),
)
SIDE = st.integers(1, 40)


@given(how=HOW, channels=st.sampled_from((1, 3)), size=st.builds(Size, SIDE, SIDE))
@settings(deadline=None)
def test_backward_is_the_gradient_of_forward(how: Preprocessing, channels: int, size: Size) -> None:
    preparation = Preparation(how, channels, torch.device("cpu"))
    rng = np.random.default_rng(0)
    pixels = torch.from_numpy(rng.uniform(0, 255, (*size.shape, 3)).astype(np.float32)).requires_grad_()
    shape = how.input_shape(size, channels)
    assert all(n % how.multiple == 0 for n in shape[2:])
    picture = preparation.forward(pixels, shape)
    assert tuple(picture.shape) == shape
    seed = torch.from_numpy(rng.normal(size=picture.shape).astype(np.float32))
    (expected,) = torch.autograd.grad(picture, pixels, seed)
    got = preparation.backward(seed, size)
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("height", "rows"), [(5, [4, 3, 2]), (2, [1, 1, 1, 1, 1, 1])])
def test_sides_are_padded_by_reflection_and_short_ones_by_their_last_row(
    height: int, rows: list[int]
) -> None:
    preparation = Preparation(Preprocessing((0.0, 0.0, 0.0), 1.0, "RGB"), 3, torch.device("cpu"))
    pixels = torch.arange(height * 8 * 3, dtype=torch.float32).reshape(height, 8, 3)
    picture = preparation.forward(pixels, (1, 3, 8, 8))[0].permute(1, 2, 0)
    assert torch.equal(picture[:height], pixels)
    padded = [height - 2 - i for i in range(len(rows))] if height > len(rows) else [height - 1] * len(rows)
    assert torch.equal(picture[height:], pixels[padded])


@pytest.mark.parametrize("numbers", [0, 162, 161])
def test_a_kernel_that_does_not_fit_is_left_for_who_says_so(numbers: int) -> None:
    spec = parse_net(HEAD + conv("first", "data", 6, 3), "test")
    spec = spec.with_blobs({"first": (np.zeros(numbers, np.float32), np.zeros(6, np.float32))})
    turned, how = in_rgb(spec, Preprocessing())
    assert (turned is spec) == (how.order == "BGR") == (numbers != 162)
