"""The report: what an operator should know of a show, gathered once for every face that tells it.

Show, Window, what was said -> Reporter -> Report -> HUD, terminal, operator's window
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dreamstream.display import Window
from dreamstream.dream import describe
from dreamstream.live.show import Show
from dreamstream.params import LIVE, TABLE, Params
from dreamstream.record import RecordStatus

_LOOK = 0.5  # seconds from one look at files and memory to the next
_TOLD_APART = ("transform", "amount", "layer", "effects")  # params with a place of their own in a report
_OWN = ("restart", "next_source", "hud", "show_help")  # params that say nothing of the picture


@dataclass(frozen=True)
class Recorded:
    """One recording: frames written and lost, bytes on disk, its length in seconds, what failed."""

    name: str
    written: int
    dropped: int
    size: int
    seconds: float
    failure: str = ""
    warning: str = ""

    @property
    def text(self) -> str:
        """The recording in a line."""
        if self.failure:
            return f"{self.name} ended: {self.failure}"
        minutes, seconds = divmod(int(self.seconds), 60)
        return (
            f"{self.name}  {minutes}:{seconds:02}  {self.size / 1e6:.1f} MB  "
            f"{self.written} frames, {self.dropped} dropped" + (f"  {self.warning}" if self.warning else "")
        )


@dataclass(frozen=True)
class Report:
    """What there is to tell; texts are ready to be shown, rates a second, times in seconds."""

    transform: str
    net: str
    goal: str
    effects: str
    changed: tuple[tuple[str, str], ...]
    dreamed: float
    dreamt_as: str
    pace: str
    screen: str
    screen_rate: float
    screen_p99: float
    ring: str
    dropped: int
    engine: str
    memory: float
    recordings: tuple[Recorded, ...]
    messages: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """The report as lines, for a HUD."""
        lines = [
            self.transform,
            self.net,
            self.goal,
            f"effects {self.effects}" if self.effects else "",
            self.dreamt_as,
            f"dreamed {self.dreamed:.1f}/s  {self.screen_text}".rstrip(),
            self.pace,
            f"{self.ring}  dropped {self.dropped}  {self.engine}",
            *(f"REC {each.text}" if not each.failure else each.text for each in self.recordings),
            *self.messages,
        ]
        return [line for line in lines if line]

    @property
    def screen_text(self) -> str:
        """The screen's rate and its slow frames, in words; empty where there is no screen."""
        if not self.screen:
            return ""
        return f"screen {self.screen_rate:.0f}/s, p99 {1000 * self.screen_p99:.0f} ms  {self.screen}"


class Reporter:
    """Makes reports of a show. What the system must be asked for is asked a few times a second."""

    def __init__(self, show: Show, window: Window | None = None) -> None:
        self._show, self._window = show, window
        self._looked = -_LOOK
        self._memory = 0.0
        self._sizes: dict[str, int] = {}

    def report(self, said: Sequence[str] = ()) -> Report:
        """Return how things stand; `said` are the messages of the moment."""
        show, params = self._show, self._show.stage.store.snapshot()
        status, ring, window = show.dream.status, show.ring.statistics(), self._window
        count = show.stage.store.channel_count(params.layer)
        now = show.stage.clock()
        running, failures = show.recordings.running, show.recordings.failures
        self._look(now, running)
        states = ("blackout" if params.blackout else "", "frozen" if params.freeze else "")
        playing = show.player.words if show.player else ""
        messages = dict.fromkeys((*states, playing, status.message, *said))
        return Report(
            transform=f"{params.transform} × {params.amount:g}",
            net=self._net_text(params.layer),
            goal=describe(params, count, show.stage.guide is not None),
            effects="" if params.effects == "none" else params.effects,
            changed=tuple(_changed(params)),
            dreamed=status.rate,
            dreamt_as=f"octaves {params.octaves} × {params.octave_scale:g}  iterations {params.iterations}  "
            f"step {params.step:g}  mix {params.mix:g}{_tempo(params)}",
            pace=", ".join(filter(None, (status.pace, show.swapper.awaited))),
            screen=window.screen.name if window else "",
            screen_rate=window.rate if window else 0.0,
            screen_p99=window.slow_frame if window else 0.0,
            ring=f"ring {ring.held}/{ring.capacity}  frame {ring.put - 1}",
            dropped=ring.dropped,
            engine=show.engine,
            memory=self._memory,
            recordings=tuple(self._recorded(each) for each in [*running, *failures]),
            messages=tuple(message for message in messages if message),
        )

    def _net_text(self, layer: str) -> str:
        entry = self._show.stage.entry
        shows = entry.highlights.get(layer, "")
        return f"{entry.name}: {layer}" + (f" ({shows})" if shows else "")

    def _look(self, now: float, running: Sequence[RecordStatus]) -> None:
        """Ask the system for memory and sizes of files, now and then."""
        if now - self._looked < _LOOK:
            return
        self._looked, self._memory = now, memory_used()
        for record in running:
            try:
                self._sizes[str(record.path)] = record.path.stat().st_size
            except OSError:  # not there before its first frame
                self._sizes[str(record.path)] = 0

    def _recorded(self, record: RecordStatus) -> Recorded:
        return Recorded(
            record.path.name,
            record.written,
            record.dropped,
            self._sizes.get(str(record.path), 0),
            record.seconds,
            record.failure,
            record.warning,
        )


def _changed(params: Params) -> list[tuple[str, str]]:
    """Return every param that is not what a show begins with, by its flag, but for those told elsewhere."""
    names = [name for name in TABLE if name not in (*_TOLD_APART, *_OWN)]
    values = {name: getattr(params, name) for name in names}
    return [
        (TABLE[name].flag.removeprefix("--"), f"{_text(value)} {TABLE[name].unit}".strip())
        for name, value in values.items()
        if value != LIVE.get(name, TABLE[name].default)
    ]


def _tempo(params: Params) -> str:
    waits = ", waits for the beat" if params.on_beat else ""
    return f"  {params.bpm:.0f} bpm{waits}" if params.bpm else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def memory_used() -> float:
    """Return the megabytes of memory that this process holds: now, or where that is not told, at its most."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  # a few µs, twice a second
            pages = int(file.read().split()[1])
        import resource

        return pages * resource.getpagesize() / 1e6
    except OSError:
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
