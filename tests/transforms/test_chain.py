"""Chains: several transforms in a row, and the one motion that is told of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.transforms import IDENTITY, Affine, Field, Tick, Warp, distort
from dreamstream.transforms.chain import then
from tests.fakes import picture

SIZE = Size(72, 54)
PLAIN = {"cubic": False}
NUMBER = st.floats(-0.1, 0.1)


def chained(transform: str, **params: object) -> tuple[Warp, np.ndarray]:
    return distort(picture(*SIZE.shape), Params(transform=transform, **{**PLAIN, **params}), Tick.of(1, 1))


@st.composite
def affines(draw: st.DrawFn) -> Affine:
    linear = np.eye(2) + np.reshape([draw(NUMBER) for _ in range(4)], (2, 2))
    return Affine(np.column_stack([linear, [30 * draw(NUMBER), 30 * draw(NUMBER)]]))


def place(warp: Warp, x: float, y: float) -> np.ndarray:
    """Return where a warp reads the pixel at whole (x, y) from."""
    if isinstance(warp, Affine):
        return warp.matrix @ [x, y, 1]
    vectors = np.broadcast_to(warp.vectors, (*SIZE.shape, 2))
    return np.array([x, y]) + vectors[int(y), int(x)]


@given(affines(), affines())
def test_affine_warps_in_a_row_are_one(first: Affine, second: Affine) -> None:
    both = then(first, second, SIZE)
    assert isinstance(both, Affine)
    x, y = place(second, 20, 30)
    assert np.allclose(place(both, 20, 30), place(first, x, y))


def test_affine_warps_in_a_row_read_the_picture_once() -> None:
    warp, once = chained("zoom+rotate", angle=5, zoom=0.1)
    assert isinstance(warp, Affine)
    assert np.array_equal(once, warp.apply(picture(*SIZE.shape)))
    zoomed = distort(picture(*SIZE.shape), Params(transform="zoom", zoom=0.1, **PLAIN), Tick.of(1, 1))[1]
    twice = distort(zoomed, Params(transform="rotate", angle=5, **PLAIN), Tick.of(1, 1))[1]
    assert np.abs(once - twice)[8:-8, 8:-8].mean() < 2
    assert once.std() > twice.std()  # reading twice blurs


@pytest.mark.parametrize("chain", ["sine-roll+zoom", "zoom+sine-roll", "column-roll+sine-roll"])
def test_fields_in_a_row_move_as_they_are_told(chain: str) -> None:
    warp, moved = chained(chain, wave=3, period=40, zoom=0.05)
    assert isinstance(warp, Field)
    inside = np.s_[12:-12, 12:-12]
    assert np.abs(warp.apply(picture(*SIZE.shape)) - moved)[inside].mean() < 2.5
    assert np.abs(picture(*SIZE.shape) - moved)[inside].mean() > 5


@given(affines())
def test_a_field_behind_an_affine_warp_reads_what_that_reads(first: Affine) -> None:
    vectors = np.zeros((*SIZE.shape, 2), np.float32)
    vectors[..., 0], vectors[..., 1] = 2, -3
    both = then(first, Field(vectors), SIZE)
    assert np.allclose(place(both, 20, 30), place(first, 22, 27), atol=1e-3)
    both = then(Field(vectors), first, SIZE)
    assert np.allclose(place(both, 20, 30) - [2, -3], place(first, 20, 30), atol=1e-3)


def test_filters_come_at_their_place_and_move_nothing() -> None:
    warp, _ = chained("zoom+blur+rotate")
    assert isinstance(warp, Affine)
    assert np.allclose(warp.matrix, chained("zoom+rotate")[0].matrix)
    assert chained("blur")[0] is IDENTITY
    edges = chained("sobel+zoom", edge_share=1)[1]
    assert np.abs(edges - chained("zoom+sobel", edge_share=1)[1]).max() > 1
    assert np.allclose(edges[..., 0], edges[..., 1], atol=1e-3)


def test_shares_scale_each_link() -> None:
    assert np.allclose(chained("zoom:0.5")[0].matrix, chained("zoom", amount=0.5)[0].matrix)  # type: ignore[union-attr]
    twice = chained("zoom:0.5", amount=2)[0]
    assert np.allclose(twice.matrix, chained("zoom")[0].matrix)  # type: ignore[union-attr]


def test_an_empty_chain_leaves_the_picture() -> None:
    warp, same = chained("none")
    assert warp is IDENTITY
    assert np.array_equal(same, picture(*SIZE.shape))
