"""The hand: carries actions out, whatever control they come from.

    action's name, pressed or let go -> ParamStore, or the show's command of that name

Any control calls `perform` for a stroke, or `press` and `release` for what is held.
"""

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from dreamstream.controls.actions import Action, Kind
from dreamstream.controls.lead import Lead
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import ControlError, nearest
from dreamstream.params import QUANTA, Chosen, ParamStore
from dreamstream.tell import counted

_EFFECTS = Chosen(lambda info: info.group == "effect")
_MOST = 64  # actions that wait for a beat: of more the newest count


class Hand:
    """Keeps what is held, and what waits for the beat. For the thread that turns the show.

    What waits is done by the `lead` of what is dreamt before its beat, to be seen on it; effects that come
    with it are kept until then.
    """

    def __init__(
        self,
        actions: Mapping[str, Action],
        store: ParamStore,
        commands: Mapping[str, Callable[..., object]],
        tempo: Tempo,
        lead: Lead | None = None,
    ) -> None:
        self._actions, self._store, self._commands = actions, store, commands
        self._tempo, self._lead = tempo, lead or Lead()
        self._held: dict[str, bool] = {}  # name -> whether it was on before
        self._waiting: deque[tuple[str, float]] = deque(maxlen=_MOST)
        self._due, self._jumps = 0.0, 0
        self._kept: dict[str, tuple[Any, Any]] = {}  # name -> what it is until the beat, and then

    def perform(self, name: str, scale: float = 1.0) -> None:
        """Do an action; what is held otherwise is switched on. `scale` makes a nudge finer or coarser.

        Raises ControlError for a name that is not there, and what the action itself raises.
        """
        if name not in self._actions:
            raise ControlError(f"no action '{name}'; {nearest(name, self._actions)}")
        action = self._actions[name]
        params = self._store.snapshot()
        if action.waits and (quantum := QUANTA[params.quantise]):
            if not self._waiting:
                self._aim(quantum)
            self._waiting.append((name, scale))
            self.turn()
        else:
            self._do(name, scale)

    def press(self, name: str, scale: float = 1.0) -> None:
        """Do an action, and keep in mind what `release` is to put back."""
        action = self._actions.get(name)
        if action is None or action.kind is not Kind.HOLD:
            self.perform(name, scale)
        elif name not in self._held:
            before = self._is_on(action)
            self._do(name, scale)
            self._held[name] = before

    def release(self, name: str) -> None:
        """Put back what an action holds, unless something else has changed it meanwhile."""
        action = self._actions.get(name)
        if action is not None and not self._held.pop(name, True) and self._is_on(action):
            self._switch(action, False)

    def forget(self) -> None:
        """Let what waits for the beat be, and put nothing back that is held."""
        self._waiting.clear()
        self._held.clear()
        self._kept.clear()

    def turn(self) -> None:
        """Do what has waited for the beat, early enough to be seen on it; call it each screen frame."""
        if not self._waiting and not self._kept:
            return
        quantum = QUANTA[self._store.snapshot().quantise]
        if quantum and self._waiting and self._jumps != self._tempo.jumps:
            self._aim(quantum)
        if self._waiting and (not quantum or self._tempo.ahead(self._lead.dream) >= self._due):
            try:
                self._do_early(*self._waiting.popleft())
            finally:
                self.turn()
        elif self._kept and self._is_due():
            kept, self._kept, hand = self._kept, {}, self._store.hand
            self._store.change(**{name: new for name, (old, new) in kept.items() if hand[name] == old})

    @property
    def waiting(self) -> str:
        """How long something waits for the beat, as text; empty where nothing does."""
        return f"in {counted(math.ceil(self._due - self._tempo.ahead()), 'beat')}" if self._waiting else ""

    def _is_due(self) -> bool:
        """Return whether it is time for what the screen shows at once."""
        return self._jumps != self._tempo.jumps or self._tempo.ahead(self._lead.screen) >= self._due

    def _do_early(self, name: str, scale: float) -> None:
        """Do what is to be seen on the beat in what is dreamt, and keep its effects until then."""
        before = self._store.hand
        self._do(name, scale)
        if not self._is_due():
            after = self._store.hand
            kept = {name: (before[name], after[name]) for name in _EFFECTS if before[name] != after[name]}
            self._store.change(**{name: old for name, (old, _) in kept.items()})
            self._kept |= kept

    def _aim(self, quantum: int) -> None:
        self._due, self._jumps = self._tempo.next(quantum, self._lead.dream), self._tempo.jumps

    def _is_on(self, action: Action) -> bool:
        """Return whether what an action holds is on: a link, or a switch."""
        if action.value:
            return self._store.has_link(action.param, action.value)
        return bool(self._store.hand[action.param])

    def _switch(self, action: Action, on: bool) -> None:
        if action.value:
            self._store.switch_link(action.param, action.value, on)
        else:
            self._store.change(**{action.param: on})

    def _do(self, name: str, scale: float) -> None:
        action = self._actions[name]
        match action.kind:
            case Kind.COMMAND:
                self._commands[name](*([scale] if action.steps else []))
            case Kind.NUDGE:
                self._store.nudge(action.param, action.value * scale)
            case Kind.LINK:
                self._store.switch_link(action.param, action.value)
            case Kind.HOLD:
                self._switch(action, True)
            case Kind.SET:
                self._store.change(**{action.param: action.value})
