"""Convolutions of 3×3 and the like at stride 1 by Winograd's minimal filtering, down a picture's columns.

    six rows of x -> Bᵀ -> six convolutions of 1×3 -> Aᵀ -> four rows of y

Six multiplications do for twelve (Lavin and Gray, 2016); along the rows oneDNN slides as ever, so that all
runs on matrix products and convolutions. The interpolation points 0, ±√½, ±√2 and ∞ keep the rounding
that of a direct sum: with the usual 0, ±1, ±2 it is five times as large.

Where AVX-512 computes, the direct convolutions stay.
"""

import math
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dreamstream.caffe.geometry import Shape, Window
from dreamstream.nets.plan.activation import Activation
from dreamstream.nets.plan.op import added, dense
from dreamstream.nets.plan.slide import Kernel, Slide, has_onednn

_POINTS = (0.0, 0.5**0.5, -(0.5**0.5), 2**0.5, -(2**0.5))
_SIX = len(_POINTS) + 1
_ROWS = range(3, 6)  # of a kernel
_CHANNELS = 64  # below and above: with fewer the transforms cost more than they save
_PRODUCTS = 8e6  # of channels, channels and pixels: with fewer the calls do
_BYTES = 1 << 24  # of transformed rows at a time: about what a cache holds
Matrix = NDArray[np.float64]


def pays(kernel: Kernel, shape: Shape, dtype: torch.dtype) -> bool:
    """Return whether this CPU convolves such a kernel faster so."""
    window = kernel.window
    fits = window.kernel[0] in _ROWS and window.stride == window.dilation == (1, 1) and kernel.group == 1
    fits = fits and window.pad[0] < window.kernel[0]  # no tile sees padding alone
    counts = kernel.weights.shape[:2]
    large = min(counts) >= _CHANNELS and math.prod((*counts, *shape[2:])) >= _PRODUCTS
    right = dtype == torch.float32 and has_onednn() and kernel.device.type == "cpu"
    return fits and large and right and torch.backends.cpu.get_cpu_capability() == "AVX2"


@cache
def transforms(taps: int) -> tuple[Matrix, Matrix, Matrix]:
    """Return Aᵀ (7 - taps × 6), G (6 × taps) and Bᵀ (6×6): y = Aᵀ (G g · Bᵀ x) slides g over six numbers x.

    By Toom and Cook: polynomials are evaluated at the points, multiplied there, and interpolated.
    Rows of Bᵀ are about as long as 1, and whole powers of two move to G, which is applied in float64.
    """
    points = np.array(_POINTS)
    others = [np.delete(points, i) for i in range(len(points))]
    tile = _SIX + 1 - taps
    a, g, b = np.zeros((tile, _SIX)), np.zeros((_SIX, taps)), np.zeros((_SIX, _SIX))
    a[:, :-1] = points ** np.arange(tile)[:, None]
    for i, (point, rest) in enumerate(zip(points, others, strict=True)):
        g[i] = point ** np.arange(taps) / np.prod(point - rest)
        b[i, :-1] = np.poly(rest)[::-1]
    b[-1] = np.poly(points)[::-1]
    a[-1, -1] = g[-1, -1] = 1
    lengths = 2.0 ** np.round(np.log2(np.linalg.norm(b, axis=1, keepdims=True)))
    return a, g * lengths, b / lengths


class Winograd:
    """A kernel laid out for inputs of one shape (1, C, H, W), with its activation, or with a sum."""

    def __init__(self, kernel: Kernel, shape: Shape, activation: Activation | None = None) -> None:
        taps = kernel.window.kernel[0]
        a, g, b = transforms(taps)
        self._shape, self._pad, self._activation = shape, kernel.window.pad[0], activation
        self._out = kernel.weights.shape[0], *kernel.window.convolved(shape[2:])
        self._before, self._after = (torch.from_numpy(m).float() for m in (b, a))
        self._tile = _SIX + 1 - taps
        self._tiles = -(-self._out[1] // self._tile)
        most = max(1, _BYTES // (4 * _SIX * shape[3] * (shape[1] + self._out[0])))
        self._band = -(-self._tiles // -(-self._tiles // most))
        window = Window((1, kernel.window.kernel[1]), (1, 1), (0, kernel.window.pad[1]), (1, 1))
        # the bias comes along: Aᵀ turns these six shares of it into itself
        shares = np.linalg.lstsq(a, np.ones(self._tile), rcond=None)[0].tolist()
        rows = torch.einsum("ia,kcab->ikcb", torch.from_numpy(g), kernel.weights.double()).float()
        self._slides = [
            Slide(
                Kernel(each[:, :, None], None if kernel.bias is None else kernel.bias * share, window),
                (1, shape[1], self._band, shape[3]),
                torch.float32,
            )
            for each, share in zip(rows, shares, strict=True)
        ]

    def __call__(self, x: Tensor, plus: Tensor | None = None) -> Tensor:
        """Return the result, activated; or, `plus` given, its sum with that."""
        channels, height, width = self._out
        lines = dense(x).permute(0, 2, 3, 1).reshape(x.shape[2], -1)
        result = torch.empty(height, width * channels)
        for first in range(0, self._tiles, self._band):
            tiles = range(first, min(first + self._band, self._tiles))
            products = self._products(lines, tiles)
            for n, tile in enumerate(tiles):
                rows = result[tile * self._tile : (tile + 1) * self._tile]
                torch.mm(self._after[: len(rows)], products[:, n], out=rows)
                if self._activation is not None:
                    self._activation(rows, inplace=True)
        return added(result.view(1, height, width, channels).permute(0, 3, 1, 2), plus)

    def _products(self, lines: Tensor, tiles: range) -> Tensor:
        """Return the six products of each tile: 6 × tiles × (a row of the result)."""
        _, channels, height, width = self._shape
        turned = torch.empty(_SIX, len(tiles), width * channels)
        for n, tile in enumerate(tiles):
            top = tile * self._tile - self._pad
            seen = slice(max(0, -top), min(_SIX, height - top))  # the others are padding
            torch.mm(self._before[:, seen], lines[top + seen.start : top + seen.stop], out=turned[:, n])
        pictures = turned.view(_SIX, 1, len(tiles), width, channels).permute(0, 1, 4, 2, 3)
        return torch.stack(
            [
                slide(each).permute(0, 2, 3, 1).reshape(len(tiles), -1)
                for slide, each in zip(self._slides, pictures, strict=True)
            ]
        )
