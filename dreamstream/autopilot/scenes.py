"""Scenes: a preset, and what the autopilot makes of it: other subjects, motions, colours.

preset -> its params -> a layer, a direction, a class, a second layer, a transform, a palette, an effect more
    -> Scene

Whatever rested longest comes first, so that subjects change and not the motion alone.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dreamstream.autopilot.helm import Helm
from dreamstream.autopilot.lately import Lately
from dreamstream.autopilot.taste import Kind, Taste
from dreamstream.knobs import EFFECTS_CHAIN, NONE, TRANSFORM_CHAIN, Chain, Link, chain_text, links_of
from dreamstream.params import TABLE
from dreamstream.params.presets import Preset
from dreamstream.params.second import Mixed, mixed_layers, mixed_text
from dreamstream.params.terms import spelt

_LONGEST = 3  # transforms in a chain: of more none is seen any more
_STRAYING = {"scale_tilt": 0.6, "octave_tilt": 0.5}  # what makes shapes larger or finer, and how far it goes
_DIRECTED = (0.3, 0.6)  # share of a direction: more is texture,
_ROAMED = (0.7, 1.0)  # and of a roam: with less the same channels come up
_SEEN = (0.28, 0.4)  # share of a class: what is seen is that thing, as the layers see it,
_BESIDE = 0.5  # and so much of a direction beside it, and no roam: with that it is texture
_AWAY = -0.3  # weight of what was loud for minutes, in a direction: away from it
_NAMED = {"transforms": "transform", "palettes": "held_palette", "effects": "effects"}
_TURNING = ("rotate", "column-roll", "sine-roll", "random-roll", "hue")  # that go either way as well
_ROOM = ("brightness", "contrast", "gamma", "colour")
"""The room's: set for a projector, and left alone unless a preset names them."""

