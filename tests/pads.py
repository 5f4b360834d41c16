"""Pads that are there for SDL alone: its virtual joysticks, which no system needs to know of.

python -m tests.pads live ...     the program, with a pad that is played by lines on standard input:
plug, axis 1 -1, button 0 1, unplug
"""

import ctypes
import sys
import threading
import time

import pygame

from dreamstream.cli.entry import main

_PAD, _STICK = 1, 0  # SDL's types of joysticks: a controller's layout is known, that of any stick is not


class VirtualPad:
    """A pad of 6 axes, 15 buttons and a hat, as SDL orders them, plugged in from now on."""

    def __init__(self, known: bool = True) -> None:
        self._sdl = ctypes.CDLL("SDL2.dll" if sys.platform == "win32" else pygame.display.__file__)
        self._sdl.SDL_JoystickFromInstanceID.restype = ctypes.c_void_p
        index = self._sdl.SDL_JoystickAttachVirtual(_PAD if known else _STICK, 6, 15, 1)
        assert index >= 0, "SDL takes no virtual joystick"
        self._key = self._sdl.SDL_JoystickGetDeviceInstanceID(index)

    @property
    def opened(self) -> bool:
        """Whether the program has opened it, so that it can be moved."""
        return bool(self._sdl.SDL_JoystickFromInstanceID(self._key))

    def axis(self, number: float, value: float) -> None:
        """Move an axis to a place, -1 to 1."""
        self._set("Axis", number, ctypes.c_int16(round(value * 32767)))

    def button(self, number: float, down: float) -> None:
        self._set("Button", number, ctypes.c_uint8(bool(down)))

    def hat(self, value: int) -> None:
        """Press the hat: 1 up, 2 right, 4 down, 8 left, and sums of these."""
        self._set("Hat", 0, ctypes.c_uint8(value))

    def unplug(self) -> None:
        for index in range(self._sdl.SDL_NumJoysticks()):
            if self._sdl.SDL_JoystickGetDeviceInstanceID(index) == self._key:
                self._sdl.SDL_JoystickDetachVirtual(index)

    def _set(self, what: str, number: float, value: object) -> None:
        joystick = ctypes.c_void_p(self._sdl.SDL_JoystickFromInstanceID(self._key))
        assert joystick.value, "nobody has opened it"
        assert getattr(self._sdl, f"SDL_JoystickSetVirtual{what}")(joystick, int(number), value) == 0


def _play() -> None:
    """Do what standard input says, once the program has looked for pads."""
    while not pygame.joystick.get_init():
        time.sleep(0.01)
    for line in sys.stdin:
        what, *numbers = line.split()
        if what == "plug":
            pad = VirtualPad()
            while not pad.opened:
                time.sleep(0.01)
        else:
            getattr(pad, what)(*map(float, numbers))


if __name__ == "__main__":
    threading.Thread(target=_play, daemon=True).start()
    main()
