"""Winograd's convolutions against direct ones: the same sums, to the rounding of float32."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from dreamstream.caffe import read_net
from dreamstream.caffe.geometry import Shape, Window
from dreamstream.dream.objectives import L2
from dreamstream.nets import Preprocessing, catalog
from dreamstream.nets.plan import winograd
from dreamstream.nets.plan.activation import Activation
from dreamstream.nets.plan.convolution import slide_of
from dreamstream.nets.plan.slide import Kernel, Slide
from dreamstream.nets.plan.winograd import Winograd, pays, transforms
from dreamstream.nets.torch_net import TorchNet
from tests.fakes import picture
from tests.nets import example_nets as nets

SQUARE = Window((3, 3), (1, 1), (1, 1), (1, 1))


@pytest.fixture
def avx2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose as on a CPU without AVX-512, and for kernels of any size."""
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    monkeypatch.setattr(winograd, "_PRODUCTS", 1)


def kernel_of(rng: np.random.Generator, shape: Shape, window: Window) -> Kernel:
    weights, bias = (rng.normal(size=size).astype(np.float32) for size in (shape, shape[:1]))
    return Kernel(torch.from_numpy(weights), torch.from_numpy(bias), window)


def expected_of(kernel: Kernel, x: torch.Tensor) -> torch.Tensor:
    assert kernel.bias is not None
    return functional.conv2d(x.double(), kernel.weights.double(), kernel.bias.double(), 1, kernel.window.pad)


@pytest.mark.parametrize("taps", [2, 3, 4, 5])
def test_the_transforms_slide(taps: int) -> None:
    a, g, b = transforms(taps)
    numbers, kernel = np.random.default_rng(0).normal(size=6), np.arange(1.0, 1 + taps)
    expected = np.correlate(numbers, kernel, "valid")
    np.testing.assert_allclose(a @ ((g @ kernel) * (b @ numbers)), expected, rtol=1e-10)


@given(
    rows=st.integers(3, 5),
    columns=st.integers(1, 5),
    pads=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    sides=st.tuples(st.integers(1, 23), st.integers(1, 13)),
    activation=st.sampled_from((None, Activation(), Activation(0.1), Activation(low=0.0, high=1.0))),
    band=st.sampled_from((1, 1 << 14, 1 << 24)),
    summed=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_any_geometry(
    rows: int,
    columns: int,
    pads: tuple[int, int],
    sides: tuple[int, int],
    activation: Any,
    band: int,
    summed: bool,
) -> None:
    window = Window((rows, columns), (1, 1), (min(pads[0], rows - 1), min(pads[1], columns - 1)), (1, 1))
    if min(window.convolved(sides)) < 1:
        return
    rng = np.random.default_rng(0)
    kernel = kernel_of(rng, (6, 5, rows, columns), window)
    x = torch.from_numpy(rng.normal(size=(1, 5, *sides)).astype(np.float32))
    expected = expected_of(kernel, x)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(winograd, "_BYTES", band)
        slide = Winograd(kernel, tuple(x.shape), None if summed else activation)
    if summed:
        plus = torch.ones(expected.shape)
        got, expected = slide(x, plus), expected + plus
    else:
        got, expected = slide(x), expected if activation is None else activation(expected)
    torch.testing.assert_close(got.double(), expected, rtol=1e-5, atol=1e-4)


def test_it_rounds_like_a_direct_sum() -> None:
    """As near to float64 as oneDNN's direct convolution, within a factor of 2.5."""
    rng = np.random.default_rng(1)
    kernel = kernel_of(rng, (64, 64, 3, 3), SQUARE)
    x = torch.from_numpy(rng.normal(size=(1, 64, 40, 40)).astype(np.float32)).relu()
    expected = expected_of(kernel, x)
    errors = [
        float((slide(x) - expected).norm() / expected.norm())
        for slide in (Winograd(kernel, tuple(x.shape)), Slide(kernel, tuple(x.shape), torch.float32))
    ]
    assert errors[0] < 2.5 * errors[1]
    assert errors[0] < 1e-6


def test_it_is_chosen_where_it_pays_and_only_there(avx2: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(channels: int, window: Window = SQUARE, dtype: torch.dtype = torch.float32) -> bool:
        kernel = Kernel(torch.ones(64, channels, *window.kernel), None, window)
        return pays(kernel, (1, channels, 30, 40), dtype)

    assert chosen(64)
    assert not chosen(32)
    assert not chosen(64, Window((1, 1), (1, 1), (0, 0), (1, 1)))
    assert not chosen(64, Window((3, 3), (2, 2), (1, 1), (1, 1)))
    assert not chosen(64, Window((3, 3), (1, 1), (2, 2), (2, 2)))
    assert not chosen(64, Window((3, 3), (1, 1), (3, 3), (1, 1)))
    assert not chosen(64, dtype=torch.bfloat16)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    assert not chosen(64)


def test_googlenet_through_it(avx2: None) -> None:
    """Both ways, with the plan's own choice of where."""
    shape, layer = (72, 88), "inception_4c/output"
    spec = nets.he_weights(
        read_net(catalog()["bvlc_googlenet"].prototxt, None).pruned([layer]), (1, 3, *shape)
    )
    kernel = Kernel(torch.ones(192, 64, 3, 3), None, SQUARE)
    assert isinstance(slide_of(kernel, (1, 64, 18, 22), torch.float32), Winograd)
    plan, reference = (TorchNet(spec, Preprocessing(), "cpu", which) for which in ("compiled", "reference"))
    (got, value), (expected, wanted) = (
        net.input_gradient(picture(*shape), L2(layer)) for net in (plan, reference)
    )
    assert value == pytest.approx(wanted, rel=1e-5)
    away = np.linalg.norm(got - expected) / np.linalg.norm(expected)
    assert away < 1e-3, "though a tie may go elsewhere: sums round otherwise, and by threads"
