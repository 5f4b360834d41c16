"""The goal: params -> the objective of a frame.

    layer (channels) + direction -> + roam -> + guide -> + second layers -> + class -> shares -> Objective

A lone part is climbed as it is. Where several are mixed, a share of 0.5 is to mean half of what is seen:
but a pull at a classifier's output moves the picture some thirty times less than one as strong at a
layer in the middle. So each part's own gradient is measured once, on the canvas of the moment, and its
share divided by it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from dreamstream.caffe import channel_counts
from dreamstream.dream.aim import Aim, Vector
from dreamstream.dream.ascent import octave_sizes
from dreamstream.dream.fatigue import giving, lately, weights
from dreamstream.dream.layer_map import LayerMap
from dreamstream.dream.maps import MapMaker, Maps, NoMaps
from dreamstream.dream.objectives import L2, Channels, Class, Direction, Guide, Sum
from dreamstream.dream.pulls import Pulls
from dreamstream.dream.tile_memory import windows_of
from dreamstream.errors import NetError, ParamError, TooSmallError
from dreamstream.nets import Image, Network, Objective
from dreamstream.params import Params
from dreamstream.params.second import mixed_layers
from dreamstream.params.terms import Term, terms_of
from dreamstream.params.walk import walk_layers
from dreamstream.pictures import Picture
from dreamstream.size import Size

Parts = list[tuple[float, Objective]]

_GUIDES = 6  # layers whose guide features are remembered
_PLACES = 2048  # features of a guide, at most: an early layer of a large canvas has half a million


class Goal:
    """Makes objectives for one net. `class_layer` is the classifier's output (empty: it has none),
    `guide` a picture (H×W×3, 0..255) of any size that the net takes. `maker` makes the layers' maps, and
    `seed` gives the order in which they are roamed.
    """

    def __init__(
        self,
        network: Network,
        class_layer: str = "",
        guide: Image | None = None,
        maker: MapMaker | None = None,
        seed: int = 0,
    ) -> None:
        self._network, self._class_layer, self._guide = network, class_layer, guide
        self.message = ""
        """What the newest objective had to leave out, and why."""
        self._obstacle = cache(partial(_obstacle, network))  # asked once of a layer and a size
        self._counts: dict[str, int] = {}
        self._guides: dict[str, Guide] = {}  # the one that was used last at the end
        self._pulls = Pulls(network)
        self._maps = Maps(maker or NoMaps(), seed)

    def at_octaves(
        self, params: Params, canvas: Picture, aim: Aim | None = None
    ) -> Callable[[Size], Objective]:
        """Return what is to be climbed at an octave's size; NetError or ParamError for an unknown layer.

        Without an `aim` all that the params ask for is there, and nothing on its way.
        Channels that the layer does not have are taken modulo its count, so that a change of layer, live,
        never fails the dream; what the canvas does not reach or the layer's map does not have is left out,
        and `message` says why. Small octaves may do without a part: many a classifier needs a picture as
        large as those that it was trained on.
        """
        whole = self._parts(params, Size.of(canvas), aim)
        if len(whole) > 1:
            whole = [(share / self._pulls.of(part, canvas), part) for share, part in whole]

        def at(size: Size) -> Objective:
            parts = [pair for pair in whole if self._reach({*pair[1].layers} - {params.layer}, size)]
            if len(parts) == 1:
                return parts[0][1]
            return Sum(tuple(parts)) if parts else L2(params.layer, params.variety)

        return at

    def prepare(self, params: Params, canvas: Picture, sizes: Sequence[Size], aim: Aim | None = None) -> bool:
        """Return whether a dream at these octaves' sizes would begin at once, where the net can tell.

        If not, the net has what is missing built on a thread of its own: the dreamer need not stand still.
        """
        prepare = self._network.prepare
        guide = self._guide if params.guide_on and params.layer not in self._guides else None
        if guide is not None and not prepare(Size.of(guide), (params.layer,)):
            return False
        size = Size.of(canvas)
        parts = [part for _, part in self._parts(params, size, aim)]
        unmeasured = [part for part in parts if len(parts) > 1 and part not in self._pulls]
        wanted = [part.layers for part in unmeasured]
        if _mapped(params) and not self._maps.of(params.layer):  # once it comes its pull is measured, too
            wanted.append((params.layer,))
        ready = [prepare(size, layers) for layers in wanted]  # each, also behind one that is not ready
        if not all(ready):
            return False
        at = self.at_octaves(params, canvas, aim)
        ready = [prepare(octave, at(octave).layers) for octave in sizes]
        return all(ready)

    def new_pulls(self) -> dict[str, float]:
        """Return the pulls measured since the last call, by part; what is dreamt depends on them."""
        return self._pulls.new()

    def take_pull(self, part: str, pull: float) -> None:
        """Take a pull that was measured in another run of the show, in place of measuring it."""
        self._pulls.take(part, pull)

    def new_maps(self) -> Mapping[str, LayerMap]:
        """Return the maps first used since the last call, by layer; what is dreamt depends on them."""
        return self._maps.new()

    def take_map(self, layer: str, layer_map: LayerMap) -> None:
        """Take the map that another run of the show used, if it is one of a layer as it is in this net."""
        if channel_counts(self._network.spec).get(layer) == layer_map.steps.shape[1]:
            self._maps.take(layer, layer_map)

    def channel_count(self, layer: str, canvas: Size) -> int:
        """Return how many channels a layer has, told from a canvas's size the first time."""
        if layer not in self._counts:
            shape = self._network.shape(canvas, layer)
            self._counts[layer] = shape[1] if len(shape) > 1 else 1
        return self._counts[layer]

    def reaches(self, params: Params, size: Size, canvas: Size) -> bool:
        """Return whether all that is dreamt with the params at the canvas can be at a smaller size, too."""
        layers = (layer for _, part in self._parts(params, canvas) for layer in part.layers)
        walked = (name for name in walk_layers(params.walk) if not self._obstacle(name, canvas))
        return self._reach({params.layer, *layers, *walked}, size)

    def check(self, params: Params, canvas: Size) -> None:
        """Raise NetError for what `at_octaves` would only leave out: a slip at the start should be told."""
        numbers = (int(term.name) for term in terms_of(params.direction) if term.name.isdecimal())
        if named := (*params.channels, *numbers):
            count = self.channel_count(params.layer, canvas)
            if missing := [channel for channel in named if channel >= count]:
                raise NetError(
                    f"layer '{params.layer}' has no channel {missing[0]}; there are {count}, from 0"
                )
        if why := self._obstacle(params.layer, canvas):
            raise NetError(f"{params.layer} cannot be dreamt at {canvas}: {why}")
        octaves = octave_sizes(canvas, params.octaves, params.octave_scale)
        smallest = octaves[-1]
        if why := self._obstacle(params.layer, smallest):
            raise NetError(
                f"{params.layer} cannot be dreamt at the smallest octave, {smallest}: {why}, or --octaves 1"
            )
        for name in walk_layers(params.walk):
            if why := self._obstacle(name, canvas):
                raise NetError(f"walk: {name} cannot be dreamt at {canvas}: {why}")
        if _mapped(params) and not self._maps.of(params.layer):  # it may come later
            params = params.model_copy(update={"roam": 0.0, "direction": ""})
        self._parts(params, canvas)
        if self.message:
            raise NetError(self.message)
        for size, window in zip(octaves, windows_of(octaves, params.tile_memory), strict=True):
            if self.reaches(params, size, canvas) and not self.reaches(params, window, canvas):
                raise NetError(
                    f"tiles of {window} are too small for what is to be dreamt; "
                    "a smaller --tile-memory or a larger --size helps"
                )

    def _parts(self, params: Params, canvas: Size, aim: Aim | None = None) -> Parts:
        """Return all that is dreamt with its shares, which come to 1; `message` says what is left out."""
        self.message = ""
        aim = aim or Aim.of(params)
        between = [pair for pair in aim.between if self._reached(pair[1], f"walk: {pair[1]}", canvas)]
        own = between or [(1.0, params.layer)]
        parts = [(share, self._of_layer(layer, params.channels, params, canvas, aim)) for share, layer in own]
        vector, presence = aim.heading(partial(self._vector, params.layer, canvas))
        tired = lately(aim.tired, params.layer)
        gives = None if tired is None else giving(tired, params.fatigue)
        if vector is not None:
            direction = Direction(params.layer, vector, params.focus, gives)
            parts = _mixed(parts, [(1.0, direction)], params.direction_share * presence)
        if params.roam > 0:
            parts = _mixed(parts, self._roamed(params.layer, aim.roamed, gives), params.roam)
        if params.guide_on and self._guide is not None:
            parts = _mixed(parts, self._guided(params.layer, self._guide), params.guide_share)
        seconds: Parts = [
            (each.weight, self._of_layer(each.layer, each.channels, params, canvas, aim))
            for each in mixed_layers(params.second, self._network.spec.names())
            if self._reached(each.layer, each.layer, canvas)
        ]
        parts = _mixed(parts, seconds, params.second_share)
        if params.class_name:
            parts = _mixed(parts, self._classified(params.class_name, canvas), params.class_share)
        return parts

    def _of_layer(
        self, layer: str, channels: Sequence[int], params: Params, canvas: Size, aim: Aim
    ) -> Objective:
        tired, fatigue = lately(aim.tired, layer), params.fatigue
        if not channels:
            weighted = None if tired is None else weights(tired, fatigue)
            return L2(layer, params.variety, params.pick, params.pick_count, weighted)
        gives = None if tired is None else giving(tired, fatigue)
        return Channels(layer, wrapped(channels, self.channel_count(layer, canvas)), gives)

    def _vector(self, layer: str, canvas: Size, terms: tuple[Term, ...]) -> Vector | None:
        """Return the direction of terms, of norm 1; None where nothing is left of them."""
        if not terms:
            return None
        total = np.zeros(self.channel_count(layer, canvas))
        for name, weight in terms:
            if name.isdecimal():
                total[int(name) % len(total)] += weight
            elif (place := self._maps.places(layer).get(name)) is not None:
                total += weight * place
            else:
                self.message = f"direction: {self._maps.lack(layer, name)}"
        norm = float(np.linalg.norm(total))
        return total / norm if norm else None

    def _roamed(self, layer: str, passed: float, gives: Any) -> Parts:
        vector = self._maps.roamed(layer, passed)
        if vector is None:
            self.message = f"roam: {self._maps.message}"
            return []
        return [(1.0, Direction(layer, vector, giving=gives))]

    def _classified(self, label: str, canvas: Size) -> Parts:
        if not self._class_layer:
            self.message = "no class can be dreamt: this net is no classifier"
        elif self._reached(self._class_layer, "a class", canvas):
            number = label.split()[0]  # 1 of `1 goldfish`
            if not number.isdecimal():
                raise ParamError(
                    f"class '{label}': a number is needed, as this net's classes have no names here"
                )
            return [(1.0, Class(self._class_layer, int(number)))]
        return []

    def _guided(self, layer: str, picture: Image) -> Parts:
        guide = self._guides.pop(layer, None)
        if guide is None:
            try:
                blob = self._network.activations(picture, layer)  # C×H×W, or C
            except NetError as error:
                self.message = f"the guide cannot be dreamt: {error}"
                return []
            places = blob.reshape(len(blob), -1)  # all of them, or evenly chosen ones
            chosen = np.linspace(0, places.shape[1] - 1, min(places.shape[1], _PLACES)).round().astype(int)
            guide = Guide(layer, np.ascontiguousarray(places[:, chosen]))
        self._guides[layer] = guide
        if len(self._guides) > _GUIDES:
            del self._guides[next(iter(self._guides))]
        return [(1.0, guide)]

    def _reached(self, layer: str, name: str, canvas: Size) -> bool:
        """Return whether the canvas is large enough for a layer; `message` says by name why not."""
        if why := self._obstacle(layer, canvas):
            self.message = f"{name} cannot be dreamt at {canvas}: {why}"
        return not why

    def _reach(self, layers: Iterable[str], size: Size) -> bool:
        return not any(self._obstacle(layer, size) for layer in layers)


def _mapped(params: Params) -> bool:
    """Return whether a map of the layer has a part in the dream."""
    return params.roam > 0 or any(not term.name.isdecimal() for term in terms_of(params.direction))


def _obstacle(network: Network, layer: str, size: Size) -> str:
    """Return why a picture of this size does not reach a layer, or an empty text."""
    try:
        network.shape(size, layer)
    except TooSmallError:
        return f"{TooSmallError()}; a larger --size helps"
    except NetError as error:
        return str(error)
    return ""


def wrapped(channels: Sequence[int], count: int | None) -> tuple[int, ...]:
    """Return the channels modulo a layer's count, each once; as they are while it is unknown."""
    return tuple(dict.fromkeys(channel % count if count else channel for channel in channels))


def _mixed(parts: Parts, others: Parts, share: float) -> Parts:
    """Return both, the others with this share of the whole; what has none is left out."""
    if not others or share == 0:
        return parts
    own, whole = sum(weight for weight, _ in parts), sum(weight for weight, _ in others)
    mixed = [(weight / own * (1 - share), part) for weight, part in parts]
    mixed += [(weight / whole * share, part) for weight, part in others]
    return [(weight, part) for weight, part in mixed if weight > 0]
