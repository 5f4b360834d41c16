"""The compiled plan against plain autograd: the same gradient, to rounding, and the same dream."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
import torch

from dreamstream.caffe import NetSpec, joining, read_net
from dreamstream.dream.objectives import L2, Sum
from dreamstream.errors import NetError
from dreamstream.nets import Image, Network, Objective, Preprocessing, catalog, find_net, open_network
from dreamstream.nets.precision import PRECISIONS
from dreamstream.nets.torch_net import TorchNet, build_plan
from tests.fakes import picture
from tests.nets import example_nets as nets
from tests.nets.fork_nets import FORK_TYPES

HOW = Preprocessing((104.0, 117.0, 123.0), 1 / 64, "BGR")
BOUND = 1e-5
CPU = torch.device("cpu")

AT_EVERY_LAYER = {
    "ResNet-like": nets.RESNET_LIKE,
    "SqueezeNet-like": nets.SQUEEZENET_LIKE,
    "MobileNet-like": nets.MOBILENET_LIKE,
}

EACH_TYPE = [
    pytest.param(text, id=f"{kind} {setting}")
    for types in (nets.TYPES, FORK_TYPES)
    for kind, cases in types.items()
    for setting, text in cases.items()
    if kind != "ArgMax"  # its places have no gradient
    and setting != "STOCHASTIC, below 0"  # it divides by sums near 0, where rounding is all that is left
]


def engines(spec: NetSpec, precision: str = "fp32", how: Preprocessing = HOW) -> tuple[TorchNet, TorchNet]:
    compiled = TorchNet(spec, how, "cpu", "compiled", precision)
    return compiled, TorchNet(spec, how, "cpu", "reference")


def share(got: Image, expected: Image) -> float:
    assert got.shape == expected.shape
    return float(np.abs(got - expected).max() / np.abs(expected).max())


def cosine(a: Image, b: Image) -> float:
    x, y = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
    return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))


def assert_near(got: Image, expected: Image, precision: str) -> None:
    """A gradient is the expected one to rounding, of what it was computed in."""
    if precision == "fp32":
        assert share(got, expected) < BOUND
    else:
        assert cosine(got, expected) > 0.95


def both(
    nets_: Sequence[Network], image: Image, objective: Objective
) -> tuple[tuple[Image, float], tuple[Image, float]]:
    ours, theirs = nets_
    return ours.input_gradient(image, objective), theirs.input_gradient(image, objective)


@pytest.mark.parametrize("shape", [(29, 37), (16, 16)])
@pytest.mark.parametrize("text", EACH_TYPE)
def test_each_layer_type(text: str, shape: tuple[int, int]) -> None:
    structure = nets.net_of(text)
    layer = structure.names()[-1]
    spec = nets.he_weights(structure, joining(structure, (layer,), (1, 3, *shape)))
    pair, image = engines(spec), picture(*shape)
    (got, value), (expected, wanted) = both(pair, image, L2(layer))
    assert value == pytest.approx(wanted, rel=1e-5)
    assert np.abs(expected).max() > 0
    assert share(got, expected) < BOUND
    assert share(pair[0].activations(image, layer), pair[1].activations(image, layer)) < BOUND


@pytest.mark.parametrize("name", AT_EVERY_LAYER)
def test_whole_nets_at_every_layer(name: str) -> None:
    """Wherever a dream cuts a net, chains end differently; and one value may feed several layers."""
    spec = nets.he_weights(nets.net_of(AT_EVERY_LAYER[name]), (1, 3, 40, 56))
    pair, image = engines(spec), np.random.default_rng(3).uniform(0, 255, (40, 56, 3)).astype(np.float32)
    for layer in spec.names():
        (got, _), (expected, _) = both(pair, image, L2(layer))
        assert cosine(got, expected) > 1 - 1e-6, layer


@pytest.mark.parametrize("name", AT_EVERY_LAYER)
def test_several_layers_at_once(name: str) -> None:
    spec = nets.he_weights(nets.net_of(AT_EVERY_LAYER[name]), (1, 3, 40, 56))
    names = spec.names()
    mixed = Sum(((0.5, L2(names[2])), (0.3, L2(names[len(names) // 2])), (0.2, L2(names[-3]))))
    (got, value), (expected, wanted) = both(engines(spec), picture(40, 56), mixed)
    assert value == pytest.approx(wanted, rel=1e-5)
    assert cosine(got, expected) > 1 - 1e-6


def test_a_layer_in_the_middle_of_a_chain_is_as_it_was_before_the_rest() -> None:
    text = nets.conv("conv", "data", 6, 3) + nets.in_place("BatchNorm", "norm", "conv")
    text += nets.in_place("Scale", "scale", "conv", "scale_param { bias_term: true }")
    text += nets.in_place("ReLU", "relu", "conv")
    spec = nets.he_weights(nets.net_of(text), (1, 3, 20, 24))
    ours, theirs = engines(spec)
    for layer in ("conv", "norm", "scale", "relu"):
        assert (
            share(ours.activations(picture(20, 24), layer), theirs.activations(picture(20, 24), layer))
            < BOUND
        )
    assert ours.activations(picture(20, 24), "scale").min() < 0


def test_a_chain_is_one_node() -> None:
    text = nets.conv("conv", "data", 6, 3) + nets.in_place("BatchNorm", "norm", "conv")
    text += nets.in_place("Scale", "scale", "conv", "scale_param { bias_term: true }")
    text += nets.in_place("ReLU", "relu", "conv") + nets.conv("next", "conv", 4, 1)
    net, _ = engines(nets.he_weights(nets.net_of(text), (1, 3, 20, 24)))
    plan = build_plan(net.spec, torch.float32, CPU, (("next",), (1, 3, 20, 24)))
    assert [node.name for node in plan.nodes] == ["relu", "next"]
    plan = build_plan(net.spec, torch.float32, CPU, (("norm", "next"), (1, 3, 20, 24)))
    assert [node.name for node in plan.nodes] == ["norm", "relu", "next"]


@pytest.mark.parametrize("plan", ["compiled", "reference"])
def test_places_have_no_gradient_and_leave_another_s_as_it_is(plan: str) -> None:
    text = nets.conv("before", "data", 4, 1) + nets.layer(
        "ArgMax", "places", "before", more="argmax_param { axis: 1 top_k: 4 }"
    )
    text += nets.layer("Eltwise", "x", "before places", more="eltwise_param { coeff: 0.5 coeff: 2 }")
    net = TorchNet(nets.he_weights(nets.net_of(text), (1, 3, 20, 24)), HOW, "cpu", plan)
    seeded, _ = net.input_gradient(picture(20, 24), Ones("x"))
    alone, _ = net.input_gradient(picture(20, 24), Ones("before"))
    assert share(2 * seeded, alone) < BOUND
    with pytest.raises(NetError, match=r"'places' \(ArgMax\): gives places, which have no gradient: dream"):
        net.input_gradient(picture(20, 24), L2("places"))


class Ones:
    """The sum of a layer: its seed is 1 everywhere."""

    def __init__(self, layer: str) -> None:
        self.layers = (layer,)

    def seed(self, activations: Mapping[str, torch.Tensor]) -> tuple[float, Mapping[str, torch.Tensor]]:
        return 0.0, {name: torch.ones_like(blob) for name, blob in activations.items()}


def test_places_are_exact_in_bfloat16(bf16: None) -> None:
    """A place in a picture is a larger number than 8 bits can tell from its neighbours."""
    spec = nets.he_weights(nets.net_of(FORK_TYPES["Upsample"]["places"]), (1, 3, 90, 120))
    ours, theirs = engines(spec, "bf16")
    image = np.random.default_rng(3).uniform(0, 255, (90, 120, 3)).astype(np.float32)
    got, expected = ours.activations(image, "x"), theirs.activations(image, "x")
    assert np.mean((got != 0) == (expected != 0)) > 0.95


def test_a_value_that_is_added_to_itself() -> None:
    text = nets.conv("conv", "data", 6, 3) + nets.layer("Eltwise", "twice", "conv conv")
    spec = nets.he_weights(nets.net_of(text), (1, 3, 20, 24))
    (got, _), (expected, _) = both(engines(spec), picture(20, 24), L2("twice"))
    assert share(got, expected) < BOUND


def test_a_gradient_that_two_read_is_not_written_over() -> None:
    """The sum hands one gradient to both of its bottoms, and either's activation masks it."""
    text = nets.conv("stem", "data", 6, 3)
    for name in ("left", "right"):
        text += nets.conv(name, "stem", 6, 3) + nets.in_place("ReLU", f"relu_{name}", name)
    text += nets.layer("Eltwise", "sum", "left right") + nets.conv("top", "sum", 4, 1)
    spec = nets.he_weights(nets.net_of(text), (1, 3, 20, 24))
    (got, _), (expected, _) = both(engines(spec), picture(20, 24), L2("top"))
    assert share(got, expected) < BOUND


