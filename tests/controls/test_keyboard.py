import os
from collections.abc import Iterator

import pygame
import pytest

from dreamstream.controls.keyboard import Keyboard, perform
from dreamstream.controls.keymap import KEYS, Action, Command
from dreamstream.params import ParamStore
from tests.fakes import FakeClock

QUIT = KEYS["escape"]


@pytest.fixture(autouse=True)
def events() -> Iterator[None]:
    before = os.environ.get("SDL_VIDEODRIVER")
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    pygame.display.quit()
    pygame.display.init()
    pygame.display.set_mode((32, 32))
    pygame.event.clear()
    yield
    pygame.display.quit()
    os.environ.pop("SDL_VIDEODRIVER")
    if before is not None:
        os.environ["SDL_VIDEODRIVER"] = before


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keyboard(clock: FakeClock) -> Keyboard:
    return Keyboard(clock)


def press(name: str, modifiers: int = 0) -> None:
    post(pygame.KEYDOWN, name, modifiers)


def release(name: str, modifiers: int = 0) -> None:
    post(pygame.KEYUP, name, modifiers)


def post(kind: int, name: str, modifiers: int) -> None:
    if name.startswith("shift+"):
        name, modifiers = name.removeprefix("shift+"), modifiers | pygame.KMOD_LSHIFT
    pygame.event.post(pygame.event.Event(kind, key=pygame.key.key_code(name), mod=modifiers))


def heard(keyboard: Keyboard, fullscreen: bool = False) -> list[Action]:
    return [action for action in keyboard.actions(fullscreen) if action]


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_of_the_table_is_heard(key: str, keyboard: Keyboard) -> None:
    press(key)
    assert heard(keyboard) == [KEYS[key]]


def test_unknown_keys_do_nothing(keyboard: Keyboard) -> None:
    press("f9")
    release("f9")
    assert heard(keyboard) == []


def test_keys_of_the_system_are_left_to_it(keyboard: Keyboard) -> None:
    event = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_TAB, mod=pygame.KMOD_LALT)
    pygame.event.post(event)
    assert heard(keyboard) == []


def test_shift_counts_only_where_a_key_says_so(keyboard: Keyboard) -> None:
    press("3", pygame.KMOD_RSHIFT)
    press("g", pygame.KMOD_LSHIFT)
    press("up", pygame.KMOD_LSHIFT)
    assert heard(keyboard) == [KEYS["shift+3"], KEYS["g"], KEYS["up"]]
    press("3", pygame.KMOD_LCTRL | pygame.KMOD_LSHIFT)
    assert heard(keyboard) == []


def test_a_key_with_shift_is_heard_again_whichever_was_let_go_first(keyboard: Keyboard) -> None:
    for modifiers in (0, pygame.KMOD_LSHIFT):
        press("shift+3")
        press("shift+3")
        release("3", modifiers)
        assert heard(keyboard) == [KEYS["shift+3"]]
    press("3")
    release("3", pygame.KMOD_LSHIFT)
    press("3")
    assert heard(keyboard) == [KEYS["3"], KEYS["3"]]


def test_a_held_key_repeats_only_where_that_makes_sense(keyboard: Keyboard) -> None:
    for key in ("up", "up", "up", "space", "space", "1", "1"):
        press(key)
    assert [KEYS["up"]] * 3 + [KEYS["space"], KEYS["1"]] == heard(keyboard)
    release("space")
    press("space")
    assert heard(keyboard) == [KEYS["space"]]


def test_closing_the_window_and_escape_end_it_in_a_window(keyboard: Keyboard) -> None:
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    press("escape")
    assert heard(keyboard) == [QUIT, QUIT]


def test_in_fullscreen_one_escape_is_not_enough(keyboard: Keyboard, clock: FakeClock) -> None:
    press("escape")
    release("escape")
    assert heard(keyboard, True) == []
    clock.advance(10)
    assert heard(keyboard, True) == []
    press("escape")
    assert heard(keyboard, True) == [], "the first press was too long ago"


def test_in_fullscreen_escape_twice_ends_it(keyboard: Keyboard, clock: FakeClock) -> None:
    press("escape")
    release("escape")
    assert heard(keyboard, True) == []
    clock.advance(0.6)
    press("escape")
    assert heard(keyboard, True) == [QUIT]


def test_in_fullscreen_escape_held_ends_it(keyboard: Keyboard, clock: FakeClock) -> None:
    press("escape")
    assert heard(keyboard, True) == []
    clock.advance(0.9)
    press("escape")  # the system's repeat
    assert heard(keyboard, True) == []
    clock.advance(0.2)
    assert heard(keyboard, True) == [QUIT]


def test_actions_are_performed_on_the_store_or_by_the_show() -> None:
    store, commands = ParamStore(choices={"transform": ["zoom", "rotate"]}), []
    for key in ("4", "up", "space", "r"):
        perform(KEYS[key], store, commands.append)
    params = store.snapshot()
    assert (params.transform, params.amount, params.freeze) == ("rotate", 1.1, True)
    assert commands == ["record"]
    assert isinstance(KEYS["r"], Command)
