"""What every step of a plan can do: run forwards, and give its bottoms their gradient.

    bottoms -> forward -> tops, kept;   kept, gradients of the tops -> backward -> gradients of the bottoms

No op changes a tensor that it was given, and none remembers a run: what the way back needs is in `kept`.
Tensors of four axes are channels-last where an op makes them; a gradient may come as a slice of a larger one.
Bottoms may be of another number type than an op computes in; gradients are of one type throughout a plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from dreamstream.nets.function import Function

Gradients = Sequence[Tensor | None]
"""One for each top, or bottom; None where nothing flows."""


@dataclass(frozen=True)
class Kinds:
    """The number types of one op: what it computes in, what its top is handed on in, and gradients."""

    compute: torch.dtype = torch.float32
    top: torch.dtype = torch.float32
    gradient: torch.dtype = torch.float32

    def handed_on(self, result: Tensor, masks: bool) -> tuple[Tensor, Tensor | None]:
        """Return a result as the top, and as what masks gradients where it does: one tensor, if it can be."""
        kept = result.to(self.gradient) if masks else None
        return (kept if kept is not None and kept.dtype == self.top else result.to(self.top)), kept


class Op(Protocol):
    """One step of a plan."""

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the tops, and what `backward` needs."""
        ...

    def backward(self, kept: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return each bottom's gradient, added to its sum where there is one already."""
        ...


def added(gradient: Tensor, total: Tensor | None) -> Tensor:
    """Return the gradient, or its sum with what came from elsewhere."""
    return gradient if total is None else gradient + total


def dense(x: Tensor) -> Tensor:
    """Return the tensor channels-last and without gaps, as it is where it is so already."""
    return x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x.contiguous()


class Concat:
    """Channels of several bottoms side by side; the way back are slices, which cost nothing."""

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the one top."""
        return (torch.cat(list(bottoms), 1),), [x.shape[1] for x in bottoms]

    def backward(self, kept: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return the slices."""
        (gradient,) = gradients
        assert gradient is not None
        parts = torch.split(gradient, kept, 1)
        return [added(part, total) for part, total in zip(parts, sums, strict=True)]


class Sum:
    """Bottoms added up: the gradient goes to each of them."""

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the one top."""
        first, second, *others = bottoms
        total = first + second
        for other in others:
            total = total + other
        return (total,), None

    def backward(self, kept: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return the same gradient as often as there are bottoms."""
        (gradient,) = gradients
        assert gradient is not None
        return [added(gradient, total) for total in sums]


class Traced:
    """Any layer, by its own small autograd graph in float32: for types that no dream spends its time in."""

    def __init__(self, function: Function) -> None:
        self._function = function

    def forward(self, bottoms: Sequence[Tensor]) -> tuple[Sequence[Tensor], Any]:
        """Return the tops in the bottoms' type."""
        leaves = [x.detach().float().requires_grad_() for x in bottoms]
        with torch.enable_grad():
            tops = self._function(leaves)
        return [top.detach().to(bottoms[0].dtype) for top in tops], (leaves, tops)

    def backward(self, kept: Any, gradients: Gradients, sums: Gradients) -> Gradients:
        """Return what autograd says."""
        leaves, tops = kept
        flowing = [(top, g.float()) for top, g in zip(tops, gradients, strict=True) if g is not None]
        ends, seeds = zip(*flowing, strict=True)
        found = torch.autograd.grad(ends, leaves, seeds, allow_unused=True)
        kind = next(g.dtype for g in gradients if g is not None)
        return [
            total if g is None else added(g.to(kind), total) for g, total in zip(found, sums, strict=True)
        ]
