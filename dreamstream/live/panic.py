"""Safety: where panic goes to.

presets as they are recalled, failures as they come -> LastGood -> the one that played well for a while
"""

from dataclasses import dataclass, field

from dreamstream.errors import PresetError
from dreamstream.params import TABLE, Params
from dreamstream.params.presets import Preset
from dreamstream.stage import Stage
from dreamstream.stage.chosen_net import ChosenNet

PROVED = 5.0
"""Seconds that a preset must have played without a failure to be good."""

_LIGHT = ("brightness", "contrast", "gamma", "colour")
_CALM = {"effects": "none", "blackout": False, "freeze": False, "flash_guard": True}
"""What panic switches, whatever the preset says."""


@dataclass
class LastGood:
    """Remembers the last preset that played without a failure for a while; call `note` each screen frame."""

    good: Preset | None = None
    _candidate: Preset | None = field(default=None, init=False)
    _since: float = field(default=0.0, init=False)
    _failures: int = field(default=0, init=False)

    def note(self, preset: Preset, failures: int, now: float) -> None:
        """Note what plays, and how many failures there have been in all; a preset without a name is none."""
        if preset is not self._candidate or failures != self._failures:
            self._candidate, self._failures, self._since = preset, failures, now
        elif preset is not self.good and preset.name and now - self._since >= PROVED:
            self.good = preset


def panic(stage: Stage, good: Preset | None, start: Params, net: ChosenNet) -> str:
    """Go back to the last good preset, or to how the show started, on `net`, all calm; return the message."""
    calm = {**_CALM, **{name: TABLE[name].default for name in _LIGHT}}
    if good is not None:
        try:
            stage.recall(good, calm)
            return f"panic: back to preset {good.name}"
        except PresetError:  # another net plays now
            pass
    left_alone = {name for name, info in TABLE.items() if info.group in ("wish", "screen", "pace", "tempo")}
    values = {**start.model_dump(exclude=left_alone), **stage.playing.net.carried(start, net)}
    stage.store.change(**{**values, **calm})
    return "panic: back to what the show began with"
