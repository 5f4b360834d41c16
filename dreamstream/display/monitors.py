"""Monitors: the displays that a window can be opened on.

SDL -> number, size in pixels, refresh rate, name
"""

import ctypes
import sys
from dataclasses import dataclass

import pygame

from dreamstream.display.window import display_missing
from dreamstream.errors import DisplayError
from dreamstream.size import Size


@dataclass(frozen=True)
class Monitor:
    """One display; `rate` is in pictures a second, 0 where the system does not say, `name` may be empty."""

    number: int
    size: Size
    rate: int
    name: str = ""


def monitors() -> list[Monitor]:
    """Return the displays in the order of their numbers; DisplayError where there is none."""
    if why := display_missing():
        raise DisplayError(f"no display: {why}")
    sizes, rates = pygame.display.get_desktop_sizes(), pygame.display.get_desktop_refresh_rates()
    return [
        Monitor(number, Size(*size), rate, _name(number))
        for number, (size, rate) in enumerate(zip(sizes, rates, strict=True))
    ]


def _name(number: int) -> str:
    """Return SDL's name of a display: pygame does not pass it on, but the library that it uses has it."""
    library = "SDL2.dll" if sys.platform == "win32" else pygame.display.__file__  # which is linked to it
    try:
        call = ctypes.CDLL(library).SDL_GetDisplayName
    except (OSError, AttributeError):
        return ""
    call.argtypes, call.restype = [ctypes.c_int], ctypes.c_char_p
    return (call(number) or b"").decode("utf-8", "replace")