def test_a_seed_is_not_written_over() -> None:
    spec = nets.net_of(nets.conv("conv", "data", 6, 3, "pad: 1") + nets.in_place("ReLU", "relu", "conv"))
    net, _ = engines(nets.he_weights(spec, (1, 3, 20, 24)))
    plan = build_plan(net.spec, torch.float32, CPU, (("relu",), (1, 3, 20, 24)))
    seed = torch.ones(1, 6, 20, 24).contiguous(memory_format=torch.channels_last)
    plan.gradient(torch.randn(1, 3, 20, 24), lambda _: (0, {"relu": seed}))
    assert (seed == 1).all()


@pytest.mark.parametrize("layer", ["inception_3b/output", "inception_4c/output"])
def test_googlenet(layer: str, precision: str) -> None:
    shape = (72, 88)
    spec = read_net(catalog()["bvlc_googlenet"].prototxt, None).pruned([layer])
    spec = nets.he_weights(spec, (1, 3, *shape))
    image = picture(*shape)
    (got, _), (expected, _) = both(engines(spec, precision, Preprocessing()), image, L2(layer))
    assert_near(got, expected, precision)


@pytest.fixture(scope="module")
def compiled(precision: str) -> Network:
    """The default net with its real weights as plans."""
    return open_network(find_net("efficientnet_lite0"), "cpu", precision=precision)


