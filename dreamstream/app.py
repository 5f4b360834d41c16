"""The live show: builds, wires, runs the main loop, and ends in order.

    stage -> ring -> dreamer (thread), recorders (threads), window (here) -> the end

The end: stop the dreamer, close the ring, let recorders finish their files, close the window, raise
the first worker's error.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from dreamstream.controls.keyboard import Keyboard, perform
from dreamstream.controls.keymap import key_help
from dreamstream.display import Overlay, Picture, Playhead, Window, WindowSettings
from dreamstream.dream import describe
from dreamstream.dream_loop import LOADING
from dreamstream.errors import DisplayError, DreamstreamError
from dreamstream.params import Params
from dreamstream.places import own_folder
from dreamstream.recall import preset_commands
from dreamstream.show import SEEN, Show, ShowResult
from dreamstream.stage import undisturbed

_log = logging.getLogger(__name__)


def run_headless(show: Show) -> ShowResult:
    """Run a show that nobody watches until it is over."""
    reader = show.ring.reader()

    def turn() -> bool:
        reader.read(timeout=0.5)
        return not show.over

    return _run(show, turn)


def run_window(show: Show, settings: WindowSettings) -> ShowResult:
    """Run a show in a window until it is over, or the person at the keyboard ends it."""
    window = Window(settings, own_folder("shaders"), show.stage.effects)
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
            "save replay": lambda: self._tell(self._show.recordings.save_kept()),
            "snapshot": self._snapshot,
            **{name: partial(self._report, do) for name, do in preset_commands(show.stage).items()},
        }
        for problem in show.stage.shelf.problems.values():
            self._tell(problem)

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
        moment = self._playhead.moment(self._show.ring.latest(SEEN), params.freeze)
        if min(size) > 0:  # minimised windows have no size on some systems
            window.screen.draw(moment, size, Picture(params, self._show.stage.clock()))
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
            lines += [record.warning] if record.warning else []
        for record in show.recordings.failures:
            lines.append(f"{record.path.name} ended: {record.failure}")
        playing = show.player.words if show.player else ""
        messages = dict.fromkeys(("frozen" if params.freeze else "", playing, status.message, self._message))
        return lines + [message for message in messages if message]

    def _net_line(self, layer: str) -> str:
        stage = self._show.stage
        shows = stage.entry.highlights.get(layer, "")
        return f"{stage.entry.name}: {layer}" + (f" ({shows})" if shows else "")

    def _quit(self) -> None:
        self._going = False

    def _record(self) -> None:
        self._tell(self._show.recordings.toggle())

    def _report(self, command: Callable[[], str]) -> None:
        self._tell(command())

    def _snapshot(self) -> None:
        frame = self._show.ring.latest()[0]
        params = self._show.params_of(frame)
        text = {"dreamstream:params": params.model_dump_json(), "dreamstream:frame": str(frame.index)}
        text["dreamstream:show"] = json.dumps(self._show.stage.describe())
        text |= self._show.score_entry(frame)
        self._tell(self._show.recordings.snapshot(frame, text))

    def _watch(self) -> None:
        """Tell of each failure once: the window may have no HUD, but the terminal is the operator's."""
        self._show.copy_scores()
        for message in self._window.screen.messages():
            self._tell(message)
        failures = {record.failure for record in self._show.recordings.failures}
        failures |= {record.warning for record in self._show.recordings.running if record.warning}
        player = self._show.player.note if self._show.player else ""
        for failure in (failures | {self._show.dream.status.message, player}) - self._told:
            self._told.add(failure)
            self._tell(failure)

    def _tell(self, message: str) -> None:
        self._message = message
        if message:
            _log.warning("%s", message)
