"""Recall: the show's commands for presets.

command's name -> what it does with the stage -> a message for the operator
"""

from collections.abc import Callable
from functools import partial

from dreamstream.errors import PresetError
from dreamstream.params.presets import DIGITS, Preset
from dreamstream.stage import Stage


def preset_commands(stage: Stage) -> dict[str, Callable[[], str]]:
    """Return what the keys for presets do; each returns a message, or raises PresetError."""
    return {
        **{f"preset.{digit}": partial(_at_key, stage, digit) for digit in DIGITS},
        "preset.next": partial(_step, stage, 1),
        "preset.previous": partial(_step, stage, -1),
        "preset.save": partial(_save, stage),
        **{f"preset.save.{digit}": partial(_save, stage, digit) for digit in DIGITS},
    }


def _at_key(stage: Stage, digit: str) -> str:
    keys = stage.shelf.keys()
    if digit not in keys:
        raise PresetError(f"no preset has the key {digit}")
    return _recall(stage, keys[digit])


def _step(stage: Stage, steps: int) -> str:
    """Recall the next preset that can be played here: one that cannot must not bar the way to others."""
    preset = stage.shelf.after(stage.preset.name, steps)
    skipped: list[str] = []
    for _ in stage.shelf.presets:
        try:
            return "; left out: ".join((_recall(stage, preset), *skipped))
        except PresetError as error:
            skipped.append(str(error))
            preset = stage.shelf.after(preset.name, steps)
    raise PresetError(skipped[0])


def _recall(stage: Stage, preset: Preset) -> str:
    stage.recall(preset)
    return f"preset {preset.name}" + (f": {preset.help}" if preset.help else "")


def _save(stage: Stage, digit: str = "") -> str:
    path = stage.shelf.save(stage.store.snapshot(), stage.playing.net.layers, digit)
    return f"preset {path.stem} saved: {path}"
