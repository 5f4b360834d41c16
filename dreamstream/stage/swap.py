"""Swaps: another net, canvas size or source in the middle of a show, each as a small value.

    request -> opened, on any thread -> applied, between two frames: dreamer and its listeners, store, Playing

`open_swap` does what takes long, and changes nothing; `apply` is done at once, or not at all.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dreamstream.dream import Goal
from dreamstream.dreamer import Dreamer
from dreamstream.nets import Network
from dreamstream.params import Params, ParamStore
from dreamstream.score import records
from dreamstream.size import Size
from dreamstream.sources import Source
from dreamstream.stage.chosen_net import ChosenNet
from dreamstream.stage.playing import Playing
from dreamstream.stage.session import absolute_net, absolute_source
from dreamstream.stage.settings import NetChoice
from dreamstream.stage.stage import MIX_OF_MOVING, Stage

SMALLEST, LARGEST = 64, 4096
"""Pixels of the shorter side, and of the longer one, between which canvases go."""
_STEP = 2**0.5
_FINE = 8  # units of the shape, at least, for a canvas to be made of whole ones
_LAYER_ALONE = {"second": "", "class_name": "", "guide_on": False}


@dataclass(frozen=True)
class NetRequest:
    """Another net."""

    choice: NetChoice

    def __str__(self) -> str:
        return Path(self.choice.net).name


@dataclass(frozen=True)
class CanvasRequest:
    """Another size of the canvas."""

    size: Size

    def __str__(self) -> str:
        return f"a canvas of {self.size}"


@dataclass(frozen=True)
class SourceRequest:
    """One more source, by its file or word, gone to at once."""

    text: str

    def __str__(self) -> str:
        return Path(self.text).name


Request = NetRequest | CanvasRequest | SourceRequest
"""What is asked for; as text it says so to the operator."""


class OpenedSwap(ABC):
    """A swap with all that it needs, to be applied or discarded once, by one thread."""

    def apply(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """Apply it before the dreamer's next frame, on the thread that dreams; return whether that is done.

        First the dreamer tells its listeners and goes over, then the store does, then `stage.playing` is
        replaced. Where the net has to make itself ready, and neither the dreamer waits nor this is to `wait`,
        ask again later. Raises a DreamstreamError, and changes nothing then.
        """
        playing = stage.playing
        if not self._switch(dreamer, stage.store.snapshot(), playing, wait):
            return False
        self._change(stage.store, playing)
        stage.playing = self._next(playing)
        return True

    def discard(self) -> None:
        """Let go of what was opened for it, in place of applying it."""
        return

    @abstractmethod
    def _switch(self, dreamer: Dreamer, params: Params, playing: Playing, wait: bool) -> bool:
        """Have the dreamer go over; return whether it has. Raises a DreamstreamError, and changes nothing."""

    def _change(self, store: ParamStore, playing: Playing) -> None:
        """Change the params to what they come to; `playing` is what was played."""
        return

    @abstractmethod
    def _next(self, playing: Playing) -> Playing:
        """Return what is played from now on."""


class OpenedNet(OpenedSwap):
    """A net that is open. That which it takes the place of is let go of."""

    def __init__(self, chosen: ChosenNet, network: Network, goal: Goal) -> None:
        self._chosen, self._network, self._goal = chosen, network, goal
        self._checked: tuple[str, Size] | None = None

    def discard(self) -> None:
        """Let go of the net."""
        self._network.end_threads(0)

    def _switch(self, dreamer: Dreamer, params: Params, playing: Playing, wait: bool) -> bool:
        params = params.model_copy(update=self._chosen.carried(params, playing.net))
        self._check(params, dreamer.size)
        before, record = dreamer.network, {"net": absolute_net(self._chosen.record())}
        switched = dreamer.switch(params, dreamer.size, record, self._network, self._goal, wait)
        if switched:
            before.end_threads(0)
        return switched

    def _change(self, store: ParamStore, playing: Playing) -> None:
        net, before = self._chosen, playing.net
        store.go_over(net.choices, net.rounds, net.checks, lambda params: net.carried(params, before))

    def _next(self, playing: Playing) -> Playing:
        return playing.with_net(self._chosen)

    def _check(self, params: Params, size: Size) -> None:
        """Raise NetError once where the layer cannot be dreamt on this canvas; of the rest notes are made."""
        if self._checked != (params.layer, size):
            self._goal.check(params.model_copy(update=_LAYER_ALONE), size)
            self._checked = params.layer, size


@dataclass
class OpenedCanvas(OpenedSwap):
    """Another canvas."""

    size: Size

    def _switch(self, dreamer: Dreamer, params: Params, playing: Playing, wait: bool) -> bool:
        dreamer.goal.check(params.model_copy(update={**_LAYER_ALONE, "channels": ()}), self.size)
        return dreamer.switch(params, self.size, {"canvas": list(self.size)}, wait=wait)

    def _next(self, playing: Playing) -> Playing:
        return playing.with_size(self.size)


@dataclass
class OpenedSource(OpenedSwap):
    """A source that is open, for a canvas of the size."""

    text: str
    source: Source
    size: Size
    record: dict[str, Any]

    def discard(self) -> None:
        """Close the source."""
        self.source.close()

    def _switch(self, dreamer: Dreamer, params: Params, playing: Playing, wait: bool) -> bool:
        size = playing.settings.size
        if self.size != size:
            self.source, self.size = self.source.resized(size), size
        dreamer.show_source(self.source, params, self.record)
        return True

    def _change(self, store: ParamStore, playing: Playing) -> None:
        if self.source.moving and not playing.moves and store.snapshot().mix == 0:
            store.change(mix=MIX_OF_MOVING)

    def _next(self, playing: Playing) -> Playing:
        return playing.with_source(self.text, self.source)


def open_swap(request: Request, stage: Stage) -> OpenedSwap:
    """Open what a request needs: seconds for a net. Raises the DreamstreamError of what is wrong with it."""
    match request:
        case NetRequest():
            chosen = ChosenNet(request.choice)
            network = stage.open_net(chosen.entry)
            return OpenedNet(chosen, network, Goal(network, chosen.classes.layer, stage.guide))
        case CanvasRequest():
            return OpenedCanvas(request.size)
        case SourceRequest():
            size = stage.playing.settings.size
            text = request.text
            return OpenedSource(text, stage.open_source(text), size, absolute_source(text))


def swap_now(swap: records.AnySwap, stage: Stage, dreamer: Dreamer) -> None:
    """Do the swap that a score tells of before the dreamer's next frame, which waits for it.

    Raises the DreamstreamError of what is wrong with it, and changes nothing then.
    """
    opened = open_swap(request_of(swap), stage)
    try:
        opened.apply(stage, dreamer, wait=True)
    except BaseException:
        opened.discard()
        raise


def request_of(swap: records.AnySwap) -> Request:
    """Return the request for the swap that a score tells of; ScoreError where a net lacks something."""
    match swap:
        case records.NetSwap(net=net):
            return NetRequest(NetChoice.of_record(net))
        case records.CanvasSwap(size=size):
            return CanvasRequest(size)
        case records.SourceSwap(source=text):
            return SourceRequest(text)


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
