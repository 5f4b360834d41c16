"""The state of a show: all that an operator should know, gathered once for everything that shows it.

Show, Hands, Window -> StateReader -> ShowState -> HUD, terminal, operator's window
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dreamstream.display import Window
from dreamstream.dream import describe
from dreamstream.every import Every
from dreamstream.knobs import value_text
from dreamstream.live.hands import Hands
from dreamstream.live.meters import moved_line, route_lines
from dreamstream.live.show import Show
from dreamstream.params import LIVE, TABLE, Params
from dreamstream.process import memory_used
from dreamstream.record import RecordStatus
from dreamstream.tell import counted

_LOOK = 0.5  # seconds from one look at files and memory to the next
_SHOWN_ELSEWHERE = (
    *("transform", "amount", "layer", "effects", "bpm", "autopilot"),  # params with a line of their own
    *("restart", "next_source", "hud", "show_help"),  # params that say nothing of the picture
)


@dataclass(frozen=True)
class ShowState:
    """What there is to show of a show; texts are ready to be read, rates a second, times in seconds."""

    transform: str
    net: str
    goal: str
    effects: str
    changed: tuple[tuple[str, str], ...]
    dreamed: float
    dreamt_as: str
    pace: str
    screen: str
    ring: str
    dropped: int
    engine: str
    memory: float
    recordings: tuple[str, ...]
    messages: tuple[str, ...]
    tempo: str = ""
    novelty: str = ""
    autopilot: str = ""
    morph: str = ""
    controls: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The state as lines, for a HUD."""
        lines = [
            self.transform,
            self.net,
            self.goal,
            f"effects {self.effects}" if self.effects else "",
            self.dreamt_as,
            f"dreamed {self.dreamed:.1f}/s" + (f"  screen {self.screen}" if self.screen else ""),
            self.pace,
            self.tempo,
            self.novelty,
            self.autopilot,
            self.morph,
            f"{self.ring}  dropped {self.dropped}  {self.engine}",
            *self.controls,
            *(f"REC {each}" for each in self.recordings),
            *(f"OUT {each}" for each in self.outputs),
            *self.messages,
            *self.routes,
        ]
        return [line for line in lines if line]


class StateReader:
    """Reads the state of a show. What the system must be asked for is asked twice a second at most."""

    def __init__(self, show: Show, hands: Hands, window: Window | None = None) -> None:
        self._show, self._hands, self._window = show, hands, window
        self._look = Every(_LOOK)
        self._memory = 0.0
        self._sizes: dict[Path, int] = {}

    def read(self, waiting: Sequence[str] = ()) -> ShowState:
        """Return how things stand; `waiting` says what the operator's keys are about to do."""
        show, params = self._show, self._show.stage.store.snapshot()
        status, ring, window = show.dream.status, show.ring.statistics(), self._window
        count = show.stage.store.channel_count(params.layer)
        running = show.recordings.running
        if self._look.due(show.stage.clock()):
            self._memory = memory_used()
            self._sizes = {record.path: _size_of(record.path) for record in running}
        entry, hands, store = show.stage.playing.net.entry, self._hands, show.stage.store
        shows = entry.highlights.get(params.layer, "")
        return ShowState(
            transform=f"{params.transform} × {params.amount:g}",
            net=f"{entry.name}: {params.layer}" + (f" ({shows})" if shows else ""),
            goal=describe(params, count, show.stage.given.guide is not None),
            effects="" if params.effects == "none" else params.effects,
            changed=tuple(_changed(params)),
            dreamed=status.rate,
            dreamt_as=f"octaves {params.octaves} × {params.octave_scale:g}  iterations {params.iterations}  "
            f"step {params.step:g}  mix {params.mix:g}",
            pace=", ".join(filter(None, (status.pace, show.swapper.preparing))),
            screen=screen_text(window.rate, window.slow_frame, window.screen.name) if window else "",
            ring=f"ring {ring.held}/{ring.capacity}  frame {ring.put - 1}",
            dropped=ring.dropped,
            engine=show.engine,
            memory=self._memory,
            recordings=tuple(recording_text(each, self._sizes.get(each.path, 0)) for each in running),
            outputs=show.outputs.lines,
            messages=(*self._doing(params), *waiting, *show.messages.lines),
            tempo=_tempo_text(hands.tempo.line, params),
            novelty=hands.novelty.standing.line,
            autopilot=hands.autopilot.line,
            morph=hands.morph.line,
            controls=hands.controls.lines,
            routes=(
                *route_lines(hands.router.ways, params, store.hand),
                *filter(None, [moved_line(hands.board, show.stage.clock())]),
            ),
        )

    def _doing(self, params: Params) -> list[str]:
        """Return what the show is doing other than to dream on."""
        status, player = self._show.dream.status, self._show.player
        texts = (
            "blackout" if params.blackout else "",
            "frozen" if params.freeze else "",
            player.progress if player else "",
            "loading the net" if not status.frames and not status.failures else "",
        )
        return [text for text in texts if text]


def screen_text(rate: float, slowest: float, name: str) -> str:
    """Return the screen's rate, its slow frames (seconds), and what draws it, as text."""
    return f"{rate:.0f}/s, p99 {1000 * slowest:.0f} ms  {name}"


def recording_text(record: RecordStatus, size: int) -> str:
    """Return a line on a recording that runs: its length, bytes on disk, frames written and dropped."""
    minutes, seconds = divmod(int(record.seconds), 60)
    return (
        f"{record.path.name}  {minutes}:{seconds:02}  {size / 1e6:.1f} MB  "
        f"{counted(record.written, 'frame')}, {record.dropped} dropped"
    )


def _tempo_text(line: str, params: Params) -> str:
    waits = f"waits for the {params.quantise}" if params.quantise != "off" else ""
    return ", ".join(filter(None, (line, waits if line else "")))


def _size_of(path: Path) -> int:
    """Return a file's bytes; 0 where there is none, as before a recording's first frame."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _changed(params: Params) -> list[tuple[str, str]]:
    """Return by its flag every param that is not what a show begins with."""
    changed = []
    for name, info in tuple(TABLE.items()):
        value = getattr(params, name)
        if name not in _SHOWN_ELSEWHERE and value != LIVE.get(name, info.default):
            changed.append((info.flag.removeprefix("--"), f"{value_text(value)} {info.unit}".strip()))
    return changed
