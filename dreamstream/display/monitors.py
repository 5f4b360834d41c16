"""Monitors: the displays that a window can be opened on.

SDL -> number, size in pixels, refresh rate, name
"""

import ctypes
import sys
from dataclasses import dataclass
from pathlib import Path

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
    """Return what SDL calls a display: pygame does not pass it on, but the library is loaded."""
    try:
        call = _library().SDL_GetDisplayName
    except (OSError, AttributeError):
        return ""
    call.argtypes, call.restype = [ctypes.c_int], ctypes.c_char_p
    return (call(number) or b"").decode("utf-8", "replace")


def _library() -> ctypes.CDLL:
    """Return the SDL that pygame itself uses; a second one would know no displays."""
    if sys.platform.startswith("linux"):
        for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
            path = line.rpartition(" ")[2]
            if "/libSDL2-2" in path:
                return ctypes.CDLL(path)
    if sys.platform == "win32":
        return ctypes.CDLL("SDL2.dll")
    raise OSError("SDL is not found")
