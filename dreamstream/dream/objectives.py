"""Objectives: what a dream maximises, as small frozen values.

layer -> activations -> (value, seed of the backward pass)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class L2:
    """Half the squared norm of a layer: the notebook's objective, whose seed is the layer itself."""

    layer: str

    @property
    def layers(self) -> tuple[str, ...]:
        """The one layer."""
        return (self.layer,)

    def seed(self, activations: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """Return ½‖a‖² and a."""
        a = activations[self.layer]
        return 0.5 * (a * a).sum(), {self.layer: a}
