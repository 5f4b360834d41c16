"""Convolutions whose gradient is a convolution, too: of the same kernels, flipped; weights have no gradient.

    forward:   x -> kernel, bias, activation in one pass -> y
    backward:  gradient -> mask -> flipped and transposed kernel -> gradient of x (+ a sum)

At stride 1 the gradient is a plain convolution. A longer stride is split into phases: each of the stride²
places that a pixel of x can have below the windows sees a smaller kernel of its own (the sub-pixel
convolution of Shi et al., 2016, reversed); where x has few channels, as a picture has, that is several times
as fast as a transposed convolution. On CPUs with oneDNN, kernels are laid out once for their input's shape.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dreamstream.caffe.geometry import Shape, Window
from dreamstream.nets.plan.activation import Activation
from dreamstream.nets.plan.op import Dtypes, Gradients, Op, added, dense
from dreamstream.nets.plan.slide import Kernel, Slide
from dreamstream.nets.plan.windows import MaxPool
from dreamstream.nets.plan.winograd import Winograd, pays

_LANES = 8  # numbers that AVX2 computes with at once
_FEW = 4  # channels up to which a strided convolution is split into phases


class Convolution(Op):
    """A convolution, its activation and a MAX pooling; `shape` is that of the bottom: (1, C, H, W).

    An activation never falls, so the largest of each window is the same if the pooling goes first; but it,
    its mask and a change of number type then run over a quarter of the numbers, in the largest blobs.
    """

    makes = True

    def __init__(
        self,
        kernel: Kernel,
        shape: Shape,
        dtypes: Dtypes,
        activation: Activation | None = None,
        pool: MaxPool | None = None,
    ) -> None:
        self._activation, self._pool, self._dtypes = activation, pool, dtypes
        self._slide = slide_of(kernel, shape, dtypes.compute, activation if pool is None else None)
        self._back = gradient_of(kernel, shape, dtypes.gradient)

    def _run(self, bottoms: Sequence[Tensor]) -> tuple[Tensor, Any]:
        result, places = self._slide(dense(bottoms[0].to(self._dtypes.compute))), None
        if self._pool is not None:
            (result,), places = self._pool.forward((result,))
            result = result if self._activation is None else self._activation(result)
        top_dtype, mask = self._dtypes.top, None
        if self._activation is not None:
            mask = result.to(self._dtypes.gradient)
            result = mask if mask.dtype == top_dtype else result  # if possible, top and mask are one tensor
        return result.to(top_dtype), (mask, places)

    def _run_back(self, saved: Any, gradient: Tensor, sums: Gradients) -> Gradients:
        mask, places = saved
        if self._activation is not None:
            gradient = self._activation.masked(gradient, mask, self.owns)
        if self._pool is not None:
            gradient = self._pool.unpooled(places, gradient)
        return (self._back(dense(gradient), sums[0]),)


def slide_of(
    kernel: Kernel, shape: Shape, dtype: torch.dtype, activation: Activation | None = None
) -> Slide | Winograd:
    """Return the function from a convolution's bottom, and what to add, to its activated result."""
    if pays(kernel, shape, dtype):
        return Winograd(kernel, shape, activation)
    return Slide(kernel, shape, dtype, activation)


def gradient_of(kernel: Kernel, shape: Shape, dtype: torch.dtype) -> "Slide | Winograd | Phases | Transposed":
    """Return the function from a convolution's gradient, and what to add, to the gradient of its bottom."""
    flipped = kernel.flipped()
    if flipped is not None:
        return slide_of(flipped, (1, kernel.weights.shape[0], *kernel.window.convolved(shape[2:])), dtype)
    small = kernel.group == 1 and shape[1] <= _FEW and kernel.window.dilation == (1, 1)
    return Phases(kernel, shape, dtype) if small else Transposed(kernel, shape, dtype)


