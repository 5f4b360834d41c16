"""The stage: what a live show and a render share, built from the settings.

    settings -> net's structure, params, sources -> a dreamer, once its net is loaded

Everything that a person can get wrong is found here, before a window opens or a net loads.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dreamstream.controls import Route, action_table, route_of
from dreamstream.dream import Goal, NoMaps, Painter, octave_sizes
from dreamstream.dreamer import Director, Dreamer, Listener, OtherNet, ThreadTuner, thread_counts
from dreamstream.dreamer.eye import Eye
from dreamstream.effects import EffectShelf
from dreamstream.errors import ParamError, PresetError
from dreamstream.knobs import NONE
from dreamstream.nets import NetEntry, Network, open_network
from dreamstream.nets.tiled_net import TiledNet
from dreamstream.params import TABLE, Params, ParamStore
from dreamstream.params.morph import mixed
from dreamstream.params.presets import PRESET_PARAMS, Preset, load_presets, preset_files
from dreamstream.pictures import HOST, Pictures, pictures_on
from dreamstream.process import keep_large_blocks
from dreamstream.size import Size
from dreamstream.sources import Source, files_read, is_word, open_source, pictures_in
from dreamstream.stage.chosen_net import ChosenNet
from dreamstream.stage.flowed import Flowed
from dreamstream.stage.given import Given
from dreamstream.stage.maps import StageMaps
from dreamstream.stage.playing import Playing
from dreamstream.stage.settings import Settings, check_engine
from dreamstream.transforms import with_own

MIX_OF_MOVING = 0.15
"""The inflow of a film or a camera: it is to be seen in the dream unless asked otherwise."""


class Stage:
    """Holds the store and what is playing; raises the DreamstreamError of whatever is wrong.

    `entry` is the net, where it is not the one that the settings name. For a `render` the preset is as it is
    in a file. `playing` is replaced as a whole by each swap, on the thread that dreams: whoever needs more
    than one thing of it takes it once.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        entry: NetEntry | None = None,
        render: bool = False,
    ) -> None:
        self.clock = clock
        keep_large_blocks()
        check_engine(settings)
        self.transforms = with_own(settings.transforms)
        self.effects = EffectShelf()
        self.shelf = load_presets(list(self.transforms), self.effects.names, self.route_of)
        self.preset = self.shelf.find(settings.preset) if settings.preset else Preset(name="")
        self.preset = self.preset.in_file() if render else self.preset
        self.recalls = 0
        """How often another preset has come."""
        octaves = octaves_of(settings, self.preset)
        net, self.given = ChosenNet(settings.net, entry, octaves), Given(settings, octaves)
        self.maps_made, self.maps_wait = True, True
        """Whether maps of layers are made when they are needed, and whether they are waited for then."""
        self._makers: list[StageMaps] = []
        self._flowed = Flowed() if settings.map_from == Path("source") else None
        if settings.map_from is not None and self._flowed is None:
            pictures_in(settings.map_from)  # what is wrong with it is said now
        self.store = ParamStore(
            Params(layer=net.entry.layer),
            choices={
                **net.choices,
                "transform": list(self.transforms),
                "effects": self.effects.names,
                "transition": self.effects.transitions,
            },
            rounds={**net.rounds, **self.given.rounds},
            checks={**net.checks, **self.given.checks},
        )
        self.playing = Playing(settings, net, ())
        of_preset = {n: v for n, v in self.preset.values(net.layers).items() if n not in settings.params}
        self._checked(self.preset, of_preset)  # by itself: what is wrong with it is a PresetError
        given = {**self.given.at_first, **self.given.turns, **of_preset, **settings.params}
        self._start = self.store.change(**self._with_layer(given))
        sources = tuple(self.open_source(text) for text in settings.sources)
        self.playing = Playing(settings, net, sources)
        if self.playing.moves and "mix" not in given:
            self.store.change(mix=MIX_OF_MOVING)
        self.ends = self._ends(settings, render)
        """What the fader `morph` goes between: what the show begins with, and preset B, if there is one."""

    @property
    def reads(self) -> list[Path]:
        """The files that it is made of: sources, guide, mask, nets, transforms, presets, effects."""
        settings, entry = self.playing.settings, self.playing.net.entry
        files = [*self.given.reads, entry.prototxt, entry.caffemodel, entry.classes]
        files += [*settings.transforms, *([Path(settings.net.mean)] if settings.net.mean else [])]
        for text in settings.sources:
            files += [] if is_word(text) else files_read(Path(text))
        files += [*preset_files(), *(file.path for file in self.effects.files.values())]
        return [path for path in files if path is not None]

    def take_shaders(self) -> None:
        """Have params for all that the user's shaders ask for by now."""
        self.store.grow(self.effects.fields())

    def open_source(self, text: str) -> Source:
        """Open a source for the canvas; SourceError where it cannot be."""
        settings = self.playing.settings
        return open_source(text, settings.size, settings.seed, settings.drawn)

    def route_of(self, record: dict[str, Any]) -> Route:
        """Return the route that a preset's record tells of; ControlError says what is wrong with it."""
        return route_of(record, action_table(self.transforms, self.effects.names))

    def recall(self, preset: Preset, over: Mapping[str, Any] | None = None) -> Params:
        """Change to a preset in one go, all of it or, with PresetError, nothing.

        What it does not name of a preset's params goes back to what a show begins with. `over` wins over it.
        """
        params = self.store.change(**self.values_of(preset, over), **self.crossing)
        self.arrive(preset)
        return params

    @property
    def crossing(self) -> dict[str, int]:
        """What has the screen go to another picture by the transition, if one is chosen."""
        hand = self.store.hand
        return {} if hand.transition == NONE else {"transitions": hand.transitions + 1}

    def arrive(self, preset: Preset) -> None:
        """Take note that a preset is there, all of it."""
        self.preset = preset
        self.recalls += 1

    def values_of(self, preset: Preset, over: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return all that `recall` sets, and change nothing; PresetError where it cannot be played here."""
        playing, values = self.playing, {name: TABLE[name].default for name in PRESET_PARAMS}
        values |= self.given.at_first
        if playing.moves:
            values["mix"] = MIX_OF_MOVING
        return self._checked(preset, {**values, **preset.values(playing.net.layers), **(over or {})})

    def _checked(self, preset: Preset, values: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.store.check(**self._with_layer(values))
        except ParamError as error:
            raise PresetError(f"preset {preset.name}: {error}") from error

    def _ends(self, settings: Settings, render: bool) -> tuple[Params, Params | None]:
        """Return what the fader goes between, and begin where it stands."""
        a = self.store.hand
        if not settings.preset_b:
            return a, None
        preset = self.shelf.find(settings.preset_b)
        b = a.model_copy(update=self.values_of(preset.in_file() if render else preset, settings.params))
        self._start = self.store.change(**mixed(a, b, a.morph))
        return a, b

    def _with_layer(self, values: dict[str, Any]) -> dict[str, Any]:
        net = self.playing.net
        return {**values, "layer": net.layer_called(values.get("layer") or net.entry.layer)}

    def open_dreamer(
        self,
        frame_seconds: float | None = None,
        director: Director | None = None,
        listeners: Sequence[Listener] = (),
    ) -> Dreamer:
        """Load the net and return the dreamer; takes seconds, for the thread that dreams."""
        return self.dreamer_on(self.open_net(), listeners, director, frame_seconds=frame_seconds)

    def open_net(self, entry: NetEntry | None = None) -> Network:
        """Load the net, or another, into the engine; takes seconds."""
        settings = self.playing.settings
        network = open_network(
            entry or self.playing.net.entry,
            settings.device,
            settings.threads,
            settings.engine,
            settings.plan,
            settings.precision,
        )
        return TiledNet(network, settings.tile)

    def dreamer_on(
        self,
        network: Network,
        listeners: Sequence[Listener] = (),
        director: Director | None = None,
        live: bool = False,
        crowded: bool = False,
        frame_seconds: float | None = None,
    ) -> Dreamer:
        """Return a dreamer on a net that is open already; what does not fit this canvas raises NetError.

        A `live` one finds the best number of threads by trying, where none is given, and never stands still
        to wait for the net. It begins with all, or with one on a `crowded` machine: where other programs take
        the CPU, threads wait for each other. `frame_seconds` is the dreamer's.
        """
        playing = self.playing
        self.maps_wait = not live
        goal = self.goal_on(network, playing.net)
        goal.check(self._start, playing.settings.size)
        tuner = None
        if live and playing.settings.threads is None and network.most_threads:
            counts = thread_counts(network.most_threads)
            tuner = ThreadTuner(counts, 0 if crowded else len(counts) - 1, network.use_threads)
        return Dreamer(
            self.store,
            playing.sources,
            network,
            playing.settings.seed,
            self.clock,
            goal,
            playing.settings.drawn,
            transforms=self.transforms,
            tuner=tuner,
            waits=not live,
            listeners=(*listeners, *([self._flowed] if self._flowed else [])),
            director=director,
            frame_seconds=frame_seconds,
            pictures=self.pictures(network),
            painter=Painter(self.given.mask),
            other=self._other_net(),
        )

    def _other_net(self) -> OtherNet | None:
        """Open the other net, where one is given; NetError where it does not fit this canvas."""
        if self.given.other is None:
            return None
        other = self.open_other(self.given.other)
        if self._start.other_every:
            other.goal.check(other.params(self._start), self.playing.settings.size)
        return other

    def open_other(self, net: ChosenNet) -> OtherNet:
        """Load a net that is to dream in turn with the show's own; takes seconds."""
        network = self.open_net(net.entry)
        return OtherNet(network, Goal(network), net.entry.layer)

    def eye_on(self, network: Network, waits: bool = False) -> Eye:
        """Return what looks at a dream with its net: by the layer to begin with, and one half as deep."""
        net = self.playing.net
        last = net.entry.layer
        first = net.layers.at(net.layers.depth(last) / 2)
        return Eye(network, [first, last] if first != last else [last], waits)

    def goal_on(self, network: Network, net: ChosenNet) -> Goal:
        """Return what objectives are made by for a net that is open."""
        settings = self.playing.settings
        if not self.maps_made:
            return Goal(network, net.classes.layer, self.given.guide, NoMaps(), settings.seed)
        folder = settings.map_from if self._flowed is None else None
        self._makers.append(StageMaps(net.entry, folder, self._flowed, self.maps_wait))
        return Goal(network, net.classes.layer, self.given.guide, self._makers[-1], settings.seed)

    def canvas_on(self, network: Network) -> str:
        """Return whether the canvas that a net dreams on is on the `host`, or on the net's `device`."""
        asked = self.playing.settings.canvas_on
        if asked == "auto":
            return "host" if network.device == "cpu" else "device"
        return asked

    def pictures(self, network: Network) -> Pictures:
        """Return what is done to the canvas that a net dreams on, where that is."""
        return HOST if self.canvas_on(network) == "host" else pictures_on(network.device)

    def close(self) -> None:
        """Let go of the sources, and make no more maps."""
        for maker in self._makers:
            maker.close()
        for source in self.playing.sources:
            source.close()
        self.given.close()


def octaves_of(settings: Settings, preset: Preset | None = None) -> list[Size]:
    """Return the sizes of the octaves that a show begins with, the largest first."""
    given = {**(preset.params if preset else {}), **settings.params}
    asked = {name: given[name] for name in ("octaves", "octave_scale") if name in given}
    params = ParamStore().change(**asked)
    return octave_sizes(settings.size, params.octaves, params.octave_scale)
