"""The light of the screen: what a blackout leaves of it, and a guard that holds back flashes.

    params, seconds, mean luminance of the picture as it would be shown -> Light.level -> 0..1

The guard follows WCAG 2.3.1 for the picture as a whole: a flash is a pair of opposing changes of the mean
relative luminance by a tenth or more, the darker below 0.80, and at most three begin in any second. A rise
that would begin one too many is held down near the light before it until the second is over; a fall never
is, for a picture can be darkened but not lit up. Luminance is sRGB's (IEC 61966-2-1). It does not see flashes
of a part of the picture, nor the saturated red that WCAG has a rule of its own for.
"""

from collections import deque
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dreamstream.knobs import Knobs, param
from dreamstream.maths import LUMA, smoothstep

FLASHES = 3  # a second
_DARK = 0.8  # below which the darker picture of a flash is
_COUNTED = 0.09  # a change of light that is counted: a little less than WCAG's 0.1
_HELD = 0.07  # the change that is let through instead: the gain is applied to coded values, not to light
_LUMA = np.array(LUMA, np.float32)
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)

Colours = NDArray[np.float32]
"""H×W×3, RGB, 0..1."""


_light = partial(param, group="effect", clamp=True)
_screen = partial(param, group="screen")


class LightKnobs(Knobs):
    """Part of Params: the light of whatever is shown."""

    brightness: float = _light(1.0, "light on the screen", 0, 4, 0.05, "×")
    contrast: float = _light(1.0, "contrast on the screen, about a middle grey", 0, 4, 0.05, "×")
    gamma: float = _light(1.0, "gamma on the screen (above 1: lighter shadows)", 0.2, 5, 0.05)
    colour: float = _light(1.0, "colour on the screen (0: grey)", 0, 4, 0.05, "×")
    blackout: bool = _screen(False, "fade to black, and back")
    blackout_fade: float = _screen(1.0, "time that a blackout takes", 0, 30, 0.25, "s", clamp=True)
    flash_guard: bool = _screen(True, "hold flashes of the whole picture to three a second (WCAG 2.3.1)")


def lit(colours: Colours, params: LightKnobs, level: float = 1.0) -> Colours:
    """Return colours as the screen shows them: colour, contrast, brightness, gamma, then the level of light.

    The same as `shaders/light.glsl`.
    """
    if adjusted(params):
        grey = np.asarray(colours @ _LUMA, np.float32)[..., None]
        colours = np.asarray(grey + (colours - grey) * np.float32(params.colour), np.float32)
        colours = tone(colours, params)
    return np.asarray(colours * np.float32(level), np.float32)


def tone(values: Colours, params: LightKnobs) -> Colours:
    """Return values (0..1) after contrast, brightness and gamma, which take each channel by itself."""
    values = ((values - 0.5) * np.float32(params.contrast) + 0.5) * np.float32(params.brightness)
    return np.asarray(np.clip(values, 0, 1) ** np.float32(1 / params.gamma), np.float32)


def adjusted(params: LightKnobs) -> bool:
    """Return whether the picture's light or colour is to be changed at all."""
    return not (params.colour == params.contrast == params.brightness == params.gamma == 1)


def luminance(colours: Colours) -> float:
    """Return the mean relative luminance (0..1) of coded colours."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return float((linear @ _LUMINANCE).mean())


def strobe_rate(params: LightKnobs) -> float:
    """Return how often a second the strobe may flash."""
    rate = float(params["strobe_rate"])
    return min(rate, float(FLASHES)) if params.flash_guard else rate


class Light:
    """Follows the params from one screen frame to the next; not for use by two threads."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._faded = 0.0  # how far a blackout is: 0 light, 1 black
        self._guard = Guard()

    def level(self, params: LightKnobs, seconds: float, measure: Callable[[float], float]) -> float:
        """Return the level of light (0..1) for a screen frame at a time in seconds.

        `measure` returns the mean relative luminance of the picture at a level of light.
        """
        passed = 0.0 if self._last is None else max(seconds - self._last, 0.0)
        self._last = seconds
        step = passed / params.blackout_fade if params.blackout_fade else 1.0
        self._faded += min(max(float(params.blackout) - self._faded, -step), step)
        level = smoothstep(1 - self._faded)
        if not params.flash_guard:
            self._guard = Guard()
            return level
        return level * self._guard.gain(measure(level), seconds)


class Guard:
    """Counts changes of light, and decides how much light is let through."""

    def __init__(self) -> None:
        self._rises: deque[float] = deque(maxlen=FLASHES)  # seconds
        self._low = self._high = -1.0  # of the light shown since the last change; below 0 before the first
        self._rising: bool | None = None  # the direction of the last change; None before the first

    def gain(self, luminance: float, seconds: float) -> float:
        """Return the gain (0..1) for the coded values of a picture of this mean luminance."""
        if self._low < 0:
            self._low = self._high = luminance
        spent = len(self._rises) == FLASHES and seconds - self._rises[0] < 1.0
        shown = luminance
        if spent and self._rising is not True and self._is_rise(luminance):
            shown = self._low + _HELD
        if self._rising is not True and self._is_rise(shown):
            self._rises.append(seconds)
            self._rising, self._high = True, shown
        elif self._rising is not False and self._high - shown >= _COUNTED and shown < _DARK:
            self._rising, self._low = False, shown
        self._low, self._high = min(self._low, shown), max(self._high, shown)
        # a gain g of coded values is about g ** 2.2 of the light, and g of it where it is darkest
        return float((shown / luminance) ** (1 / 2.2)) if shown < luminance else 1.0

    def _is_rise(self, luminance: float) -> bool:
        return luminance - self._low >= _COUNTED and self._low < _DARK
