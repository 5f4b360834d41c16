"""The table of effects: one record for each file in shaders/effects/, of the same name.

A knob is a param; the shader has a uniform of the same name.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effect:
    """What there is to say of an effect. `plain` says whether the screen without OpenGL has it, too."""

    help: str
    knobs: tuple[str, ...] = ()
    plain: bool = False


EFFECTS: dict[str, Effect] = {
    "mirror": Effect("one half of the picture mirrored onto the other", ("mirror_way",), plain=True),
    "kaleidoscope": Effect(
        "sectors about the middle, every other one mirrored", ("kaleidoscope_sectors", "kaleidoscope_speed")
    ),
    "tunnel": Effect("the picture as the wall of an endless tunnel", ("tunnel_speed", "tunnel_twist")),
    "hue-turn": Effect("all hues turned, and turning on", ("hue_angle", "hue_speed"), plain=True),
    "palette": Effect(
        "light and dark as colours of a palette", ("palette", "palette_cycles", "palette_speed")
    ),
    "posterise": Effect("few values of each channel, as in a poster", ("posterise_levels",)),
    "edge-glow": Effect("edges glow in their own colour", ("glow_gain", "glow_width")),
    "trails": Effect(
        "what was bright stays, grows, turns and fades", ("trail_time", "trail_zoom", "trail_turn")
    ),
    "split": Effect("red, green and blue drawn apart", ("split_distance", "split_speed")),
    "vignette": Effect("dark towards the corners", ("vignette_size", "vignette_edge"), plain=True),
    "film-grain": Effect("grain of a film, most of it in the middle greys", ("film_grain", "film_size")),
    "sharpen": Effect("detail brought out, without bright seams", ("crisp", "crisp_radius")),
    "strobe": Effect("light and dark in turn", ("strobe_rate", "strobe_share"), plain=True),
}
