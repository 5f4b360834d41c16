import numpy as np
import pytest

from dreamstream.caffe import parse_net
from dreamstream.dream.objectives import L2
from dreamstream.errors import NetError, TooSmallError
from dreamstream.nets import Preprocessing
from dreamstream.nets.torch_net import TorchNet
from dreamstream.size import Size
from tests.fakes import picture, tiny_net, tiny_spec
from tests.nets.example_nets import HEAD, conv, he_weights


def test_the_gradient_is_the_slope_of_the_objective() -> None:
    net, image = tiny_net(), picture(24, 20).astype(np.float64)
    objective = L2("conv2")
    gradient, value = net.input_gradient(image.astype(np.float32), objective)
    assert gradient.shape == image.shape
    direction = np.random.default_rng(0).normal(size=image.shape)
    step = 1e-2
    higher = net.input_gradient((image + step * direction).astype(np.float32), objective)[1]
    lower = net.input_gradient((image - step * direction).astype(np.float32), objective)[1]
    assert (higher - lower) / (2 * step) == pytest.approx(float((gradient * direction).sum()), rel=2e-2)
    assert value > 0


def test_a_run_stops_at_the_layer_before_what_follows_in_place() -> None:
    net, image = tiny_net(), picture(24, 20)
    before, after = net.activations(image, "conv1"), net.activations(image, "relu1")
    assert before.min() < 0
    assert np.array_equal(after, np.maximum(before, 0))


def test_preprocessing_is_mean_scale_and_order() -> None:
    image = picture(8, 8)
    spec = tiny_spec()
    weights = np.zeros((8, 3, 3, 3), np.float32)
    weights[0, 0, 1, 1] = weights[1, 2, 1, 1] = 1  # passes the first and the last channel on
    spec = spec.with_blobs({"conv1": (weights, np.zeros(8, np.float32))})
    net = TorchNet(spec, Preprocessing((10.0, 20.0, 30.0), 0.5, "BGR"), "cpu")
    blob = net.activations(image, "conv1")
    assert np.allclose(blob[0], (image[:, :, 2] - 10) * 0.5, atol=1e-4)
    assert np.allclose(blob[1], (image[:, :, 0] - 30) * 0.5, atol=1e-4)


@pytest.mark.parametrize("shape", [(32, 32), (33, 50), (10, 12)])
def test_any_size_goes_in_and_its_gradient_comes_out(shape: tuple[int, int]) -> None:
    net = TorchNet(tiny_spec(), Preprocessing((127.0,) * 3, 1 / 128, "RGB", 32), "cpu")
    gradient, _ = net.input_gradient(picture(*shape), L2("conv2"))
    assert gradient.shape == (*shape, 3)
    assert np.isfinite(gradient).all()
    assert net.activations(picture(*shape), "conv2").shape[1] % 16 == 0


def test_an_unknown_layer_is_named() -> None:
    with pytest.raises(NetError, match="did you mean 'conv2'"):
        tiny_net().activations(picture(), "conv3")


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(NetError, match=r"'tpu' is not available here; available: .*cpu"):
        TorchNet(tiny_spec(), Preprocessing(), "tpu")


def test_seeds_are_weighed_as_the_objective_says() -> None:
    class Doubled(L2):
        def seed(self, activations):  # type: ignore[no-untyped-def]
            value, seeds = super().seed(activations)
            return 2 * value, {name: 2 * seed for name, seed in seeds.items()}

    net, image = tiny_net(), picture()
    once, twice = net.input_gradient(image, L2("conv2")), net.input_gradient(image, Doubled("conv2"))
    assert np.allclose(2 * once[0], twice[0], rtol=1e-4, atol=1e-6)
    assert twice[1] == pytest.approx(2 * once[1])


@pytest.mark.parametrize("size", [Size(32, 32), Size(50, 33)])
def test_shapes_are_told_without_a_run(size: Size) -> None:
    net = TorchNet(tiny_spec(), Preprocessing((127.0,) * 3, 1 / 128, "RGB", 32), "cpu")
    for layer in net.spec.names():
        assert net.shape(size, layer) == (1, *net.activations(picture(*size.shape), layer).shape)


def test_a_picture_that_is_too_small_is_told_without_a_run() -> None:
    spec = parse_net(HEAD + conv("wide", "data", 4, 9), "test")
    net = TorchNet(he_weights(spec, (1, 3, 32, 32)), Preprocessing(), "cpu")
    with pytest.raises(TooSmallError, match="too small"):
        net.shape(Size(32, 8), "wide")
    while not net.prepare(Size(32, 8), ("wide",)):  # what cannot be built is as ready as it gets
        pass
    with pytest.raises(NetError, match="too small"):
        net.input_gradient(picture(8, 32), L2("wide"))


def test_what_is_prepared_is_there() -> None:
    net = tiny_net()
    assert not net.prepare(Size(20, 24), ("conv2",))
    while not net.prepare(Size(20, 24), ("conv2",)):
        pass
    expected = tiny_net().input_gradient(picture(24, 20), L2("conv2"))
    assert np.array_equal(net.input_gradient(picture(24, 20), L2("conv2"))[0], expected[0])


def test_the_reference_computes_in_float32() -> None:
    assert TorchNet(tiny_spec(), Preprocessing(), "cpu", "reference", "bf16").precision == "fp32"
