"""The stage's helm: what the autopilot may play on a stage, live or offline."""

import math
from collections.abc import Callable, Collection
from typing import Any

from dreamstream.autopilot import PICKED, Helm, Pulse
from dreamstream.params.presets import PRESET_PARAMS, Preset
from dreamstream.stage.morph import Morph
from dreamstream.stage.stage import Stage


def helm_of(
    stage: Stage,
    morph: Morph,
    pulse: Callable[[], Pulse],
    loud: Callable[[str], Collection[int]],
    beats: Callable[[], float] = lambda: math.inf,
) -> Helm:
    """Return the helm of a stage, whose dreams turn into each other as far as the `morph` is turned.

    `pulse` says how far its dream is, `loud` which channels of a layer were loud in the last minutes, `beats`
    how many have passed.
    """

    def values(preset: Preset) -> dict[str, Any]:
        """Return what a preset sets; of what is not picked, what a flag says goes before it."""
        given = stage.playing.settings.params
        return stage.values_of(
            preset, {n: v for n, v in given.items() if n in PRESET_PARAMS and n not in PICKED}
        )

    def layers() -> list[str]:
        net = stage.playing.net.layers
        return list(net.worth or net.layers)

    return Helm(
        store=stage.store,
        presets=lambda: stage.shelf.presets,
        values=values,
        layers=layers,
        channels=lambda layer: stage.playing.net.channel_counts.get(layer, 0),
        go=morph.go,
        stop=morph.stop,
        pulse=pulse,
        beats=beats,
        classes=lambda: [label for label in stage.playing.net.rounds["class_name"] if label],
        loud=loud,
        home=lambda: stage.playing.net.entry.layer,
    )
