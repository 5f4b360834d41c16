import pygame
import pytest

from dreamstream.controls.actions import Guard, action_table
from dreamstream.controls.keyboard import Keyboard, Stroke
from dreamstream.controls.keymap import COARSE, FINE, KEYS, NAMED
from dreamstream.effects import EFFECTS
from dreamstream.transforms import TRANSFORMS
from tests.fakes import FakeClock

ACTIONS = action_table(TRANSFORMS, EFFECTS)
pytestmark = pytest.mark.usefixtures("no_events")
QUIT = Stroke("quit")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keyboard(clock: FakeClock) -> Keyboard:
    return Keyboard(KEYS, ACTIONS, clock)


def press(name: str, modifiers: int = 0) -> None:
    post(pygame.KEYDOWN, name, modifiers)


def release(name: str, modifiers: int = 0) -> None:
    post(pygame.KEYUP, name, modifiers)


def post(kind: int, name: str, modifiers: int) -> None:
    for prefix, modifier in (("shift+", pygame.KMOD_LSHIFT), ("ctrl+", pygame.KMOD_LCTRL)):
        if name.startswith(prefix):
            name, modifiers = name.removeprefix(prefix), modifiers | modifier
    pygame.event.post(pygame.event.Event(kind, key=pygame.key.key_code(name), mod=modifiers))


def heard(keyboard: Keyboard, fullscreen: bool = False) -> list[Stroke]:
    return list(keyboard.strokes(fullscreen))


def pressed(keyboard: Keyboard, fullscreen: bool = False) -> list[tuple[str, float]]:
    return [(stroke.action, stroke.scale) for stroke in heard(keyboard, fullscreen) if stroke.pressed]


AT_ONCE = sorted(key for key, name in KEYS.items() if ACTIONS[name].guard is not Guard.ALWAYS)


@pytest.mark.parametrize("key", AT_ONCE)
def test_every_key_of_the_table_is_heard_and_let_go(key: str, keyboard: Keyboard) -> None:
    press(key)
    assert heard(keyboard) == [Stroke(KEYS[key])]
    release(key)
    assert heard(keyboard) == [Stroke(KEYS[key], pressed=False)]


@pytest.mark.parametrize("key", NAMED)
def test_every_key_s_name_is_one_of_sdl_s(key: str) -> None:
    assert pygame.key.name(pygame.key.key_code(key)) == key


def test_unknown_keys_do_nothing(keyboard: Keyboard) -> None:
    press("f13")
    release("f13")
    assert heard(keyboard) == []


def test_keys_of_the_system_are_left_to_it(keyboard: Keyboard) -> None:
    event = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_TAB, mod=pygame.KMOD_LALT)
    pygame.event.post(event)
    assert heard(keyboard) == []


def test_shift_is_finer_and_ctrl_coarser_unless_they_say_otherwise(keyboard: Keyboard) -> None:
    press("up", pygame.KMOD_LSHIFT)
    press("down", pygame.KMOD_RCTRL)
    press("3", pygame.KMOD_RSHIFT)
    press("r", pygame.KMOD_LSHIFT)
    press("t", pygame.KMOD_LCTRL)
    expected = [("amount.up", FINE), ("amount.down", COARSE), ("preset.3", 1), ("record.keep", 1)]
    assert pressed(keyboard) == [*expected, ("bpm.reset", 1)]
    press("m", pygame.KMOD_LCTRL)
    press("f", pygame.KMOD_LCTRL | pygame.KMOD_LSHIFT)
    press("x", pygame.KMOD_LCTRL | pygame.KMOD_LSHIFT)
    assert pressed(keyboard) == []


def test_a_key_with_shift_is_let_go_whichever_was_first(keyboard: Keyboard) -> None:
    for modifiers in (0, pygame.KMOD_LSHIFT):
        press("shift+f1")
        press("shift+f1")
        release("f1", modifiers)
        hold = "effect.mirror.hold"
        assert heard(keyboard) == [Stroke(hold), Stroke(hold, pressed=False)]
    press("f1")
    assert heard(keyboard) == [Stroke("effect.mirror.toggle")]


def test_a_held_key_repeats_only_where_that_makes_sense(keyboard: Keyboard) -> None:
    for key in ("up", "up", "up", "space", "space", "1", "1"):
        press(key)
    assert pressed(keyboard) == [("amount.up", 1)] * 3 + [("freeze.toggle", 1), ("transform.zoom", 1)]
    release("space")
    press("space")
    assert pressed(keyboard) == [("freeze.toggle", 1)]


def test_a_window_that_loses_the_keyboard_lets_everything_go(keyboard: Keyboard, clock: FakeClock) -> None:
    press("shift+f2")
    press("backspace")
    assert pressed(keyboard) == [("effect.kaleidoscope.hold", 1)]
    pygame.event.post(pygame.event.Event(pygame.WINDOWFOCUSLOST))
    released = heard(keyboard)
    assert Stroke("effect.kaleidoscope.hold", pressed=False) in released
    clock.advance(5)
    assert pressed(keyboard) == [], "nor is a guarded key waited for"


def test_closing_the_window_and_escape_end_it_in_a_window(keyboard: Keyboard) -> None:
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    press("escape")
    assert heard(keyboard) == [QUIT, QUIT]


def test_closing_another_window_does_not(keyboard: Keyboard, clock: FakeClock) -> None:
    closed: list[object] = []

    def close_other(window: object) -> bool:
        closed.append(window)
        return window == "the operator's"

    keyboard = Keyboard(KEYS, ACTIONS, clock, close_other=close_other)
    pygame.event.post(pygame.event.Event(pygame.WINDOWCLOSE, window="the operator's"))
    assert heard(keyboard) == []
    assert closed == ["the operator's"]
    pygame.event.post(pygame.event.Event(pygame.WINDOWCLOSE, window="the show's"))
    assert heard(keyboard) == [QUIT]


def test_in_fullscreen_no_tapping_of_escape_ends_it(keyboard: Keyboard, clock: FakeClock) -> None:
    for _ in range(5):
        press("escape")
        assert pressed(keyboard, True) == []
        clock.advance(0.3)
        release("escape")
        assert pressed(keyboard, True) == []
    clock.advance(10)
    assert pressed(keyboard, True) == []


@pytest.mark.parametrize(("key", "fullscreen"), [("escape", True), ("backspace", True), ("backspace", False)])
def test_a_guarded_key_held_does_it_once(
    key: str, fullscreen: bool, keyboard: Keyboard, clock: FakeClock
) -> None:
    press(key)
    assert pressed(keyboard, fullscreen) == []
    clock.advance(0.75)
    press(key)  # the system's repeat
    assert pressed(keyboard, fullscreen) == []
    assert keyboard.waiting == (KEYS[key], pytest.approx(0.75))
    clock.advance(0.3)
    assert pressed(keyboard, fullscreen) == [(KEYS[key], 1)]
    clock.advance(3)
    press(key)
    assert (pressed(keyboard, fullscreen), keyboard.waiting) == ([], None)
    release(key)
    press(key)
    assert pressed(keyboard, fullscreen) == []
    clock.advance(1.1)
    assert pressed(keyboard, fullscreen) == [(KEYS[key], 1)]


def test_a_file_that_is_dropped_is_told(keyboard: Keyboard, clock: FakeClock) -> None:
    dropped: list[str] = []
    keyboard = Keyboard(KEYS, ACTIONS, clock, take_file=dropped.append)
    pygame.event.post(pygame.event.Event(pygame.DROPFILE, file="/tmp/a picture.png"))
    assert not heard(keyboard)
    assert dropped == ["/tmp/a picture.png"]
