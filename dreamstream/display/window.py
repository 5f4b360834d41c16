"""The window: made by pygame, with OpenGL where that can be had, its screen, and the displays for it.

settings -> Window (show, fullscreen) and a screen that draws into it
SDL -> the monitors by number
"""

import math
import os
import sys
import time
import warnings
from collections import deque
from dataclasses import dataclass

import pygame

from dreamstream.display.further import open_further
from dreamstream.display.gl_screen import GLScreen
from dreamstream.display.plain_screen import PlainScreen
from dreamstream.display.sdl import display_name
from dreamstream.display.x11 import window_size
from dreamstream.effects import EffectShelf
from dreamstream.errors import DisplayError
from dreamstream.size import Size
from dreamstream.tell import Tell, tell_nobody

_INVISIBLE = ("dummy", "offscreen", "evdev")  # SDL's drivers without a window that anybody could see
_FRAMES_TIMED = 600  # the newest ones: ten seconds at 60 a second
_WAITING_RATE = 15  # screen frames a second
_SETTLING = 1.0  # seconds that a window manager may take to make a window full screen
_CENTRED = 0x2FFF0000  # SDL's middle of a display, to which its number is added
_ATTEMPTS, _PAUSE = 100, 20  # milliseconds between them


@dataclass(frozen=True)
class WindowSettings:
    """What window to open; `display` counts from 0, as do those of `further` windows.

    `opengl` True draws with OpenGL even where it is software, False without it; None takes the faster one.
    """

    size: Size = Size(960, 540)
    display: int = 0
    opengl: bool | None = None
    further: tuple[int, ...] = ()

    def other_display(self) -> int:
        """Return a display that the show is not on, or its own where there is no other."""
        others = [
            n for n in range(pygame.display.get_num_displays()) if n not in (self.display, *self.further)
        ]
        return others[0] if others else self.display


