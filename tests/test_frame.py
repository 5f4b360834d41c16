import numpy as np
import pytest

from dreamstream.frame import Frame


def test_a_frame_is_rounded_clipped_and_read_only() -> None:
    canvas = np.array([[[-3.0, 0.4, 254.6], [255.5, 127.5, 300.0]]], np.float32)
    frame = Frame.of(canvas, 3, None, 1.5)
    assert frame.pixels.tolist() == [[[0, 0, 255], [255, 128, 255]]]
    assert frame.size == (2, 1)
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0, 0] = 1


def test_a_frame_does_not_change_with_its_canvas() -> None:
    canvas = np.full((2, 2, 3), 9, np.float32)
    frame = Frame.of(canvas, 1, None, 0.0)
    canvas[:] = 99
    assert (frame.pixels == 9).all()
