import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.linalg import expm, logm

from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.transforms import IDENTITY, Affine, Field, summed
from tests.fakes import picture

HEIGHT, WIDTH = 48, 64


def affine(scale: float, angle: float, x: float, y: float, stretch: float = 1.0) -> Affine:
    turn = np.deg2rad(angle)
    linear = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn) * stretch]])
    centre = np.array([WIDTH / 2, HEIGHT / 2])
    return Affine(np.column_stack([linear, centre - linear @ centre + (x, y)]))


AFFINES = st.builds(
    affine,
    st.floats(0.7, 1.4),
    st.floats(-180, 180),
    st.floats(-20, 20),
    st.floats(-20, 20),
    st.floats(0.8, 1.2),
)
SHARES = st.floats(0, 1)


def whole(warp: Affine) -> np.ndarray:
    return np.vstack([warp.matrix, [0, 0, 1]])


def corners_moved(matrix: np.ndarray) -> np.ndarray:
    corners = np.array([[0, 0, 1], [WIDTH, 0, 1], [0, HEIGHT, 1], [WIDTH, HEIGHT, 1.0]]).T
    return (matrix @ corners)[:2]


@given(AFFINES)
def test_an_affine_part_of_nothing_is_still_and_of_one_is_whole(warp: Affine) -> None:
    assert np.allclose(warp.part(0).matrix, IDENTITY.matrix, atol=1e-9)
    assert np.allclose(warp.part(1).matrix, warp.matrix, atol=1e-6)


@given(AFFINES, SHARES)
def test_affine_parts_one_after_the_other_make_the_whole(warp: Affine, t: float) -> None:
    assume(warp._logarithm is not None)
    joined = whole(warp.part(t)) @ whole(warp.part(1 - t))
    assert np.abs(corners_moved(joined) - corners_moved(whole(warp))).max() < 0.01  # pixels


@given(AFFINES, SHARES)
def test_an_affine_part_below_zero_undoes_the_motion(warp: Affine, t: float) -> None:
    assume(warp._logarithm is not None)
    joined = whole(warp.part(t)) @ whole(warp.part(-t))
    assert np.abs(corners_moved(joined) - corners_moved(np.eye(3))).max() < 0.01


SHEAR = Affine(np.array([[1.0, 0.4, 3.0], [0.0, 1.0, -2.0]]))
STRETCH = Affine(np.array([[1.0, 0.0, 5.0], [0.0, 0.9, 2.0]]))  # carried on for ever in x


@given(st.one_of(AFFINES, st.sampled_from([SHEAR, STRETCH, IDENTITY])), st.floats(-1, 2))
def test_an_affine_part_is_the_fractional_power_of_the_matrix(warp: Affine, t: float) -> None:
    assume(warp._logarithm is not None)
    powers = expm(t * np.real(logm(whole(warp))))
    assume(np.allclose(expm(np.real(logm(whole(warp)))), whole(warp), atol=1e-6))
    assert np.abs(corners_moved(whole(warp.part(t))) - corners_moved(powers)).max() < 1e-3


def test_a_rotation_turns_at_a_steady_rate() -> None:
    half = affine(1, 90, 0, 0).part(0.5)
    assert np.allclose(half.matrix, affine(1, 45, 0, 0).matrix, atol=1e-9)


@pytest.mark.parametrize("angle", [180, -180])
def test_half_a_turn_turns_and_does_not_collapse(angle: float) -> None:
    half = affine(1, angle, 0, 0).part(0.5).matrix
    assert abs(np.linalg.det(half[:, :2])) == pytest.approx(1, abs=1e-6)


def test_a_mirror_has_no_logarithm_and_is_blended() -> None:
    mirror = Affine(np.array([[-1.0, 0, WIDTH], [0, 1, 0]]))
    assert np.allclose(mirror.part(1).matrix, mirror.matrix)
    assert np.isfinite(mirror.part(0.5).matrix).all()


@given(st.lists(st.integers(-90, 90), min_size=WIDTH, max_size=WIDTH))
def test_a_roll_is_what_numpy_rolls(shifts: list[int]) -> None:
    canvas = picture(HEIGHT, WIDTH)
    vectors = np.zeros((1, WIDTH, 2), np.float32)
    vectors[0, :, 1] = np.negative(shifts)
    rolled = Field(vectors, wrap=True).apply(canvas, cubic=True)
    assert np.array_equal(rolled, Field(vectors, wrap=True).apply(canvas))
    for n, shift in enumerate(shifts):
        assert np.array_equal(rolled[:, n], np.roll(canvas[:, n], shift, axis=0))


@given(SHARES)
def test_a_field_part_scales_its_vectors(t: float) -> None:
    vectors = np.random.default_rng(0).normal(0, 4, (HEIGHT, WIDTH, 2)).astype(np.float32)
    field = Field(vectors)
    assert np.allclose(field.part(t).vectors, vectors * t, atol=1e-5)
    assert np.array_equal(field.part(1).vectors, vectors)


