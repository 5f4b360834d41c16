"""Figures: what is measured, under one name for the table and for JSON, and the spread over the turns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dreamstream.size import Size

FIGURES: dict[str, str] = {
    "dreamed_frames_per_s": "dreamed frames a second",
    "gradient_step_ms": "gradient step, ms",
    "forward_ms": "  forward, ms",
    "backward_share_percent": "  backward, % of it",
    "gflop_per_s": "  GFLOP/s",
    "matrix_product_share_percent": "  % of the matrix product's",
    "gradient_steps_share_percent": "in gradient steps, % of a frame",
    "transform_ms": "transform, ms",
    "stabilise_ms": "stabilise, ms",
    "screen_ms": "screen, ms",
}
"""Key in JSON, with its unit -> the row in the table."""


@dataclass(frozen=True)
class Spread:
    """The median of some numbers and their quartiles."""

    median: float
    lower_quartile: float
    upper_quartile: float

    @staticmethod
    def of(values: Sequence[float]) -> "Spread":
        """Return the spread of at least one number."""
        lower, median, upper = map(float, np.quantile(values, (0.25, 0.5, 0.75)))
        return Spread(median, lower, upper)

    def cells(self) -> tuple[str, str]:
        """Return the median and, in brackets, the quartiles, as text."""
        return _short(self.median), f"({_short(self.lower_quartile)}–{_short(self.upper_quartile)})"

    def __str__(self) -> str:
        return " ".join(self.cells())


@dataclass
class SizeResult:
    """The turns on a canvas of `size`: figures by name, without those that were not measured.

    `gflop` is a gradient step's work on it.
    """

    size: Size
    gflop: float
    turns: list[Mapping[str, float]] = field(default_factory=list)

    def spread(self, name: str) -> Spread | None:
        """Return a figure's spread over the turns; None where it was not measured."""
        values = [turn[name] for turn in self.turns if name in turn]
        return Spread.of(values) if values else None


def matrix_figures(precision: str) -> dict[str, str]:
    """Return the figure of the matrix product in a precision, key -> row."""
    return {f"matrix_product_{precision}_gflop_per_s": f"matrix product in {precision}, GFLOP/s"}


def rival_figures(rival: str) -> dict[str, str]:
    """Return the figures that a rival adds, key -> row."""
    return {
        f"{rival}_gradient_step_ms": f"{rival}: gradient step, ms",
        f"{rival}_ratio": "  times as long",
    }


def _short(value: float) -> str:
    """Return a number with three digits, or all those before the point."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
