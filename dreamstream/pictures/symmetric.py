"""Functions of symmetric 3×3 matrices on a device: torch's own way to their axes waits for the device.

matrix -> eigenvalues, by angles -> the polynomial through the function's values there -> of the matrix

Smith (1961, 'Eigenvalues of a symmetric 3 × 3 matrix') has the eigenvalues from the invariants; Newton's
divided differences have the polynomial, which needs no axes: they are lost where two eigenvalues are alike.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

_ALIKE = 1e-7  # of the greatest eigenvalue: two that are nearer to each other count as one


def of_symmetric(matrices: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
    """Return a function, given of the eigenvalues (N×3), of symmetric matrices (N×3×3)."""
    values = eigenvalues(matrices)
    first, second, third = function(values).unbind(1)
    a, b, c = values.unbind(1)
    alike = _ALIKE * values.abs().amax(1) + 1e-30
    slope = _divided(second - first, b - a, alike)
    curve = _divided(_divided(third - second, c - b, alike) - slope, c - a, alike)
    one = torch.eye(3, dtype=matrices.dtype, device=matrices.device)
    from_a, from_b = (matrices - value[:, None, None] * one for value in (a, b))
    constant, slope, curve = (each[:, None, None] for each in (first, slope, curve))
    return constant * one + slope * from_a + curve * (from_a @ from_b)


def eigenvalues(matrices: Tensor) -> Tensor:
    """Return the eigenvalues (N×3) of symmetric matrices (N×3×3), the smallest first."""
    mean = matrices.diagonal(dim1=1, dim2=2).mean(1)
    one = torch.eye(3, dtype=matrices.dtype, device=matrices.device)
    rest = matrices - mean[:, None, None] * one
    spread = ((rest * rest).sum((1, 2)) / 6).sqrt()
    r, s, t = (rest / spread.clamp(min=1e-30)[:, None, None]).unbind(1)
    determinant = (r * torch.linalg.cross(s, t)).sum(1)
    angle = (determinant / 2).clamp(-1, 1).acos() / 3
    largest = mean + 2 * spread * angle.cos()
    smallest = mean + 2 * spread * (angle + 2 * math.pi / 3).cos()
    return torch.stack([smallest, 3 * mean - largest - smallest, largest], 1)


def _divided(difference: Tensor, by: Tensor, least: Tensor) -> Tensor:
    """Return a divided difference: 0 where there is next to nothing between."""
    return torch.where(by > least, difference / by.clamp(min=least), torch.zeros_like(by))
