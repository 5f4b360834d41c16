"""The desk: what a show's main loop does each screen frame.

hear the keys -> act on them -> draw the moment -> tell the operator
"""

import calendar
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from dreamstream.controls import KEYS, MAPPING_KEYS, key_help, key_of
from dreamstream.controls.keyboard import Keyboard
from dreamstream.controls.signals import heard_bands
from dreamstream.display import MappedWindows, Mouse, OperatorWindow, Picture, Playhead, Window, overlay
from dreamstream.every import Every
from dreamstream.live.commands import take_file
from dreamstream.live.hands import Hands
from dreamstream.live.show import SEEN, Show
from dreamstream.live.state import ShowState, StateReader
from dreamstream.mapping import PLAIN
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.tell import bar

_HUD_EACH = 0.1  # seconds from one text of the HUD to the next


class Desk:
    """The main loop's turn; `keys` gives the names of the keys' actions, `hands` carry them out."""

    def __init__(
        self,
        show: Show,
        window: Window,
        hands: Hands,
        keys: Mapping[str, str] = KEYS,
        operator: OperatorWindow | None = None,
    ) -> None:
        stage, clock = show.stage, show.stage.clock
        self._show, self._window, self._operator, self._hands = show, window, operator, hands
        self._stage, self._store, self._clock = stage, stage.store, clock
        self.keys = keys
        self._keyboard = Keyboard(
            *(keys, hands.actions, clock),
            take_file=lambda path: hands.do(partial(take_file, path, show)),
            close_other=self._close_other,
            pass_on=self._pass_on,
        )
        self._mapping = MappedWindows(hands.mapper.editor, window)
        self._mouse = Mouse(stage.store)
        self.playhead, self._states = Playhead(clock), StateReader(show, hands, window)
        self._date = calendar.timegm(time.localtime()) - clock()
        self.shown = 0.0
        """When the newest screen frame was seen."""
        self._hud_each = Every(_HUD_EACH)
        self._hud: list[str] = []
        self._hud_messages: tuple[str, ...] = ()

    def turn(self) -> bool:
        """Do one screen frame; return whether to go on."""
        began = self._clock()
        self._hear()
        self.draw()
        self._hands.lead.note(began, self.shown, self.playhead.place, tuple(self._show.begun))
        self._tell()
        return self._hands.going and not self._show.over

    def draw(self) -> None:
        """Draw the moment and show it."""
        params = self._store.snapshot()
        window, size = self._window, self._window.size
        window.set_fullscreen(params.fullscreen)
        moment = self.playhead.moment(self._show.ring.latest(SEEN), params.freeze)
        if min(size) > 0:  # minimised windows have no size on some systems
            now = self._clock()
            beat = self._hands.tempo.first(now, params.bpm, self._hands.lead.screen)
            opened = self._show.opened
            beat_at = None if beat is None else beat - opened
            bands = heard_bands(self._hands.board)
            dreamt = self._show.params_of(moment.later)
            picture = Picture(
                params, now - opened, beat_at, bands=bands, opened=self._date + opened, dreamt=dreamt
            )
            self._mapping.draw(moment, picture)
            self._show.seen(params, self.playhead.place, beat)
            self._show.recordings.filming.turn(window.screen, now)
            self._draw_text(params, size)
            self._mapping.draw_handles()
        self.shown = self._clock() + window.show(waiting=not self._show.dream.status.frames)

    def state(self) -> ShowState:
        """Return how things stand, for whatever shows it to the operator."""
        return self._states.read(self._waiting())

    def _hear(self) -> None:
        """Act on the keys, and on what has waited for the beat."""
        mapper = self._hands.mapper
        self._keyboard.over = MAPPING_KEYS if mapper.editor.on else {}
        for stroke in self._keyboard.strokes(self._store.snapshot().fullscreen):
            self._hud_each.hurry()
            if stroke.pressed:
                self._hands.press(stroke.action, stroke.scale)
            else:
                self._hands.release(stroke.action)
        mapper.turn(self._clock())
        first = mapper.mappings[0] if mapper.mappings else PLAIN
        self._mouse.turn(self._stage.playing.settings.size, self._window.size, first)
        self._hands.turn()

    def _pass_on(self, event: Any) -> None:
        """Give an event that is no key's to the mouse, and to the controls."""
        other = self._operator.window if self._operator is not None else None
        if not self._mapping.hear(event, other):
            self._mouse.hear(event, other)
        self._hands.controls.hear(event)

    def _close_other(self, window: object) -> bool:
        """Close a window of the system's if it is none that the show ends with; return whether it was."""
        others = (*self._window.further, *([self._operator] if self._operator is not None else ()))
        return any(other.close_if(window) for other in others)

    def _draw_text(self, params: Params, size: Size) -> None:
        if self._operator is not None and self._operator.open:
            return  # it is all there, and the show stays clean
        lines = tuple(self._hud_lines()) if params.hud and not params.show_help else ()
        keys = key_help({**self.keys, **self._keyboard.over}, self._hands.actions) if params.show_help else ()
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
        if self._operator is not None and self._operator.due():
            state, keys, frame = (
                self.state(),
                key_help(self.keys, self._hands.actions),
                self._show.ring.latest()[0],
            )
            self._hands.do(partial(self._operator.draw, frame, state.lines, state.changed, keys))

    def _waiting(self) -> list[str]:
        """Return what waits for the beat, and what a held key is about to do."""
        lines = [self._hands.hand.waiting] if self._hands.hand.waiting else []
        if (waiting := self._keyboard.waiting) is not None:
            name, part = waiting
            label = self._hands.actions[name].label
            lines.append(f"hold {key_of(name, self.keys)}: {label} {bar(part)}")
        return lines
