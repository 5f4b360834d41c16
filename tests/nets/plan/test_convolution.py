"""Convolutions and their gradients in any geometry, with oneDNN and without it."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional

from dreamstream.caffe.geometry import Window
from dreamstream.nets.plan import slide
from dreamstream.nets.plan.activation import Activation
from dreamstream.nets.plan.convolution import Convolution, Phases, gradient_of
from dreamstream.nets.plan.op import Dtypes
from dreamstream.nets.plan.slide import Kernel, Slide, has_onednn

PAIR = st.tuples(st.integers(1, 4), st.integers(1, 4))
ACTIVATIONS = (None, Activation(), Activation(0.1), Activation(low=0.0, high=1.0))


@st.composite
def geometries(draw: st.DrawFn) -> dict[str, Any]:
    group = draw(st.sampled_from((1, 1, 2, 6)))
    inner, outer = (group * draw(st.integers(1, 3)) for _ in range(2))
    window = Window(
        draw(st.tuples(st.integers(1, 7), st.integers(1, 7))),
        draw(PAIR),
        draw(st.tuples(st.integers(0, 3), st.integers(0, 3))),
        draw(st.sampled_from(((1, 1), (1, 1), (2, 1), (2, 3)))),
    )
    sizes = draw(st.tuples(st.integers(1, 17), st.integers(1, 17)))
    return {
        "window": window,
        "group": group,
        "weights": (outer, inner // group, *window.kernel),
        "shape": (1, inner, *sizes),
        "activation": draw(st.sampled_from(ACTIVATIONS)),
        "zero rim": draw(st.booleans()),
        "sum": draw(st.booleans()),
    }


def fits(case: dict[str, Any]) -> bool:
    """Windows that meet nothing but padding are refused before a plan is made; oneDNN crashes on them."""
    window, sizes = case["window"], case["shape"][2:]
    return min(window.convolved(sizes)) > 0 and window.sees_pixels(sizes)


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> torch.Tensor:
    return torch.from_numpy(rng.normal(size=shape).astype(np.float32))


def compare(case: dict[str, Any]) -> None:
    window, group, shape = case["window"], case["group"], case["shape"]
    rng = np.random.default_rng(0)
    weights, bias = normal(rng, case["weights"]), normal(rng, case["weights"][:1])
    if case["zero rim"]:
        weights[:, :, 0] = 0
    x = normal(rng, shape).requires_grad_()
    y = functional.conv2d(x, weights, bias, window.stride, window.pad, window.dilation, group)
    if case["activation"] is not None:
        y = case["activation"](y)
    seed, more = normal(rng, tuple(y.shape)), normal(rng, shape) if case["sum"] else None
    (expected,) = torch.autograd.grad(y, x, seed)
    op = Convolution(Kernel(weights, bias, window, group), shape, Dtypes(), case["activation"])
    with torch.no_grad():
        (top,), kept = op.forward([x.detach()])
        (got,) = op.backward(kept, [seed], [more])
    torch.testing.assert_close(top, y.detach(), rtol=1e-4, atol=1e-4)
    assert got is not None
    torch.testing.assert_close(got, expected if more is None else expected + more, rtol=1e-4, atol=1e-4)


@given(case=geometries())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_any_geometry(case: dict[str, Any]) -> None:
    assume(fits(case))
    compare(case)


@given(case=geometries())
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
def test_any_geometry_without_onednn(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assume(fits(case))
    monkeypatch.setattr(slide, "has_onednn", lambda: False)
    for layout in (torch.channels_last, torch.contiguous_format):
        monkeypatch.setattr(Kernel, "layout", layout)
        compare(case)


@pytest.mark.parametrize(
    ("group", "device", "layout"),
    [
        (1, "meta", torch.channels_last),
        (6, "meta", torch.channels_last),
        (2, "meta", torch.contiguous_format),
        (2, "cpu", torch.channels_last),
    ],
)
def test_groups_of_several_channels_lie_in_planes_on_a_card(
    group: int, device: str, layout: torch.memory_format
) -> None:
    window = Window((3, 3), (1, 1), (1, 1), (1, 1))
    kernel = Kernel(torch.zeros(6, 6 // group, 3, 3), None, window, group, torch.device(device))
    assert kernel.layout == layout
    found = Slide(kernel, (1, 6, 8, 8), torch.float32)(torch.zeros(1, 6, 8, 8, device=device))
    assert found.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("columns", [6, 7])
def test_one_channel_that_a_single_column_of_windows_sees(columns: int) -> None:
    window = Window((4, 5), (1, 2), (2, 0), (1, 1))
    shapes = {"weights": (3, 1, 4, 5), "shape": (1, 1, 7, columns)}
    compare({"window": window, "group": 1, "activation": None, "zero rim": False, "sum": True, **shapes})


def test_a_strided_convolution_of_a_picture_is_taken_apart() -> None:
    window = Window((7, 7), (2, 2), (3, 3), (1, 1))
    kernel = Kernel(torch.randn(8, 3, 7, 7), None, window)
    assert isinstance(gradient_of(kernel, (1, 3, 30, 41), torch.float32), Phases)


def test_this_torch_has_what_plans_are_fast_with() -> None:
    assert has_onednn()
