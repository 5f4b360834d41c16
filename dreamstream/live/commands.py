"""What the operator can have a show do beyond changing a param: by a key, or by dropping a file.

action's name -> what it does -> a message for the operator, where there is one
dropped file -> a picture or film: the next source, at once · a net: that one · a preset: recalled
panic -> the last preset that played well for a while, or what the show began with
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dreamstream.claims import is_among
from dreamstream.controls import Route
from dreamstream.controls.actions import PRESET
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import PresetError, UsageError
from dreamstream.isf import Role
from dreamstream.live.show import Show
from dreamstream.nets import is_net_file
from dreamstream.params import OF_THE_SHOW, TABLE, Params
from dreamstream.params.presets import DIGITS, Preset, read_preset
from dreamstream.sources import check_source
from dreamstream.stage import Stage
from dreamstream.stage.chosen_net import ChosenNet
from dreamstream.stage.fader import Fader
from dreamstream.stage.morph import Morph

Kept = Callable[[], Sequence[Route]]
"""Gives the routes that are kept with a preset."""

PROVED = 5.0
"""Seconds that a preset must have played without a failure to be good."""

_LIGHT = ("brightness", "contrast", "gamma", "colour")
_CALM = {"effects": "none", "transition": "none", "blackout": False, "freeze": False}
_CALM |= {"flash_guard": True, "routes": False}
"""What panic switches, whatever the preset says."""


def show_commands(show: Show, tempo: Tempo, routes: Kept = tuple) -> dict[str, Callable[[], object]]:
    """Return what the keys do with the show, by the actions' names; what fails raises DreamstreamError.

    Where a command returns a text, that is a message for the operator. `routes` gives what is kept with a
    preset.
    """
    store, swapper, recordings = show.stage.store, show.swapper, show.recordings
    return {
        "transform.add": partial(store.add_link, "transform"),
        "transform.drop": partial(store.drop_link, "transform"),
        "canvas.larger": partial(show.canvas, 1),
        "canvas.smaller": partial(show.canvas, -1),
        "net.next": partial(swapper.step_net, 1),
        "net.previous": partial(swapper.step_net, -1),
        "other_net.next": partial(swapper.step_net, 1, other=True),
        "other_net.previous": partial(swapper.step_net, -1, other=True),
        "tempo.tap": tempo.tap,
        "record.toggle": recordings.toggle,
        "record.screen": partial(recordings.toggle, screen=True),
        "record.keep": recordings.save_replay,
        "output.toggle": show.outputs.toggle,
        **{f"output.toggle.{digit}": partial(show.outputs.toggle, int(digit)) for digit in DIGITS[:-1]},
        "snapshot": partial(_snapshot, show),
        **preset_commands(show.stage, routes),
    }


def _snapshot(show: Show) -> str:
    frame = show.ring.latest()[0]
    text = {
        "dreamstream:params": show.params_of(frame).model_dump_json(),
        "dreamstream:frame": str(frame.index),
        "dreamstream:show": json.dumps(show.stage.playing.record()),
    }
    return show.recordings.snapshot(frame, text, partial(show.copies.entry, frame))


def preset_commands(stage: Stage, routes: Kept = tuple) -> dict[str, Callable[[], str]]:
    """Return what the keys for presets do; each returns a message, or raises PresetError."""
    return {
        **_presets("preset", stage, partial(_recall, stage), lambda: stage.preset),
        **{f"{PRESET}{preset.name}": partial(_to, stage, preset.name) for preset in stage.shelf.presets},
        "preset.save": partial(_save, stage, routes),
        **{f"preset.save.{digit}": partial(_save, stage, routes, digit) for digit in DIGITS},
    }


def morph_commands(stage: Stage, morph: Morph, fader: Fader) -> dict[str, Callable[[], object]]:
    """Return what the keys do that have a dream turn into another; each may return a message."""
    return {
        **_presets("morph", stage, morph.begin, lambda: morph.to or stage.preset),
        "morph.stop": morph.stop,
        "morph.a": fader.mark_a,
        "morph.b": fader.mark_b,
    }


def _presets(
    noun: str, stage: Stage, go: Callable[[Preset], str], now: Callable[[], Preset]
) -> dict[str, Callable[[], str]]:
    """Return what goes to the preset of each digit, to the next and the previous of the one that is `now`."""
    return {
        **{f"{noun}.{digit}": partial(_at_key, stage, go, digit) for digit in DIGITS},
        f"{noun}.next": partial(_step, stage, go, now, 1),
        f"{noun}.previous": partial(_step, stage, go, now, -1),
    }


def _at_key(stage: Stage, go: Callable[[Preset], str], digit: str) -> str:
    keys = stage.shelf.keys()
    if digit not in keys:
        raise PresetError(f"no preset has the key {digit}")
    return go(keys[digit])


def _step(stage: Stage, go: Callable[[Preset], str], now: Callable[[], Preset], steps: int) -> str:
    """Go to the next preset that can be played here: one that cannot must not bar the way to others."""
    preset = stage.shelf.after(now().name, steps)
    skipped: list[str] = []
    for _ in stage.shelf.presets:
        try:
            return "; left out: ".join((go(preset), *skipped))
        except PresetError as error:
            skipped.append(str(error))
            preset = stage.shelf.after(preset.name, steps)
    raise PresetError(skipped[0])


def _to(stage: Stage, name: str) -> str:
    return _recall(stage, stage.shelf.find(name))  # as it is by now: it may have been saved anew


def _recall(stage: Stage, preset: Preset) -> str:
    stage.recall(preset)
    return f"preset {preset.name}" + (f": {preset.help}" if preset.help else "")


def _save(stage: Stage, routes: Kept, digit: str = "") -> str:
    records = [route.model_dump(exclude_defaults=True) for route in routes()]
    path = stage.shelf.save(stage.store.hand, stage.playing.net.layers, digit, records)
    return f"preset {path.stem} saved: {path}"


def take_file(path: str, show: Show) -> str:
    """Do what a file is for, by its name; return a message, or raise a DreamstreamError."""
    file = Path(path)
    if is_among(file, show.writing):
        raise UsageError(f"{path}: this show is writing it; it can be played when it is finished")
    if is_net_file(file):
        show.swapper.net(path)
        return f"net {file.name} is being opened"
    match file.suffix.lower():
        case ".toml":
            show.stage.recall(read_preset(file, show.stage.store, show.stage.route_of))
            return f"preset {file.name}"
        case ".fs":
            return _take_isf(file, show)
        case ".jsonl":
            raise UsageError(f"{path}: a score; it is played by: dreamstream --score {file.name}")
    check_source(path)
    show.swapper.source(path)
    return f"source {file.name}"


def _take_isf(file: Path, show: Show) -> str:
    """Put a filter behind the effects, go to a generator, choose a transition; raises what is wrong."""
    shelf, store = show.stage.effects, show.stage.store
    name = shelf.add(file)
    show.stage.take_shaders()
    match shelf.files[name].head().role:
        case Role.TRANSITION:
            store.change(transition=name)
            return f"transition {name}"
        case Role.GENERATOR:
            show.swapper.source(f"isf:{file.absolute()}")
            return f"source {file.name}"
    store.switch_link("effects", name, True)
    return f"effect {name}"


@dataclass
class LastGood:
    """Remembers the last preset that played for a while without a failure; `observe` is called each frame."""

    good: Preset | None = None
    _candidate: Preset | None = field(default=None, init=False)
    _since: float = field(default=0.0, init=False)
    _failures: int = field(default=0, init=False)

    def observe(self, preset: Preset, failures: int, now: float) -> None:
        """Take in what plays, and how many failures there were in all; a preset without a name is none."""
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
    left_alone = {name for name, info in TABLE.items() if info.group in OF_THE_SHOW}
    values = {**start.model_dump(exclude=left_alone), **stage.playing.net.carried(start, net)}
    stage.store.change(**{**values, **calm})
    return "panic: back to what the show began with"
