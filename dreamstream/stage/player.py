"""The player: has a dreamer dream what a score says, in a live show or offline.

score's events of a frame -> swaps, params, places in films -> the dreamer's next frame
                             if exactly: effort, threads, pulls
in a live show: how far in the dream the screen is -> the screen's numbers as they were there
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dreamstream.dream import LayerMap
from dreamstream.dreamer import Director, Dreamer, Effort
from dreamstream.errors import ScoreError, ShaderError
from dreamstream.nets import Network
from dreamstream.params import TABLE, Params, newest_params
from dreamstream.score import Score, ScreenTimes, Timeline, records
from dreamstream.stage.stage import Stage
from dreamstream.stage.swap import swap_now
from dreamstream.tell import Tell, tell_nobody

_SCREEN = {name for name, info in TABLE.items() if info.group == "screen"} | {"freeze"}
"""What the operator may change while a score plays; the screen is theirs."""


class ScorePlayer(Director):
    """Plays a score into one dreamer, from its first frame on.

    `adapt` makes other params of those that the score has. If `exact`, the effort, the threads and the pulls
    that the machine chose or measured in the show are used again: then the same machine dreams the same bits.

    An `interactive` one plays until somebody else changes anything but the screen; the effort is the pace's,
    films go on as they do, and what cannot be played is no error, but the end. `tell` is told of the end.
    """

    def __init__(
        self,
        score: Score,
        stage: Stage,
        adapt: Callable[[Params], Params] = lambda params: params,
        exact: bool = False,
        interactive: bool = False,
        tell: Tell = tell_nobody,
    ) -> None:
        self._score, self._stage, self._adapt, self._tell = score, stage, adapt, tell
        self._exact, self._interactive = exact, interactive
        self._first_size = stage.playing.settings.size
        _take_shaders(score, stage)
        self._params = newest_params().model_validate(score.params)  # the score's own
        self._effort: Effort | None = None
        self._frame = 0
        self._times = ScreenTimes(score.params, score.events if interactive else ())
        self._timeline = Timeline(score, as_shown=True)
        self._numbers = {
            name: stage.store.hand[name] for name in self._times.numbers
        }  # as they were set last
        self._touched = False  # one of them, by somebody else
        self._expected = self._others()
        self.playing = True
        if not interactive:
            stage.maps_made = False  # until the score brings one there was none
            self._change_params()
            self._seek(_places(score.at(1)))  # a dreamer reads its first picture when it is made

    @property
    def progress(self) -> str:
        """What is being played and how far it is, for any thread to read; empty once that is over."""
        return f"playing {self._score.path.name}: {self._frame} of {self._score.last}" if self.playing else ""

    def open_dreamer(self) -> Dreamer:
        """Load the net, and return a dreamer that plays the score and nothing else; takes seconds."""
        network = self._stage.open_net()
        self._use_threads(network, self._score.start.get("threads"))
        return self._stage.dreamer_on(network, director=self)

    def cue(self, dreamer: Dreamer) -> None:
        """Do what the score says of the dreamer's next frame."""
        if self.playing and self._interactive:
            self._stop(self._reason_to_stop(dreamer.index))
        if not self.playing or dreamer.index == self._frame:  # a frame that failed has it already
            return
        self._frame = dreamer.index
        try:
            self._play_frame(dreamer)
        except Exception as error:  # whatever it is: what comes behind it would be another show
            if not self._interactive:
                raise
            self._stop(f"{self._score.path.name} cannot be played on from frame {self._frame}: {error}")

    def follow(self, place: float) -> None:
        """Set the screen's numbers to what they were when the screen was as far in the dream as it is now.

        For the thread that draws. They are the operator's as soon as somebody else sets one.
        """
        store = self._stage.store
        if not self._numbers or not self.playing or self._touched:
            return
        hand = store.hand
        self._touched = any(hand[name] != value for name, value in self._numbers.items())
        then = self._times.params(self._timeline.time(place))
        differs = {name: then[name] for name, value in self._numbers.items() if then[name] != value}
        if differs and not self._touched:
            store.change(**differs)
            self._numbers |= differs

    def effort(self, frame: int, params: Params) -> Effort | None:
        """Return the show's effort, if it is done again exactly, else all; the pace's, if interactive."""
        if self._interactive:
            return None
        return self._effort if self._exact and self._effort else Effort.asked(params)

    def _reason_to_stop(self, frame: int) -> str:
        name = self._score.path.name
        if self._touched or self._others() != self._expected:
            return f"yours from frame {frame} on: {name} plays no further"
        return f"{name} is played to its end; the dream goes on" if frame > self._score.last else ""

    def _stop(self, reason: str) -> None:
        if reason:
            self.playing = False
            self._tell(reason)

    def _play_frame(self, dreamer: Dreamer) -> None:
        changes: dict[str, Any] = {}
        events = self._score.at(self._frame)
        places = {} if self._interactive else _places(events)
        if self._frame > 1:
            self._seek(places)
        for event in events:
            match event:
                case records.Change(change=values):
                    self._params = self._params.model_copy(update=values)
                    changes |= values
                case records.Swap(swap=swap):
                    place = places.get(len(self._stage.playing.sources), 0)  # of the source that is added
                    swap_now(self._fitted(swap), self._stage, dreamer, place)
                    self._expected = self._others()
                case records.Effort(effort=effort):
                    self._effort = Effort(**asdict(effort)) if effort else None
                case records.Threads(threads=count):
                    self._use_threads(dreamer.network, count)
                case records.Pull(pull=pulls) if self._exact:
                    for part, pull in pulls.items():
                        dreamer.goal.take_pull(part, pull)
                case records.Map():
                    dreamer.goal.take_map(event.layer, _map_of(event))
        if changes:
            self._change_params(changes)

    def _fitted(self, swap: records.AnySwap) -> records.AnySwap:
        """Return a swap as it is done here: a canvas is as much larger as the first one is."""
        if not isinstance(swap, records.CanvasSwap):
            return swap
        ratios = (new / old for new, old in zip(self._first_size, self._score.start["canvas"], strict=True))
        width, height = (round(side * ratio) for side, ratio in zip(swap.canvas, ratios, strict=True))
        return records.CanvasSwap((width, height))

    def _change_params(self, changes: Collection[str] = ()) -> None:
        """Change the store to the score's params, as adapted; if interactive, only those of the changes."""
        store = self._stage.store
        values, before = self._adapt(self._params).model_dump(), store.hand.model_dump()
        if not self._interactive:
            values["source_speed"] = 0.0  # the score says where films were
        differs = {
            name: value
            for name, value in values.items()
            if value != before.get(name)
            and (not self._interactive or (name in changes and name not in {*_SCREEN, *self._numbers}))
        }
        if differs:
            store.change(**differs)
            self._expected = self._others()

    def _others(self) -> Mapping[str, Any]:
        """Return the params that nobody else may change: all but the screen's, and its numbers."""
        return self._stage.store.hand.model_dump(exclude={*_SCREEN, *self._numbers})

    def _use_threads(self, network: Network, count: int | None) -> None:
        if self._exact and count:
            network.use_threads(count)

    def _seek(self, places: Mapping[int, int]) -> None:
        """Have sources, by their numbers, read from these places on."""
        for number, source in enumerate(self._stage.playing.sources):
            if number in places:
                source.seek(places[number])


def _take_shaders(score: Score, stage: Stage) -> None:
    """Have the shaders that came to the show, as far as they are here."""
    for event in score.events:
        if isinstance(event, records.Shader):
            with suppress(ShaderError):
                stage.effects.add(Path(event.path), event.shader)
    stage.take_shaders()


def _map_of(record: records.Map) -> LayerMap:
    try:
        return LayerMap.of_text(record.places, record.vectors)
    except ValueError as error:
        raise ScoreError(f"frame {record.frame}: the map of {record.layer}: {error}") from error


def _places(events: Collection[records.Event]) -> dict[int, int]:
    """Return where a frame reads its sources, by their numbers, where that is not the next picture."""
    return {event.source: event.place for event in events if isinstance(event, records.SourcePlace)}
