"""Real Caffe as an engine: its pits, and that the contract is TorchNet's."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from dreamstream.dream.objectives import L2
from dreamstream.errors import NetError
from dreamstream.nets import Network, Preprocessing
from dreamstream.nets.network import Image
from dreamstream.nets.torch_net import TorchNet
from tests.fakes import picture
from tests.nets import example_nets as nets
from tests.nets.fork_nets import FORK_TYPES

pytestmark = pytest.mark.usefixtures("caffe")

HOW = Preprocessing((104.0, 117.0, 123.0), 1 / 64, "BGR")
BRANCHED = (
    nets.conv("conv1", "data", 8, 3, "stride: 2")
    + nets.in_place("ReLU", "relu1", "conv1")
    + nets.conv("left", "conv1", 6, 3, "pad: 1")
    + nets.in_place("ReLU", "relu_left", "left")
    + nets.conv("right", "conv1", 6, 1)
    + nets.layer("Concat", "joined", "left right")
    + nets.conv("deep", "joined", 5, 3)
)


@dataclass(frozen=True)
class Both:
    """Several layers at once, each by its L2."""

    layers: tuple[str, ...]

    def seed(self, activations):  # type: ignore[no-untyped-def]
        parts = [L2(layer).seed(activations) for layer in self.layers]
        return sum(value for value, _ in parts), {k: v for _, seeds in parts for k, v in seeds.items()}


def pycaffe(text: str = BRANCHED, how: Preprocessing = HOW) -> Network:
    from dreamstream.nets.pycaffe_net import PycaffeNet

    return PycaffeNet(nets.he_weights(nets.net_of(text), (1, 3, 32, 32)), how)


def torch_net(text: str = BRANCHED, how: Preprocessing = HOW) -> Network:
    return TorchNet(nets.he_weights(nets.net_of(text), (1, 3, 32, 32)), how, "cpu")


def near(got: Image, expected: Image) -> bool:
    return got.shape == expected.shape and bool(np.abs(got - expected).max() < 1e-5 * np.abs(expected).max())


def test_a_gradient_leaves_nothing_behind_for_the_next() -> None:
    net, image = pycaffe(), picture(32, 40)
    fresh = {layer: pycaffe().input_gradient(image, L2(layer))[0] for layer in ("conv1", "left", "deep")}
    for layer in ("deep", "conv1", "left", "conv1", "deep", "left"):
        assert near(net.input_gradient(image, L2(layer))[0], fresh[layer])


def test_a_tensor_is_copied_there_and_its_gradient_back() -> None:
    net, image = pycaffe(), picture(32, 40)
    gradient, number = net.input_gradient(torch.from_numpy(image).transpose(0, 1), L2("deep"))
    assert gradient.shape == (40, 32, 3)
    expected, value = net.input_gradient(image.swapaxes(0, 1), L2("deep"))
    assert np.array_equal(gradient.numpy(), expected)
    assert float(number) == pytest.approx(value)


@pytest.mark.parametrize(
    "layers",
    [
        ("left", "deep"),
        ("relu1", "deep"),
        ("conv1", "relu1"),
        ("conv1", "left", "right"),
        ("left", "relu_left"),
    ],
)
def test_several_layers_add_up_on_both_engines(layers: tuple[str, ...]) -> None:
    image, objective = picture(32, 40), Both(layers)
    theirs, value = pycaffe().input_gradient(image, objective)
    ours, our_value = torch_net().input_gradient(image, objective)
    assert near(ours, theirs)
    assert our_value == pytest.approx(value, rel=1e-5)


def test_a_run_stops_right_at_a_layer_before_what_follows_in_place() -> None:
    image = picture(32, 40)
    for net in (pycaffe(), torch_net()):
        before, after = net.activations(image, "left"), net.activations(image, "relu_left")
        assert before.min() < 0
        assert np.array_equal(after, np.maximum(before, 0))


def test_sizes_may_change_from_picture_to_picture() -> None:
    net, other = pycaffe(), torch_net()
    for shape in [(32, 32), (17, 60), (90, 21), (32, 32), (17, 60)]:
        image = picture(*shape)
        assert near(other.input_gradient(image, L2("deep"))[0], net.input_gradient(image, L2("deep"))[0])


def test_padding_to_a_multiple_is_the_same_and_so_is_its_gradient() -> None:
    how = Preprocessing((127.0,) * 3, 1 / 128, "RGB", 32)
    for shape in [(33, 47), (64, 40), (10, 12)]:
        image = picture(*shape)
        theirs = pycaffe(how=how).input_gradient(image, L2("deep"))[0]
        assert theirs.shape == (*shape, 3)
        assert near(torch_net(how=how).input_gradient(image, L2("deep"))[0], theirs)


def test_what_caffe_would_abort_on_is_one_line() -> None:
    for net in (pycaffe(), torch_net()):
        with pytest.raises(NetError, match=r"'left' \(Convolution\)|'deep' \(Convolution\).*too small"):
            net.activations(picture(4, 4), "deep")
        with pytest.raises(NetError, match="no layer 'depe'; did you mean 'deep'"):
            net.activations(picture(), "depe")
        assert net.activations(picture(32, 32), "deep").shape[0] == 5  # and goes on


def test_a_classifier_slides_over_larger_pictures() -> None:
    text = (
        nets.conv("deep", "data", 8, 3, "stride: 2")
        + nets.layer("InnerProduct", "fc", "deep", more="inner_product_param { num_output: 4 }")
        + nets.in_place("ReLU", "relu_fc", "fc")
        + nets.layer("InnerProduct", "fc2", "fc", more="inner_product_param { num_output: 3 }")
    )
    theirs, ours = pycaffe(text), torch_net(text)
    for net in (theirs, ours):
        at_home = net.activations(picture(32, 32), "fc2")
        assert at_home.shape == (3,)
        large = picture(48, 40)
        large[:32, :32] = picture(32, 32)
        answers = net.activations(large, "fc2")
        assert answers.shape == (3, 9, 5)
        assert np.allclose(answers[:, 0, 0], at_home, atol=1e-4)
        assert np.array_equal(net.activations(picture(32, 32), "fc2"), at_home)
        with pytest.raises(NetError, match=r"'fc'.*with a picture of 32x20"):
            net.activations(picture(20, 32), "fc")
    image = picture(48, 40)
    assert near(ours.input_gradient(image, L2("fc2"))[0], theirs.input_gradient(image, L2("fc2"))[0])


def test_forks_words_are_spoken() -> None:
    image = picture(32, 40)
    clip = nets.conv("a", "data", 4, 3) + nets.layer("Clip", "x", "a", more="clip_param { min: 0 max: 0.5 }")
    down = nets.layer("Pooling", "x", more="pooling_param { kernel_size: 3 stride: 2 ceil_mode: false }")
    for text in (clip, down):
        assert near(torch_net(text).activations(image, "x"), pycaffe(text).activations(image, "x"))
    with pytest.raises(NetError, match="'x': this Caffe has no layer type 'Clip'"):
        pycaffe(clip.replace("min: 0", "min: -1")).activations(image, "x")


FORKS = {
    "read, then overwritten": nets.conv("a", "data", 4, 3)
    + nets.layer("Sigmoid", "side", "a")
    + nets.in_place("ReLU", "relu", "a")
    + nets.layer("Eltwise", "both", "side a"),
    "the picture": nets.layer("Sigmoid", "side")
    + nets.in_place("ReLU", "relu", "data")
    + nets.layer("Eltwise", "both", "side data"),
    "twice": nets.conv("a", "data", 4, 3)
    + nets.in_place("ReLU", "relu", "a")
    + nets.layer("Sigmoid", "side", "a")
    + nets.in_place("TanH", "tanh", "a")
    + nets.in_place("Sigmoid", "again", "a")
    + nets.layer("Eltwise", "both", "side a"),
}


@pytest.mark.parametrize("name", list(FORKS))
def test_a_blob_may_be_read_before_it_is_overwritten(name: str) -> None:
    image, theirs, ours = picture(32, 40), pycaffe(FORKS[name]), torch_net(FORKS[name])
    for layer in ours.spec.names():
        assert near(ours.activations(image, layer), theirs.activations(image, layer))
    for layers in [("both",), ("relu", "both"), ("side", "both")]:
        expected = theirs.input_gradient(image, Both(layers))[0]
        assert near(ours.input_gradient(image, Both(layers))[0], expected)


def test_a_reader_that_writes_no_share_leaves_none_behind() -> None:
    """Crop gives its second bottom no gradient, and Caffe would add to what was there."""
    text = (
        nets.conv("small", "data", 6, 5)
        + nets.conv("big", "data", 6, 3)
        + nets.layer("Crop", "x", "big small", more="crop_param { offset: 1 offset: 1 }")
    )
    image, theirs, objective = picture(24, 24), pycaffe(text), Both(("small", "x"))
    expected = torch_net(text).input_gradient(image, objective)[0]
    for _ in range(3):
        assert near(theirs.input_gradient(image, objective)[0], expected)


def test_a_layer_may_have_the_name_that_caffe_gives_its_input() -> None:
    text = nets.conv("input", "data", 6, 3) + nets.in_place("ReLU", "relu", "input")
    theirs, ours = pycaffe(text), torch_net(text)
    for shape in [(32, 40), (20, 22), (32, 40)]:
        for layer in ("input", "relu"):
            expected = theirs.input_gradient(picture(*shape), L2(layer))[0]
            assert near(ours.input_gradient(picture(*shape), L2(layer))[0], expected)


def test_one_number_a_channel_can_be_normalised_by_itself() -> None:
    text = nets.layer("Pooling", "p", more="pooling_param { global_pooling: true }") + nets.layer(
        "BatchNorm", "x", "p", more="batch_norm_param { use_global_stats: false }"
    )
    for net in (pycaffe(text), torch_net(text)):
        assert np.abs(net.activations(picture(16, 16), "x")).max() == 0


def test_numbers_that_are_none_do_not_reach_a_pooling() -> None:
    from dreamstream.nets.pycaffe_net import PycaffeNet

    spec = nets.net_of(
        nets.conv("c", "data", 2, 3)
        + nets.layer("Pooling", "x", "c", more="pooling_param { kernel_size: 2 }")
    )
    broken = [np.full((2, 3, 3, 3), np.nan, np.float32), np.zeros(2, np.float32)]
    with pytest.raises(NetError, match="test: layer 'x': what comes to it is not a number"):
        PycaffeNet(spec.with_blobs({"c": broken}), HOW).activations(picture(), "x")


def test_gray_nets_see_gray_on_both_engines() -> None:
    from dreamstream.caffe import parse_net
    from dreamstream.nets.pycaffe_net import PycaffeNet

    head = 'name: "gray" input: "data" input_dim: [1, 1, 28, 28] '
    spec = parse_net(head + nets.conv("conv", "data", 4, 3) + nets.in_place("ReLU", "relu", "conv"), "gray")
    spec = nets.he_weights(spec, (1, 1, 28, 28))
    how = Preprocessing((100.0, 110.0, 120.0), 0.01, "BGR", 16)
    image, theirs, ours = picture(30, 41), PycaffeNet(spec, how), TorchNet(spec, how, "cpu")
    assert near(ours.activations(image, "conv"), theirs.activations(image, "conv"))
    gradient = theirs.input_gradient(image, L2("relu"))[0]
    assert gradient.shape == (30, 41, 3)
    assert near(ours.input_gradient(image, L2("relu"))[0], gradient)
    assert np.abs(gradient - gradient.mean(2, keepdims=True)).max() < 1e-6 * np.abs(gradient).max()


IN_PLACE = {
    "BatchNorm": "",
    "Scale": "scale_param { bias_term: true }",
    "Bias": "",
    "ReLU": "",
    "leaky ReLU": "relu_param { negative_slope: 0.2 }",
    "turned ReLU": "relu_param { negative_slope: -0.2 }",
    "ReLU6": "relu6_param { threshold: 0.7 }",
    "turned ReLU6": "relu6_param { threshold: 50 negative_slope: -0.2 }",
    "PReLU": "",
    "ELU": "",
    "Sigmoid": "",
    "TanH": "",
    "Power": "power_param { scale: 0.5 shift: 1 power: 2 }",
    "Exp": "exp_param { scale: 0.3 }",
    "BNLL": "",
    "Softmax": "",
    "Dropout": "",
}
SHARED = {
    "Split": nets.layer("Split", "s", "c", "c2 other"),
    "Flatten": nets.layer("Flatten", "f", "c", "c2") + nets.layer("Flatten", "g", "c", "other"),
    "Reshape": nets.layer("Reshape", "f", "c", "c2", "reshape_param { shape { dim: 0 dim: 0 dim: -1 } }")
    + nets.layer("Reshape", "g", "c", "other", "reshape_param { shape { dim: 0 dim: 0 dim: -1 } }"),
    "Concat": nets.layer("Concat", "f", "c", "c2") + nets.layer("Concat", "g", "c", "other"),
}


def in_place(name: str, number: int, blob: str) -> str:
    return nets.in_place(name.split()[-1], f"{name} {number}", blob, IN_PLACE[name])


@pytest.mark.slow
def test_any_two_layers_in_place_have_torch_s_gradient() -> None:
    image = picture(14, 15)
    for first in IN_PLACE:
        for second in IN_PLACE:
            text = nets.conv("c", "data", 4, 3) + in_place(first, 1, "c") + in_place(second, 2, "c")
            text += nets.conv("end", "c", 3, 3)
            theirs = pycaffe(text).input_gradient(image, L2("end"))[0]
            ours = torch_net(text).input_gradient(image, L2("end"))[0]
            assert np.abs(ours - theirs).max() <= 3e-5 * np.abs(theirs).max(), (first, second)


@pytest.mark.parametrize("shared", list(SHARED))
def test_blobs_that_share_their_memory_are_not_overwritten_for_each_other(shared: str) -> None:
    image = picture(32, 32)
    for name in ("ReLU", "Scale", "Sigmoid"):
        text = nets.conv("c", "data", 4, 3) + nets.in_place("Sigmoid", "first", "c") + SHARED[shared]
        text += in_place(name, 1, "c2") + nets.layer("Eltwise", "end", "c2 other")
        theirs, ours = pycaffe(text), torch_net(text)
        assert near(ours.activations(image, "end"), theirs.activations(image, "end"))
        expected = theirs.input_gradient(image, L2("end"))[0]
        assert near(ours.input_gradient(image, L2("end"))[0], expected), name


def test_a_layer_may_read_a_blob_twice_and_overwrite_it() -> None:
    text = nets.conv("c", "data", 4, 3) + nets.layer("Scale", "x", "c c", "c", "scale_param { axis: 0 }")
    image = picture(14, 15)
    expected = pycaffe(text).input_gradient(image, L2("x"))[0]
    assert near(torch_net(text).input_gradient(image, L2("x"))[0], expected)


def test_a_classifier_of_a_square_does_not_take_another_shape_of_as_many_numbers() -> None:
    text = nets.layer("InnerProduct", "fc", "data", more="inner_product_param { num_output: 2 }")
    spec = nets.he_weights(nets.net_of(text), (1, 3, 6, 6))
    net = TorchNet(spec, HOW, "cpu")
    assert net.activations(picture(6, 6), "fc").shape == (2,)
    assert net.activations(picture(7, 9), "fc").shape == (2, 2, 4)
    with pytest.raises(NetError, match="too small"):
        net.activations(picture(4, 9), "fc")


@pytest.mark.parametrize(
    ("kind", "setting", "words"),
    [
        ("ArgMax", "values", "Caffe has no gradient of it on a CPU; --engine torch has"),
        ("Pooling", "STOCHASTIC", "Caffe has no gradient of it on a CPU"),
        ("Convolution", "uneven pads", "this Caffe has no setting 'pad_l'"),
        ("Pooling", "MAX, uneven pads", "this Caffe has no setting 'pad_r'"),
        ("Upsample", "factors", "this Caffe has no setting 'scale_h'"),
        ("Upsample", "places", "only --engine torch takes an Upsample by a mask"),
        ("BN", "statistics", "this Caffe has no layer type 'BN'"),
    ],
)
def test_what_this_caffe_would_abort_on_is_one_line(kind: str, setting: str, words: str) -> None:
    net = pycaffe(FORK_TYPES[kind][setting])
    with pytest.raises(NetError, match=words):
        net.activations(picture(32, 32), net.spec.names()[-1])
