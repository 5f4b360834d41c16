"""Swaps: another net, canvas size or source in the middle of a show, each as a small value.

    request -> opened, on any thread -> applied, between two frames: dreamer and its listeners, store, Playing

`open_swap` does what takes long, and changes nothing; `apply` is done at once, or not at all.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path

from dreamstream.dream import Goal
from dreamstream.dreamer import Dreamer
from dreamstream.nets import Network
from dreamstream.params import Params
from dreamstream.score import records
from dreamstream.size import Size
from dreamstream.sources import Source
from dreamstream.stage.chosen_net import ChosenNet
from dreamstream.stage.session import absolute_net, absolute_source
from dreamstream.stage.settings import NetChoice
from dreamstream.stage.stage import MIX_OF_MOVING, Stage

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

    @abstractmethod
    def apply(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """Apply it before the dreamer's next frame, on the thread that dreams; return whether that is done.

        First the dreamer tells its listeners and switches, then the store does, then `stage.playing` is
        replaced. Where the net has to make itself ready, and neither the dreamer waits nor this is to `wait`,
        ask again later. Raises a DreamstreamError, and changes nothing then.
        """

    def discard(self) -> None:
        """Let go of what was opened for it, in place of applying it."""
        return


@dataclass
class OpenedNet(OpenedSwap):
    """A net that is open. Its predecessor is let go of."""

    chosen: ChosenNet
    network: Network
    goal: Goal
    _checked: tuple[str, Size] | None = None

    def apply(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """See `OpenedSwap`."""
        playing, net, before = stage.playing, self.chosen, dreamer.network
        params = stage.store.snapshot()
        params = params.model_copy(update=net.carried(params, playing.net))
        self._check(params, dreamer.size)
        swap = records.NetSwap(absolute_net(net.record()))
        if not dreamer.switch(params, dreamer.size, swap, self.network, self.goal, wait):
            return False
        before.end_threads(0)
        stage.store.go_over(
            net.choices, net.rounds, net.checks, lambda params: net.carried(params, playing.net)
        )
        stage.playing = replace(playing, net=net, settings=playing.settings.changed(net=net.choice))
        return True

    def discard(self) -> None:
        """Let go of the net."""
        self.network.end_threads(0)

    def _check(self, params: Params, size: Size) -> None:
        """Raise NetError once where the layer cannot be dreamt on this canvas; of the rest notes are made."""
        if self._checked != (params.layer, size):
            self.goal.check(params.model_copy(update=_LAYER_ALONE), size)
            self._checked = params.layer, size


@dataclass
class OpenedCanvas(OpenedSwap):
    """Another canvas."""

    size: Size

    def apply(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """See `OpenedSwap`."""
        playing, params = stage.playing, stage.store.snapshot()
        dreamer.goal.check(params.model_copy(update={**_LAYER_ALONE, "channels": ()}), self.size)
        if not dreamer.switch(params, self.size, records.CanvasSwap(self.size), wait=wait):
            return False
        stage.playing = replace(playing, settings=playing.settings.changed(size=self.size))
        return True


@dataclass
class OpenedSource(OpenedSwap):
    """A source that is open, for a canvas of the size."""

    text: str
    source: Source
    size: Size
    record: records.SourceSwap

    def apply(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """See `OpenedSwap`."""
        playing, params = stage.playing, stage.store.snapshot()
        settings = playing.settings
        if self.size != settings.size:
            self.source, self.size = self.source.resized(settings.size), settings.size
        dreamer.show_source(self.source, params, self.record)
        if self.source.moving and not playing.moves and stage.store.snapshot().mix == 0:
            stage.store.change(mix=MIX_OF_MOVING)
        settings = settings.changed(sources=(*settings.sources, self.text))
        stage.playing = replace(playing, sources=(*playing.sources, self.source), settings=settings)
        return True

    def discard(self) -> None:
        """Close the source."""
        self.source.close()


def open_swap(request: Request, stage: Stage) -> OpenedSwap:
    """Open what a request needs: seconds for a net. Raises the DreamstreamError of what is wrong with it."""
    match request:
        case NetRequest(choice):
            chosen = ChosenNet(choice)
            network = stage.open_net(chosen.entry)
            return OpenedNet(chosen, network, Goal(network, chosen.classes.layer, stage.guide))
        case CanvasRequest(size):
            return OpenedCanvas(size)
        case SourceRequest(text):
            size = stage.playing.settings.size
            return OpenedSource(text, stage.open_source(text), size, absolute_source(text))


def swap_now(swap: records.AnySwap, stage: Stage, dreamer: Dreamer, place: int = 0) -> None:
    """Do the swap that a score tells of before the dreamer's next frame, which waits for it.

    A new source is read from its picture number `place` on, from 0. Raises the DreamstreamError of what is
    wrong with it, and changes nothing then.
    """
    opened = open_swap(request_of(swap), stage)
    try:
        if isinstance(opened, OpenedSource):
            opened.source.seek(place)
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
