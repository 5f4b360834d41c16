"""Turns of the main loop that fail, as drivers have it now and then."""

import gc
import logging
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pygame
import pytest
import torch

from dreamstream.controls.tempo import Tempo
from dreamstream.display import WindowSettings
from dreamstream.errors import DisplayError, RecordError
from dreamstream.live.commands import show_commands
from dreamstream.live.hands import Hands
from dreamstream.live.messages import Messages
from dreamstream.live.run import patient, run_headless, run_window
from dreamstream.live.show import Show, ShowSettings
from dreamstream.nets import Objective
from dreamstream.nets.torch_net import TorchNet
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.tell import tell_nobody
from tests.fakes import PATIENCE, open_times
from tests.shows import AllMessages


def turns(*outcomes: bool | Exception) -> Callable[[], bool]:
    """Return a turn that has these outcomes, the last one for ever."""
    left = list(outcomes)

    def turn() -> bool:
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return turn


def test_a_turn_that_fails_is_told_of_once_and_taken_again(caplog: pytest.LogCaptureFixture) -> None:
    broken = RuntimeError("the driver is away")
    take = patient(turns(True, broken, broken, True, broken, False), Messages().tell, pause=0)
    with caplog.at_level(logging.WARNING):
        assert [take() for _ in range(6)] == [True] * 5 + [False]
    assert [record.getMessage().count("the driver is away") for record in caplog.records] == [1, 1]


def test_what_fails_on_and_on_is_raised() -> None:
    take = patient(turns(RuntimeError("gone for good")), tell_nobody, pause=0)
    with pytest.raises(RuntimeError, match="gone for good"):
        for _ in range(1000):
            assert take()


def test_what_the_program_itself_has_to_say_is_raised_at_once() -> None:
    with pytest.raises(DisplayError):
        patient(turns(DisplayError("no window")), tell_nobody, pause=0)()


def test_a_show_without_a_window_leaves_no_score(
    tiny: Settings, tmp_path: Path, display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    show = Show(Stage(tiny), ShowSettings(score=tmp_path / "show.jsonl"))
    with pytest.raises(DisplayError, match="no display 7"):
        run_window(show, WindowSettings(display=7), Hands(show))
    pygame.display.quit()
    assert not (tmp_path / "show.jsonl").exists()


def test_a_show_that_is_refused_leaves_no_source_open_and_no_score(
    tiny: Settings, film: Path, tmp_path: Path
) -> None:
    stage = Stage(tiny.changed(sources=(str(film),)))
    assert open_times(film) or not Path("/proc/self/fd").exists()
    (tmp_path / "x.mp4").touch()
    with pytest.raises(RecordError, match="--force"):
        Show(stage, ShowSettings((tmp_path / "x.mp4",), tmp_path / "show.jsonl"))
    assert open_times(film) == 0
    assert not (tmp_path / "show.jsonl").exists()


@pytest.mark.parametrize("grows", [True, False])
def test_a_canvas_grows_to_its_window_where_the_rate_is_kept_and_nobody_says_its_size(
    tiny: Settings, grows: bool
) -> None:
    params = {**tiny.params, "fps_target": 20.0}
    stage = Stage(tiny.changed(size=Size(96, 64), params=params), clock=count(step=0.002).__next__)
    show = Show(stage, ShowSettings(grows=grows))
    frames = show.ring.reader()
    show.start(window=Size(200, 150))
    sizes = set()
    while (192, 128) not in sizes and show.dream.status.seconds < (100 if grows else 6):
        frame = frames.read(PATIENCE)
        assert frame is not None
        sizes.add(frame.size)
    assert show.end().error is None
    assert sizes == ({(96, 64), (192, 128)} if grows else {(96, 64)})


def test_a_canvas_that_the_operator_has_chosen_grows_no_more(tiny: Settings) -> None:
    settings = tiny.changed(size=Size(96, 64), params={**tiny.params, "fps_target": 20.0})
    show = Show(Stage(settings, clock=count(step=0.002).__next__), ShowSettings(grows=True))
    frames, sizes = show.ring.reader(), set()
    show.start(window=Size(800, 600))
    show_commands(show, Tempo(show.stage.clock, show.stage.store))["canvas.larger"]()
    while (138, 92) not in sizes or show.dream.status.seconds < 6:
        frame = frames.read(PATIENCE)
        assert frame is not None
        sizes.add(frame.size)
    assert show.end().error is None
    assert sizes == {(96, 64), (138, 92)}


@pytest.mark.parametrize("begins", [False, True], ids=["later", "at the first frame"])
def test_a_canvas_that_memory_does_not_do_for_goes_a_step_down_and_the_show_goes_on(
    tiny: Settings, begins: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From frame 3 on, or from the first, gradients of larger pictures want more than any machine has."""
    gradient = TorchNet._gradient

    def full(net: TorchNet, pixels: torch.Tensor, objective: Objective) -> Any:
        if Size.of(pixels).area > 100 * 75 and (begins or show.dream.status.frames >= 2):
            torch.empty(2**48)
        return gradient(net, pixels, objective)

    monkeypatch.setattr(TorchNet, "_gradient", full)
    settings = tiny.changed(size=Size(128, 96), params={**tiny.params, "fps_target": 0.0, "octaves": 1})
    told = AllMessages()
    show = Show(Stage(settings), ShowSettings(grows=True), told)
    frames = show.ring.reader()
    show.start(window=Size(800, 600))
    sizes: list[Size] = []
    while sizes[-3:] != [Size(88, 66)] * 3:
        frame = frames.read(PATIENCE)
        assert frame is not None
        sizes.append(frame.size)
    assert show.end().error is None
    assert sizes[:-3] == ([] if begins else [Size(128, 96)] * 2)
    assert any("not enough memory" in text for text in told.texts)


def test_what_waits_for_the_first_frame_comes_with_it(tiny: Settings) -> None:
    show = Show(Stage(tiny), ShowSettings(frames=1))
    gc.disable()
    try:
        assert run_headless(show, Hands(show)).dream.frames == 1
        assert gc.isenabled()
    finally:
        gc.enable()
