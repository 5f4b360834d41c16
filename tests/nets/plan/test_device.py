"""Plans on a device other than the CPU: all that they need is there, and they read nothing from it.

Torch's `meta` device has shapes and types and no numbers: it refuses tensors of the CPU beside its own, and
whatever would read a number.
"""

import pytest
import torch

from dreamstream.caffe import joining
from dreamstream.dream.objectives import L2, Channels, Sum
from dreamstream.nets import Objective, Preprocessing
from dreamstream.nets.plan.plan import Plan
from dreamstream.nets.preparation import Preparation
from dreamstream.nets.torch_net import build_plan
from dreamstream.size import Size
from tests.nets import example_nets as nets
from tests.nets.plan.test_plan import AT_EVERY_LAYER, EACH_TYPE

META, SIZE = torch.device("meta"), Size(37, 29)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("text", EACH_TYPE)
def test_each_layer_type(text: str, dtype: torch.dtype) -> None:
    structure = nets.net_of(text)
    layer = structure.names()[-1]
    shape = joining(structure, (layer,), (1, 3, *SIZE.shape))
    plan = build_plan(nets.he_weights(structure, shape), dtype, META, ((layer,), shape))
    assert_all_there(plan, shape, L2(layer))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize("name", AT_EVERY_LAYER)
def test_whole_nets(name: str, dtype: torch.dtype) -> None:
    shape = (1, 3, *SIZE.shape)
    spec = nets.he_weights(nets.net_of(AT_EVERY_LAYER[name]), shape)
    first, last = spec.names()[2], spec.names()[-3]
    plan = build_plan(spec, dtype, META, ((first, last), shape))
    assert_all_there(plan, shape, Sum(((1.0, L2(first, 0.5)), (0.5, Channels(last, (0,))))))


def assert_all_there(plan: Plan, shape: tuple[int, ...], objective: Objective) -> None:
    """A picture goes in and its gradient comes out, and all that an op keeps is on the device."""
    preparation = Preparation(Preprocessing((104.0, 117.0, 123.0), 1 / 64, "BGR"), 3, META)
    pixels = torch.empty(3, *SIZE.shape, device=META).permute(1, 2, 0)
    gradient, value = plan.gradient(preparation.forward(pixels, shape), objective.seed)
    result = preparation.backward(gradient, SIZE)
    assert (result.shape, result.dtype) == (pixels.shape, torch.float32)
    assert {result.device.type, value.device.type} == {"meta"}
    for node in plan.nodes:
        assert {tensor.device.type for tensor in tensors_of(node.op)} <= {"meta"}


def tensors_of(thing: object) -> list[torch.Tensor]:
    """Return the tensors that an op keeps."""
    if isinstance(thing, torch.Tensor):
        return [thing]
    if isinstance(thing, (list, tuple)):
        return [tensor for each in thing for tensor in tensors_of(each)]
    if type(thing).__module__.startswith("dreamstream"):
        return [tensor for each in vars(thing).values() for tensor in tensors_of(each)]
    return []


def test_meta_refuses_what_a_card_would_wait_for() -> None:
    numbers = torch.empty(3, device=META)
    for read in (bool, float, torch.nonzero, lambda x: x.cpu(), lambda x: x + torch.ones(3)):
        with pytest.raises((RuntimeError, NotImplementedError)):
            read(numbers[0] if read in (bool, float) else numbers)
