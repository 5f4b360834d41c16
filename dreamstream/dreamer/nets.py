"""The nets of a show: its own, and another one that dreams each n-th frame, where there is one.

frame's number, params -> whose turn it is -> that net, its goal, what of the params it takes
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from dreamstream.dream import Aim, Goal
from dreamstream.errors import NetError
from dreamstream.nets import Network
from dreamstream.params import TABLE, Params
from dreamstream.params.presets import OF_A_NET
from dreamstream.pictures import Picture
from dreamstream.score import records
from dreamstream.size import Size

_NOT_THE_OTHERS = (*OF_A_NET, "roam", "fatigue", "guide_on")
"""The params that are at rest while the other net dreams: it excites one layer, and nothing is mixed."""


class OtherNet:
    """The other net with its goal; `layer` is the one that it excites where the params name none."""

    def __init__(self, network: Network, goal: Goal, layer: str) -> None:
        self.network, self.goal, self._layer = network, goal, layer
        self._obstacle = lru_cache(8)(partial(_obstacle, goal))

    def params(self, params: Params) -> Params:
        """Return what it dreams."""
        values = {name: TABLE[name].default for name in _NOT_THE_OTHERS}
        return params.model_copy(update={**values, "layer": params.other_layer or self._layer})

    def obstacle(self, params: Params, canvas: Size) -> str:
        """Return why it cannot dream at a canvas, or an empty text."""
        own = self.params(params)
        return self._obstacle(canvas, own.layer, own.octaves, own.octave_scale, own.tile_memory)


@dataclass(frozen=True)
class Nets:
    """The show's own net with its goal, and the other one."""

    network: Network
    goal: Goal
    other: OtherNet | None = None

    def dreaming(self, params: Params, canvas: Size) -> OtherNet | None:
        """Return the other net if it has its turns: where it is asked for, and can dream."""
        other = self.other if params.other_every else None
        return None if other is None or other.obstacle(params, canvas) else other

    def message(self, params: Params, canvas: Size) -> str:
        """Return why the other net has no turns though it is asked for, or an empty text."""
        why = self.other.obstacle(params, canvas) if self.other is not None and params.other_every else ""
        return f"the other net: {why}" if why else ""

    def whose(self, params: Params, canvas: Size, frame: int) -> OtherNet | None:
        """Return the other net if a frame is its turn."""
        turn = params.other_every > 0 and frame % params.other_every == 0
        return self.dreaming(params, canvas) if turn else None

    def reaches(self, params: Params, size: Size, canvas: Size) -> bool:
        """Return whether all that is dreamt at the canvas can be at a smaller size, too, by both nets."""
        other = self.dreaming(params, canvas)
        return self.goal.reaches(params, size, canvas) and (
            other is None or other.goal.reaches(other.params(params), size, canvas)
        )

    def prepare(self, params: Params, canvas: Picture, sizes: Sequence[Size], aim: Aim | None = None) -> bool:
        """Return whether a dream would begin at once, by both nets; see `Goal.prepare`."""
        other = self.dreaming(params, Size.of(canvas))
        ready = other is None or other.goal.prepare(other.params(params), canvas, sizes)
        return self.goal.prepare(params, canvas, sizes, aim) and ready

    def end_threads(self, timeout: float) -> bool:
        """End the threads on which the nets get ready; return whether they ended in time (seconds each)."""
        others = self.other is None or self.other.network.end_threads(timeout)
        return self.network.end_threads(timeout) and others


def _obstacle(goal: Goal, canvas: Size, layer: str, octaves: int, scale: float, tiles: int) -> str:
    try:
        goal.check(Params(layer=layer, octaves=octaves, octave_scale=scale, tile_memory=tiles), canvas)
    except NetError as error:
        return str(error)
    return ""


def learnt(goal: Goal, frame: int) -> Iterator[records.Event]:
    """Give what a goal has measured and used since the last time, as a frame's records."""
    for part, pull in goal.new_pulls().items():
        yield records.Pull(frame, {part: pull})
    for layer, layer_map in goal.new_maps().items():
        yield records.Map(frame, layer, len(layer_map.steps), layer_map.text)
