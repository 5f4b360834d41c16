"""Layer types that the tests' Caffe lacks, against their definitions; slopes by finite differences."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
import torch

from dreamstream.caffe import LayerSpec, NetSpec, cut, he_weights
from dreamstream.nets.layers import build
from tests.nets.definitions import DEFINITIONS, Array
from tests.nets.example_nets import net_of
from tests.nets.fork_nets import FORK_TYPES

BOUND = 1e-5
STEP = 1e-5  # of finite differences, in float64
HEADS = ("before", "a", "b")
"""Layers that stand for the rest of a net: what they give is drawn at random."""
Blobs = Mapping[str, Array]
Measure = Callable[[str, str, float, float], None]


def with_weights(kind: str, setting: str, shape: tuple[int, int]) -> tuple[NetSpec, dict[str, Array]]:
    """Return a setting's net for this size, and random numbers in the place of its heads' tops."""
    spec = net_of(FORK_TYPES[kind][setting])
    if setting.startswith("scale and shift"):  # SegNet's BN has two blobs
        spec = spec.with_blobs({"x": [np.zeros(4, np.float32)] * 2})
    needed, shapes = cut(he_weights(spec, (1, 3, *shape)), spec.names()[-1:], (1, 3, *shape))
    rng = np.random.default_rng(1)
    heads = {
        layer.tops[0]: rng.normal(0, 1.5, shapes[layer.name][0])
        for layer in needed.layers
        if layer.name in HEADS
    }
    return needed, heads


def tail(spec: NetSpec) -> Sequence[LayerSpec]:
    return [layer for layer in spec.layers if layer.name not in HEADS]


def by_definition(spec: NetSpec, heads: Blobs) -> Array:
    blobs = dict(heads)
    for layer in tail(spec):
        weights = [blob.astype(np.float64) for blob in layer.blobs]
        tops = DEFINITIONS[layer.type](layer, weights, [blobs[name] for name in layer.bottoms])
        blobs.update(zip(layer.tops, tops, strict=False))
    return blobs[spec.layers[-1].tops[0]]


def by_torch(spec: NetSpec, heads: Blobs) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    leaves = {name: torch.tensor(x, dtype=torch.float32, requires_grad=True) for name, x in heads.items()}
    blobs = dict(leaves)
    for layer in tail(spec):
        tops = build(layer, torch.device("cpu"))([blobs[name] for name in layer.bottoms])
        blobs.update(zip(layer.tops, tops, strict=True))
    return blobs[spec.layers[-1].tops[0]], leaves


def slopes(spec: NetSpec, heads: Blobs, name: str, seed: Array) -> Array:
    """The gradient of the sum of seed · top with respect to one head."""
    result = np.zeros(heads[name].shape)
    for at in np.ndindex(*result.shape):
        sums = []
        for step in (STEP, -STEP):
            moved = heads[name].copy()
            moved[at] += step
            sums.append((seed * by_definition(spec, {**heads, name: moved})).sum())
        result[at] = (sums[0] - sums[1]) / (2 * STEP)
    return result


@pytest.mark.parametrize(
    ("kind", "setting"), [(kind, setting) for kind, cases in FORK_TYPES.items() for setting in cases]
)
def test_values_and_slopes_are_those_of_the_definition(kind: str, setting: str, parity: Measure) -> None:
    spec, heads = with_weights(kind, setting, (6, 4))
    expected = by_definition(spec, heads)
    top, leaves = by_torch(spec, heads)
    assert top.shape == expected.shape
    off = np.abs(top.detach().numpy() - expected).max() / np.abs(expected).max()
    assert off < BOUND
    seed = np.random.default_rng(2).normal(size=expected.shape)
    wanted = {name: slopes(spec, heads, name, seed) for name in heads}
    largest = max(np.abs(each).max() for each in wanted.values())
    if not top.requires_grad:  # places
        parity(kind, setting, off, 0)
        assert largest == 0
        return
    loss = (top * torch.tensor(seed, dtype=torch.float32)).sum()
    found = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    slopes_off = 0.0
    for name, gradient in zip(leaves, found, strict=True):
        got = np.zeros(heads[name].shape) if gradient is None else gradient.numpy()
        slopes_off = max(slopes_off, np.abs(got - wanted[name]).max() / largest)
    parity(kind, setting, off, slopes_off)
    assert slopes_off < BOUND
