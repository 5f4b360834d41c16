"""The net of a mapped picture: where its points lie, and back."""

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dreamstream.mapping import Mapping, Net, net_of
from dreamstream.mapping.homography import is_convex, square_to, through
from dreamstream.mapping.net import grid, refined
from dreamstream.size import Size

SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
BENT = np.array([(0.1, 0.05), (0.9, 0.2), (1.0, 0.95), (0.0, 0.8)])

shifts = st.floats(-0.24, 0.24)
corners = st.lists(st.tuples(shifts, shifts), min_size=4, max_size=4).map(lambda by: SQUARE + by)


@st.composite
def meshes(draw: st.DrawFn) -> np.ndarray:
    rows, columns = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    moved = draw(st.lists(st.floats(-0.3, 0.3), min_size=rows * columns * 2, max_size=rows * columns * 2))
    cell = np.array([1 / (columns - 1), 1 / (rows - 1)])
    return grid(rows, columns) + np.reshape(moved, (rows, columns, 2)) * cell


@given(corners, st.none() | meshes(), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1))
def test_back_from_where_a_point_lies_is_the_point(
    corners: np.ndarray, mesh: np.ndarray | None, points: list[tuple[float, float]]
) -> None:
    assume(is_convex(corners))
    net = net_of(corners, mesh)
    assume(not net.folded)
    a, b, c = np.moveaxis(net.nodes.reshape(-1, 2)[net.triangles], 1, 0)
    areas = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    assume(areas.min() > 1e-6)  # of a triangle that is all but a line no numbers say where in it
    assert net.points(net.places(np.array(points))) == pytest.approx(np.array(points), abs=1e-6)


@given(corners)
def test_corners_are_pinned_and_lines_stay_straight_as_opencv_has_it(corners: np.ndarray) -> None:
    assume(is_convex(corners))
    assert through(square_to(corners), SQUARE) == pytest.approx(corners, abs=1e-9)
    reference = cv2.getPerspectiveTransform(SQUARE.astype(np.float32), corners.astype(np.float32))
    points = grid(5, 5).reshape(-1, 2)
    assert net_of(corners).places(points) == pytest.approx(
        through(np.array(reference, float), points), abs=1e-4
    )


def test_beside_the_picture_there_is_no_point_of_it() -> None:
    net = net_of(BENT)
    assert np.isnan(net.points(np.array([(0.01, 0.01), (0.99, 0.1)]))).all()
    assert not np.isnan(net.points(np.array([(0.5, 0.5)]))).any()


def test_a_mesh_goes_through_its_points_in_curves() -> None:
    mesh = grid(3, 5)
    mesh[1, 2] += (0.05, -0.1)
    nodes = refined(mesh)
    assert nodes[::8, ::8] == pytest.approx(mesh)
    assert np.abs(np.diff(nodes[8, :, 1], 2)).max() < 0.01, "no kink"
    assert refined(grid(4, 3)) == pytest.approx(grid(25, 17)), "at rest it moves nothing"


def test_a_folded_mesh_is_known() -> None:
    mesh = grid(3, 3)
    assert not net_of(SQUARE, mesh).folded
    mesh[1, 1] = (1.4, 0.5)
    assert net_of(SQUARE, mesh).folded


def net_with_mesh() -> Net:
    mesh = grid(3, 4)
    mesh[1, 1:3] += (0.06, -0.05)
    return net_of(BENT, mesh)


def test_each_pixel_reads_the_point_that_lies_there() -> None:
    window = Size(160, 90)
    net = net_with_mesh()
    read = net.reading(window)
    y, x = np.mgrid[:90, :160]
    places = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / window
    expected = net.points(places).reshape(90, 160, 2)
    inside = ~np.isnan(expected[..., 0])
    assert np.mean((read[..., 0] >= 0) != inside) < 0.02, "but for pixels of the border"
    both = inside & (read[..., 0] >= 0)
    assert np.abs(read - expected)[both].max() < 0.01
    assert np.abs(read - expected)[both].mean() < 1e-4


def test_unpinned_corners_are_where_the_picture_lies() -> None:
    letterboxed = np.array([(0.1, 0), (0.9, 0), (0.9, 1), (0.1, 1)])
    assert Mapping().net(letterboxed).places(SQUARE) == pytest.approx(letterboxed)
    pinned = Mapping(corners=tuple(map(tuple, BENT.tolist())))
    assert pinned.net(letterboxed).places(SQUARE) == pytest.approx(BENT)