def test_a_wrap_has_no_seam() -> None:
    canvas = np.repeat(np.arange(HEIGHT, dtype=np.float32)[:, None, None], WIDTH, 1).repeat(3, 2)
    canvas = 127 + 100 * np.sin(2 * np.pi * canvas / HEIGHT)  # a picture that wraps smoothly
    vectors = np.zeros((1, WIDTH, 2), np.float32)
    vectors[..., 1] = 17.5
    rolled = Field(vectors, wrap=True).apply(canvas)
    steps = np.abs(np.diff(np.concatenate([rolled, rolled[:1]]), axis=0)).max()
    assert steps <= np.abs(np.diff(canvas, axis=0)).max() + 0.1


@pytest.mark.parametrize("warp", [affine(0.9, 20, 3, -2), Field(np.full((1, 1, 2), 3.5, np.float32))])
def test_borders_are_reflected_not_black(warp: Affine | Field) -> None:
    canvas = np.full((HEIGHT, WIDTH, 3), 200, np.float32)
    assert np.allclose(warp.apply(canvas), 200, atol=0.1)


def test_applying_leaves_the_canvas_alone() -> None:
    canvas = picture(HEIGHT, WIDTH)
    before = canvas.copy()
    affine(0.9, 5, 0, 0).apply(canvas)
    assert np.array_equal(canvas, before)
    assert cv2.norm(canvas, before) == 0


def test_one_warp_then_another_are_one() -> None:
    canvas = picture(60, 80, seed=1)
    shift = Affine(np.array([[1.0, 0, 3], [0, 1, 0]]))
    double = Affine(np.array([[0.5, 0, 0], [0, 0.5, 0]]))
    both = double.then(shift).apply(canvas)
    assert np.abs(both - shift.apply(double.apply(canvas)))[4:-4, 4:-8].max() < 0.5
    assert double.then(shift).matrix.tolist() == [[0.5, 0, 1.5], [0, 0.5, 0]]


def test_reach_is_how_far_a_place_is_moved() -> None:
    assert Affine(np.array([[1.0, 0, 3], [0, 1, -4]])).reach(Size(30, 20)) == pytest.approx(5)
    assert Affine(np.array([[2.0, 0, 0], [0, 1, 0]])).reach(Size(31, 20)) == pytest.approx(30)
    vectors = np.zeros((1, 30, 2), np.float32)
    vectors[0, 7] = 6, 8
    assert Field(vectors).reach(Size(30, 20)) == pytest.approx(10)


def test_a_sum_moves_as_its_parts_do_where_only_one_moves() -> None:
    canvas = picture(24, 32, seed=3)
    columns = np.zeros((1, 32, 2), np.float32)
    columns[0, :, 1] = np.arange(32) % 5
    roll, turn = Field(columns, wrap=True), Affine(np.array([[0.99, 0.02, 1], [-0.02, 0.99, 2]]))
    only = summed(IDENTITY, [(roll, 1.0)], Size(32, 24))
    assert np.array_equal(only.apply(canvas), roll.apply(canvas))
    assert summed(turn, [(roll, 0.0)], Size(32, 24)).apply(canvas)[6:-6, 6:-6] == pytest.approx(
        turn.apply(canvas)[6:-6, 6:-6], abs=2
    )
    both = summed(Affine(np.array([[1.0, 0, 4], [0, 1, 0]])), [(roll, 2.0)], Size(32, 24))
    assert both.wrap
    assert both.vectors[0, :, 0] == pytest.approx(4)
    assert both.vectors[3, :, 1] == pytest.approx(2 * columns[0, :, 1])


@pytest.mark.parametrize(
    "warp",
    [
        affine(1.05, 7, 3, -2),
        Field(np.full((HEIGHT, 1, 2), (4, 0), np.float32), wrap=True),
        Field(
            np.stack(np.meshgrid(np.linspace(-3, 3, WIDTH), np.linspace(2, 0, HEIGHT)), -1).astype(np.float32)
        ),
    ],
)
def test_a_warp_moves_an_enlarged_picture_alike(warp: Affine | Field) -> None:
    before, size = Size(WIDTH, HEIGHT), Size(2 * WIDTH, 3 * HEIGHT)
    small: Canvas = cv2.GaussianBlur(picture(HEIGHT, WIDTH), (0, 0), 3).astype(np.float32)
    moved = cv2.resize(warp.apply(small), size)
    enlarged: Canvas = cv2.resize(small, size).astype(np.float32)
    large = warp.at(before, size).apply(enlarged)
    away = np.abs(moved - large)[30:-30, 20:-20]
    assert away.mean() < 0.02 * np.abs(enlarged - large)[30:-30, 20:-20].mean() + 0.02
    assert warp.at(before, before) is warp
