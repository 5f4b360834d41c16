"""The desk: what a show's main loop does each screen frame.

hear the keys -> carry actions out -> draw the moment -> show it -> tell the operator
"""

import json
import logging
from collections.abc import Callable, Mapping
from functools import partial

from dreamstream.controls import KEYS, Action, action_table, key_help, key_of
from dreamstream.controls.hand import Hand
from dreamstream.controls.keyboard import Keyboard, Stroke
from dreamstream.controls.tempo import Tempo
from dreamstream.display import OperatorWindow, Overlay, Picture, Playhead, Window
from dreamstream.errors import DreamstreamError
from dreamstream.live.dropped import take_file
from dreamstream.live.panic import LastGood, panic
from dreamstream.live.recall import preset_commands
from dreamstream.live.show import SEEN, Show
from dreamstream.live.state import ShowState, StateReader
from dreamstream.params import Params

_log = logging.getLogger(__name__)

_HUD_EACH = 0.1  # seconds from one text of the HUD to the next
_FLASHES = 3.0  # a second: what the flash guard lets through of a strobe on the beat


class Desk:
    """The main loop's turn; `keys` gives the names of the keys' actions."""

    def __init__(
        self,
        show: Show,
        window: Window,
        keys: Mapping[str, str] = KEYS,
        operator: OperatorWindow | None = None,
    ) -> None:
        self._show, self._window, self._store = show, window, show.stage.store
        clock = show.stage.clock
        self.actions: dict[str, Action] = action_table(show.stage.transforms, show.stage.effects.names)
        self.keys = keys
        self._effects = len(show.stage.effects.names)
        self._tempo = Tempo(clock)
        self.hand = Hand(self.actions, self._store, self._commands(), self._tempo, clock)
        self._keyboard = Keyboard(keys, self.actions, clock)
        self._operator = operator
        if operator is not None:
            self._keyboard.closed = operator.close_if
        self._playhead = Playhead(clock)
        self._overlay, self._states = Overlay(), StateReader(show, window)
        self._begun, self._last_good = (self._store.snapshot(), show.stage.net), LastGood()
        self._keyboard.dropped = lambda path: self._try(lambda: self._report(partial(take_file, path, show)))
        self._message = ""
        self._hud: list[str] = []
        self._hud_due = 0.0
        self._told = {""}
        self._going = True
        self._shown = False
        self._tell(window.note)
        for problem in show.stage.shelf.problems.values():
            self._tell(problem)

    @property
    def place(self) -> float:
        """Where the picture is, in dreamed frames."""
        return self._playhead.place

    def turn(self) -> bool:
        """Do one screen frame; return whether to go on."""
        self._hear()
        self._watch()
        self.draw()
        self._try(self._inform)
        return self._going and not self._show.over

    def draw(self) -> None:
        """Draw the moment and show it."""
        params = self._store.snapshot()
        window, size = self._window, self._window.size
        window.set_fullscreen(params.fullscreen)
        moment = self._playhead.moment(self._show.ring.latest(SEEN), params.freeze)
        if min(size) > 0:  # minimised windows have no size on some systems
            now = self._show.stage.clock()
            window.screen.draw(moment, size, Picture(params, now, self._tempo.tapped))
            self._show.recordings.filming.turn(window.screen, now)
            self._draw_text(params, size)
        window.show()
        if not self._shown:
            self._shown = True
            _log.info("first picture shown")

    def _inform(self) -> None:
        if self._operator is not None and self._operator.due:
            state, keys = self.state(), key_help(self.keys, self.actions)
            self._operator.draw(self._show.ring.latest()[0], state.lines, state.changed, keys)

    def state(self) -> ShowState:
        """Return how things stand, for whatever shows it to the operator."""
        return self._states.read((*self._waiting(), self._message))

    def _draw_text(self, params: Params, size: tuple[int, int]) -> None:
        if self._operator is not None and self._operator.open:
            return  # it is all there, and the show stays clean
        lines = self._hud_lines() if params.hud and not params.show_help else ()
        keys = key_help(self.keys, self.actions) if params.show_help else {}
        text = self._overlay.surface(size, lines, keys)
        if text is not None:
            self._window.screen.draw_overlay(text, size)

    def _hud_lines(self) -> list[str]:
        """Return the HUD's text, anew a few times a second and after each key: nobody reads any faster."""
        now = self._show.stage.clock()
        if now >= self._hud_due:
            self._hud, self._hud_due = self.state().lines, now + _HUD_EACH
        return self._hud

    def _hear(self) -> None:
        for stroke in self._keyboard.strokes(self._store.snapshot().fullscreen):
            self._hud_due = 0.0
            self._try(partial(self._play, stroke))
        self._try(self.hand.turn)

    def _play(self, stroke: Stroke) -> None:
        if stroke.pressed:
            self.hand.press(stroke.action, stroke.scale)
        else:
            self.hand.release(stroke.action)

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except DreamstreamError as error:
            self._tell(str(error))

    def _waiting(self) -> list[str]:
        """Return what a held key is about to do, and what waits for the beat."""
        lines = ["on the next beat"] if self.hand.waiting else []
        if (waiting := self._keyboard.waiting) is not None:
            name, part = waiting
            lines.append(
                f"hold {key_of(name, self.keys)}: {self.actions[name].words} {'|' * round(12 * part):.<12}"
            )
        return lines

    def _commands(self) -> dict[str, Callable[[], object]]:
        return {
            "transform.add": partial(self._store.add_link, "transform"),
            "transform.drop": partial(self._store.drop_link, "transform"),
            "record.toggle": lambda: self._tell(self._show.recordings.toggle()),
            "record.screen": lambda: self._tell(self._show.recordings.toggle_screen()),
            "record.keep": lambda: self._tell(self._show.recordings.save_kept()),
            "snapshot": self._snapshot,
            "canvas.larger": partial(self._show.swapper.canvas, 1),
            "canvas.smaller": partial(self._show.swapper.canvas, -1),
            "net.next": partial(self._show.swapper.step_net, 1),
            "net.previous": partial(self._show.swapper.step_net, -1),
            "tempo.tap": self._tap,
            "panic": self._panic,
            "quit": self._quit,
            **{name: partial(self._report, do) for name, do in preset_commands(self._show.stage).items()},
        }

    def _quit(self) -> None:
        self._going = False

    def _report(self, command: Callable[[], str]) -> None:
        self._tell(command())

    def _tap(self) -> None:
        if bpm := self._tempo.tap():
            rate = bpm / 60
            while rate > _FLASHES:
                rate /= 2
            self._store.change(bpm=bpm, strobe_rate=rate)

    def _panic(self) -> None:
        self.hand.forget()
        self._tell(panic(self._show.stage, self._last_good.good, *self._begun))

    def _snapshot(self) -> None:
        frame = self._show.ring.latest()[0]
        params = self._show.params_of(frame)
        text = {"dreamstream:params": params.model_dump_json(), "dreamstream:frame": str(frame.index)}
        text["dreamstream:show"] = json.dumps(self._show.stage.describe())
        self._tell(self._show.recordings.snapshot(frame, text, partial(self._show.score_entry, frame)))

    def _watch(self) -> None:
        """Tell of each failure once: the window may have no HUD, but the terminal is the operator's."""
        self._show.copy_scores()
        stage, status = self._show.stage, self._show.dream.status
        self._last_good.note(stage.preset, status.failures, stage.clock())
        for message in (*self._window.screen.messages(), *self._show.swapper.messages()):
            self._tell(message)
        failures = {record.failure for record in self._show.recordings.failures}
        failures |= {record.warning for record in self._show.recordings.running if record.warning}
        player = self._show.player.note if self._show.player else ""
        for failure in (failures | {status.message, player}) - self._told:
            self._told.add(failure)
            self._tell(failure)
        if len(stage.effects.names) != self._effects:  # a file came
            self._effects = len(stage.effects.names)
            self.actions.update(action_table(stage.transforms, stage.effects.names))

    def _tell(self, message: str) -> None:
        self._message = message
        self._hud_due = 0.0
        if message:
            _log.warning("%s", message)
