"""Swaps: another net, canvas size or source in the middle of a show, each as a small value.

    wish (what is wanted) -> opened, on any thread -> done, between two frames, and told to the listeners

`open_swap` does what takes long, and changes nothing; what `Ready.do` does is done at once, or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dreamstream.dream import Goal
from dreamstream.dreamer import Dreamer
from dreamstream.errors import ScoreError
from dreamstream.nets import Network, Threaded
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.sources import Source
from dreamstream.stage.chosen_net import ChosenNet
from dreamstream.stage.session import swap_record
from dreamstream.stage.settings import NetChoice
from dreamstream.stage.stage import MIX_OF_MOVING, Stage

SMALLEST, LARGEST = 64, 4096
"""Pixels of the shorter side, and of the longer one, between which canvases go."""
_STEP = 2**0.5
_FINE = 8  # units of the shape, at least, for a canvas to be made of whole ones


@dataclass(frozen=True)
class NetWish:
    """Another net."""

    choice: NetChoice

    @property
    def words(self) -> str:
        """What it is about, for the operator."""
        return Path(self.choice.net).name


@dataclass(frozen=True)
class CanvasWish:
    """Another size of the canvas."""

    size: Size

    @property
    def words(self) -> str:
        """What it is about, for the operator."""
        return f"a canvas of {self.size}"


@dataclass(frozen=True)
class SourceWish:
    """One more source, by its file or word, gone to at once."""

    text: str

    @property
    def words(self) -> str:
        """What it is about, for the operator."""
        return Path(self.text).name


Wish = NetWish | CanvasWish | SourceWish


class Ready(Protocol):
    """A swap whose parts are open."""

    @property
    def wish(self) -> Wish:
        """What was wished for."""
        ...

    def do(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """Do it before the dreamer's next frame, on the thread that dreams; return whether it is done.

        Where the net has to make itself ready, and neither the dreamer waits nor this is to `wait`, ask again
        later. Raises a DreamstreamError, and changes nothing then.
        """
        ...

    def leave(self) -> None:
        """Let go of it without doing it."""
        ...


class ReadyNet:
    """A net that is open; what it holds is let go of once it is played, or not wanted any more."""

    def __init__(self, wish: NetWish, chosen: ChosenNet, network: Network, goal: Goal) -> None:
        self.wish, self.chosen, self.network, self._goal = wish, chosen, network, goal
        self._checked: tuple[str, Size] | None = None

    def do(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """Go over to the net."""
        before, chosen = stage.net, self.chosen
        params = _with(stage.store.snapshot(), chosen.carried(stage.store.snapshot(), before))
        self._check(params, dreamer.size)
        old, record = dreamer.network, swap_record({"net": chosen.record()})
        if not dreamer.switch(params, dreamer.size, record, self.network, self._goal, wait):
            return False
        stage.store.go_over(
            chosen.choices, chosen.rounds, chosen.checks, lambda params: chosen.carried(params, before)
        )
        stage.net, stage.settings = chosen, stage.settings.changed(net=chosen.choice)
        _let_go(old)
        return True

    def leave(self) -> None:
        """Let go of the net, which is not wanted any more."""
        _let_go(self.network)

    def _check(self, params: Params, size: Size) -> None:
        """Raise NetError once where the layer cannot be dreamt on this canvas; of the rest notes are made."""
        if self._checked != (params.layer, size):
            alone = params.model_copy(update={"second": "", "class_name": "", "guide_on": False})
            self._goal.check(alone, np.full((*size.shape, 3), 127, np.float32))
            self._checked = params.layer, size


@dataclass
class ReadyCanvas:
    """Another canvas."""

    wish: CanvasWish

    def do(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """Go over to the canvas."""
        params, size = stage.store.snapshot(), self.wish.size
        alone = params.model_copy(update={"second": "", "class_name": "", "guide_on": False, "channels": ()})
        dreamer.goal.check(alone, np.full((*size.shape, 3), 127, np.float32))
        if not dreamer.switch(params, size, {"canvas": list(size)}, wait=wait):
            return False
        stage.settings = stage.settings.changed(size=size)
        return True

    def leave(self) -> None:
        """Nothing was opened."""


@dataclass
class ReadySource:
    """A source that is open, for a canvas of the size."""

    wish: SourceWish
    source: Source
    size: Size
    record: dict[str, Any]

    def do(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """Go to the source."""
        now = stage.settings.size
        if self.size != now:
            self.source, self.size = self.source.resized(now), now
        first = self.source.moving and not any(source.moving for source in stage.sources)
        stage.sources.append(self.source)
        sources = (*stage.settings.sources, self.wish.text)
        stage.settings = stage.settings.changed(sources=sources)
        if first and stage.store.snapshot().mix == 0:
            stage.store.change(mix=MIX_OF_MOVING)
        dreamer.show_source(self.source, stage.store.snapshot(), self.record)
        return True

    def leave(self) -> None:
        """Close the source."""
        self.source.close()


def open_swap(wish: Wish, stage: Stage) -> Ready:
    """Open what a wish needs: seconds for a net. Raises the DreamstreamError of what is wrong with it."""
    match wish:
        case NetWish():
            chosen = ChosenNet(wish.choice)
            network = stage.open_net(chosen.entry)
            return ReadyNet(wish, chosen, network, Goal(network, chosen.classes.layer, stage.guide))
        case CanvasWish():
            return ReadyCanvas(wish)
        case SourceWish():
            source, record = stage.open_source(wish.text), swap_record({"source": wish.text})
            return ReadySource(wish, source, stage.settings.size, record)


def wish_of(record: Mapping[str, Any]) -> Wish:
    """Return the wish that a score's record tells of; ScoreError where it does not."""
    try:
        if "net" in record:
            return NetWish(NetChoice.of_record(record["net"]))
        if "canvas" in record:
            width, height = record["canvas"]
            return CanvasWish(Size(int(width), int(height)))
        return SourceWish(str(record["source"]))
    except (ScoreError, KeyError, TypeError, ValueError) as error:
        raise ScoreError(f"a swap that does not say what is swapped ({error})") from error


def neighbour(size: Size, steps: int, first: Size) -> Size:
    """Return a canvas so many steps larger (or smaller, below 0) than `size`, of the shape of `first`.

    A step is the root of 2 along each side: half, or double the pixels. The sizes are those of a ladder with
    `first` on it, so that up and down again is where it was. Beyond its ends it is the last that there is.
    """
    rung = round(np.log(size.area / first.area) / (2 * np.log(_STEP)))
    ladder = {n: _at(first, n) for n in range(-16, 17)}
    there = [n for n, each in ladder.items() if n == 0 or (min(each) >= SMALLEST and max(each) <= LARGEST)]
    at = there.index(min(there, key=lambda n: abs(n - rung)))
    return ladder[there[min(max(at + steps, 0), len(there) - 1)]]


def _at(first: Size, steps: int) -> Size:
    """Return the size so many steps from the first, in whole units of its shape if these are fine enough."""
    if steps == 0:
        return first
    unit, scale = int(np.gcd(first.width, first.height)), _STEP**steps
    units = 2 * round(unit * scale / 2)  # even sides: most recordings need them
    if units >= _FINE:
        return Size(first.width // unit * units, first.height // unit * units)
    return first.scaled_even(scale)


def _let_go(network: Network) -> None:
    if isinstance(network, Threaded):
        network.end_threads(0)


def _with(params: Params, values: Mapping[str, Any]) -> Params:
    return params.model_copy(update=dict(values))
