"""Maps: those of one net's layers, where they are there, and the roams over them.

layer -> a map that a score brought, or one that is made here -> places, roam
"""

from collections.abc import Mapping
from typing import Protocol

from dreamstream.dream.aim import Vector
from dreamstream.dream.layer_map import LayerMap
from dreamstream.dream.roam import Roam


class MapMaker(Protocol):
    """Makes the maps of one net's layers."""

    def map_of(self, layer: str) -> LayerMap | str:
        """Return a layer's map as soon as it is there, until then why it is not.

        It is asked for each frame, and returns the same map until there is a newer one.
        """


class NoMaps(MapMaker):
    """Makes none: those of a score are all that there are."""

    def map_of(self, layer: str) -> LayerMap | str:
        """See `MapMaker`."""
        return f"there is no map of {layer}"


class Maps:
    """Hands out one net's maps; which are used, and from when on, is for a score to know."""

    def __init__(self, maker: MapMaker, seed: int) -> None:
        self._maker, self._seed = maker, seed
        self._maps: dict[str, LayerMap] = {}
        self._brought: set[str] = set()
        self._roams: dict[str, Roam] = {}
        self._new: dict[str, LayerMap] = {}
        self.message = ""
        """Why the map asked for last is not there."""

    def of(self, layer: str) -> LayerMap | None:
        """Return a layer's map; None while there is none. What a score brought is not made anew."""
        if layer in self._brought:
            return self._maps[layer]
        made = self._maker.map_of(layer)
        self.message = made if isinstance(made, str) else ""
        if isinstance(made, str):
            return None
        if made is not self._maps.get(layer):
            self._use(layer, made)
            self._new[layer] = made
        return made

    def places(self, layer: str) -> Mapping[str, Vector]:
        """Return the places of a layer's map by their names; none while there is no map."""
        found = self.of(layer)
        return found.places if found else {}

    def lack(self, layer: str, name: str) -> str:
        """Return why there is no place of a name."""
        if not (places := list(self.places(layer))):
            return f"no place '{name}': {self.message}"
        return f"the map of {layer} has no place '{name}'; there are {places[0]} to {places[-1]}"

    def roamed(self, layer: str, passed: float) -> Vector | None:
        """Return the direction of the roam over a layer's map after so many places; None without a map."""
        return self._roams[layer].at(passed) if self.of(layer) else None

    def take(self, layer: str, layer_map: LayerMap) -> None:
        """Take a map that another run of the show had, in place of making it."""
        self._brought.add(layer)
        self._use(layer, layer_map)

    def new(self) -> Mapping[str, LayerMap]:
        """Return those that were made since the last call, by their layers."""
        new, self._new = self._new, {}
        return new

    def _use(self, layer: str, layer_map: LayerMap) -> None:
        self._maps[layer], self._roams[layer] = layer_map, Roam(layer_map, self._seed)
