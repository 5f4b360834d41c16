"""The flash guard and the blackout on pictures that were drawn, with OpenGL and without."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from dreamstream.display import Moment, Picture, Window
from dreamstream.effects import luminance
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.size import Size
from tests.display.drawing import opened, shot
from tests.effects.flashes import flashes
from tests.fakes import picture

RATE = 60


@pytest.fixture(params=[True, False], ids=["opengl", "plain"])
def window(request: pytest.FixtureRequest, display: str) -> Iterator[Window]:
    with opened(Size(128, 80), request.param) as window:
        yield window


def light(
    window: Window, frame: Callable[[int], Frame], params: Callable[[int], Params], count: int = 3 * RATE
) -> list[float]:
    """The mean relative luminance of so many screen frames, as they were drawn."""
    seen = []
    for number in range(count):
        one = frame(number)
        window.screen.draw(Moment(one, one, 1.0), window.size, Picture(params(number), number / RATE))
        seen.append(luminance(np.asarray(shot(window) / 255, np.float32)))
    return seen


def bright() -> Frame:
    return Frame.of(np.asarray(picture(80, 128, seed=1) * 0.4 + 150, np.float32), 1, None, 0)


@pytest.mark.parametrize("effects", ["strobe", "hue-turn+strobe+vignette:0.3"])
def test_a_strobe_at_eight_hertz_is_held_to_three_flashes_a_second(window: Window, effects: str) -> None:
    one, free = bright(), Params(effects=effects, strobe_rate=8, flash_guard=False)
    assert flashes(light(window, lambda n: one, lambda n: free), RATE) == 8
    guarded = free.model_copy(update={"flash_guard": True})
    seen = light(window, lambda n: one, lambda n: guarded)
    assert 2 <= flashes(seen, RATE) <= 3


def test_a_dream_that_flashes_is_held_down(window: Window) -> None:
    pictures = [
        Frame.of(np.full((80, 128, 3), grey, np.float32), i, None, 0) for i, grey in ((1, 30), (2, 230))
    ]

    def frame(number: int) -> Frame:
        return pictures[number // 4 % 2]

    assert flashes(light(window, frame, lambda n: Params(flash_guard=False)), RATE) >= 7
    assert flashes(light(window, frame, lambda n: Params()), RATE) <= 3


def test_hands_that_flash_are_held_down(window: Window) -> None:
    one = bright()

    def params(number: int, guard: bool) -> Params:
        return Params(brightness=2.0 if number // 5 % 2 else 0.3, colour=0.5, flash_guard=guard)

    assert flashes(light(window, lambda n: one, lambda n: params(n, False)), RATE) >= 5
    assert flashes(light(window, lambda n: one, lambda n: params(n, True)), RATE) <= 3


@pytest.mark.parametrize("effects", ["none", "hue-turn"])
def test_a_blackout_fades_to_black_and_back(window: Window, effects: str) -> None:
    one = bright()
    seen = light(
        window,
        lambda n: one,
        lambda n: Params(effects=effects, hue_speed=0.0, blackout=10 <= n < 100, blackout_fade=0.5),
        160,
    )
    assert seen[:10] == [seen[0]] * 10
    assert seen[9:41] == sorted(seen[9:41], reverse=True)
    assert max(seen[40:99]) == 0
    assert seen[99:131] == sorted(seen[99:131])
    assert seen[131] == pytest.approx(seen[0], abs=1e-3)
