"""What is measured of pictures on a device, and done with a few numbers there: nobody waits for either."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from dreamstream.pictures.pictures import Pictures
from dreamstream.pictures.symmetric import of_symmetric

_norm: Any = torch.linalg.vector_norm  # which is not typed


class Measures(Pictures):
    """Part of Device."""

    _fine: torch.dtype
    """The finest number type that the device has."""

    def mean_abs(self, picture: Tensor) -> Any:
        return _norm(picture, ord=1) / picture.numel()

    def most(self, picture: Tensor) -> Any:
        return _norm(picture, ord=float("inf"))

    def norm(self, picture: Tensor) -> Any:
        return _norm(picture)

    def deviation(self, picture: Tensor) -> Tensor:
        return picture.std(correction=0)

    def mean(self, picture: Tensor) -> Tensor:
        return picture.mean()

    def mean_colour(self, picture: Tensor) -> Tensor:
        return picture.mean((0, 1), dtype=self._fine)

    def products(self, picture: Tensor, step: int) -> Tensor:
        pixels = picture[::step].reshape(-1, 3)
        return (pixels.T @ pixels).to(self._fine) / len(pixels)

    def either(self, number: Tensor, other: Any) -> Tensor:
        return torch.where(number == 0, other, number)

    def stack(self, numbers: Sequence[Tensor]) -> Tensor:
        return torch.stack(list(numbers))

    def single(self, numbers: Tensor) -> Tensor:
        return numbers.float()

    def inverse(self, matrices: Tensor) -> Tensor:
        inverse: Tensor = torch.linalg.inv_ex(matrices)[0]  # `inv` would wait to see whether there is one
        return inverse

    def of_symmetric(self, matrices: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
        return of_symmetric(matrices, function)
