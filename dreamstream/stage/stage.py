"""The stage: what a live show and a render share, built from the settings.

    settings -> net's structure, params, sources -> a dreamer, once its net is loaded

Everything that a person can get wrong is found here, before a window opens or a net loads.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from dreamstream.dream import Goal
from dreamstream.dreamer import Dreamer
from dreamstream.dreamer.threads import Threads, thread_counts
from dreamstream.effects import EffectShelf
from dreamstream.errors import NetError, ParamError, PresetError
from dreamstream.frame import Frame
from dreamstream.nets import (
    DEFAULT_NET,
    Classes,
    NetEntry,
    Network,
    Threaded,
    caffe_missing,
    check_precision,
    open_network,
)
from dreamstream.params import TABLE, Params, ParamStore
from dreamstream.params.presets import PRESET_PARAMS, NetLayers, Preset, load_presets
from dreamstream.process import keep_large_blocks
from dreamstream.sources import Canvas, Source, open_picture, open_source
from dreamstream.stage.chosen_net import ChosenNet, NetChoice
from dreamstream.transforms import with_own

MIX_OF_MOVING = 0.15
"""The inflow of a film or a camera: it is to be seen in the dream unless asked otherwise."""


@dataclass(frozen=True)
class Settings:
    """What is dreamt: `size` is the canvas (width, height), `params` those that were given.

    `drawn` is the canvas that random patterns are drawn for, where it is not this one: they are then alike.
    """

    sources: tuple[str, ...] = ("clouds",)
    size: tuple[int, int] = (448, 252)
    net: str = DEFAULT_NET
    weights: Path | None = None
    mean: str = ""
    scale: float | None = None
    channel_order: str = ""
    engine: str = "torch"
    device: str = "auto"
    threads: int | None = None
    plan: str = "compiled"
    precision: str = "fp32"
    seed: int = 1
    guide: Path | None = None
    classes: Path | None = None
    transforms: tuple[Path, ...] = ()
    preset: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    drawn: tuple[int, int] | None = None

    @property
    def choice(self) -> NetChoice:
        """The net, with what is given beside it."""
        return NetChoice(
            self.net, self.weights, self.mean, self.scale, self.channel_order, classes=self.classes
        )

    def with_choice(self, choice: NetChoice) -> "Settings":
        """Return these with another net, and with what is given beside that."""
        return replace(
            self,
            net=choice.net,
            weights=choice.weights,
            mean=choice.mean,
            scale=choice.scale,
            channel_order=choice.channel_order,
            classes=choice.classes,
        )


class Stage:
    """Holds the store, the net and the sources; raises the DreamstreamError of whatever is wrong.

    `entry` is the net, where it is not the one that the settings name. `settings` say what is played now: a
    swap changes them.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        entry: NetEntry | None = None,
    ) -> None:
        self.settings, self.clock = settings, clock
        keep_large_blocks()
        _check_engine(settings)
        choice = settings.choice
        if entry is not None:
            entry = entry.with_preprocessing(choice.mean, choice.scale, choice.channel_order)
        self.net = ChosenNet(choice, entry)
        self.transforms = with_own(settings.transforms)
        self.effects = EffectShelf()
        self.guide = _guide(settings)
        self.store = ParamStore(
            Params(layer=self.entry.layer),
            choices={
                **self.net.choices,
                "transform": list(self.transforms),
                "effects": self.effects.names,
            },
            rounds=self.net.rounds,
            checks={**self.net.checks, "guide_on": self._guide_switch},
        )
        self.shelf = load_presets(list(self.transforms), self.effects.names)
        self.preset = self.shelf.find(settings.preset) if settings.preset else Preset("")
        given = {"guide_on": self.guide is not None, **self._of_preset(settings.params), **settings.params}
        self._begun = self.store.change(**self._with_layer(given))
        self._drawn = (settings.drawn[1], settings.drawn[0]) if settings.drawn else None
        self.sources = [self.open_source(text) for text in settings.sources]
        if any(source.moving for source in self.sources) and "mix" not in given:
            self.store.change(mix=MIX_OF_MOVING)

    def _of_preset(self, over: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the preset says beside what goes over it; PresetError if that does not fit here."""
        values = {n: v for n, v in self.preset.values(self.net_layers).items() if n not in over}
        try:
            self.store.change(**self._with_layer(values))
        except ParamError as error:
            raise PresetError(f"preset {self.preset.name}: {error}") from error
        return values

    @property
    def _size(self) -> tuple[int, int]:
        return self.settings.size[1], self.settings.size[0]

    def open_source(self, text: str) -> Source:
        """Open a source for the canvas; SourceError where it cannot be."""
        return open_source(text, self._size, self.settings.seed, self._drawn)

    @property
    def entry(self) -> NetEntry:
        """The net that is played: files, preprocessing, layers worth a dream."""
        return self.net.entry

    @property
    def classes(self) -> Classes:
        """The net's classes."""
        return self.net.classes

    @property
    def net_layers(self) -> NetLayers:
        """What presets know of the net."""
        return self.net.layers

    def recall(self, preset: Preset, over: Mapping[str, Any] | None = None) -> Params:
        """Change to a preset in one go, all of it or, with PresetError, nothing.

        What it does not name of a preset's params goes back to what a show begins with. `over` wins over it.
        """
        values = {name: TABLE[name].default for name in PRESET_PARAMS}
        values["guide_on"] = self.guide is not None
        if any(source.moving for source in self.sources):
            values["mix"] = MIX_OF_MOVING
        values |= {**preset.values(self.net_layers), **(over or {})}
        try:
            params = self.store.change(**self._with_layer(values))
        except ParamError as error:
            raise PresetError(f"preset {preset.name}: {error}") from error
        self.preset = preset
        return params

    def _with_layer(self, values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "layer": values.get("layer") or self.entry.layer}

    def _guide_switch(self, on: bool) -> bool:
        if on and self.guide is None:
            raise ParamError("no guide picture to switch on; start with --guide PICTURE")
        return on

    def first_frame(self) -> Frame:
        """Return the source itself as frame 0, to be seen while the net loads."""
        return Frame.of(self.sources[0].read(), 0, None, self.clock())

    def open_dreamer(self) -> Dreamer:
        """Load the net and return the dreamer; takes seconds, for the thread that dreams."""
        return self.dreamer_on(self.open_net())

    def open_net(self) -> Network:
        """Load the net into its engine; takes seconds."""
        how = self.settings
        return open_network(self.entry, how.device, how.threads, how.engine, how.plan, how.precision)

    def dreamer_on(self, network: Network) -> Dreamer:
        """Return a dreamer on a net that is open already; what does not fit this canvas raises NetError."""
        goal = Goal(network, self.classes.layer, self.guide)
        goal.check(self._begun, np.full((*self._size, 3), 127, np.float32))
        dreamer = Dreamer(
            self.store, self.sources, network, self.settings.seed, self.clock, goal, self._drawn
        )
        dreamer.transforms = self.transforms
        return dreamer

    def threads(self, network: Network) -> Threads | None:
        """Return what finds the number of threads while a show runs, first all; None where it is given."""
        if self.settings.threads is not None or not isinstance(network, Threaded):
            return None
        counts = thread_counts(network.most_threads)
        return Threads(counts, len(counts) - 1, network.use_threads)

    def describe(self) -> dict[str, Any]:
        """Return the settings as the score keeps them."""
        return {
            "seed": self.settings.seed,
            "net": self.settings.net,
            "weights": str(self.settings.weights or ""),
            "mean": list(self.entry.preprocessing.mean),
            "scale": self.entry.preprocessing.scale,
            "channel_order": self.entry.preprocessing.order,
            "engine": self.settings.engine,
            "plan": self.settings.plan,
            "precision": self.settings.precision,
            "sources": list(self.settings.sources),
            "canvas": list(self.settings.size),
            "preset": self.settings.preset,
            "guide": str(self.settings.guide or ""),
            "classes": str(self.settings.classes or ""),
            "transforms": [str(path) for path in self.settings.transforms],
        }

    def fitted(self, params: Params, net: ChosenNet) -> dict[str, Any]:
        """Return params that were played on a net as they are on the present one."""
        values = params.model_dump()
        return values if net is self.net else {**values, **self.net.carried(params, net)}

    def close(self) -> None:
        """Let go of the sources."""
        for source in self.sources:
            source.close()


def _check_engine(settings: Settings) -> None:
    """Raise NetError where real Caffe is asked for, and missing, or for what it or this CPU cannot do."""
    if settings.engine == "caffe":
        if missing := caffe_missing():
            raise NetError(f"--engine caffe: {missing}")
        if settings.device not in ("auto", "cpu"):
            raise NetError(f"--engine caffe computes on the CPU, not on '{settings.device}'")
        if settings.precision == "bf16":
            raise NetError("--engine caffe computes in fp32, not in bf16")
    else:
        check_precision(settings.precision, settings.device, settings.plan)


def _guide(settings: Settings) -> Canvas | None:
    """Return the guide picture, in its own shape and with as many pixels as the canvas."""
    if settings.guide is None:
        return None
    return open_picture(str(settings.guide), settings.size[0] * settings.size[1])