PICKED = (
    *("transform", "layer", "channels", "direction", "direction_share", "fatigue", "roam", "roam_time"),
    *("fatigue_time", "second", "second_share", "class_name", "class_share"),
    *("held_palette", "palette_pull", "effects"),
    *_STRAYING,
)
"""The params that scenes differ in by themselves, and not by their presets alone."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """What is played for a phrase: `values` of params, and the things in it that are to rest afterwards.

    `home` is the chain of transforms that its strengths stray from.
    """

    preset: Preset
    values: Values
    home: str = NONE
    uses: list[tuple[str, Any]] = field(default_factory=list)


class Scenes:
    """Makes scenes, by a taste and an account of what was used; `rng` is their chance."""

    def __init__(self, helm: Helm, lately: Lately, rng: random.Random) -> None:
        self._helm, self._lately, self._rng = helm, lately, rng

    def presets(self, taste: Taste) -> list[Preset]:
        """Return what there is to play: presets, or where there are none each transform by itself."""
        shelf = {preset.name: preset for preset in self._helm.presets()}
        chosen = [shelf[name] for name in taste.presets.of(shelf)]
        return chosen or self.transforms(taste)

    def transforms(self, taste: Taste) -> list[Preset]:
        """Return each transform by itself, as if it were a preset."""
        names = self._named(taste.transforms, "transform")
        return [Preset(name=name, params={"transform": name}) for name in names or [NONE]]

    def unknown(self, taste: Taste) -> list[str]:
        """Return what is wrong with the names in a taste, a line for each kind where not all are known."""
        known: dict[str, Sequence[str]] = {
            "presets": [preset.name for preset in self._helm.presets()],
            "layers": self._helm.layers(),
            "second": self._helm.layers(),
            "classes": [*self._classes()],
            **{kind: self._helm.store.choices(param) for kind, param in _NAMED.items()},
        }
        return [text for kind, names in known.items() if (text := taste.unknown(kind, names))]

    def rest(self, preset: Preset, now: float) -> float:
        """Return how long a preset's family was not seen, 0..1: those that move alike."""
        return self._lately.rest("family", _family(preset.params), now)

    def large(self, preset: Preset, taste: Taste, now: float) -> Scene:
        """Return a scene of a preset; raises a DreamstreamError where that cannot be played here."""
        values = dict(self._helm.values(preset))
        for name in _ROOM:
            if name not in preset.params:
                values.pop(name, None)
        scene = Scene(preset, values, self._moves(values, taste, now))
        self._strengths(scene, taste.presets.stray)
        scene.uses.append(("family", _family(preset.params)))
        self._choose_layer(scene, taste, now)
        self._choose_direction(scene, taste, now)
        self._choose_roam(scene, taste)
        self._choose_class(scene, taste, now)
        self._choose_second(scene, taste, now)
        self._choose_palette(scene, taste, now)
        self._choose_effect(scene, taste, now)
        return scene

    def small(self, scene: Scene, taste: Taste, now: float) -> Scene:
        """Return a scene in which one thing is another: strengths, an effect, a palette."""
        ways: list[Callable[[Scene, Taste, float], None]] = [
            lambda other, taste, now: self._strengths(other, taste.presets.stray),
            self._choose_effect,
            self._choose_palette,
        ]
        for way in self._rng.sample(ways, len(ways)):
            other = replace(scene, values=dict(scene.values), uses=list(scene.uses))
            way(other, taste, now)
            if other.values != scene.values:
                return other
        return scene

    def _moves(self, values: Values, taste: Taste, now: float) -> str:
        """Return the chain of transforms for a scene: its own, or with another one behind."""
        links, stray = links_of(values["transform"]), taste.presets.stray
        for name, far in _STRAYING.items():
            values[name] = _within(name, values[name] + far * stray * self._rng.uniform(-1, 1))
        there = {link.name for link in links}
        names = [name for name in self._named(taste.transforms, "transform") if name not in there]
        if len(links) < _LONGEST and names and self._happens(taste.transforms):
            name = self._lately.pick("transform", names, now, self._rng)
            links = (*links, Link(name, self._strength(name, 0.15 + 0.45 * stray)))
        return chain_text(links)

    def _strengths(self, scene: Scene, stray: float) -> None:
        """Make each transform of the chain stronger or weaker than at home; what turns may turn round."""
        links = links_of(scene.home)
        scales = [link.scale * self._rng.uniform(1 - 0.5 * stray, 1 + 0.4 * stray) for link in links]
        if links and links[0].name in _TURNING and self._rng.random() < 0.3 * stray:
            scales[0] = -scales[0]
        turned = [Link(link.name, scale) for link, scale in zip(links, scales, strict=True)]
        scene.values["transform"] = _chain(turned, TRANSFORM_CHAIN)

    def _choose_layer(self, scene: Scene, taste: Taste, now: float) -> None:
        values, worth = scene.values, list(self._helm.layers())
        names, own = taste.layers.within(worth), values["layer"]
        if own in worth:  # not too far from it
            reach = taste.presets.stray * len(worth)
            names = [name for name in names if abs(worth.index(name) - worth.index(own)) <= reach]
        if names and self._happens(taste.layers):
            values["layer"] = self._lately.pick("layer", names, now, self._rng)
            values["channels"], values["direction"] = (), ""  # those of another layer mean nothing here
        scene.uses.append(("layer", values["layer"]))

    def _choose_direction(self, scene: Scene, taste: Taste, now: float) -> None:
        """Choose channels of the layer that have rested, and were not loud, away from those that were."""
        values, layer = scene.values, scene.values["layer"]
        if "fatigue" not in scene.preset.params:
            values["fatigue"] = taste.directions.fatigue
            values["fatigue_time"] = taste.directions.fatigue_time
        count, loud = self._helm.channels(layer), {*self._helm.loud(layer)}
        if not count or self._rng.random() >= taste.directions.often:
            return
        quiet = [channel for channel in range(count) if channel not in loud]
        most, kind = min(taste.directions.channels, max(count // 2, 1)), f"channel of {layer}"
        chosen = self._lately.some(kind, quiet or range(count), most, now, self._rng)
        terms = [f"{channel}:{self._rng.uniform(0.4, 1):.2f}" for channel in chosen]
        others = sorted(loud - {*chosen})
        away = self._rng.sample(others, min(most, len(others)))
        terms += [f"{channel}:{_AWAY:g}" for channel in away]
        values["direction"], values["channels"] = spelt("+".join(terms)), ()
        values["direction_share"] = round(self._rng.uniform(*_DIRECTED), 2)
        scene.uses.extend((kind, channel) for channel in chosen)

    def _choose_roam(self, scene: Scene, taste: Taste) -> None:
        """Have the subject walk on by itself, beside its direction."""
        if self._rng.random() < taste.roam.often:
            scene.values["roam"] = round(self._rng.uniform(*_ROAMED), 2)
            scene.values["roam_time"] = float(self._rng.randint(15, 45))

    def _choose_class(self, scene: Scene, taste: Taste, now: float) -> None:
        """Have one of the net's classes be seen, in place of most that is no thing."""
        values, labels = scene.values, self._classes()
        names = taste.classes.of(labels)
        if names and self._happens(taste.classes):
            name = self._lately.pick("class", names, now, self._rng)
            values["class_name"], values["class_share"] = labels[name], round(self._rng.uniform(*_SEEN), 2)
            values["direction_share"] = round(_BESIDE * values["direction_share"], 2)
            values["roam"] = 0.0
            scene.uses.append(("class", name))

    def _choose_second(self, scene: Scene, taste: Taste, now: float) -> None:
        """Choose a second layer, and have the net's own be dreamt beside all: what rested comes up there."""
        values = scene.values
        names = [name for name in taste.second.of(self._helm.layers()) if name != values["layer"]]
        names = [name for name in names if "," not in name]  # commas part the layers there
        if names and self._happens(taste.second):
            values["second"] = self._lately.pick("layer", names, now, self._rng)
            values["second_share"] = round(self._rng.uniform(0.2, 0.5), 2)
            scene.uses.append(("layer", values["second"]))
        home, share = self._helm.home(), taste.second.home
        if share and home and "," not in home:
            _mix_in(home, share, values)

    def _choose_palette(self, scene: Scene, taste: Taste, now: float) -> None:
        names = self._named(taste.palettes, "held_palette")
        if names and self._happens(taste.palettes):
            scene.values["held_palette"] = self._lately.pick("palette", names, now, self._rng)
            scene.values["palette_pull"] = round(self._rng.uniform(0.03, 0.12), 3)
        scene.uses.append(("palette", scene.values["held_palette"]))

    def _choose_effect(self, scene: Scene, taste: Taste, now: float) -> None:
        """Choose an effect, in place of what was chosen before; or none, where that is the taste."""
        chain = list(links_of(scene.preset.params.get("effects", NONE), EFFECTS_CHAIN))
        there = {link.name for link in chain}
        names = [name for name in self._named(taste.effects, "effects") if name not in there]
        if names and self._happens(taste.effects):
            name = self._lately.pick("effect", names, now, self._rng)
            chain.append(Link(name, self._rng.uniform(0.3, 1.0)))
            scene.uses.append(("effect", name))
        scene.values["effects"] = _chain(chain, EFFECTS_CHAIN)

    def _classes(self) -> dict[str, str]:
        """Return the labels of the classes worth a dream by their names: `1 goldfish` by `goldfish`."""
        return {label.partition(" ")[2] or label: label for label in self._helm.classes()}

    def _named(self, kind: Kind, param: str) -> list[str]:
        """Return the names that a param may have, as far as taste goes."""
        return [name for name in kind.of(self._helm.store.choices(param)) if name != NONE]

    def _happens(self, kind: Kind) -> bool:
        return self._rng.random() < kind.often

    def _strength(self, name: str, most: float) -> float:
        """Return how much of a transform comes beside others; what turns goes either way."""
        strength = round(self._rng.uniform(0.5 * most, most), 2)
        return -strength if name in _TURNING and self._rng.random() < 0.5 else strength


def _mix_in(home: str, share: float, values: Values) -> None:
    """Have a layer be so much of the dream; what is mixed in already keeps its share of the rest."""
    others = mixed_layers(values["second"])
    whole, left = sum(each.weight for each in others), 1 - share
    part = left * values["second_share"] if others else 0.0
    weighed = [each._replace(weight=round(part / share * each.weight / whole, 3)) for each in others]
    seen = [each for each in weighed if each.weight > 0]
    values["second"], values["second_share"] = mixed_text([Mixed(home), *seen]), round(share + part, 2)


def _family(params: Mapping[str, Any]) -> str:
    """Return what params move like: their first transform."""
    links = links_of(params.get("transform", NONE))
    return links[0].name if links else NONE


def _chain(links: Sequence[Link], chain: Chain) -> str:
    """Return a chain's text, its numbers cut to what they may be, and to what can be seen."""
    return chain_text(Link(name, round(min(max(scale, chain.low), chain.high), 2)) for name, scale in links)


def _within(name: str, value: float) -> float:
    info = TABLE[name]
    assert info.low is not None and info.high is not None
    return round(min(max(value, info.low), info.high), 2)
