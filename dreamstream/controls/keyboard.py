"""The keyboard: pygame's events -> strokes of actions, with the rules of repeating, holding and guarding.

An action that ends or resets is guarded: its key must be held for a while, so that nobody does it by
accident. What is held is let go when its key is, or when the window loses the keyboard.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pygame

from dreamstream.controls.actions import Action, Guard
from dreamstream.controls.keymap import COARSE, FINE

HOLD = 1.0
"""Seconds that the key of a guarded action must be held."""

_SYSTEMS = pygame.KMOD_ALT | pygame.KMOD_META  # Alt-Tab and the like are the window manager's
_REPEAT = (350, 60)  # milliseconds until a held key repeats, and from one to the next


@dataclass(frozen=True)
class Stroke:
    """An action asked for, or let go; `scale` is the part of a step that a nudge takes."""

    action: str
    pressed: bool = True
    scale: float = 1.0


class Keyboard:
    """Keeps what is pressed; `keys` gives the actions' names, `clock` seconds.

    `take_file` is given the path of a file that a person drops onto the window; `close_other` a window that
    a person closes: it closes it and returns True, if closing that one is no end of the show. As it alone
    reads the system's queue, `pass_on` is given the events that are none of a keyboard or window.
    """

    def __init__(
        self,
        keys: Mapping[str, str],
        actions: Mapping[str, Action],
        clock: Callable[[], float],
        take_file: Callable[[str], None] = lambda path: None,
        close_other: Callable[[object], bool] = lambda window: False,
        pass_on: Callable[[pygame.event.Event], object] = lambda event: None,
    ) -> None:
        self._keys, self._actions, self._clock = keys, actions, clock
        self._take_file, self._close_other, self._pass_on = take_file, close_other, pass_on
        self.over: Mapping[str, str] = {}
        """Keys that go before the others for as long as they are here."""
        self._down: dict[str, str] = {}  # key -> its action
        self._waits: dict[str, float] = {}  # key of a guarded action that is still to be done -> since when
        pygame.key.set_repeat(*_REPEAT)

    def strokes(self, fullscreen: bool) -> Iterator[Stroke]:
        """Give what was asked for since the last time; call it each screen frame."""
        for event in pygame.event.get():
            yield from self._strokes_of(event, fullscreen)
        for key, since in tuple(self._waits.items()):
            if self._clock() - since >= HOLD:
                del self._waits[key]
                yield Stroke(self._down[key])

    @property
    def waiting(self) -> tuple[str, float] | None:
        """The guarded action whose key is held, and how much of the wait is over, 0..1."""
        for key, since in self._waits.items():
            return self._down[key], min((self._clock() - since) / HOLD, 1.0)
        return None

    def _strokes_of(self, event: pygame.event.Event, fullscreen: bool) -> Iterator[Stroke]:
        """Give what an event asks for."""
        if event.type == pygame.QUIT:
            yield Stroke("quit")
        elif event.type == pygame.WINDOWCLOSE:
            if not self._close_other(getattr(event, "window", None)):
                yield Stroke("quit")
        elif event.type == pygame.DROPFILE:
            self._take_file(event.file)
        elif event.type == pygame.WINDOWFOCUSLOST:
            for key in tuple(self._down):
                yield from self._up(key)
        elif event.type == pygame.KEYUP:
            yield from self._up(pygame.key.name(event.key))
        elif event.type == pygame.KEYDOWN:
            yield from self._pressed(pygame.key.name(event.key), getattr(event, "mod", 0), fullscreen)
        else:
            self._pass_on(event)

    def _up(self, key: str) -> Iterator[Stroke]:
        self._waits.pop(key, None)
        if key in self._down:
            yield Stroke(self._down.pop(key), pressed=False)

    def _pressed(self, key: str, modifiers: int, fullscreen: bool) -> Iterator[Stroke]:
        name, scale = self._action_of(key, modifiers)
        if not name:
            return
        action, again = self._actions[name], key in self._down
        if again and not (action.repeats and self._down[key] == name):
            return  # repeats of the system's; after another key's modifier is let go, too
        self._down[key] = name
        if action.guard is Guard.ALWAYS or (action.guard is Guard.FULLSCREEN and fullscreen):
            self._waits[key] = self._clock()
        else:
            yield Stroke(name, scale=scale)

    def _action_of(self, key: str, modifiers: int) -> tuple[str, float]:
        """Return the action of a key with its modifiers, or no name, and the scale of its step."""
        if modifiers & _SYSTEMS:
            return "", 1.0
        shift, ctrl = modifiers & pygame.KMOD_SHIFT, modifiers & pygame.KMOD_CTRL
        if shift and ctrl:
            return "", 1.0
        keys = {**self._keys, **self.over}
        plain = keys.get(key, "")
        own = keys.get(f"shift+{key}" if shift else f"ctrl+{key}" if ctrl else key, "")
        if not own and plain and self._actions[plain].steps:
            return plain, FINE if shift else COARSE
        return own or ("" if ctrl else plain), 1.0
