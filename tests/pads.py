"""Pads that are there for SDL alone: its virtual joysticks, which no system needs to know of."""

import ctypes
import sys

import pygame

_PAD, _STICK = 1, 0  # SDL's types of joysticks: a controller's layout is known, that of any stick is not


class VirtualPad:
    """A pad of 6 axes, 15 buttons and a hat, as SDL orders them; plugged in while it is new.

    Whoever has pygame's events must open it before it can be moved. Not for a thread beside another's pads.
    """

    def __init__(self, known: bool = True) -> None:
        self._sdl = ctypes.CDLL("SDL2.dll" if sys.platform == "win32" else pygame.display.__file__)
        for name in ("SDL_JoystickFromInstanceID", "SDL_JoystickOpen"):
            getattr(self._sdl, name).restype = ctypes.c_void_p
        index = self._sdl.SDL_JoystickAttachVirtual(_PAD if known else _STICK, 6, 15, 1)
        assert index >= 0, "SDL takes no virtual joystick"
        self._key = self._sdl.SDL_JoystickGetDeviceInstanceID(index)

    def axis(self, number: int, value: float) -> None:
        """Move an axis to a place, -1 to 1."""
        self._set("Axis", number, ctypes.c_int16(round(value * 32767)))

    def button(self, number: int, down: bool) -> None:
        self._set("Button", number, ctypes.c_uint8(down))

    def hat(self, value: int) -> None:
        """Press the hat: 1 up, 2 right, 4 down, 8 left, and sums of these."""
        self._set("Hat", 0, ctypes.c_uint8(value))

    def unplug(self) -> None:
        for index in range(self._sdl.SDL_NumJoysticks()):
            if self._sdl.SDL_JoystickGetDeviceInstanceID(index) == self._key:
                self._sdl.SDL_JoystickDetachVirtual(index)

    def _set(self, what: str, number: int, value: object) -> None:
        joystick = ctypes.c_void_p(self._sdl.SDL_JoystickFromInstanceID(self._key))
        assert joystick.value, "nobody has opened it"
        assert getattr(self._sdl, f"SDL_JoystickSetVirtual{what}")(joystick, number, value) == 0
