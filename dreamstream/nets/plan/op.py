"""The steps of a plan: each runs forwards, and gives its bottoms their gradient.

    bottoms -> forward -> tops, saved;   saved, gradients of the tops -> backward -> gradients of the bottoms

No op changes a tensor that it is given, but for a gradient of its `own`, and none remembers a run: what the
backward pass needs is in `saved`.
Tensors of four axes are channels-last where an op makes them; a gradient may come as a slice of a larger one.
Bottoms may have another number type than an op computes in; gradients have one type throughout a plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dreamstream.nets.function import Function

Gradients = Sequence[Tensor | None]
"""One for each top, or bottom; None where there is none."""


@dataclass(frozen=True)
class Dtypes:
    """The number types of one op: those it computes in, of its top, and of gradients."""

    compute: torch.dtype = torch.float32
    top: torch.dtype = torch.float32
    gradient: torch.dtype = torch.float32


class Op:
    """One step of a plan, by `_run` and `_run_back` if it has one top.

    `makes` says whether the gradients that it returns are new tensors, and no part of what it was given;
    `owns` whether nobody else has the gradient that it is given, so that it may be written over.
    """

    makes = False
    owns = False

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the tops, and what `backward` needs."""
        top, saved = self._run(bottoms)
        return (top,), saved

    def backward(self, saved: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return each bottom's gradient, added to its sum where there is one already."""
        (gradient,) = gradients
        assert gradient is not None
        return self._run_back(saved, gradient, sums)

    def _run(self, bottoms: Sequence[Tensor]) -> tuple[Tensor, Any]:
        raise NotImplementedError

    def _run_back(self, saved: Any, gradient: Tensor, sums: Gradients) -> Gradients:
        raise NotImplementedError


def added(gradient: Tensor, total: Tensor | None) -> Tensor:
    """Return the gradient, or its sum with that of other paths."""
    return gradient if total is None else gradient + total


def dense(x: Tensor) -> Tensor:
    """Return the tensor channels-last and without gaps, as it is where it is so already."""
    return x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x.contiguous()


class Concat(Op):
    """Channels of several bottoms side by side; their gradients are slices, which cost nothing."""

    def _run(self, bottoms: Sequence[Tensor]) -> tuple[Tensor, Any]:
        return torch.cat(list(bottoms), 1), [x.shape[1] for x in bottoms]

    def _run_back(self, saved: Any, gradient: Tensor, sums: Gradients) -> Gradients:
        parts = torch.split(gradient, saved, 1)
        return [added(part, total) for part, total in zip(parts, sums, strict=True)]


class Sum(Op):
    """Bottoms added up: the gradient goes to each of them."""

    def _run(self, bottoms: Sequence[Tensor]) -> tuple[Tensor, Any]:
        first, second, *others = bottoms
        total = first + second
        for other in others:
            total = total + other
        return total, None

    def _run_back(self, saved: Any, gradient: Tensor, sums: Gradients) -> Gradients:
        return [added(gradient, total) for total in sums]


class Traced(Op):
    """Layers in a row, by a small autograd graph in float32: of types that no dream spends its time in."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self._functions = functions

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the tops in the bottoms' type; those without a gradient, as places are, in float32."""
        leaves = [x.detach().float().requires_grad_() for x in bottoms]
        tops: Sequence[Tensor] = leaves
        with torch.enable_grad():
            for function in self._functions:
                tops = function(tops)
        dtype = bottoms[0].dtype
        return [top.detach().to(dtype) if top.requires_grad else top for top in tops], (leaves, tops)

    def backward(self, saved: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return what autograd says."""
        leaves, tops = saved
        pairs = [(top, g) for top, g in zip(tops, gradients, strict=True) if g is not None]
        flowing = [(top, g.float()) for top, g in pairs if top.requires_grad]
        if not flowing:
            return sums
        ends, seeds = zip(*flowing, strict=True)
        found = torch.autograd.grad(ends, leaves, seeds, allow_unused=True)
        dtype = next(g.dtype for g in gradients if g is not None)
        return [
            total if g is None else added(g.to(dtype), total) for g, total in zip(found, sums, strict=True)
        ]
