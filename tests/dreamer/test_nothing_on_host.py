"""The whole dream on torch's meta device, whose tensors have no numbers.

Whatever mixes one with a tensor of the host's fails there, and so does whatever reads one: as on a card.
"""

from typing import Any

import numpy as np
import pytest
import torch

from dreamstream.dream.objectives import L2, Channels, Class, Direction, Guide, Sum
from dreamstream.dreamer import Dreamer
from dreamstream.nets import Objective, Preprocessing
from dreamstream.nets.torch_net import TorchNet
from dreamstream.params import ParamStore
from dreamstream.pictures import Landing, where
from dreamstream.pictures.device import Device
from dreamstream.transforms import TRANSFORMS
from tests.dreamer.dreamers import PARAMS
from tests.dreamer.test_canvas_on_device import DIRECTED, EVERYTHING
from tests.fakes import FakeClock, classifier_spec, still, tiny_spec

PRECISIONS = ("fp32", "bf16", "fp16")
GUIDE = Guide("conv2", np.zeros((6, 11), np.float32))
OBJECTIVES: list[Objective] = [
    L2("conv2", 0.7),
    L2("conv2", 0.7, "weak", 2),
    L2("conv2", 0.7, "average", 2),
    Channels("conv2", (0, 5)),
    Direction("conv2", np.eye(6)[1]),
    Direction("conv2", np.eye(6)[1], 2.0),
    Sum(((1.0, L2("conv2")), (0.5, Channels("conv1", (2, 3))), (2.0, Class("fc", 1)), (1.0, GUIDE))),
]


class Nowhere(Device):
    def __init__(self) -> None:
        super().__init__("meta")

    def out(self, numbers: torch.Tensor) -> Landing:
        assert numbers.device.type == "meta"
        zeros = np.zeros(tuple(numbers.shape), np.uint8 if numbers.dtype == torch.uint8 else np.float32)
        return lambda: zeros + 1


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Nowhere:
    place = Nowhere()
    monkeypatch.setattr(where, "pictures_on", {"meta": place}.get)
    for module in ("autograd_net", "torch_net"):
        monkeypatch.setattr(f"dreamstream.nets.{module}.pick_device", torch.device)
    return place


def dream(place: Nowhere, precision: str = "fp32", plan: str = "compiled", **params: Any) -> None:
    network = TorchNet(tiny_spec(), Preprocessing(), "meta", plan, precision)
    store = ParamStore(PARAMS.model_copy(update=params))
    dreamer = Dreamer(store, (still(),), network, 1, FakeClock(), pictures=place)
    for _ in range(2):
        dreamer.step()


@pytest.mark.parametrize("name", [name for name, each in TRANSFORMS.items() if not each.host])
def test_no_transform_is_done_on_the_host(nowhere: Nowhere, name: str) -> None:
    dream(nowhere, transform=f"zoom+{name}", octaves=1, iterations=1)
    dream(nowhere, transform=f"{name}+flow", octaves=1, iterations=1)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize(
    "more", [EVERYTHING, DIRECTED, {"held_palette": "neon", "palette_pull": 0.5}, {"tile_memory": 2}]
)
def test_no_part_of_a_frame_is_done_on_the_host(
    nowhere: Nowhere, precision: str, more: dict[str, Any]
) -> None:
    dream(nowhere, precision, **more)
    dream(nowhere, precision, "reference", **more)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda each: type(each).__name__)
def test_no_part_of_a_gradient_is_computed_on_the_host(
    nowhere: Nowhere, precision: str, objective: Objective
) -> None:
    network = TorchNet(classifier_spec(), Preprocessing(), "meta", "compiled", precision)
    gradient, value = network.input_gradient(torch.zeros(48, 64, 3, device="meta"), objective)
    assert gradient.device.type == value.device.type == "meta"
    assert gradient.shape == (48, 64, 3)
