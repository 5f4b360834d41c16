"""Random weights, and the work that a net is: both from shapes alone."""

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from dreamstream.caffe import NetSpec, he_weights, multiply_adds, read_net
from dreamstream.nets import Preprocessing
from dreamstream.nets.torch_net import TorchNet
from dreamstream.places import own_folder
from tests.fakes import picture
from tests.nets import example_nets as nets

KINDS = ("Convolution", "Deconvolution", "InnerProduct")


def known_net(name: str, end: str) -> NetSpec:
    return read_net(own_folder("models") / f"{name}.prototxt", None).pruned([end])


@pytest.mark.parametrize(
    ("name", "end"), [("bvlc_googlenet", "inception_4c/output"), ("squeezenet_v1.1", "conv10")]
)
def test_numbers_neither_grow_nor_fade_on_their_way_up(name: str, end: str) -> None:
    spec = he_weights(known_net(name, end), (1, 3, 96, 128))
    net, image = TorchNet(spec, Preprocessing(), "cpu"), picture(96, 128)
    assert 0.02 < net.activations(image, end).std() / image.std() < 50
    again = he_weights(spec.bare(), (1, 3, 96, 128))
    pairs = zip(spec.layers, again.layers, strict=True)
    assert all(np.array_equal(a, b) for one, two in pairs for a, b in zip(one.blobs, two.blobs, strict=True))


SPECS = {
    "bvlc_googlenet": known_net("bvlc_googlenet", "inception_4c/output"),
    "bvlc_alexnet": known_net("bvlc_alexnet", "relu5"),
    "efficientnet_lite0": known_net("efficientnet_lite0", "block9"),
} | {f"{kind} {setting}": nets.net_of(text) for kind in KINDS for setting, text in nets.TYPES[kind].items()}


@pytest.mark.parametrize("name", list(SPECS))
@pytest.mark.parametrize("shape", [(67, 91), (96, 64)])
def test_multiply_adds_are_what_torch_counts(name: str, shape: tuple[int, int]) -> None:
    spec = he_weights(SPECS[name], (1, 3, *shape))
    net = TorchNet(spec, Preprocessing(), "cpu", "reference")  # of ops that torch's counter knows
    with FlopCounterMode(display=False) as counted, torch.no_grad():
        net.activations(picture(*shape), spec.names()[-1])
    assert 2 * multiply_adds(spec.bare(), (1, 3, *shape)) == counted.get_total_flops() > 0
