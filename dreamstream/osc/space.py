"""The address space: what there is by OSC, and what values mean to it.

/dreamstream/param/NAME value    /dreamstream/action/NAME 1    /dreamstream/subscribe port
/dreamstream/tempo bpm beats
"""

import math
from collections.abc import Sequence
from typing import Any

from dreamstream.controls.tempo import FASTEST
from dreamstream.errors import ControlError

ROOT = "/dreamstream"
PARAM, ACTION = f"{ROOT}/param/", f"{ROOT}/action/"
TEMPO = f"{ROOT}/tempo"
SUBSCRIBE, UNSUBSCRIBE = f"{ROOT}/subscribe", f"{ROOT}/unsubscribe"

OTHERS: dict[str, tuple[str, str]] = {
    TEMPO: ("ff", "leads the tempo: beats a minute, and how many have passed"),
    SUBSCRIBE: ("i", "tells you all that changes, at your port, which may be another than you send from"),
    UNSUBSCRIBE: ("N", "tells you no more"),
}
"""The type tags of what is neither a param nor an action, and what it does."""


def is_down(values: Sequence[Any]) -> bool | None:
    """Return whether a message presses a button (from a half on) or lets it go; None where it is a stroke."""
    if not values or values[0] is None:
        return None
    if len(values) > 1 or not isinstance(values[0], float | int) or math.isnan(values[0]):
        raise ControlError("1 (pressed), 0 (let go) or nothing (a stroke) is needed")
    return values[0] >= 0.5


def tempo_of(values: Sequence[Any]) -> tuple[float, float]:
    """Return the beats a minute, and how many have been counted, that a message tells."""
    match values:
        case [float() | int() as bpm, float() | int() as beats] if 1 <= bpm <= FASTEST and math.isfinite(
            beats
        ):
            return float(bpm), float(beats)
    raise ControlError(
        f"beats a minute, 1 to {FASTEST:g}, and how many have passed are needed, as in 120.0 32.5"
    )
