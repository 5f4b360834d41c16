"""TorchNet against real Caffe, in one process: forward blobs and input gradients of the L2 objective."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dreamstream.caffe import NetSpec, read_net
from dreamstream.dream.objectives import L2
from dreamstream.errors import NetError
from dreamstream.nets import Preprocessing
from dreamstream.nets.network import Image
from dreamstream.nets.torch_net import TorchNet
from dreamstream.places import own_folder
from dreamstream.size import Size
from tests.fakes import picture
from tests.nets import example_nets as nets
from tests.nets.fork_nets import FORK_TYPES

pytestmark = pytest.mark.usefixtures("caffe")

HOW = Preprocessing((104.0, 117.0, 123.0), 1 / 64, "BGR")
BOUND = 1e-5
Measure = Callable[[str, str, float, float], None]


def both(spec: NetSpec, image: Image, layer: str, how: Preprocessing = HOW) -> tuple[float, float]:
    """Return the largest differences of blob and gradient, as shares of Caffe's largest values."""
    from dreamstream.nets.pycaffe_net import PycaffeNet

    ours, theirs = TorchNet(spec, how, "cpu"), PycaffeNet(spec, how)
    expected = theirs.activations(image, layer)
    blob = share(ours.activations(image, layer), expected)
    gradient, value = theirs.input_gradient(image, L2(layer))
    got, our_value = ours.input_gradient(image, L2(layer))
    assert our_value == pytest.approx(value, rel=1e-4)
    assert np.abs(gradient).max() > 0
    return blob, share(got, gradient)


def share(got: np.ndarray, expected: np.ndarray) -> float:
    assert got.shape == expected.shape
    return float(np.abs(got - expected).max() / np.abs(expected).max())


@pytest.mark.parametrize("shape", [(29, 37), (16, 16)])
@pytest.mark.parametrize(
    ("kind", "setting"), [(kind, setting) for kind, cases in nets.TYPES.items() for setting in cases]
)
def test_each_layer_type(kind: str, setting: str, shape: tuple[int, int], parity: Measure) -> None:
    spec = nets.net_of(nets.TYPES[kind][setting])
    spec = nets.he_weights(spec, (1, 3, *shape))
    blob, gradient = both(spec, picture(*shape), spec.names()[-1])
    parity(kind, setting, blob, gradient)
    assert max(blob, gradient) < BOUND


@pytest.mark.parametrize("shape", [(33, 33), (48, 66), (59, 43)])
def test_sizes_at_which_caffe_cannot_join_a_net_s_branches(shape: tuple[int, int]) -> None:
    """Both pad the picture in the same way; Caffe by itself refuses these sizes."""
    spec = nets.he_weights(nets.net_of(nets.INCEPTION_LIKE), (1, 3, 43, 43))
    ours = TorchNet(spec, HOW, "cpu")
    padded = ours.input_shape(Size(shape[1], shape[0]), ("out",))[2:]
    assert padded != shape or shape == (59, 43)
    assert max(both(spec, picture(*shape), "out")) < BOUND


@pytest.mark.parametrize("plan", ["compiled", "reference"])
def test_the_rim_s_gradient_goes_to_the_rows_that_it_reflects(plan: str) -> None:
    spec = nets.he_weights(nets.net_of(nets.INCEPTION_LIKE), (1, 3, 43, 43))
    net, small = TorchNet(spec, HOW, "cpu", plan), picture(48, 66)
    more = [whole - n for whole, n in zip(net.input_shape(Size(66, 48), ("out",))[2:], (48, 66), strict=True)]
    large = np.pad(small, [(0, more[0]), (0, more[1]), (0, 0)], mode="reflect")
    gradient, value = net.input_gradient(large, L2("out"))
    folded = gradient[:48].copy()
    folded[47 - more[0] : 47] += gradient[48:][::-1]
    result = folded[:, :66].copy()
    result[:, 65 - more[1] : 65] += folded[:, 66:][:, ::-1]
    got, ours = net.input_gradient(small, L2("out"))
    assert ours == pytest.approx(value, rel=1e-5)
    assert share(got, result) < BOUND


@pytest.mark.parametrize(
    ("kind", "setting", "derives"),
    [
        ("Convolution", "DepthwiseConvolution", True),
        ("Convolution", "ConvolutionDepthwise", True),
        ("MVN", "across channels", True),
        ("MVN", "mean alone", True),
        ("MVN", "channels", False),  # Caffe's way back leaves its eps out
        ("Normalize", "pixels, shared", True),
        ("Normalize", "whole", True),
        ("Normalize", "pixels, channels", False),  # the fork's takes the channels' factors too late
        ("Permute", "channels last", True),
        ("Permute", "some", True),
        *[("Reduction", setting, True) for setting in FORK_TYPES["Reduction"]],
        ("Tile", "channels", True),
        ("Tile", "rows", True),
    ],
)
def test_types_with_a_definition_that_this_caffe_has(kind: str, setting: str, derives: bool) -> None:
    spec = nets.net_of(FORK_TYPES[kind][setting])
    blob, gradient = both(nets.he_weights(spec, (1, 3, 16, 16)), picture(16, 16), spec.names()[-1])
    assert blob < BOUND
    assert (gradient < BOUND) == derives


