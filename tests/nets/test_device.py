"""Where nets are computed: a card of no use is left aside with a line, and want of memory is told as such."""

import logging
import weakref

import pytest
import torch

from dreamstream.dream.objectives import L2
from dreamstream.errors import NetError, OutOfMemoryError
from dreamstream.nets import Preprocessing, device
from dreamstream.nets.device import card_faults, fault_of, pick_device
from dreamstream.nets.plan.plan import Plan
from dreamstream.nets.plan.plans import Key, Plans
from dreamstream.nets.torch_net import TorchNet
from tests.fakes import picture, tiny_spec

OLD = "CUDA error: no kernel image is available for execution on the device"


def test_a_device_is_tried() -> None:
    assert fault_of("cpu") == ""
    if torch.version.cuda is None:
        assert fault_of("cuda") == "Torch not compiled with CUDA enabled"


def test_where_there_is_no_card_nothing_is_said_of_one(caplog: pytest.LogCaptureFixture) -> None:
    if card_faults():
        pytest.skip("there is a card")
    assert pick_device("auto").type == "cpu"
    assert not caplog.records


def test_a_card_of_no_use_is_left_aside_with_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(device, "card_faults", lambda: {"cuda": OLD})
    device.say_once.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert [pick_device("auto").type for _ in range(2)] == ["cpu", "cpu"]
    assert caplog.messages == [f"the graphics card (cuda) is of no use: {OLD}; the CPU computes"]
    with pytest.raises(NetError, match=f"device 'cuda' is not available here: {OLD}; available: cpu"):
        pick_device("cuda")
    with pytest.raises(NetError, match=r"'mps' is not available here; available: cpu"):
        pick_device("mps")
    monkeypatch.setattr(device, "card_faults", lambda: {"cuda": ""})
    assert pick_device("auto").type == "cuda"


DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no card")),
]


@pytest.mark.parametrize("where", DEVICES)
@pytest.mark.parametrize("plan", ["compiled", "reference"])
def test_too_little_memory_is_an_error_of_its_own_and_the_next_picture_is_dreamt(
    plan: str, where: str
) -> None:
    """A million pixels a side, which a tensor of one pixel says that it has."""
    net = TorchNet(tiny_spec(), Preprocessing(), where, plan)
    huge = torch.zeros(1, 1, 3, device=where).expand(1_000_000, 1_000_000, 3)
    with pytest.raises(OutOfMemoryError, match=r"gradient of conv2: not enough memory .*; a smaller --size"):
        net.input_gradient(huge, L2("conv2"))
    gradient, _ = net.input_gradient(picture(), L2("conv2"))
    assert gradient.any()


def test_what_a_failed_build_held_is_given_back_though_its_error_is_kept() -> None:
    held: list[weakref.ref[torch.Tensor]] = []

    def build(key: Key) -> Plan:
        large = torch.zeros(1000)
        held.append(weakref.ref(large))
        raise RuntimeError("CUDA out of memory")

    plans, key = Plans(build), (("conv2",), (1, 3, 8, 8))
    while not plans.begin(key):
        pass
    assert len(plans) == 1
    assert held[0]() is None
    plans.clear()
    assert len(plans) == 0
