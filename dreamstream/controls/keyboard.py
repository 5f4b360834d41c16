"""The keyboard: pygame's events -> Actions, with the rules of repeating and of leaving.

In a window Esc quits at once. In fullscreen it must be held, or pressed twice, so that nobody ends a
show by accident.
"""

import math
from collections.abc import Callable, Iterator

import pygame

from dreamstream.controls.keymap import KEYS, Action, Command, Nudge
from dreamstream.params import ParamStore

_HOLD = 1.0  # seconds
_TWICE = 1.5  # seconds from the first press to the second
_OTHERS = pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META  # Alt-Tab and the like are the system's
_SHIFT = "shift+"  # a key that says nothing of it is the same with Shift
_REPEAT = (350, 60)  # milliseconds until a held key repeats, and from one to the next


class Keyboard:
    """Keeps what is pressed; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pressed: set[str] = set()
        self._escape_since: float | None = None
        self._escape_before = -math.inf
        pygame.key.set_repeat(*_REPEAT)

    def actions(self, fullscreen: bool) -> Iterator[Action]:
        """Give what was asked for since the last time; call it each screen frame."""
        for event in pygame.event.get():
            action = self.action(event, fullscreen)
            if action is not None:
                yield action
        if self._escape_since is not None and self._clock() - self._escape_since >= _HOLD:
            self._escape_since = None
            yield KEYS["escape"]

    def action(self, event: pygame.event.Event, fullscreen: bool) -> Action | None:
        """Return what an event asks for, or None."""
        if event.type == pygame.QUIT:
            return KEYS["escape"]
        if event.type not in (pygame.KEYDOWN, pygame.KEYUP):
            return None
        name, modifiers = pygame.key.name(event.key), getattr(event, "mod", 0)
        if event.type == pygame.KEYDOWN and modifiers & _OTHERS:
            return None
        if event.type == pygame.KEYUP:
            self._pressed -= {name, _SHIFT + name}  # Shift may have been let go first
            if name == "escape":
                self._escape_since = None
            return None
        if modifiers & pygame.KMOD_SHIFT and _SHIFT + name in KEYS:
            name = _SHIFT + name
        action, again = KEYS.get(name), name in self._pressed
        self._pressed.add(name)
        if again and not (isinstance(action, Nudge) and action.repeats):
            return None
        return self._escape(fullscreen) if name == "escape" else action

    def _escape(self, fullscreen: bool) -> Action | None:
        now = self._clock()
        twice = now - self._escape_before < _TWICE
        self._escape_since, self._escape_before = now, now
        return KEYS["escape"] if twice or not fullscreen else None


def perform(action: Action, store: ParamStore, command: Callable[[str], object]) -> None:
    """Carry an action out: on the store, or by the show's command of that name."""
    if isinstance(action, Command):
        command(action.name)
    elif isinstance(action, Nudge):
        store.nudge(action.param, action.steps)
    else:
        store.change(**{action.param: action.value})
