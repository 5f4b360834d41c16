"""A show's windows mapped by actions and the mouse: kept, and there again in the next show."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest

from dreamstream.controls import MAPPING_KEYS
from dreamstream.display import Picture, Window, WindowSettings
from dreamstream.errors import DisplayError
from dreamstream.live.desk import Desk
from dreamstream.live.hands import Hands
from dreamstream.live.mapper import Mapper
from dreamstream.live.run import run_window
from dreamstream.live.show import Show, ShowSettings
from dreamstream.mapping import PLAIN, Mapping, own_mapping, read_mappings, write_mappings
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.conftest import missing
from tests.display.drawing import shot
from tests.fakes import PATIENCE, Told

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)


class Played:
    """A show in a window that is turned by hand."""

    def __init__(self, settings: Settings, opengl: bool, further: tuple[int, ...] = ()) -> None:
        self.show = Show(Stage(settings), ShowSettings())
        self.hands = Hands(self.show)
        self.hands.mapper.open(1 + len(further))
        self.window = Window(WindowSettings(Size(300, 200), opengl=opengl, further=further))
        self.desk = Desk(self.show, self.window, self.hands)
        self.desk.draw()

    def press(self, *keys: str) -> None:
        """Press and let go keys, as SDL tells of them."""
        for name in keys:
            modifier, _, key = name.rpartition("+")
            mod = {"": 0, "shift": pygame.KMOD_LSHIFT, "ctrl": pygame.KMOD_LCTRL}[modifier]
            for kind in (pygame.KEYDOWN, pygame.KEYUP):
                pygame.event.post(pygame.event.Event(kind, key=pygame.key.key_code(key), mod=mod))
            self.desk.turn()

    def drag(self, *places: tuple[int, int]) -> None:
        """Press the mouse at the first place, move it to the others, let it go at the last."""
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=places[0], button=1))
        for place in places[1:]:
            pygame.event.post(
                pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(1, 0, 0))
            )
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=places[-1], button=1))
        self.desk.turn()

    def end(self) -> None:
        self.hands.close()
        self.show.end()
        self.window.close()


@pytest.fixture(params=[True, False], ids=["opengl", "plain"])
def played(request: pytest.FixtureRequest, tiny: Settings, display: str) -> Iterator[Played]:
    played = Played(tiny.changed(size=Size(150, 100)), request.param)
    yield played
    played.end()


def test_corners_are_moved_by_mouse_and_keys_and_are_there_again_in_the_next_show(
    played: Played, tiny: Settings
) -> None:
    before = shot(played.window)
    params = played.show.stage.store.snapshot()
    played.press("up", "shift+f")
    changed = played.show.stage.store.snapshot()
    assert changed.amount != params.amount, "a key of the show's, before anybody maps"
    played.drag((297, 198), (250, 150), (237, 158))
    played.press("tab", "left", "ctrl+up", "shift+down", "tab")
    assert played.show.stage.store.snapshot() == changed, "the show's own keys wait"
    corners = played.hands.mapper.mappings[0].corners
    assert corners[:2] == SQUARE[:2]
    assert np.array(corners[2]) * (300, 200) == pytest.approx((240, 160))
    assert np.array(corners[3]) * (300, 200) == pytest.approx((-1, 195.2), abs=1e-3)
    handled = shot(played.window)
    played.press("escape")
    assert played.hands.going
    after = shot(played.window)
    assert np.abs(handled - after).max() > 100, "handles are seen while it is mapped, and no longer"
    assert after[190:, 280:].max() == 0
    assert np.abs(after[:100, :150] - before[:100, :150]).mean() > 1
    played.end()
    again = Played(tiny.changed(size=Size(150, 100)), opengl=False)
    try:
        assert again.hands.mapper.mappings[0].corners == corners
        assert shot(again.window)[190:, 280:].max() == 0
    finally:
        again.end()


def test_a_real_mouse_and_real_keys_pin_a_corner_which_the_next_show_begins_with(
    tiny: Settings, display: str
) -> None:
    if shutil.which("xdotool") is None:
        missing("xdotool is not installed")
    played = Played(tiny.changed(size=Size(150, 100)), opengl=False)

    def do(words: str, until: Callable[[], bool]) -> None:
        """Have the X server's pointer or keyboard do something, and turn the show until that is there."""
        subprocess.run(["xdotool", *words.split()], check=True, timeout=PATIENCE)
        end = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < end, words
            played.desk.turn()

    def corner() -> list[int]:
        return (np.array((editor.mapping.corners or SQUARE)[2]) * (300, 200)).round().tolist()

    editor, at_first = played.hands.mapper.editor, shot(played.window)
    try:
        do("mousemove 1 1", pygame.key.get_focused)
        do("key shift+f", lambda: editor.on)
        left, top = pygame.display.get_window_position()
        lower_right = f"mousemove {left + 299} {top + 199}"
        do(f"{lower_right} mousedown 1", lambda: editor.held)
        do(f"mousemove {left + 239} {top + 149}", lambda: corner() == [240, 150])
        do("mouseup 1", lambda: not editor.held)
        do("key shift+Right", lambda: (editor.mapping.corners or SQUARE)[2][0] > 0.8)
        do("key ctrl+Down", lambda: corner() == [240, 155])
        do("key c", lambda: editor.card)
        played.desk.turn()
        carded = shot(played.window)
        assert carded[:3, 20:200].mean() > 200, "the border of the card"
        assert carded[170:, 250:].max() == 0, "beside the corner"
        do("key Escape", lambda: not editor.on)
        do(lower_right, lambda: own_mapping().exists())
        assert read_mappings(own_mapping()) == played.hands.mapper.mappings
    finally:
        played.end()
    again = Played(tiny.changed(size=Size(150, 100)), opengl=False)
    try:
        assert again.hands.mapper.mappings == played.hands.mapper.mappings
        seen = shot(again.window)
        assert at_first[170:, 250:].max() > 0 == seen[170:, 250:].max()
    finally:
        again.end()


