"""Swaps: another net, net in turn, canvas size or source in the middle of a show, each as a small object.

    requested -> opened, on any thread -> applied, between two frames: dreamer, its listeners, store, Playing

`open` does what takes long, and changes nothing; `apply` is done at once, or not at all.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path

from dreamstream.dream import octave_sizes
from dreamstream.dreamer import Dreamer
from dreamstream.score import records
from dreamstream.size import Size
from dreamstream.stage.chosen_net import ChosenNet
from dreamstream.stage.session import absolute_net, absolute_source, checksum
from dreamstream.stage.settings import NetChoice
from dreamstream.stage.stage import MIX_OF_MOVING, Stage

_LAYER_ALONE = {"direction": "", "roam": 0.0, "second": "", "walk": "", "class_name": "", "guide_on": False}


class Swap(ABC):
    """What is asked for, as text, too: opened once, then applied or discarded once, by one thread."""

    def open(self, stage: Stage) -> None:
        """Open what it needs: seconds for a net. Raises the DreamstreamError of what is wrong with it."""
        return

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
class OtherNet(Swap):
    """Another net. Its predecessor is let go of."""

    choice: NetChoice

    def __str__(self) -> str:
        return Path(self.choice.net).name

    def open(self, stage: Stage) -> None:
        """See `Swap`."""
        params, size = stage.store.snapshot(), stage.playing.settings.size
        self._net = ChosenNet(self.choice, sizes=octave_sizes(size, params.octaves, params.octave_scale))
        self._network = stage.open_net(self._net.entry)
        self._goal = stage.goal_on(self._network, self._net)
        self._checked: tuple[str, Size] | None = None

    def apply(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """See `Swap`."""
        playing, net, before = stage.playing, self._net, dreamer.network
        params = stage.store.snapshot()
        params = params.model_copy(update=net.carried(params, playing.net))
        if self._checked != (params.layer, dreamer.size):  # once: of what is not checked here notes are made
            self._goal.check(params.model_copy(update=_LAYER_ALONE), dreamer.size)
            self._checked = params.layer, dreamer.size
        swap = records.NetSwap(absolute_net(net.record()))
        if not dreamer.switch(params, dreamer.size, swap, self._network, self._goal, wait):
            return False
        before.end_threads(0)
        stage.store.go_over(
            net.choices, net.rounds, net.checks, lambda params: net.carried(params, playing.net)
        )
        stage.playing = replace(playing, net=net, settings=playing.settings.changed(net=net.choice))
        return True

    def discard(self) -> None:
        """Let go of the net."""
        self._network.end_threads(0)


@dataclass
class NetInTurn(Swap):
    """Another net in turn with the show's own, by its name or file. Its predecessor is let go of."""

    name: str

    def __str__(self) -> str:
        return f"{Path(self.name).name} in turn"

    def open(self, stage: Stage) -> None:
        """See `Swap`."""
        params, size = stage.store.snapshot(), stage.playing.settings.size
        sizes = octave_sizes(size, params.octaves, params.octave_scale)
        self._net = ChosenNet(NetChoice(net=self.name), sizes=sizes)
        self._other = stage.open_other(self._net)

    def apply(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """See `Swap`."""
        playing, before, params = stage.playing, dreamer.other, stage.store.snapshot()
        given = stage.given.with_other(self._net)
        params = params.model_copy(update=given.carried(params))
        self._other.goal.check(self._other.params(params), dreamer.size)
        name = absolute_net({"other_net": self.name})["other_net"]
        swap = records.OtherNetSwap(name, checksum(self._net.entry.caffemodel))
        if not dreamer.switch(params, dreamer.size, swap, wait=wait, other=self._other):
            return False
        if before is not None:
            before.network.end_threads(0)
        stage.store.go_over({}, given.rounds, given.checks, given.carried)
        stage.given = given
        stage.playing = replace(playing, settings=playing.settings.changed(other_net=self.name))
        return True

    def discard(self) -> None:
        """Let go of the net."""
        self._other.network.end_threads(0)


@dataclass
class OtherCanvas(Swap):
    """Another size of the canvas."""

    size: Size

    def __str__(self) -> str:
        return f"a canvas of {self.size}"

    def apply(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """See `Swap`."""
        playing, params = stage.playing, stage.store.snapshot()
        dreamer.goal.check(params.model_copy(update={**_LAYER_ALONE, "channels": ()}), self.size)
        if not dreamer.switch(params, self.size, records.CanvasSwap(self.size), wait=wait):
            return False
        stage.playing = replace(playing, settings=playing.settings.changed(size=self.size))
        return True


@dataclass
class OneMoreSource(Swap):
    """One more source, by its file or word, gone to at once."""

    text: str

    def __str__(self) -> str:
        return Path(self.text).name

    def open(self, stage: Stage) -> None:
        """See `Swap`."""
        self._size = stage.playing.settings.size
        self.source, self._record = stage.open_source(self.text), absolute_source(self.text)

    def apply(self, stage: Stage, dreamer: Dreamer, wait: bool = False) -> bool:
        """See `Swap`."""
        playing, params = stage.playing, stage.store.snapshot()
        settings = playing.settings
        if self._size != settings.size:
            self.source, self._size = self.source.resized(settings.size), settings.size
        dreamer.show_source(self.source, params, self._record)
        if self.source.moving and not playing.moves and stage.store.hand.mix == 0:
            stage.store.change(mix=MIX_OF_MOVING)
        settings = settings.changed(sources=(*settings.sources, self.text))
        stage.playing = replace(playing, sources=(*playing.sources, self.source), settings=settings)
        return True

    def discard(self) -> None:
        """Close the source."""
        self.source.close()


def swap_now(record: records.AnySwap, stage: Stage, dreamer: Dreamer, place: int = 0) -> None:
    """Do the swap that a score tells of before the dreamer's next frame, which waits for it.

    A new source is read from its picture number `place` on, from 0. Raises the DreamstreamError of what is
    wrong with it, and changes nothing then.
    """
    swap = swap_of(record)
    swap.open(stage)
    try:
        if isinstance(swap, OneMoreSource):
            swap.source.seek(place)
        swap.apply(stage, dreamer, wait=True)
    except BaseException:
        swap.discard()
        raise


def swap_of(record: records.AnySwap) -> Swap:
    """Return the swap that a score tells of; ScoreError where a net lacks something."""
    match record:
        case records.NetSwap(net=net):
            return OtherNet(NetChoice.of_record(net))
        case records.OtherNetSwap(other_net=name):
            return NetInTurn(name)
        case records.CanvasSwap(canvas=canvas):
            return OtherCanvas(Size(*canvas))
        case records.SourceSwap(source=text):
            return OneMoreSource(text)
