"""The live show: builds, wires, runs the main loop, and ends in order.

    stage -> ring -> dreamer (thread), recorders (threads), window (here) -> the end

The end: stop the dreamer, close the ring, let recorders finish their files, close the window, raise
the first worker's error.
"""

import json
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from dreamstream.controls.keyboard import Keyboard, perform
from dreamstream.controls.keymap import key_help
from dreamstream.display import Overlay, Playhead, Window, WindowSettings
from dreamstream.dream import Effort, Threads, describe
from dreamstream.dreamer import LOADING, Dreamer, DreamLoop
from dreamstream.errors import DisplayError, DreamstreamError, UsageError
from dreamstream.frame import Frame
from dreamstream.nets import Network, Threaded
from dreamstream.params import Params
from dreamstream.places import own_folder
from dreamstream.record import Recordings, RecordStatus, check_output
from dreamstream.ring import Ring
from dreamstream.score import ScoreWriter
from dreamstream.stage import Stage, undisturbed
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_RING_BYTES = 256 * 2**20
_PATIENCE = 1.5  # seconds to wait for a dreamer in the middle of loading a net, and for a plan being built
_SEEN = 8  # newest frames that the screen chooses from


@dataclass(frozen=True)
class ShowSettings:
    """How a show runs: what is recorded where, and when it ends by itself."""

    records: tuple[Path, ...] = ()
    score: Path | None = None
    frames: int | None = None
    seconds: float | None = None
    force: bool = False


@dataclass(frozen=True)
class ShowResult:
    """What a show came to. `stuck` says that a thread of it would not end in time.

    `error` is what ended the show, if it was not asked to end: files are finished all the same.
    """

    frames: int
    seconds: float
    failures: int
    records: tuple[RecordStatus, ...]
    stuck: bool
    error: Exception | None = None
    screen_rate: float | None = None

    @property
    def rate(self) -> float:
        """Dreamed frames a second, counted from the first one."""
        return (self.frames - 1) / self.seconds if self.seconds > 0 else 0.0