class Phases:
    """The gradient of a strided convolution as one convolution at stride 1, each phase some of its channels.

    Pixel i = stride·j + r of the picture meets tap a of window o where o = j + (r + pad - a) / stride: for
    each r the taps of one remainder only, at a distance from j that does not depend on it.
    """

    def __init__(self, kernel: Kernel, shape: Shape, dtype: torch.dtype) -> None:
        window, self._shape = kernel.window, shape
        out, self._channels, *_ = kernel.weights.shape
        counts = window.convolved(shape[2:])
        used = kernel.weights.ne(0).any(0).any(0).nonzero().tolist() or [[0, 0]]  # rims of zeros cost nothing
        taps = [_taps(sorted({tap[axis] for tap in used}), window, axis) for axis in (0, 1)]
        spans = [(min(d for *_, d in axis), max(d for *_, d in axis)) for axis in taps]
        self._places = [-(-n // s) for n, s in zip(shape[2:], window.stride, strict=True)]
        spread = kernel.weights.new_zeros(
            *window.stride, self._channels, out, *(last - first + 1 for first, last in spans)
        )
        for (a, r, d), (b, q, e) in product(*taps):
            spread[r, q, :, :, d - spans[0][0], e - spans[1][0]] = kernel.weights[:, :, a, b].T
        before = [-first for first, _ in spans]
        after = [
            n - 1 + last - (count - 1)
            for n, (_, last), count in zip(self._places, spans, counts, strict=True)
        ]
        pad = tuple(max(b, a, 0) for b, a in zip(before, after, strict=True))
        self._skipped = [p - b for p, b in zip(pad, before, strict=True)]
        sides = spread.shape[-2:]
        slide = Window(tuple(sides), (1, 1), pad, (1, 1))
        rows = spread.reshape(-1, out, *sides)
        more = rows.new_zeros(-len(rows) % _LANES, out, *sides)  # which cost less than a rest of lanes
        whole = replace(kernel, weights=torch.cat([rows, more]), bias=None, window=slide)
        self._stride, self._slide = window.stride, Slide(whole, (1, out, *counts), dtype)

    def __call__(self, gradient: Tensor, plus: Tensor | None = None) -> Tensor:
        """Return the bottom's gradient, added to `plus`."""
        (top, left), (rows, columns) = self._skipped, self._places
        down, right = self._stride
        used = slice(down * right * self._channels)
        phases = self._slide(gradient)[:, used, top : top + rows, left : left + columns]
        shuffled = phases.reshape(1, down, right, self._channels, rows, columns).permute(0, 4, 1, 5, 2, 3)
        picture = shuffled.reshape(1, rows * down, columns * right, self._channels)
        return added(picture[:, : self._shape[2], : self._shape[3]].permute(0, 3, 1, 2), plus)


def _taps(used: Sequence[int], window: Window, axis: int) -> list[tuple[int, int, int]]:
    """Return (tap, phase, distance) for the used taps of one axis."""
    stride, pad = window.stride[axis], window.pad[axis]
    return [(a, (a - pad) % stride, ((a - pad) % stride + pad - a) // stride) for a in used]


class Transposed:
    """The gradient of a strided convolution by a transposed one.

    CPUs have no fast one for strided, grouped kernels in bfloat16, ten times slower than in float32, and none
    in float16: they compute those in float32.
    """

    def __init__(self, kernel: Kernel, shape: Shape, dtype: torch.dtype) -> None:
        slow = kernel.group > 1 or dtype == torch.float16
        self._dtype = torch.float32 if slow and kernel.device.type == "cpu" else dtype
        self._weights = kernel.weights.to(kernel.device, self._dtype).contiguous(memory_format=kernel.layout)
        self._window, self._group, self._layout = kernel.window, kernel.group, kernel.layout
        reached = kernel.window.deconvolved(kernel.window.convolved(shape[2:]))
        self._more = [n - r for n, r in zip(shape[2:], reached, strict=True)]  # rows that no window reaches

    def __call__(self, gradient: Tensor, plus: Tensor | None = None) -> Tensor:
        """Return the bottom's gradient, added to `plus`."""
        window = self._window
        places = window.stride, window.pad, self._more, self._group, window.dilation
        seed = gradient.to(self._dtype).contiguous(memory_format=self._layout)
        result = functional.conv_transpose2d(seed, self._weights, None, *places)
        return added(dense(result.to(gradient.dtype)), plus)
