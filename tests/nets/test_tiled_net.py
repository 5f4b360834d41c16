import numpy as np
import pytest

from dreamstream.caffe import parse_net
from dreamstream.dream.objectives import L2
from dreamstream.errors import NetError, TooSmallError
from dreamstream.nets import Image, Network, Preprocessing
from dreamstream.nets.tiled_net import TiledNet
from dreamstream.nets.torch_net import TorchNet
from dreamstream.size import Size
from tests.fakes import CLASSIFIER, picture, tiny_net, tiny_spec


@pytest.mark.parametrize("size", [Size(320, 192), Size(128, 512), Size(288, 160)])
def test_a_gradient_in_windows_is_that_of_the_whole_but_at_the_border(size: Size) -> None:
    image, tiles = picture(*size.shape), []
    net = TiledNet(tiny_net(), 128)
    net.on_tile = lambda done, total: tiles.append((done, total))
    gradient, _ = net.input_gradient(image, L2("conv2"))
    whole, _ = tiny_net().input_gradient(image, L2("conv2"))
    inside = (slice(8, -8), slice(8, -8))
    assert gradient.shape == whole.shape
    away, strength = np.abs(gradient - whole)[inside], np.abs(whole).mean()
    assert np.median(away) < 1e-5 * strength, "but at the rims of windows"
    assert away.mean() < 0.01 * strength
    assert away.max() < 0.2 * np.abs(whole).max()
    assert [done for done, _ in tiles] == list(range(1, tiles[0][1] + 1))
    assert len(tiles) > 1


def test_a_small_picture_is_one_window_and_a_large_one_only_where_memory_will_not_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image, tiles = picture(96, 128), []
    for side, memory in ((128, 1e12), (0, 1e12), (0, 1e6)):
        monkeypatch.setattr(TorchNet, "memory", memory)
        net = TiledNet(tiny_net(), side)
        net.on_tile = lambda done, total: tiles.append(total)
        gradient, _ = net.input_gradient(image, L2("conv2"))
        assert np.array_equal(gradient, tiny_net().input_gradient(image, L2("conv2"))[0])
        assert not tiles, "no larger than a window"
    wide = picture(40, 2000)
    assert net.input_gradient(wide, L2("conv2"))[0].shape == wide.shape
    assert tiles == [3, 3, 3]
    assert net.shape(Size(2000, 40), "conv2") == tiny_net().shape(Size(1024, 40), "conv2")


def test_a_layer_that_a_window_is_too_small_for_asks_for_a_larger_one() -> None:
    text = CLASSIFIER.replace("pool: AVE global_pooling: true", "pool: AVE kernel_size: 20 stride: 1")
    blobs = {layer.name: layer.blobs for layer in tiny_spec().layers}
    net = TorchNet(parse_net(text, "fixed").with_blobs(blobs), Preprocessing(), "cpu")
    assert TiledNet(net, 40).shape(Size(96, 96), "pool") == (1, 6, 1, 1)
    with pytest.raises(NetError, match="a window of 32x32 is too small to reach it; a larger --tile helps"):
        TiledNet(net, 32).shape(Size(96, 96), "pool")
    with pytest.raises(TooSmallError):
        TiledNet(net, 32).shape(Size(32, 24), "pool")


def test_a_large_picture_s_features_are_those_of_its_windows() -> None:
    image, whole = picture(96, 480), tiny_net()
    assert TiledNet(whole, 480).activations(image, "conv2").shape == (6, 48, 240)
    seen: list[Size] = []

    class Watched(TiledNet):
        def activations(self, image: Image, layer: str) -> Image:
            seen.append(Size.of(image))
            return super().activations(image, layer)

    found = TiledNet(Watched(whole, 480), 128).activations(image, "conv2")
    assert set(seen) == {Size(128, 96)}
    places = whole.activations(image, "conv2").reshape(6, -1)
    known = {tuple(place) for place in places.T.round(4)}
    assert np.mean([tuple(place) in known for place in found.T.round(4)]) > 0.9, "but at windows' borders"
    assert found.shape[1] >= places.shape[1]


def test_on_the_real_net_no_border_of_a_window_shows(lite0: Network, rng: np.random.Generator) -> None:
    """The gradient is as strong, and as fine, along the borders of windows as elsewhere."""
    noise = rng.uniform(0, 255, (192, 480, 3)).astype(np.float32)
    image = (noise + 3 * picture(192, 480)) / 4
    strength, fineness = np.zeros(480), np.zeros(480)
    for _ in range(4):
        rolled = np.roll(image, rng.integers(0, 480), 1)
        gradient, _ = TiledNet(lite0, 192).input_gradient(rolled, L2("block9", 1.0))
        strength += np.abs(gradient).mean((0, 2))
        fineness += np.abs(np.diff(gradient, axis=1, append=gradient[:, :1])).mean((0, 2))
    starts = (round(((at + 0.5) * 480 / 4 - 96) / 32) * 32 for at in range(4))
    rims = np.unique(
        [(edge + x) % 480 for start in starts for edge in (start, start + 192) for x in range(-8, 8)]
    )
    inside = np.setdiff1d(np.arange(480), rims)
    for measured in (strength, fineness):
        spread = measured[inside].std()
        assert abs(measured[rims].mean() - measured[inside].mean()) < spread
        assert measured[rims].max() < measured[inside].max() + spread
