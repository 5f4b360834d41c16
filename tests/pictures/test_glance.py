"""A picture at a glance."""

import numpy as np
import pytest

from dreamstream.pictures.glance import glance
from dreamstream.size import Size
from tests.fakes import picture


@pytest.mark.parametrize("size", [Size(1, 1), Size(33, 17), Size(96, 54), Size(640, 360), Size(360, 640)])
def test_a_glance_has_a_picture_s_colours_at_any_size(size: Size) -> None:
    height, width = size.shape
    ramp = np.linspace(0, 255, width)[None, :, None] + np.zeros((height, 1, 3))
    for colours in (glance(ramp.astype(np.uint8)), glance(ramp.astype(np.float32))):
        assert (colours.shape, colours.dtype) == ((18, 32, 3), np.float32)
        assert colours.mean() == pytest.approx(ramp.mean() / 255, abs=0.02)
        assert (np.diff(colours[9, :, 0]) >= 0).all(), "and each where it was"


def test_fine_grain_counts_for_little() -> None:
    large = picture(360, 640)
    noisy = large + np.random.default_rng(1).normal(0, 30, large.shape).astype(np.float32)
    change = np.abs(glance(noisy) - glance(large)).mean()
    assert change < 0.5 * np.abs(noisy - large).mean() / 255
