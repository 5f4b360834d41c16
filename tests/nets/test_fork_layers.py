"""Layer types that the tests' Caffe lacks, against their definitions; slopes by finite differences."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dreamstream.caffe import LayerSpec, NetSpec, he_weights, infer_shapes, parse_net
from dreamstream.caffe.resizing import with_pooled
from dreamstream.errors import NetError
from dreamstream.nets.layers import build
from tests.nets.definitions import DEFINITIONS, Array
from tests.nets.example_nets import layer, net_of
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
    if kind == "BN" and setting.startswith("scale and shift"):  # SegNet's BN has two blobs
        spec = spec.with_blobs({"x": [np.zeros(4, np.float32)] * 2})
    needed = with_pooled(he_weights(spec, (1, 3, *shape)))
    shapes = infer_shapes(needed, (1, 3, *shape))
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
    for each in tail(spec):
        weights = [blob.astype(np.float64) for blob in each.blobs]
        tops = DEFINITIONS[each.type](each, weights, [blobs[name] for name in each.bottoms])
        blobs.update(zip(each.tops, tops, strict=False))
    return blobs[spec.layers[-1].tops[0]]


def by_torch(spec: NetSpec, heads: Blobs) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    leaves = {name: torch.tensor(x, dtype=torch.float32, requires_grad=True) for name, x in heads.items()}
    blobs = dict(leaves)
    for each in tail(spec):
        tops = build(each, torch.device("cpu"))([blobs[name] for name in each.bottoms])
        blobs.update(zip(each.tops, tops, strict=True))
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


def torch_of(text: str, *bottoms: torch.Tensor) -> list[torch.Tensor]:
    """The tops of a layer without weights."""
    read = "".join(f'bottom: "b{n}" ' for n in range(len(bottoms)))
    (spec,) = parse_net(read.replace("bottom", "input") + text.replace("BOTTOMS", read), "test").layers
    return list(build(spec, torch.device("cpu"))(bottoms))


def plane(channels: int, rows: int, columns: int) -> torch.Tensor:
    return torch.randn(1, channels, rows, columns, generator=torch.Generator().manual_seed(rows))


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_a_pooling_s_places_are_where_its_numbers_were(kernel: int, stride: int, data: st.DataObject) -> None:
    pad, rows = data.draw(st.integers(0, kernel - 1)), data.draw(st.integers(5, 11))
    param = f"kernel_size: {kernel} stride: {stride} pad: {pad}"
    text = f'layer {{ name: "x" type: "Pooling" BOTTOMS top: "x" top: "m" pooling_param {{ {param} }} }}'
    x = plane(2, rows, 9)
    top, places = torch_of(text, x)
    assert torch.equal(x.flatten(2).gather(2, places.long().flatten(2)), top.flatten(2))
    (alone,) = torch_of(text.replace('top: "m"', ""), x)
    assert torch.equal(alone, top)
    unpool = 'layer { name: "x" type: "Upsample" BOTTOMS top: "x" }'
    (back,) = torch_of(unpool, top, places, x)
    assert torch.equal(back[back != 0], x[back != 0])
    assert set(back[back != 0].tolist()) == set(top.ravel().tolist())


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=4), st.integers(1, 3), st.integers(1, 2), st.booleans()
)
def test_an_uneven_pad_is_a_border_of_zeros(
    sides: list[int], stride: int, dilation: int, turned: bool
) -> None:
    top, bottom, left, right = sides
    kind = "Deconvolution" if turned else "Convolution"
    param = f"num_output: 2 kernel_size: 2 stride: {stride} dilation: {dilation}"
    text = layer(kind, "x", more=f"convolution_param {{ {param} %s }}")
    pads = f"pad_t: {top} pad_b: {bottom} pad_l: {left} pad_r: {right}"
    try:
        padded = he_weights(net_of(text % pads), (1, 3, 7, 8)).layers[0]
    except NetError:
        assume(False)
    plain = net_of(text % "").with_blobs({"x": padded.blobs}).layers[0]
    x, border = plane(3, 7, 8), (left, right, top, bottom)
    (got,) = build(padded, torch.device("cpu"))([x])
    if turned:
        (whole,) = build(plain, torch.device("cpu"))([x])
        expected = torch.nn.functional.pad(whole, [-n for n in border])
    else:
        (expected,) = build(plain, torch.device("cpu"))([torch.nn.functional.pad(x, border)])
    assert torch.allclose(got, expected, atol=1e-6)


@given(st.integers(1, 4), st.integers(1, 4), st.permutations(range(4)))
def test_what_was_reordered_can_be_put_back(group: int, each: int, order: list[int]) -> None:
    x = plane(group * each, 3, 5)
    shuffle = (
        'layer { name: "x" type: "ShuffleChannel" BOTTOMS top: "x" shuffle_channel_param { group: %d } }'
    )
    (mixed,) = torch_of(shuffle % group, x)
    assert torch.equal(torch_of(shuffle % each, mixed)[0], x)
    permute = 'layer { name: "x" type: "Permute" BOTTOMS top: "x" permute_param { %s } }'
    (turned,) = torch_of(permute % " ".join(f"order: {axis}" for axis in order), x)
    back = " ".join(f"order: {order.index(axis)}" for axis in range(4))
    assert torch.equal(torch_of(permute % back, turned)[0], x)
