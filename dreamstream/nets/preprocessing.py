"""How a person says what goes into a net of their own: `--mean`, `--scale`, `--channel-order`."""

import math
from dataclasses import replace
from pathlib import Path

from dreamstream.caffe import read_mean
from dreamstream.errors import NetError
from dreamstream.nets.network import Preprocessing

MEAN_FILES = (".binaryproto", ".npy")


def changed(
    base: Preprocessing, mean: str = "", scale: float | None = None, order: str = ""
) -> Preprocessing:
    """Return `base` with what was given in its place; raises NetError for what no net takes.

    `mean` is three numbers in the net's channel order, as in "104,117,123", or one for all, or a mean
    image's path.
    Another order turns the base's own mean around with it.
    """
    how = base
    if order and order != base.order:
        blue, green, red = base.mean
        how = replace(how, order=order, mean=(red, green, blue))
    if mean:
        how = replace(how, mean=_mean(mean))
    if scale is not None:
        if not (math.isfinite(scale) and scale > 0):
            raise NetError(f"--scale {scale}: a positive number is needed (1, or 0.017 and the like)")
        how = replace(how, scale=scale)
    return how


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