def _system_window() -> pygame.Window:
    """Return the display module's window as one of those that can be asked for more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated, but pygame has no other way yet
        # `toggle_fullscreen` makes a window without OpenGL anew, as large as the display was
        return pygame.Window.from_display_module()


def display_missing() -> str:
    """Return why there is no display to open a window on, or an empty text where there is one."""
    asked = os.environ.get("SDL_VIDEODRIVER", "")
    if not asked and sys.platform.startswith(("linux", "freebsd")):
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            return "neither DISPLAY nor WAYLAND_DISPLAY is set"
    try:
        pygame.display.init()
    except pygame.error as error:
        return str(error)
    if pygame.display.get_driver() in _INVISIBLE and not asked:
        return f"no window can be opened on display {os.environ.get('DISPLAY') or 'of this machine'}"
    return ""


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
        Monitor(number, Size(*size), rate, display_name(number))
        for number, (size, rate) in enumerate(zip(sizes, rates, strict=True))
    ]


def check_display(number: int) -> None:
    """Raise DisplayError where there is no display of this number; the display module is open already."""
    count = pygame.display.get_num_displays()
    if not 0 <= number < count:
        numbers = f"0 to {count - 1}" if count > 1 else "only 0"
        raise DisplayError(f"no display {number}; there is {numbers}, `dreamstream displays` lists them")


def _reopen() -> None:
    """Close the display and open the same again; DisplayError where it does not come back.

    An X server may restart when its last client leaves, and refuse the next one for a moment: left to
    choose, SDL would then silently take a driver without a window.
    """
    driver, asked = pygame.display.get_driver(), os.environ.get("SDL_VIDEODRIVER")
    pygame.display.quit()
    os.environ["SDL_VIDEODRIVER"] = driver
    try:
        for attempt in range(_ATTEMPTS):
            try:
                return pygame.display.init()
            except pygame.error as error:
                if attempt == _ATTEMPTS - 1:
                    raise DisplayError(f"the display does not open again: {error}") from error
                pygame.time.wait(_PAUSE)
    finally:
        if asked is None:
            del os.environ["SDL_VIDEODRIVER"]
        else:
            os.environ["SDL_VIDEODRIVER"] = asked


class Window:
    """The show's window. Use it from the main thread."""

    def __init__(
        self,
        settings: WindowSettings,
        effects: EffectShelf | None = None,
        tell: Tell = tell_nobody,
    ) -> None:
        pygame.display.init()
        pygame.font.init()
        for display in (settings.display, *settings.further):
            check_display(display)
        self._settings, self._effects, self._tell = settings, effects or EffectShelf(), tell
        self._fullscreen = False
        self._settled = math.inf  # when fullscreen must have come, by the clock of `show`
        self._before: tuple[Size, tuple[int, int]] | None = None  # size and place, of one enlarged by hand
        self.screen = self._open()
        self.further = open_further(self.screen, settings.size, settings.further)
        """The show's windows on further displays."""
        pygame.display.set_caption("dreamstream")
        pygame.mouse.set_visible(False)
        pygame.display.set_allow_screensaver(False)  # nor may the display go to sleep
        self._rate = max((*pygame.display.get_desktop_refresh_rates(), 0)) or 60
        self._pace = pygame.time.Clock()
        self._times: deque[float] = deque(maxlen=_FRAMES_TIMED)
        self._first = self._last = 0.0  # when the first screen frame was shown, and the newest
        self._shown = 0

    @property
    def size(self) -> Size:
        """Its size, as it is now."""
        return Size(*pygame.display.get_window_size())

    @property
    def rate(self) -> float:
        """Screen frames a second, of the newest."""
        return self._pace.get_fps()

    @property
    def mean_rate(self) -> float:
        """Screen frames a second, since the first."""
        return (self._shown - 1) / (self._last - self._first) if self._shown > 1 else 0.0

    @property
    def slow_frame(self) -> float:
        """The 99th percentile of the seconds from screen frame to screen frame, of the newest."""
        times = sorted(self._times)
        return times[max(math.ceil(0.99 * len(times)) - 1, 0)] if times else 0.0

    def set_fullscreen(self, fullscreen: bool) -> None:
        """Fill the display that each window is on, or go back to the window."""
        for further in self.further:
            further.set_fullscreen(fullscreen)
        if fullscreen == self._fullscreen:
            return
        window = _system_window()
        if fullscreen:
            window.set_fullscreen(desktop=True)
            self._settled = time.perf_counter() + _SETTLING
        else:
            window.set_windowed()
            self._settled = math.inf
            if self._before is not None:
                window.size, window.position = self._before
                self._before = None
        self._fullscreen = fullscreen

    def _enlarge(self) -> None:
        """Fill the display by hand where the window is not as large as SDL takes it for.

        Without a window manager nobody makes it so, and the display would show a corner of the picture.
        """
        self._settled = math.inf
        if window_size() in (None, self.size):
            return
        window, display = _system_window(), self._settings.display
        window.set_windowed()
        self._before = Size(*window.size), window.position
        window.size = pygame.display.get_desktop_sizes()[display]
        window.position = (_CENTRED + display, _CENTRED + display)
        self._tell(
            "no window manager makes windows full screen here: this one was made as large as the display"
        )

    def show(self, waiting: bool = False) -> float:
        """Show what was drawn, at the display's rate at most; return the seconds until it was there.

        While it is `waiting` for the first dream it leaves the machine to the net: frames are fewer then, and
        count for no rate.
        """
        asked = time.perf_counter()
        pygame.display.flip()
        flipped = time.perf_counter() - asked
        # where there is vsync it sets the pace; the clock does where there is none
        self._pace.tick(_WAITING_RATE if waiting else self._rate)
        if waiting:
            return flipped
        now = time.perf_counter()
        if now >= self._settled:
            self._enlarge()
        if self._shown:
            self._times.append(now - self._last)
        else:
            self._first = now
        self._last = now
        self._shown += 1
        return flipped

    def close(self) -> None:
        """Close the window, and the further ones."""
        for further in self.further:
            further.close()
        self.screen.close()
        pygame.display.quit()

    def _open(self) -> GLScreen | PlainScreen:
        why = "no OpenGL"
        if self._settings.opengl is not False:
            try:
                self._open_gl()
                screen = GLScreen(self._effects, self._tell)
                if self._settings.opengl or not screen.software:
                    return screen
                screen.close()
                why = "OpenGL is software here"
            except (pygame.error, DisplayError) as error:
                self._tell(f"no OpenGL here, drawing without it: {error}")
            _reopen()  # a window that was made for OpenGL takes no plain surface
        if pygame.display.get_driver() == "x11":
            # or SDL would send each picture through an OpenGL of its own: 7 ms in software, instead of a copy
            os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
        try:
            self._set_mode(pygame.RESIZABLE)
        except pygame.error as error:
            raise DisplayError(f"no window can be opened: {error}") from error
        return PlainScreen(why, self._tell)

    def _open_gl(self) -> None:
        set_attribute = pygame.display.gl_set_attribute
        set_attribute(pygame.GL_CONTEXT_MAJOR_VERSION, 3)
        set_attribute(pygame.GL_CONTEXT_MINOR_VERSION, 3)
        set_attribute(pygame.GL_CONTEXT_PROFILE_MASK, pygame.GL_CONTEXT_PROFILE_CORE)
        flags = pygame.OPENGL | pygame.DOUBLEBUF | pygame.RESIZABLE
        try:
            self._set_mode(flags, vsync=1)
        except pygame.error:  # where a driver has no vsync pygame refuses to open the window with it
            self._set_mode(flags, vsync=0)

    def _set_mode(self, flags: int, vsync: int = 0) -> pygame.Surface:
        settings = self._settings
        return pygame.display.set_mode(settings.size, flags, display=settings.display, vsync=vsync)
