"""A plan: nodes in order, run forwards and then backwards.

    picture -> forward, node by node -> the layers asked for -> seeds -> backward, node by node -> gradient

Values are freed after their last use: a run's memory is what its backward pass needs.

float16 holds numbers from some 1e-7 to 65504 only: in it the seeds are brought to a size from which gradients
neither vanish nor overflow on their way down, and the picture's is divided by that again.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dreamstream.nets.plan.op import Op, added, dense

Seed = Callable[[Mapping[str, Tensor]], tuple[Any, Mapping[str, Tensor]]]
"""Activations by layer -> an objective's value, and its gradient with respect to each."""

_SEED = 1.0  # the root mean square of seeds in float16


@dataclass(frozen=True)
class Node:
    """One op of a plan, and the numbers of the values that it reads and writes; value 0 is the picture."""

    name: str
    op: Op
    bottoms: tuple[int, ...]
    tops: tuple[int, ...]


class Plan:
    """`ends` are the layers asked for, with their values; `bytes` is about what it keeps in memory.

    Not for use by two threads at once: some ops have buffers.
    """

    def __init__(
        self, nodes: Sequence[Node], ends: Mapping[str, int], dtype: torch.dtype, bytes: int = 0
    ) -> None:
        self.nodes, self.ends, self.dtype, self.bytes = nodes, ends, dtype, bytes
        self._last_use = {n: at for at, node in enumerate(self.nodes) for n in node.bottoms}

    @torch.no_grad()
    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        """Return the layers asked for, in float32, for a picture of 1×C×H×W."""
        return self._forward(picture, None)

    @torch.no_grad()
    def gradient(self, picture: Tensor, seed: Seed) -> tuple[Tensor, Any]:
        """Return the picture's gradient (1×C×H×W) and the value, as `seed` has them of the layers.

        The gradient may be written over by the next run.
        """
        activations, saved = self.up(picture)
        value, seeds = seed(activations)
        gradient = self.down(saved, seeds)
        return (torch.zeros_like(picture) if gradient is None else gradient), value

    @torch.no_grad()
    def up(self, picture: Tensor) -> tuple[dict[str, Tensor], list[Any]]:
        """Return the layers asked for, in float32, and what `down` needs."""
        saved: list[Any] = []
        return self._forward(picture, saved), saved

    @torch.no_grad()
    def down(self, saved: list[Any], seeds: Mapping[str, Tensor]) -> Tensor | None:
        """Return the picture's gradient for the layers' seeds, None where they have no way to it.

        What was `saved` is used up.
        """
        size = None
        if seeds and self.dtype == torch.float16:
            size = _SEED / _rms(seeds.values())
            seeds = {layer: seed * size for layer, seed in seeds.items()}
        gradients: dict[int, Tensor] = {}
        for layer, end in self.ends.items():
            if layer in seeds:
                gradients[end] = added(dense(seeds[layer].to(self.dtype)), gradients.get(end))
        for node in reversed(self.nodes):
            state, above = saved.pop(), [gradients.pop(n, None) for n in node.tops]
            if any(g is not None for g in above):
                sums = [gradients.pop(n, None) for n in node.bottoms]
                found = node.op.backward(state, above, sums)
                for n, g in zip(node.bottoms, found, strict=True):
                    if g is not None:  # a node may read a value twice
                        gradients[n] = added(g, gradients.get(n))
        gradient = gradients.get(0)
        return gradient if gradient is None or size is None else gradient.float() / size

    def _forward(self, picture: Tensor, saved: list[Any] | None) -> dict[str, Tensor]:
        values = {0: dense(picture)}
        found = {layer: values[0] for layer, n in self.ends.items() if n == 0}
        for at, node in enumerate(self.nodes):
            tops, state = node.op.forward([values[n] for n in node.bottoms])
            if saved is not None:
                saved.append(state)
            values.update(zip(node.tops, tops, strict=True))
            found.update({layer: values[n] for layer, n in self.ends.items() if n in node.tops})
            for n in {*node.bottoms, *node.tops}:
                if self._last_use.get(n, at) <= at:
                    del values[n]
        return {layer: value.float() for layer, value in found.items()}


def _rms(tensors: Collection[Tensor]) -> Tensor:
    """Return the root mean square of all numbers, or 1 where all are 0; in float32."""
    total = torch.stack([torch.linalg.vector_norm(each, dtype=torch.float32) for each in tensors]).norm()
    rms: Tensor = total / sum(each.numel() for each in tensors) ** 0.5
    return rms.add(rms == 0)
