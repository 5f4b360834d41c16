"""The stage: what a live show and a render share, built from the settings.

    settings -> net's structure, params, sources -> a dreamer, once its net is loaded

Everything that a person can get wrong is found here, before a window opens or a net loads.
"""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from dreamstream.caffe import NetSpec
from dreamstream.dream import Goal, Threads, mixed_layers, thread_counts
from dreamstream.dreamer import Dreamer
from dreamstream.effects import EffectShelf
from dreamstream.errors import NetError, ParamError, PresetError
from dreamstream.frame import Frame
from dreamstream.memory import keep_large_blocks
from dreamstream.nets import (
    DEFAULT_NET,
    Classes,
    NetEntry,
    Network,
    Threaded,
    caffe_missing,
    find_net,
    open_network,
)
from dreamstream.params import TABLE, Params, ParamStore
from dreamstream.presets import PRESET_PARAMS, NetLayers, Preset, load_presets
from dreamstream.sources import Canvas, open_picture, open_source
from dreamstream.transforms import with_own

ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""The signals that ask for an orderly end: Ctrl-C, kill, the terminal's closing."""

_STRUCTURAL = ("Convolution", "Concat", "Eltwise")  # layers with something of their own to show
_MIX_OF_MOVING = 0.15  # a film or a camera is to be seen in the dream unless asked otherwise


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


class Stage:
    """Holds the store and the sources; raises the DreamstreamError of whatever is wrong.

    `entry` is the net, where it is not the one that the settings name.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        entry: NetEntry | None = None,
    ) -> None:
        self.settings, self.clock = settings, clock
        keep_large_blocks()
        if settings.engine == "caffe":
            if missing := caffe_missing():
                raise NetError(f"--engine caffe: {missing}")
            if settings.device not in ("auto", "cpu"):
                raise NetError(f"--engine caffe computes on the CPU, not on '{settings.device}'")
            if settings.precision == "bf16":
                raise NetError("--engine caffe computes in fp32, not in bf16")
        self.entry = (entry or find_net(settings.net, settings.weights)).with_preprocessing(
            settings.mean, settings.scale, settings.channel_order
        )
        self.transforms = with_own(settings.transforms)
        self.effects = EffectShelf()
        structure = self.entry.structure()
        layers = structure.names()
        if settings.classes is not None:
            self.entry = replace(self.entry, classes=settings.classes)
        self.classes = Classes(structure, self.entry.class_names())
        self.guide = _guide(settings)
        self.store = ParamStore(
            Params(layer=self.entry.layer),
            choices={"transform": list(self.transforms), "layer": layers, "effects": self.effects.names},
            rounds=self._rounds(layers),
            checks={
                "second": lambda text: _second(text, layers),
                "class_name": self.classes.find,
                "guide_on": self._guide_switch,
            },
        )
        self.net_layers = NetLayers(self.entry.name, layers, self._worth(structure))
        self.shelf = load_presets(list(self.transforms), self.effects.names)
        self.preset = self.shelf.find(settings.preset) if settings.preset else Preset("")
        given = {"guide_on": self.guide is not None}
        given |= {**self.preset.values(self.net_layers), **settings.params}
        self._begun = self.store.change(**self._with_layer(given))
        self._size = settings.size[1], settings.size[0]
        self._drawn = (settings.drawn[1], settings.drawn[0]) if settings.drawn else None
        self.sources = [
            open_source(text, self._size, settings.seed, self._drawn) for text in settings.sources
        ]
        if any(source.moving for source in self.sources) and "mix" not in given:
            self.store.change(mix=_MIX_OF_MOVING)

    def recall(self, preset: Preset, over: Mapping[str, Any] | None = None) -> Params:
        """Change to a preset in one go, all of it or, with PresetError, nothing.

        What it does not name of a preset's params goes back to what a show begins with. `over` wins over it.
        """
        values = {name: TABLE[name].default for name in PRESET_PARAMS}
        values["guide_on"] = self.guide is not None
        if any(source.moving for source in self.sources):
            values["mix"] = _MIX_OF_MOVING
        values |= {**preset.values(self.net_layers), **(over or {})}
        try:
            params = self.store.change(**self._with_layer(values))
        except ParamError as error:
            raise PresetError(f"preset {preset.name}: {error}") from error
        self.preset = preset
        return params

    def _with_layer(self, values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "layer": values.get("layer") or self.entry.layer}

    def _worth(self, structure: NetSpec) -> list[str]:
        own = [layer.name for layer in structure.layers if layer.type in _STRUCTURAL]
        return list(self.entry.highlights) or own

    def _rounds(self, layers: Sequence[str]) -> dict[str, list[str]]:
        worth = list(self.entry.highlights) or list(layers)
        seconds = ["", *(name for name in worth if "," not in name)]  # commas part the layers there
        classes = [self.classes.find(name) for name in self.entry.class_highlights()] or self.classes.labels
        return {"layer": worth, "second": seconds, "class_name": ["", *classes]}

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

    def close(self) -> None:
        """Let go of the sources."""
        for source in self.sources:
            source.close()


def _guide(settings: Settings) -> Canvas | None:
    """Return the guide picture, in its own shape and with as many pixels as the canvas."""
    if settings.guide is None:
        return None
    return open_picture(str(settings.guide), settings.size[0] * settings.size[1])


def _second(text: str, layers: Sequence[str]) -> str:
    """Return the text of `second` as it is kept: checked, and spelt one way."""
    return ",".join(
        name if weight == 1 and ":" not in name else f"{name}:{weight:g}"
        for name, weight in mixed_layers(text, layers)
    )


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let no second Ctrl-C come between a recording and its end."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