def over_pictures(spec: NetSpec, shape: tuple[int, int], layer: str) -> tuple[float, float]:
    """Return the differences for the second of a few noise pictures that is within the bound, or the last.

    Where two numbers under a MAX window differ by less than rounding, each engine takes another one, and
    that pixel's gradient goes elsewhere: rare by chance, but large nets have millions of windows. What
    is wrong by more than chance is wrong for most pictures.
    """
    within = 0
    for seed in range(6):
        noise = np.random.default_rng(seed).uniform(0, 255, (*shape, 3)).astype(np.float32)
        result = both(spec, noise, layer)
        within += max(result) < BOUND
        if within == 2:
            return result
    return 1.0, 1.0


NETS = {
    "ResNet-like": (nets.net_of(nets.RESNET_LIKE), "res4a_relu"),
    "SqueezeNet-like": (nets.net_of(nets.SQUEEZENET_LIKE), "fire4/concat"),
    "MobileNet-like": (nets.net_of(nets.MOBILENET_LIKE), "conv3_1/sep/relu"),
} | {
    f"{name} {layer}": (read_net(own_folder("models") / f"{name}.prototxt", None), layer)
    for name, layer in [
        ("bvlc_googlenet", "inception_3b/5x5_reduce"),
        ("bvlc_googlenet", "inception_4c/output"),
        ("bvlc_googlenet", "inception_5b/output"),
        ("bvlc_alexnet", "norm1"),
        ("bvlc_alexnet", "relu5"),
        ("squeezenet_v1.1", "conv10"),
        ("vgg16", "conv2_2"),
        ("vgg16", "conv4_3"),
    ]
}


@pytest.mark.parametrize("shape", [(96, 128), (67, 91)])
@pytest.mark.parametrize("name", list(NETS))
def test_whole_nets(name: str, shape: tuple[int, int], parity: Measure) -> None:
    spec, layer = NETS[name]
    spec = nets.he_weights(spec.pruned([layer]), (1, 3, *shape))
    blob, gradient = over_pictures(spec, shape, layer)
    parity("net", name, blob, gradient)
    assert max(blob, gradient) < BOUND


@st.composite
def windows(draw: st.DrawFn) -> tuple[str, tuple[int, int]]:
    """Draw the kernels, strides and pads of a pooling, and a picture that is large enough."""
    kernel, stride, pad = [], [], []
    for _ in range(2):
        kernel.append(draw(st.integers(1, 5)))
        pad.append(draw(st.integers(0, kernel[-1] - 1)))
        stride.append(draw(st.integers(1, kernel[-1] + (pad[-1] > 0))))
    sides = tuple(draw(st.integers(6, 20)) for _ in range(2))
    spelt = [
        f"{what}_{side}: {n}"
        for what, pair in zip(("kernel", "stride", "pad"), (kernel, stride, pad), strict=True)
        for side, n in zip("hw", pair, strict=True)
    ]
    return " ".join(spelt), (sides[0], sides[1])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(windows(), st.sampled_from(["MAX", "AVE"]), st.integers(0, 9))
def test_any_pooling(window: tuple[str, tuple[int, int]], method: str, seed: int) -> None:
    spelt, shape = window
    spec = nets.net_of(nets.layer("Pooling", "x", more=f"pooling_param {{ pool: {method} {spelt} }}"))
    noise = np.random.default_rng(seed).uniform(0, 255, (*shape, 3)).astype(np.float32)
    assert max(both_or_none(spec, noise)) < BOUND


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    windows(),
    st.sampled_from(["Convolution", "Deconvolution"]),
    st.sampled_from([1, 3]),
    st.sampled_from([1, 2, 3]),
    st.booleans(),
)
def test_any_convolution(
    window: tuple[str, tuple[int, int]], kind: str, group: int, dilation: int, bias: bool
) -> None:
    spelt, shape = window
    more = f"num_output: 6 group: {group} dilation: {dilation} bias_term: {str(bias).lower()}"
    spec = nets.net_of(nets.layer(kind, "x", more=f"convolution_param {{ {more} {spelt} }}"))
    noise = np.random.default_rng(1).uniform(0, 255, (*shape, 3)).astype(np.float32)
    assert max(both_or_none(spec, noise)) < BOUND


def both_or_none(spec: NetSpec, image: Image) -> tuple[float, float]:
    """Like `both` on random weights; a geometry that no picture of this size fits is no example."""
    try:
        spec = nets.he_weights(spec, (1, 3, *image.shape[:2]))
    except NetError:
        assume(False)
    return both(spec, image, "x")


def test_windows_outside_the_picture_are_refused_where_caffe_would_count_them() -> None:
    """Without padding and with a stride longer than the kernel, Caffe fills them with -3.4e38."""
    from dreamstream.nets.pycaffe_net import PycaffeNet

    spec = nets.net_of(nets.layer("Pooling", "x", more="pooling_param { kernel_size: 1 stride: 2 }"))
    assert TorchNet(spec, HOW, "cpu").activations(picture(6, 6), "x").shape == (3, 3, 3)
    with pytest.raises(NetError, match="'x': this Caffe makes 1x3x4x4 of it, and 1x3x3x3 is right"):
        PycaffeNet(spec, HOW).activations(picture(6, 6), "x")
