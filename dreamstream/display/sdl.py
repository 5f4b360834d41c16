"""What SDL can do and pygame does not pass on: it is in the library that pygame is linked to.

displays -> their names · one OpenGL context -> several windows
"""

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from ctypes import c_char_p, c_int, c_uint32, c_void_p

import pygame

from dreamstream.errors import DisplayError


def _library() -> ctypes.CDLL:
    return ctypes.CDLL("SDL2.dll" if sys.platform == "win32" else pygame.display.__file__)


def display_name(number: int) -> str:
    """Return SDL's name of a display; an empty text where it cannot be had."""
    try:
        call = _library().SDL_GetDisplayName
    except (OSError, AttributeError):
        return ""
    call.argtypes, call.restype = [c_int], c_char_p
    return (call(number) or b"").decode("utf-8", "replace")


class Drawables:
    """The windows that the OpenGL context which is current now can draw into; it is the first one's."""

    def __init__(self) -> None:
        try:
            library = _library()
            self._make_current, self._window_of = library.SDL_GL_MakeCurrent, library.SDL_GetWindowFromID
            self._set_interval, get_interval = library.SDL_GL_SetSwapInterval, library.SDL_GL_GetSwapInterval
            current = library.SDL_GL_GetCurrentWindow, library.SDL_GL_GetCurrentContext
        except (OSError, AttributeError) as error:
            raise DisplayError(f"no more than one OpenGL window can be had here: {error}") from error
        self._make_current.argtypes = [c_void_p, c_void_p]
        self._window_of.argtypes, self._window_of.restype = [c_uint32], c_void_p
        self._set_interval.argtypes = [c_int]
        for call in current:
            call.argtypes, call.restype = [], c_void_p
        self._first, self._context = (call() for call in current)
        self._interval = get_interval()

    @contextlib.contextmanager
    def on(self, window: int) -> Iterator[None]:
        """Draw into the window of this number; it does not wait for its display, as the first does."""
        self._use(self._window_of(window))
        self._set_interval(0)
        try:
            yield
        finally:
            self.back()

    def back(self) -> None:
        """Draw into the first window again."""
        self._use(self._first)
        self._set_interval(self._interval)

    def _use(self, window: int | None) -> None:
        if self._make_current(window, self._context):
            raise DisplayError("OpenGL cannot draw into a further window here")
