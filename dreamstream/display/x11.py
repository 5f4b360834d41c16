"""What the X server itself says of a window, where SDL takes a wish for what is."""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_uint, c_ulong, c_void_p

import pygame

from dreamstream.size import Size


def window_size() -> Size | None:
    """Return the size of the display module's window as the X server has it; None on other systems."""
    if pygame.display.get_driver() != "x11":
        return None
    try:
        library = ctypes.CDLL("libX11.so.6")  # SDL has opened it, too
    except OSError:
        return None
    library.XOpenDisplay.argtypes, library.XOpenDisplay.restype = [c_char_p], c_void_p
    library.XCloseDisplay.argtypes = [c_void_p]
    # root, x, y, width, height, border, depth
    numbers = [c_ulong(), c_int(), c_int(), c_uint(), c_uint(), c_uint(), c_uint()]
    library.XGetGeometry.argtypes = [c_void_p, c_ulong, *(POINTER(type(number)) for number in numbers)]
    server = library.XOpenDisplay(None)
    if not server:
        return None
    try:
        known = library.XGetGeometry(server, pygame.display.get_wm_info()["window"], *map(byref, numbers))
    finally:
        library.XCloseDisplay(server)
    return Size(numbers[3].value, numbers[4].value) if known else None
