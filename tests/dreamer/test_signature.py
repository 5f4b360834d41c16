"""Signatures: what two pictures have in common."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.dreamer.eye import Eye
from dreamstream.dreamer.signature import LOUDEST, Signature
from dreamstream.nets import Network
from tests.fakes import picture, pooled, tiny_net


def signature(seed: int, channels: int = 112, layer: str = "a") -> Signature:
    """One of random colours, detail and loudness."""
    rng = np.random.default_rng(seed)
    colours, detail = rng.dirichlet(np.full(64, 0.1)), rng.dirichlet(np.full(20, 0.5))
    powers = {layer: rng.random(channels).astype(np.float32)}
    return Signature(colours.astype(np.float32), detail.astype(np.float32), float(rng.random()), powers)


def of_pixels(colours: np.ndarray, channels: Mapping[str, np.ndarray] | None = None) -> Signature:
    return Signature.of(colours.astype(np.float32), colours.astype(np.float32), channels or {})


pictures = st.builds(
    lambda seed, level, contrast: np.clip((picture(24, 32, seed) / 255 - 0.5) * contrast + level, 0, 1),
    st.integers(0, 9),
    st.floats(0, 1),
    st.floats(0, 4),
)


@given(pictures, pictures, st.integers(1, 200), st.integers(0, 99), st.integers(0, 99))
def test_distances_are_symmetric_from_0_to_1_and_none_to_itself(
    first: np.ndarray, second: np.ndarray, channels: int, one: int, other: int
) -> None:
    a = of_pixels(first, signature(one, channels).channels)
    b = of_pixels(second, signature(other, channels).channels)
    assert 0 <= a.distance(b) == b.distance(a) <= 1
    assert a.distance(Signature.mean([a, a])) == pytest.approx(0, abs=1e-5)


def test_the_loudest_are_sixteen_or_a_quarter_of_a_small_layer() -> None:
    powers = np.zeros(112, np.float32)
    powers[40:60] = np.arange(20) + 1
    of_many = of_pixels(np.zeros((8, 8, 3)), {"a": powers, "b": np.arange(8, dtype=np.float32)})
    assert of_many.loudest == {"a": frozenset(range(60 - LOUDEST, 60)), "b": frozenset({6, 7})}


def test_other_loud_channels_have_nothing_in_common_and_the_same_all_however_loud() -> None:
    colours, powers = picture() / 255, np.ones(112, np.float32)
    powers[:20] = np.arange(20) + 2
    first = of_pixels(colours, {"a": powers})
    assert first.distance(of_pixels(colours, {"a": powers[::-1].copy()})) == pytest.approx(0.5, abs=1e-4)
    assert first.distance(of_pixels(colours, {"a": 3 * powers})) == pytest.approx(0, abs=1e-5)


def test_what_has_nothing_in_common_is_far_away() -> None:
    one, other = np.eye(64, dtype=np.float32)[[3, 60]]
    here = Signature(one, one[:20], 0.0, {"a": one})
    there = Signature(other, np.roll(one[:20], 4), 0.9, {"a": other})
    assert here.distance(there) == pytest.approx(1, abs=1e-3)


def test_a_layer_that_only_one_has_does_not_count() -> None:
    colours = picture() / 255
    here = of_pixels(colours, signature(1, layer="a").channels)
    for other in (signature(2, layer="b"), signature(2, channels=64, layer="a")):
        assert here.distance(of_pixels(colours, other.channels)) == 0


def test_colours_detail_and_motion_are_told_apart() -> None:
    light, clouds = np.full((48, 64, 3), 0.5), picture() / 255
    assert of_pixels(light).distance(of_pixels(light * (1, 0.2, 0.2))) > 0.3
    down, across = np.broadcast_arrays(np.arange(48)[:, None], np.arange(64)[None, :])
    stripes = [of_pixels(np.repeat(lines[..., None] % 2, 3, 2)) for lines in (down, across)]
    assert stripes[0].distance(stripes[1]) > 0.15
    fine, coarse = (of_pixels(np.repeat(across[..., None] // width % 2, 3, 2)) for width in (1, 16))
    assert fine.distance(coarse) > 0.15
    still = of_pixels(clouds)
    moving = Signature.of(clouds.astype(np.float32), np.roll(clouds, 9, 1).astype(np.float32), {})
    assert 0.3 < still.distance(moving) < 0.4
    assert moving.distance(Signature.mean([moving, moving])) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("size", [(48, 64), (252, 448), (600, 40)])
def test_an_eye_sees_what_the_net_sees_in_a_small_copy(size: tuple[int, int]) -> None:
    net, pixels = tiny_net(), picture(*size).astype(np.uint8)
    seen = Eye(net, ("conv1", "conv2"), waits=True).see(pixels, pixels)
    assert seen is not None
    assert {name: len(powers) for name, powers in seen.channels.items()} == {"conv1": 8, "conv2": 6}
    assert seen.motion == 0
    if size == (48, 64):
        blob = net.activations(pixels.astype(np.float32), "conv2")
        np.testing.assert_allclose(seen.channels["conv2"], np.square(blob).mean((1, 2)), rtol=1e-5)
        plain = Network.powers(net, pixels.astype(np.float32), ["conv1", "conv2"])
        assert all(np.allclose(plain[name], seen.channels[name], rtol=1e-5) for name in plain)


def test_an_eye_waits_for_no_net() -> None:
    net, pixels = tiny_net(), picture().astype(np.uint8)
    eye = Eye(net, ("conv2",))
    while (seen := eye.see(pixels)) is None:  # until it is built on another thread
        pass
    assert list(seen.channels) == ["conv2"]
    assert net.end_threads(60)


def test_an_eye_goes_without_layers_that_it_cannot_reach() -> None:
    pixels = picture(24, 32).astype(np.uint8)
    seen = Eye(pooled(kernel=20), ("conv1", "pool", "no such"), waits=True).see(pixels)
    assert seen is not None
    assert list(seen.channels) == ["conv1"]