def test_the_card_the_mesh_and_the_numbers_come_by_keys(played: Played) -> None:
    played.press("shift+f", "c")
    mapper = played.hands.mapper
    assert mapper.editor.card
    played.press("return", "tab", "right", "=", "return", "right", "return", "down")
    (mapping,) = mapper.mappings
    assert np.array(mapping.mesh).shape == (4, 4, 2)
    assert mapping.edges[0] == 0.005
    assert mapping.gain == 0.98
    played.press("backspace", "return", "backspace", "shift+f")
    (mapping,) = mapper.mappings
    assert mapping == Mapping(mesh=mapping.mesh, edges=mapping.edges)
    assert not mapper.editor.card, "which nobody wants to forget on the stage"


def test_a_further_window_gets_a_part_and_effects_of_its_own_on_the_stage(
    tiny: Settings, display: str
) -> None:
    played = Played(tiny.changed(size=Size(150, 100)), opengl=False, further=(0,))
    try:
        played.press("f1", "shift+f", "s", "2", "e", "f1")
        assert played.show.stage.store.snapshot().effects == "none"
        played.press("3")
        assert played.show.messages.lines[-1].endswith("there is no window 3: the show has 2")
    finally:
        played.end()
    left, right = (Mapping(part=(start, 0.0, 0.5, 1.0)) for start in (0.0, 0.5))
    assert read_mappings(own_mapping()) == (left, right.model_copy(update={"effects": "mirror"}))


def test_every_key_of_mapping_is_an_action_s(played: Played) -> None:
    assert {*MAPPING_KEYS.values()} == {*played.hands.mapper.commands}


def test_without_a_window_there_is_nothing_to_map(tiny: Settings) -> None:
    show = Show(Stage(tiny), ShowSettings())
    hands = Hands(show)
    hands.press("mapping.toggle")
    hands.press("mapping.left")
    assert "there is no window whose picture could be mapped" in show.messages.lines[-1]
    hands.close()
    show.end()
    assert not own_mapping().exists()


def test_what_cannot_be_kept_is_told_and_windows_that_are_not_here_stay_in_the_file(tmp_path: Path) -> None:
    path, told = tmp_path / "here" / "mapping.toml", Told()
    others = (Mapping(gain=0.5), Mapping(gain=0.6), Mapping(gain=0.7))
    write_mappings(path, others)
    mapper = Mapper(path, told)
    mapper.open(windows=2)
    mapper.commands["mapping.toggle"]()
    mapper.commands["mapping.subject"]()
    mapper.commands["mapping.finer"]()
    mapper.turn(10.0)
    mapper.turn(10.4)
    assert read_mappings(path) == others
    mapper.turn(10.6)
    assert read_mappings(path) == (mapper.mappings[0], *others[1:])
    path.unlink()
    path.parent.rmdir()
    path.parent.touch()
    mapper.commands["mapping.finer"]()
    mapper.close()
    (line,) = told
    assert line.startswith(f"mapping not kept: {path}: ")


def test_a_file_with_something_wrong_is_said_in_one_line_and_stays(
    tiny: Settings, tmp_path: Path, display: str
) -> None:
    path = own_mapping()
    path.parent.mkdir(parents=True)
    path.write_text("[[window]]\ncorner = 3\n")
    show = Show(Stage(tiny), ShowSettings())
    with pytest.raises(DisplayError, match="window 1: no field 'corner'"):
        run_window(show, WindowSettings(Size(200, 100), opengl=False), Hands(show))
    pygame.display.quit()
    assert path.read_text() == "[[window]]\ncorner = 3\n"
    command = [sys.executable, "-m", "dreamstream", "noise", "--no-opengl", "--frames", "1", "--no-score"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ}, cwd=tmp_path)
    assert done.returncode == 2
    assert [line for line in done.stderr.splitlines() if "mapping.toml" in line] == done.stderr.splitlines()


def test_what_nobody_maps_is_drawn_as_ever() -> None:
    assert Picture.mapping is PLAIN
    assert not PLAIN.moves