@pytest.fixture(scope="module")
def reference() -> Network:
    return open_network(find_net("efficientnet_lite0"), "cpu", plan="reference")


@pytest.mark.usefixtures("on_card")
@pytest.mark.parametrize("text", EACH_TYPE)
def test_each_layer_type_as_on_a_card(text: str) -> None:
    test_each_layer_type(text, (29, 37))


@pytest.mark.usefixtures("on_card")
@pytest.mark.parametrize("precision", PRECISIONS)
def test_googlenet_as_on_a_card(precision: str) -> None:
    test_googlenet("inception_4c/output", precision)


@pytest.mark.usefixtures("on_card")
@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_default_net_as_on_a_card(precision: str, reference: Network) -> None:
    net = open_network(find_net("efficientnet_lite0"), "cpu", precision=precision)
    test_the_default_net(net, precision, reference, (101, 75))


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_a_gradient_in_float16_has_its_true_size(on_card: None, reference: Network, factor: float) -> None:
    """However small or large its seed is; what is mixed is weighed by it."""
    objective, image = Sum(((factor, L2("block5")),)), picture(64, 96)
    half = open_network(find_net("efficientnet_lite0"), "cpu", precision="fp16")
    got, expected = (net.input_gradient(image, objective)[0] for net in (half, reference))
    assert np.abs(got).mean() == pytest.approx(np.abs(expected).mean(), rel=0.01)
    assert cosine(got, expected) > 0.99


def test_no_seed_gives_no_gradient_in_float16(on_card: None) -> None:
    net, _ = engines(nets.he_weights(nets.net_of(nets.conv("conv", "data", 6, 3)), (1, 3, 20, 24)), "fp16")
    gradient, _ = net.input_gradient(picture(20, 24), Sum(((0.0, L2("conv")),)))
    assert (gradient == 0).all()


@pytest.mark.parametrize("shape", [(126, 224), (101, 75)])
def test_the_default_net(
    compiled: Network, precision: str, reference: Network, shape: tuple[int, int]
) -> None:
    image = picture(*shape)
    for layer in ("block3", "block9"):
        expected, value = reference.input_gradient(image, L2(layer))
        got, ours = compiled.input_gradient(image, L2(layer))
        assert_near(got, expected, precision)
        if precision == "fp32":
            assert ours == pytest.approx(value, rel=1e-5)


def test_ten_steps_in_bfloat16_climb_as_high(bf16: None, reference: Network) -> None:
    ten_steps(reference, "bf16")


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_ten_steps_as_on_a_card_climb_as_high(on_card: None, reference: Network, precision: str) -> None:
    ten_steps(reference, precision)


def ten_steps(reference: Network, precision: str) -> None:
    """What the rounding of each step does to the ascent, over a few starts.

    One ascent alone says little: even two engines in float32 come apart by a per cent in ten steps.
    """
    half = open_network(find_net("efficientnet_lite0"), "cpu", precision=precision)
    starts = [picture(126, 224, seed) for seed in range(4)]
    begun, ours, theirs = 0.0, 0.0, 0.0
    for start in starts:
        begun += reference.input_gradient(start, L2("block9"))[1]
        ours += reference.input_gradient(climbed(half, start), L2("block9"))[1]
        theirs += reference.input_gradient(climbed(reference, start), L2("block9"))[1]
    assert min(ours, theirs) > 3 * begun
    assert ours == pytest.approx(theirs, rel=0.03)


def climbed(net: Network, image: Image) -> Image:
    for _ in range(10):
        gradient, _ = net.input_gradient(image, L2("block9"))
        image = np.clip(image + gradient * (2 / np.abs(gradient).mean()), 0, 255).astype(np.float32)
    return image


def test_a_run_changes_nothing_for_the_next(compiled: Network) -> None:
    image, other = picture(64, 96), picture(64, 96, seed=5)
    first, _ = compiled.input_gradient(image, L2("block5"))
    before = first.copy()
    compiled.input_gradient(other, L2("block5"))
    compiled.activations(other, "block5")
    assert np.array_equal(first, before)
    assert np.array_equal(compiled.input_gradient(image, L2("block5"))[0], before)
