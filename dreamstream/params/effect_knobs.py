"""The knobs of the effects and of the picture's light: what is done to the finished picture on its way out.

None of them costs the dream anything. Lengths are pixels of a screen 720 high, rates are a second each.
"""

from typing import Any

from pydantic import BaseModel

from dreamstream.knobs import EFFECTS_CHAIN, param
from dreamstream.params.palettes import PALETTES

UPSCALES = ("linear", "cubic", "sharp")
"""How the canvas is enlarged to the screen, in the order that the shader numbers them."""


def _knob(default: Any, help: str, low: float, high: float, step: float, unit: str = "") -> Any:
    return param(default, help, group="effect", low=low, high=high, step=step, unit=unit, clamp=True)


class EffectKnobs(BaseModel):
    """Part of Params."""

    effects: str = param(
        "none",
        "effects over the finished picture, one or several in a row, as in mirror+hue-turn:0.3",
        group="effect",
        example="mirror+hue-turn:0.3",
        stepped=EFFECTS_CHAIN,
    )
    brightness: float = _knob(1.0, "light on the screen", 0, 4, 0.05, "×")
    contrast: float = _knob(1.0, "contrast on the screen, about a middle grey", 0, 4, 0.05, "×")
    gamma: float = _knob(1.0, "gamma on the screen (above 1: lighter shadows)", 0.2, 5, 0.05)
    colour: float = _knob(1.0, "colour on the screen (0: grey)", 0, 4, 0.05, "×")
    mirror_way: int = _knob(1, "mirror effect: 1 left onto right, 2 upper onto lower half, 3 both", 1, 3, 1)
    kaleidoscope_sectors: int = _knob(8, "kaleidoscope effect: sectors, every other one mirrored", 2, 64, 2)
    kaleidoscope_speed: float = _knob(6.0, "kaleidoscope effect: turn", -360, 360, 2, "°/s")
    tunnel_speed: float = _knob(0.15, "tunnel effect: speed, in pictures", -4, 4, 0.05, "/s")
    tunnel_twist: float = _knob(0.25, "tunnel effect: turns from picture to picture", -4, 4, 0.05)
    hue_angle: float = _knob(0.0, "hue-turn effect: turn", -180, 180, 5, "°")
    hue_speed: float = _knob(30.0, "hue-turn effect: how fast it goes on turning", -720, 720, 5, "°/s")
    palette: str = param("ember", "palette effect: which one", group="effect", choices=tuple(PALETTES))
    palette_cycles: float = _knob(1.0, "palette effect: times through it from black to white", 0.25, 16, 0.25)
    palette_speed: float = _knob(0.0, "palette effect: how fast it wanders, in palettes", -4, 4, 0.05, "/s")
    posterise_levels: int = _knob(5, "posterise effect: values of each channel", 2, 32, 1)
    glow_gain: float = _knob(3.0, "edge-glow effect: light of the edges", 0, 16, 0.25, "×")
    glow_width: float = _knob(4.0, "edge-glow effect: width of the edges", 0.5, 16, 0.5, "px")
    trail_time: float = _knob(0.8, "trails effect: time in which a trail halves", 0.02, 10, 0.1, "s")
    trail_zoom: float = _knob(0.4, "trails effect: growth of the trails", -4, 4, 0.05, "/s")
    trail_turn: float = _knob(8.0, "trails effect: turn of the trails", -360, 360, 2, "°/s")
    split_distance: float = _knob(8.0, "split effect: way between two colours", -128, 128, 1, "px")
    split_speed: float = _knob(20.0, "split effect: turn of its direction", -720, 720, 5, "°/s")
    vignette_size: float = _knob(0.75, "vignette effect: radius, of half the diagonal", 0, 2, 0.05)
    vignette_edge: float = _knob(0.5, "vignette effect: width of its edge", 0.02, 2, 0.05)
    film_grain: float = _knob(0.12, "film-grain effect: strength", 0, 1, 0.02)
    film_size: float = _knob(1.5, "film-grain effect: size of a grain", 0.5, 16, 0.5, "px")
    crisp: float = _knob(0.8, "sharpen effect: gain of the detail", 0, 8, 0.1)
    crisp_radius: float = _knob(1.5, "sharpen effect: size of the detail", 0.5, 16, 0.5, "px")
    strobe_rate: float = _knob(2.0, "strobe effect: flashes (the guard allows 3)", 0, 30, 0.5, "/s")
    strobe_share: float = _knob(0.5, "strobe effect: share of the time that there is light", 0.05, 0.95, 0.05)


class ScreenKnobs(BaseModel):
    """Part of Params: the show's own, which no preset changes."""

    upscale: str = param("linear", "from canvas to screen", group="screen", choices=UPSCALES)
    blackout: bool = param(False, "fade to black, and back", group="screen")
    blackout_fade: float = param(
        1.0, "time that a blackout takes", group="screen", low=0, high=30, step=0.25, unit="s", clamp=True
    )
    flash_guard: bool = param(
        True, "hold flashes of the whole picture to three a second (WCAG 2.3.1)", group="screen"
    )
