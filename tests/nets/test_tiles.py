import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.nets.tiles import RIM, lay, window_places, window_size
from dreamstream.size import Size

PICTURES = st.builds(Size, st.integers(33, 300), st.integers(33, 300))


@given(PICTURES, st.integers(2, 6))
def test_every_pixel_has_a_window_that_sees_beyond_it(picture: Size, n: int) -> None:
    window, seen = window_size(picture, n), np.zeros((*picture.shape, 1), np.float32)
    assert window.width <= picture.width
    assert window.height <= picture.height
    places = window_places(picture, n)
    assert len(places) == n * n
    for place in places:
        lay(seen, place, np.ones((*window.shape, 1), np.float32))
    if min(window) > 2 * RIM:
        assert seen.min() > 0.6


def test_what_is_laid_passes_into_what_is_there_and_goes_on_at_the_other_side() -> None:
    picture, field = Size(100, 80), np.zeros((80, 100, 3), np.float32)
    window = window_size(picture, 2)
    lay(field, (-window.height // 2, -window.width // 2), np.ones((*window.shape, 3), np.float32), 0.5)
    assert field[0, 0, 0] == field[-1, -1, 0] == 0.5
    ramp = field[0, : window.width // 2 + 1, 0]
    assert (np.diff(ramp) <= 0).all()
    assert 0 < ramp[window.width // 2 - 1] < 0.05
    assert field[40, 50, 0] == 0
