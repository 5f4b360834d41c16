"""The desk: what a show's main loop does each screen frame.

hear the keys -> act on them -> draw the moment -> tell the operator
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from dreamstream.controls import KEYS, Action, action_table, key_help, key_of
from dreamstream.controls.hand import Hand
from dreamstream.controls.keyboard import Keyboard
from dreamstream.controls.router import Router
from dreamstream.controls.routes import Route
from dreamstream.controls.tempo import Tempo
from dreamstream.display import OperatorWindow, Picture, Playhead, Window, overlay
from dreamstream.errors import DreamstreamError
from dreamstream.every import Every
from dreamstream.live.commands import LastGood, panic, show_commands, take_file
from dreamstream.live.show import SEEN, Show
from dreamstream.live.state import ShowState, StateReader
from dreamstream.params import Params
from dreamstream.size import Size

_HUD_EACH = 0.1  # seconds from one text of the HUD to the next


class Desk:
    """The main loop's turn; `keys` gives the names of the keys' actions, `routes` what moves by itself."""

    def __init__(
        self,
        show: Show,
        window: Window,
        keys: Mapping[str, str] = KEYS,
        operator: OperatorWindow | None = None,
        routes: Sequence[Route] = (),
    ) -> None:
        stage, clock = show.stage, show.stage.clock
        self._show, self._window, self._operator = show, window, operator
        self._stage, self._store, self._clock = stage, stage.store, clock
        self.keys = keys
        self.actions: dict[str, Action] = action_table(stage.transforms, stage.effects.names)
        self._effects = len(stage.effects.names)
        self._start, self._last_good = (stage.store.snapshot(), stage.playing.net), LastGood()
        self._tempo, self._going = Tempo(clock), True
        commands = {**show_commands(show, self._tempo), "panic": self._panic, "quit": self._quit}
        telling = {name: partial(self._do, command) for name, command in commands.items()}
        self.hand = Hand(self.actions, stage.store, telling, self._tempo, clock)
        press, release = (
            lambda name, stroke=stroke: self._do(partial(stroke, name))
            for stroke in (self.hand.press, self.hand.release)
        )
        self._router = Router(routes, stage.store, self._tempo, clock, press, release)
        close_other = operator.close_if if operator is not None else lambda window: False
        self._keyboard = Keyboard(
            keys, self.actions, clock, lambda path: self._do(partial(take_file, path, show)), close_other
        )
        self.playhead, self._states = Playhead(clock), StateReader(show, window)
        self._hud_each = Every(_HUD_EACH)
        self._hud: list[str] = []
        self._hud_messages: tuple[str, ...] = ()
        for problem in stage.shelf.problems.values():
            show.messages.tell(problem)

    def turn(self) -> bool:
        """Do one screen frame; return whether to go on."""
        self._hear()
        self.draw()
        self._tell()
        return self._going and not self._show.over

    def draw(self) -> None:
        """Draw the moment and show it."""
        params = self._store.snapshot()
        window, size = self._window, self._window.size
        window.set_fullscreen(params.fullscreen)
        moment = self.playhead.moment(self._show.ring.latest(SEEN), params.freeze)
        if min(size) > 0:  # minimised windows have no size on some systems
            now = self._clock()
            window.screen.draw(moment, size, Picture(params, now, self._tempo.tapped))
            self._show.recordings.filming.turn(window.screen, now)
            self._draw_text(params, size)
        window.show(waiting=not self._show.dream.status.frames)

    def state(self) -> ShowState:
        """Return how things stand, for whatever shows it to the operator."""
        return self._states.read(self._waiting())

    def _hear(self) -> None:
        """Act on the keys, and on what has waited for the beat."""
        for stroke in self._keyboard.strokes(self._store.snapshot().fullscreen):
            self._hud_each.hurry()
            if stroke.pressed:
                self._do(partial(self.hand.press, stroke.action, stroke.scale))
            else:
                self._do(partial(self.hand.release, stroke.action))
        self._do(self.hand.turn)
        self._router.turn()

    def _draw_text(self, params: Params, size: Size) -> None:
        if self._operator is not None and self._operator.open:
            return  # it is all there, and the show stays clean
        lines = tuple(self._hud_lines()) if params.hud and not params.show_help else ()
        keys = key_help(self.keys, self.actions) if params.show_help else ()
        text = overlay(size, lines, keys)
        if text is not None:
            self._window.screen.draw_overlay(text, size)

    def _hud_lines(self) -> list[str]:
        """Return the HUD's text: made anew a few times a second, and at once for a key or a message."""
        messages = self._show.messages.lines
        if messages != self._hud_messages:
            self._hud_messages = messages
            self._hud_each.hurry()
        if self._hud_each.due(self._clock()):
            self._hud = self.state().lines
        return self._hud

    def _tell(self) -> None:
        """See what has come of the show since the last frame, and tell the operator."""
        self._show.watch()
        self._last_good.observe(self._stage.preset, self._show.dream.status.failures, self._clock())
        names = self._stage.effects.names
        if len(names) != self._effects:  # a file came
            self._effects = len(names)
            self.actions.update(action_table(self._stage.transforms, names))
        if self._operator is not None and self._operator.due():
            state, keys, frame = self.state(), key_help(self.keys, self.actions), self._show.ring.latest()[0]
            self._do(partial(self._operator.draw, frame, state.lines, state.changed, keys))

    def _do(self, do: Callable[[], object]) -> None:
        """Do something, and tell the operator the text that it returns, or what is wrong."""
        try:
            text = do()
        except DreamstreamError as error:
            text = str(error)
        if isinstance(text, str):
            self._show.messages.tell(text)

    def _waiting(self) -> list[str]:
        """Return what waits for the beat, and what a held key is about to do."""
        lines = ["on the next beat"] if self.hand.waiting else []
        if (waiting := self._keyboard.waiting) is not None:
            name, part = waiting
            lines.append(
                f"hold {key_of(name, self.keys)}: {self.actions[name].label} {'|' * round(12 * part):.<12}"
            )
        return lines

    def _quit(self) -> None:
        self._going = False

    def _panic(self) -> str:
        self.hand.forget()
        return panic(self._stage, self._last_good.good, *self._start)
