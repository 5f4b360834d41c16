"""Pooling and local response normalisation with their gradients written out."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from dreamstream.caffe.geometry import Shape, rounds_up, window_of
from dreamstream.nets.plan.op import Dtypes, Gradients, Op, added, dense

_aten: Any = torch.ops.aten


class MaxPool(Op):
    """The largest of each window; the gradient goes to the first of them, as in Caffe."""

    makes = True

    def __init__(self, param: Any) -> None:
        window = window_of(param)
        self._settings = window.kernel, window.stride, window.pad, (1, 1), rounds_up(param)

    def _run(self, bottoms: Sequence[Tensor]) -> tuple[Tensor, Any]:
        x = dense(bottoms[0])
        top, places = _aten.max_pool2d_with_indices(x, *self._settings)
        return top, (x.shape, places)

    def unpooled(self, saved: Any, gradient: Tensor) -> Tensor:
        """Return the bottom's gradient."""
        shape, places = saved
        like = _empty(gradient, shape)
        result = _aten.max_pool2d_with_indices_backward(dense(gradient), like, *self._settings, places)
        assert isinstance(result, Tensor)
        return result

    def _run_back(self, saved: Any, gradient: Tensor, sums: Gradients) -> Gradients:
        return (added(self.unpooled(saved, gradient), sums[0]),)


class AveragePool(Op):
    """The mean of each window, clipped to the padded bottom."""

    makes = True

    def __init__(self, param: Any) -> None:
        window = window_of(param)
        self._settings = window.kernel, window.stride, window.pad, rounds_up(param), True, None

    def _run(self, bottoms: Sequence[Tensor]) -> tuple[Tensor, Any]:
        x = dense(bottoms[0])
        return _aten.avg_pool2d(x, *self._settings), x.shape

    def _run_back(self, saved: Any, gradient: Tensor, sums: Gradients) -> Gradients:
        like = _empty(gradient, saved)
        return (added(_aten.avg_pool2d_backward(dense(gradient), like, *self._settings), sums[0]),)


def _empty(gradient: Tensor, shape: Shape) -> Tensor:
    """Return a tensor that is only asked for its shape and layout."""
    return torch.empty(shape, dtype=gradient.dtype, device=gradient.device, memory_format=torch.channels_last)


class AcrossChannels(Op):
    """Local response normalisation across `size` channels: y = x · s^-beta with s = k + alpha/size · Σ x².

    Its gradient is g · s^-beta - 2 · alpha · beta / size · x · Σ (g · y / s), the sum over the same window
    (Caffe's `lrn_layer.cpp`). Sums over channels run along memory: pixels stand in rows with zeros between
    them, so that one long shifted addition does for all of them.
    """

    makes = True

    def __init__(
        self,
        shape: Shape,
        dtypes: Dtypes,
        size: int,
        alpha: float,
        beta: float,
        k: float,
        device: torch.device,
    ) -> None:
        _, self._channels, *_ = shape
        self._dtypes = dtypes
        # squares soon go beyond what float16 holds
        self._compute = torch.float32 if dtypes.compute == torch.float16 else dtypes.compute
        # a window beyond all channels sees no more than all of them
        self._half = min(size // 2, self._channels)
        self._share, self._beta, self._shape = alpha / size, beta, shape
        self._k = torch.tensor(k, dtype=self._compute, device=device)
        pixels = shape[2] * shape[3]
        row = self._channels + 2 * self._half
        self._rows = torch.zeros(pixels, row, dtype=self._compute, device=device)

    def _run(self, bottoms: Sequence[Tensor]) -> tuple[Tensor, Any]:
        x = self._flat(bottoms[0].to(self._compute))
        scale = torch.add(self._k, self._sums(x, x), alpha=self._share)
        factor = self._power(scale)
        return self._picture(x * factor).to(self._dtypes.top), (x, scale, factor)

    def _run_back(self, saved: Any, gradient: Tensor, sums: Gradients) -> Gradients:
        x, scale, factor = saved
        direct = self._flat(gradient) * factor
        others = self._sums(direct.div(scale), x)
        result = direct.addcmul_(x, others, value=-2 * self._share * self._beta)
        return (added(self._picture(result).to(self._dtypes.gradient), sums[0]),)

    def _sums(self, a: Tensor, b: Tensor) -> Tensor:
        """Return the sums of a·b over each channel's neighbours: pixels × channels."""
        half, row = self._half, self._channels + 2 * self._half
        torch.mul(a, b, out=self._rows[:, half : half + self._channels])
        line = self._rows.view(-1)
        length = line.numel() - 2 * half
        total = line[:length] + line[1 : 1 + length] if half else line
        for i in range(2, 2 * half + 1):
            total += line[i : i + length]
        return total.as_strided((len(a), self._channels), (row, 1))

    def _power(self, scale: Tensor) -> Tensor:
        if self._beta != 0.75:
            return scale.pow(-self._beta)
        root = scale.rsqrt()  # every known net's beta: two roots are several times as fast as a power
        return root.sqrt().mul_(root)

    def _flat(self, x: Tensor) -> Tensor:
        return dense(x).permute(0, 2, 3, 1).reshape(-1, self._channels)

    def _picture(self, x: Tensor) -> Tensor:
        _, channels, height, width = self._shape
        return x.view(1, height, width, channels).permute(0, 3, 1, 2)
