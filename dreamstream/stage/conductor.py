"""The conductor: has each frame of a dreamer dreamt with what its score says.

score's events of a frame -> store, effort, threads, pulls, places in films -> the dreamer's next step
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from dreamstream.dreamer import Director, Dreamer, Effort
from dreamstream.nets import Network, Threaded
from dreamstream.params import Params
from dreamstream.score import Score, records
from dreamstream.stage.stage import Stage
from dreamstream.stage.swap import swap_now


class Conductor(Director):
    """Conducts one dreamer through a score, from its first frame on.

    `adapt` makes other params of those that the score has. If `exact`, what the machine came to in the show
    (effort, threads, measured pulls) is done again: then the same machine dreams the same bits.
    """

    def __init__(
        self, score: Score, stage: Stage, adapt: Callable[[Params], Params] = lambda params: params
    ) -> None:
        self._score, self._stage, self._adapt = score, stage, adapt
        self._first = stage.playing.settings.size
        self._known = Params.model_validate(score.params)
        self._effort: Effort | None = None
        self._network: Network | None = None
        self.exact = False
        for event in score.at(1):
            if isinstance(event, records.SourcePlace):  # a dreamer reads its first picture when it is made
                self._seek(event)

    def conduct(self, network: Network, exact: bool = True) -> Dreamer:
        """Return a dreamer on the net, whose every step is conducted."""
        self._network, self.exact = network, exact
        self._use_threads(self._score.start.get("threads"))
        dreamer = self._stage.dreamer_on(network, director=self)
        self._set(self._known)
        return dreamer

    def cue(self, dreamer: Dreamer) -> None:
        """Do what the score says of the dreamer's next frame."""
        changed = False
        for event in self._score.at(dreamer.index):
            match event:
                case records.Change(change=values):
                    self._known = self._known.model_copy(update=values)
                    changed = True
                case records.Swap(swap=swap):
                    self._swap(dreamer, asdict(swap))
                case records.Effort(effort=done):
                    self._effort = Effort(**asdict(done)) if done else None
                case records.Threads(threads=count):
                    self._use_threads(count)
                case records.Pull(pull=pulls) if self.exact:
                    for part, pull in pulls.items():
                        dreamer.goal.take_pull(part, pull)
                case records.SourcePlace() if dreamer.index > 1:
                    self._seek(event)
        if changed:
            self._set(self._known)

    def effort(self, frame: int, params: Params) -> Effort:
        """Return the effort of the show, if it is done again exactly, else all that the params ask for."""
        return self._effort if self.exact and self._effort else Effort.asked(params)

    def _swap(self, dreamer: Dreamer, record: dict[str, Any]) -> None:
        """Go over to another net, canvas or source; a canvas is as much larger as the replay's first one."""
        if "canvas" in record:
            ratios = (new / old for new, old in zip(self._first, self._score.start["canvas"], strict=True))
            sides = zip(record["canvas"], ratios, strict=True)
            record = {"canvas": [round(side * ratio) for side, ratio in sides]}
        swap_now(record, self._stage, dreamer)
        self._network = dreamer.network

    def _set(self, params: Params) -> None:
        store = self._stage.store
        wanted, now = self._adapt(params).model_dump(), store.snapshot().model_dump()
        if differs := {name: value for name, value in wanted.items() if value != now[name]}:
            store.change(**differs)

    def _use_threads(self, count: int | None) -> None:
        if self.exact and count and isinstance(self._network, Threaded):
            self._network.use_threads(count)

    def _seek(self, event: records.SourcePlace) -> None:
        sources = self._stage.playing.sources
        if event.source < len(sources):
            sources[event.source].seek(event.place)
