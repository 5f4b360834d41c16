"""Covering a size: the same picture whatever its shape, in little memory."""

import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.size import Size
from dreamstream.sources.cover import cover, trimmed

SIDES = st.integers(1, 90)


def whole(picture: np.ndarray, size: Size) -> np.ndarray:
    """Scale all of a picture, and cut then."""
    before = Size.of(picture)
    scale = max(size.height / before.height, size.width / before.width)
    across = max(size.width, round(before.width * scale))
    down = max(size.height, round(before.height * scale))
    scaled = cv2.resize(
        picture, (across, down), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    )
    top, left = (down - size.height) // 2, (across - size.width) // 2
    return scaled[top : top + size.height, left : left + size.width].astype(np.float32)


def waves(size: Size) -> np.ndarray:
    """A picture without a sharp edge."""
    rows, columns = np.mgrid[: size.height, : size.width]
    levels = [127 + 120 * np.sin(rows / 7 + phase) * np.cos(columns / 7 + phase) for phase in (0, 1, 2)]
    return np.stack(levels, axis=2).astype(np.uint8)


@settings(deadline=None)
@given(SIDES, SIDES, SIDES, SIDES)
def test_what_is_not_far_longer_than_the_size_is_scaled_whole_and_cut_then(
    width: int, height: int, across: int, down: int
) -> None:
    picture, size = waves(Size(width, height)), Size(across, down)
    canvas = cover(picture, size)
    assert canvas.shape == (*size.shape, 3)
    assert canvas.dtype == np.float32
    if 1 / 4 <= width / height / (across / down) <= 4:
        assert np.array_equal(canvas, whole(picture, size))


@settings(deadline=None)
@given(SIDES, SIDES, st.integers(1, 5000), st.booleans())
def test_the_middle_is_kept_and_covers(across: int, down: int, longer: int, upright: bool) -> None:
    size = Size(across, down)
    before = Size(across, down + longer) if upright else Size(across + longer, down)
    kept = trimmed(np.zeros((*before.shape, 3), np.uint8), size)
    width, height = Size.of(kept)
    assert (before.width - width) % 2 == (before.height - height) % 2 == 0, "as much from both ends"
    assert width >= min(before.width, height * across / down)
    assert height >= min(before.height, width * down / across)


@pytest.mark.parametrize("before", [Size(3, 900), Size(800, 4), Size(2000, 7)])
def test_a_long_picture_shows_the_same_middle_as_if_it_were_scaled_whole(before: Size) -> None:
    picture = waves(before)
    assert np.abs(cover(picture, Size(160, 96)) - whole(picture, Size(160, 96))).mean() < 3


@pytest.mark.parametrize(
    "before", [Size(1, 1080), Size(3, 9000), Size(8000, 4), Size(1, 30000), Size(30000, 1)]
)
def test_a_picture_of_any_shape_takes_little_memory(before: Size) -> None:
    code = (
        "import resource, numpy as np\n"
        "from dreamstream.size import Size\n"
        "from dreamstream.sources.cover import cover\n"
        "most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"cover(np.zeros(({before.height}, {before.width}, 3), np.uint8), Size(1280, 720))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kilobytes = int(told.stdout) / (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 100_000
