"""How a picture becomes a net's input, and how users change that: `--mean`, `--scale`, `--channel-order`."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

from dreamstream.caffe import read_mean
from dreamstream.errors import NetError
from dreamstream.size import Size

MEAN_FILES = (".binaryproto", ".npy")


@dataclass(frozen=True)
class Preprocessing:
    """Per channel (x - mean) · scale, in the order given.

    `mean` is in the net's channel order. Sides are padded by reflection to multiples of `multiple`.
    """

    mean: tuple[float, float, float] = (104.0, 116.0, 122.0)
    scale: float = 1.0
    order: str = "BGR"
    multiple: int = 1

    def input_shape(self, size: Size, channels: int) -> tuple[int, ...]:
        """Return the shape of the net's input (1, C, H, W) for a picture of this size."""
        return (1, channels, *(-(-n // self.multiple) * self.multiple for n in size.shape))

    def changed(self, mean: str = "", scale: float | None = None, order: str = "") -> "Preprocessing":
        """Return this with what is given in its place; raises NetError for what no net takes.

        `mean` is three numbers in the net's channel order, as in "104,117,123", or one for all, or the path
        of a mean image. Another order reverses the present mean with it.
        """
        result = self
        if order and order != self.order:
            result = replace(result, order=order, mean=self.mean[::-1])
        if mean:
            result = replace(result, mean=_mean(mean))
        if scale is not None:
            if not (math.isfinite(scale) and scale > 0):
                raise NetError(f"--scale {scale}: a positive number is needed (1, or 0.017 and the like)")
            result = replace(result, scale=scale)
        return result


def _mean(text: str) -> tuple[float, float, float]:
    if text.lower().endswith(MEAN_FILES):
        return read_mean(Path(text))
    numbers = text.split(",")
    try:
        first, second, third = (float(number) for number in (numbers * 3 if len(numbers) == 1 else numbers))
    except ValueError:
        first = second = third = math.nan
    if not all(abs(number) <= 1e6 for number in (first, second, third)):
        raise NetError(
            f"--mean '{text}': three numbers in the net's channel order are needed, as in 104,117,123, "
            f"or a file: {' or '.join(MEAN_FILES)}"
        )
    return first, second, third
