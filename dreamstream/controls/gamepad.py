"""Gamepads and joysticks: pygame's events -> the board, by the names that routes have for them.

    pad:axis:left_x   pad:axis:left_trigger   pad:button:a   pad:hat:up   pad:axis:left_x@2 (the second pad)

Pads whose layout SDL knows have these names, where the letters stand as on an Xbox pad; what others have is
numbered from 0, as in `pad:axis:3`. A pad takes the lowest number that is free, 1 without a sign.
"""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pygame

from dreamstream.controls.board import Board
from dreamstream.controls.control import Control
from dreamstream.tell import Tell

PAD_MAP = Path(__file__).with_name("gamepad.toml")
"""Routes for the first pad, for the controls that a person has no route for."""

_STICKS = ("left_x", "left_y", "right_x", "right_y")
_AXES = (*_STICKS, "left_trigger", "right_trigger")
_HAT = ("up", "down", "left", "right")
_BUTTONS = (
    *("button:a", "button:b", "button:x", "button:y", "button:back", "button:guide", "button:start"),
    *("button:left_stick", "button:right_stick", "button:left_shoulder", "button:right_shoulder"),
    *(f"hat:{way}" for way in _HAT),
    *("button:misc", "button:paddle_1", "button:paddle_2", "button:paddle_3", "button:paddle_4"),
    "button:touchpad",
)  # in SDL's order

_MOST = 32767  # of SDL's axes
_DEAD = 0.12  # of a stick's way out: where it rests is not quite its middle, and never twice the same
_PUSHED, _LET_GO = 0.75, 0.65  # a stick counts as pressed half way out to the right, or up


@dataclass
class _Pad:
    """One that is plugged in; `device` keeps it open, `said` is what it said last.

    `pushed` are the ways of its sticks that count as pressed.
    """

    number: int
    name: str
    known: bool
    device: object
    said: dict[str, float] = field(default_factory=dict)
    pushed: set[str] = field(default_factory=set)

    def signal(self, name: str) -> str:
        return f"pad:{name}" + (f"@{self.number}" if self.number > 1 else "")


class Gamepads(Control):
    """All pads of this machine, plugged in whenever. For the thread that has the window."""

    name = "gamepad"

    def __init__(self, board: Board, tell: Tell) -> None:
        self._board, self._tell = board, tell
        self._begun = False
        self._pads: dict[int, _Pad] = {}  # by what SDL calls them while they are plugged in

    def turn(self) -> None:
        """Look for pads the first time: behind the first picture, as that may take the system a while."""
        if not self._begun:
            self._begun = True
            self._begin()

    def hear(self, event: Any) -> None:
        """Take what a pad said, or that one came or went."""
        if event.type == pygame.JOYDEVICEADDED and self._begun:
            self._plug_in(event.device_index)
        elif (pad := self._pads.get(getattr(event, "instance_id", -1))) is None:
            return
        elif event.type == pygame.JOYDEVICEREMOVED:
            self._unplug(event.instance_id, pad)
        else:
            for name, value in _said(event, pad.known):
                self._put(pad, name, value)

    @property
    def line(self) -> str:
        """See `Control`."""
        names = ", ".join(pad.name for pad in sorted(self._pads.values(), key=lambda pad: pad.number))
        return f"{self.name}: {names}" if names else ""

    def close(self) -> None:
        """See `Control`."""
        self._pads.clear()
        if self._begun:
            from pygame._sdl2 import controller

            controller.quit()
            pygame.joystick.quit()

    def _begin(self) -> None:
        from pygame._sdl2 import controller

        # or pads are deaf while another window, as the operator's, has the keyboard
        os.environ.setdefault("SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS", "1")
        try:
            pygame.joystick.init()
            controller.init()
        except pygame.error as error:
            self._tell(f"no gamepads here: {error}")
            return
        pygame.event.clear(pygame.JOYDEVICEADDED)  # of those that are here already, told or not
        for index in range(pygame.joystick.get_count()):
            self._plug_in(index)

    def _plug_in(self, index: int) -> None:
        from pygame._sdl2 import controller

        try:
            known = controller.is_controller(index)
            device = controller.Controller(index) if known else None
            joystick = device.as_joystick() if device is not None else pygame.joystick.Joystick(index)
            key, name = joystick.get_instance_id(), device.name if device is not None else joystick.get_name()
        except pygame.error as error:
            self._tell(f"a gamepad cannot be opened: {error}")
            return
        taken = {pad.number for pad in self._pads.values()}
        number = next(number for number in range(1, len(taken) + 2) if number not in taken)
        pad = self._pads[key] = _Pad(number, name, known, device or joystick)
        self._tell(f"gamepad {pad.number}: {pad.name}")

    def _unplug(self, key: int, pad: _Pad) -> None:
        """Have all of a pad at rest again, however it was held."""
        del self._pads[key]
        for name in tuple(pad.said):
            self._put(pad, name, _rest(name))
        self._tell(f"gamepad {pad.number}: {pad.name} was unplugged")

    def _put(self, pad: _Pad, name: str, value: float) -> None:
        rest = _rest(name)
        if value == pad.said.get(name, rest):
            return
        pad.said[name] = value
        pressed = None  # of a trigger the board knows
        if not name.startswith("axis"):
            pressed = value > 0
        elif rest:
            pressed = value > (_LET_GO if name in pad.pushed else _PUSHED)
            (pad.pushed.add if pressed else pad.pushed.discard)(name)
        # a thumb that pushes a stick one way moves it a little the other way, too
        self._board.put(pad.signal(name), value, pressed, by_hand=abs(value - rest) > 0.25)


def _rest(name: str) -> float:
    """Return where a control stands that nobody touches."""
    return 0.5 if name.startswith("axis") and not name.endswith("trigger") else 0.0


def _said(event: Any, known: bool) -> Iterator[tuple[str, float]]:
    """Give the controls that an event tells of, and where they stand (0..1).

    SDL tells of those that it knows twice: by their names, and once more as if it did not.
    """
    match known, event.type:
        case True, pygame.CONTROLLERAXISMOTION if event.axis < len(_AXES):
            name, off = _AXES[event.axis], event.value / _MOST
            if name in _STICKS:  # SDL's go down, and what a stick is pushed up for is more
                yield f"axis:{name}", _stick(-off if name.endswith("y") else off)
            else:
                yield f"axis:{name}", max(off, 0.0)
        case True, pygame.CONTROLLERBUTTONDOWN | pygame.CONTROLLERBUTTONUP if event.button < len(_BUTTONS):
            yield _BUTTONS[event.button], float(event.type == pygame.CONTROLLERBUTTONDOWN)
        case False, pygame.JOYAXISMOTION:
            yield f"axis:{event.axis}", _stick(event.value)
        case False, pygame.JOYBUTTONDOWN | pygame.JOYBUTTONUP:
            yield f"button:{event.button}", float(event.type == pygame.JOYBUTTONDOWN)
        case False, pygame.JOYHATMOTION:
            x, y = event.value
            first = f"{event.hat}_" if event.hat else ""
            for way, pushed in zip(_HAT, (y > 0, y < 0, x < 0, x > 0), strict=True):
                yield f"hat:{first}{way}", float(pushed)


def _stick(off: float) -> float:
    """Return where a stick stands (0..1) that is so far (-1..1) from its middle, behind its dead zone."""
    share = max(min(abs(off), 1.0) - _DEAD, 0.0) / (1 - _DEAD)
    return 0.5 + 0.5 * math.copysign(share, off)
