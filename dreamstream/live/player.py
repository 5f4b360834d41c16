"""The player: plays a score into a live show, until the person at the keyboard takes over."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from dreamstream.errors import DreamstreamError, ParamError
from dreamstream.params import TABLE, Params, ParamStore
from dreamstream.score import Score, records
from dreamstream.tell import Tell, tell_nobody

_FREE = {name for name, info in TABLE.items() if info.group == "screen"} | {"freeze"}
"""What the operator may change while a score plays; the screen is theirs."""


class Player:
    """Call `cue` before each frame, on the thread that dreams; any other may read what it says."""

    def __init__(self, score: Score, store: ParamStore, tell: Tell = tell_nobody) -> None:
        self._score, self._store, self._tell = score, store, tell
        self._left = _dreamt(store.snapshot())
        self.playing, self._at = True, 0
        self.note = ""
        """What to tell the operator, once the playing has come to its end."""

    @property
    def words(self) -> str:
        """What is being played and how far it is; empty once that is over."""
        return f"playing {self._score.path.name}: {self._at} of {self._score.last}" if self.playing else ""

    def cue(self, index: int, swap: Callable[[dict[str, Any]], None] = lambda record: None) -> None:
        """Set what the score changes at a frame; stop where somebody else has changed anything.

        `swap` does what the score says of another net, canvas or source.
        """
        if not self.playing:
            return
        if _dreamt(self._store.snapshot()) != self._left:
            self._end(f"yours from frame {index} on: {self._score.path.name} plays no further")
        elif index > self._score.last:
            self._end(f"{self._score.path.name} is played to its end; the dream goes on")
        else:
            self._at = index
            self._swap(index, swap)
            if self.playing:
                self._change(index)

    def _swap(self, index: int, swap: Callable[[dict[str, Any]], None]) -> None:
        for event in self._score.at(index):
            if isinstance(event, records.Swap):
                try:
                    swap(asdict(event.swap))
                except DreamstreamError as error:
                    name = self._score.path.name
                    self._end(f"{name} cannot be played on from frame {index}: {error}")
                    return
                self._left = _dreamt(self._store.snapshot())

    def _change(self, index: int) -> None:
        values: dict[str, Any] = {}
        for event in self._score.at(index):
            if isinstance(event, records.Change):
                values |= {name: value for name, value in event.change.items() if name not in _FREE}
        if not values:
            return
        try:
            self._left = _dreamt(self._store.change(**values))
        except ParamError as error:
            self._end(f"{self._score.path.name} cannot be played on from frame {index}: {error}")

    def _end(self, note: str) -> None:
        self.playing, self.note = False, note
        self._tell(note)


def _dreamt(params: Params) -> Mapping[str, Any]:
    return {name: value for name, value in params.model_dump().items() if name not in _FREE}