class Show:
    """What runs whether there is a window or not: dreamer, ring, recordings, score."""

    def __init__(self, stage: Stage, settings: ShowSettings) -> None:
        for path in settings.records:
            check_output(path, settings.force)
            if settings.records.count(path) > 1:
                raise UsageError(f"--record {path} is given twice; each recording needs a file of its own")
        self.stage, self.settings = stage, settings
        first = stage.first_frame()
        self.ring = Ring(max(_SEEN, min(64, _RING_BYTES // first.pixels.nbytes)))
        self.ring.put(first)
        self.recordings = Recordings(self.ring, Path.cwd())
        self._score = ScoreWriter(settings.score, settings.force) if settings.score else None
        self._history: deque[tuple[int, Params]] = deque(maxlen=64)
        self._network: Network | None = None
        self._threads: Threads | None = None
        self.dream = DreamLoop(self._open_dreamer, stage.store, self.ring, settings.frames)
        self._dreamer = Worker("dreamer", self.dream, stage.store.wake)

    def start(self) -> None:
        """Start recorders, then the dreamer: a recording from the start misses no frame."""
        for path in self.settings.records:
            self.recordings.start(path)
        if self._score is not None:
            self._score.begin(self.stage.describe(), self.stage.store.snapshot())
        self._dreamer.start()

    def params_of(self, frame: Frame) -> Params:
        """Return the params that a recent frame was dreamt with."""
        before = [params for index, params in tuple(self._history) if index <= frame.index]
        return before[-1] if before else self.stage.store.snapshot()

    @property
    def engine(self) -> str:
        """What computes the gradients, in a few words; empty until the net is loaded."""
        words = self._network.engine if self._network is not None else ""
        count = self._threads.count if self._threads is not None else 0
        return words + (f", {count} thread{'s' * (count > 1)}" if count else "")

    @property
    def over(self) -> bool:
        """Whether the dreamer has ended, or the wanted time since its first frame has passed."""
        limit = self.settings.seconds
        late = limit is not None and self.dream.seconds(self.stage.clock()) >= limit
        return late or not self._dreamer.alive

    def end(self, error: Exception | None = None) -> ShowResult:
        """End in order, and tell what came of it; `error` is what went wrong outside of the dreamer."""
        try:
            self._dreamer.stop(_PATIENCE)
        except Exception as raised:  # files are finished first
            error = raised
        self.ring.close()
        records = self.recordings.close()
        if self._score is not None and (failure := self._score.close()):
            records += (RecordStatus(self._score.path, 0, 0, failure),)
        if not self._dreamer.alive:
            self.stage.close()
        status, stuck = self.dream.status, self._dreamer.alive
        if isinstance(self._network, Threaded):
            stuck = not self._network.end_threads(_PATIENCE) or stuck
        return ShowResult(status.frames, status.seconds, status.failures, records, stuck, error)

    def _open_dreamer(self) -> Dreamer:
        network = self.stage.open_net()
        dreamer = self.stage.dreamer_on(network)
        dreamer.threads = self.stage.threads(network)
        self._network, self._threads = network, dreamer.threads
        dreamer.on_change, dreamer.on_effort = self._changed, self._effort_changed
        dreamer.waits = False  # nobody wants to see a show stand still
        return dreamer

    def _changed(self, index: int, params: Params) -> None:
        self._history.append((index, params))
        if self._score is not None:
            self._score.change(index, params)

    def _effort_changed(self, index: int, effort: Effort | None) -> None:
        if self._score is not None:
            self._score.effort(index, asdict(effort) if effort else None)


def run_headless(show: Show) -> ShowResult:
    """Run a show that nobody watches until it is over."""
    reader = show.ring.reader()

    def turn() -> bool:
        reader.read(timeout=0.5)
        return not show.over

    return _run(show, turn)


def run_window(show: Show, settings: WindowSettings) -> ShowResult:
    """Run a show in a window until it is over, or the person at the keyboard ends it."""
    window = Window(settings, own_folder("shaders"))
    _log.info("window open: %s, %dx%d", window.screen.name, *window.size)
    try:
        desk = Desk(show, window)
        desk.draw()  # the source, before loading a net takes the machine
        result = _run(show, desk.turn)
        return replace(result, screen_rate=window.mean_rate)
    finally:
        window.close()


def _run(show: Show, turn: Callable[[], bool]) -> ShowResult:
    """Start a show, take turns until one says that it is over, and end it whatever happened."""
    error: Exception | None = None
    try:
        show.start()
        while turn():
            pass
    except KeyboardInterrupt:
        pass  # Ctrl-C and SIGTERM end a show as Esc does
    except DreamstreamError as raised:
        error = raised
    except Exception as raised:
        _log.info("the main loop failed", exc_info=raised)
        error = DisplayError(f"the show's screen failed: {raised}")
    with undisturbed():
        return show.end(error)


class Desk:
    """The main loop's turn: hear the keys, draw the moment, show it."""

    def __init__(self, show: Show, window: Window) -> None:
        self._show, self._window, self._store = show, window, show.stage.store
        self._keyboard = Keyboard(show.stage.clock)
        self._playhead = Playhead(show.stage.clock)
        self._overlay = Overlay()
        self._message = ""
        self._told = {"", LOADING}
        self._going = True
        self._shown = False
        self._tell(window.note)
        self._commands: dict[str, Callable[[], object]] = {
            "add transform": self._store.add_link,
            "drop transform": self._store.drop_link,
            "quit": self._quit,
            "record": self._record,
            "snapshot": self._snapshot,
        }

    def turn(self) -> bool:
        """Do one screen frame; return whether to go on."""
        self._hear()
        self._watch()
        self.draw()
        return self._going and not self._show.over

    def draw(self) -> None:
        """Draw the moment and show it."""
        params = self._store.snapshot()
        window, size = self._window, self._window.size
        window.set_fullscreen(params.fullscreen)
        moment = self._playhead.moment(self._show.ring.latest(_SEEN), params.freeze)
        if min(size) > 0:  # minimised windows have no size on some systems
            window.screen.draw(moment, size, params.fill, params.tween)
            self._draw_text(params, size)
        window.show()
        if not self._shown:
            self._shown = True
            _log.info("first picture shown")

    def _draw_text(self, params: Params, size: tuple[int, int]) -> None:
        lines = self._lines(params) if params.hud and not params.show_help else ()
        text = self._overlay.surface(size, lines, key_help() if params.show_help else ())
        if text is not None:
            self._window.screen.draw_overlay(text, size)

    def _hear(self) -> None:
        actions = self._keyboard.actions(self._store.snapshot().fullscreen)
        for action in actions:
            try:
                perform(action, self._store, lambda name: self._commands[name]())
            except DreamstreamError as error:
                self._tell(str(error))

    def _lines(self, params: Params) -> list[str]:
        show, status = self._show, self._show.dream.status
        ring = show.ring.statistics()
        lines = [
            f"{params.transform} × {params.amount:g}",
            self._net_line(params.layer),
            f"octaves {params.octaves} × {params.octave_scale:g}  iterations {params.iterations}  "
            f"step {params.step:g}  mix {params.mix:g}",
            f"dreamed {status.rate:.1f}/s  screen {self._window.rate:.0f}/s  {self._window.screen.name}",
            f"ring {ring.held}/{ring.capacity}  frame {ring.put - 1}  dropped {ring.dropped}  {show.engine}",
        ]
        count = self._store.channel_count(params.layer)
        if goal := describe(params, count, show.stage.guide is not None):
            lines.insert(2, goal)
        if status.pace:
            lines.insert(-1, status.pace)
        for record in show.recordings.running:
            lines.append(f"REC {record.path.name}  {record.written} frames, {record.dropped} dropped")
        for record in show.recordings.failures:
            lines.append(f"{record.path.name} ended: {record.failure}")
        messages = dict.fromkeys(("frozen" if params.freeze else "", status.message, self._message))
        return lines + [message for message in messages if message]

    def _net_line(self, layer: str) -> str:
        stage = self._show.stage
        shows = stage.entry.highlights.get(layer, "")
        return f"{stage.entry.name}: {layer}" + (f" ({shows})" if shows else "")

    def _quit(self) -> None:
        self._going = False

    def _record(self) -> None:
        self._tell(self._show.recordings.toggle())

    def _snapshot(self) -> None:
        frame = self._show.ring.latest()[0]
        params = self._show.params_of(frame)
        text = {"dreamstream:params": params.model_dump_json(), "dreamstream:frame": str(frame.index)}
        text["dreamstream:show"] = json.dumps(self._show.stage.describe())
        self._tell(self._show.recordings.snapshot(frame, text))

    def _watch(self) -> None:
        """Tell of each failure once: the window may have no HUD, but the terminal is the operator's."""
        failures = {record.failure for record in self._show.recordings.failures}
        for failure in (failures | {self._show.dream.status.message}) - self._told:
            self._told.add(failure)
            self._tell(failure)

    def _tell(self, message: str) -> None:
        self._message = message
        if message:
            _log.warning("%s", message)
