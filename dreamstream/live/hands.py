"""The hands: all that plays a show, whatever it comes by, carried out at each screen frame.

controls (MIDI, OSC, sound, ...) -> board, inbox -> what waits for the beat, routes -> params and commands
"""

from collections.abc import Callable, Sequence
from functools import partial

from dreamstream.autopilot import Autopilot, Grip, Pulse
from dreamstream.controls import Board, Control, Inbox, Route, action_table, route_of
from dreamstream.controls.actions import preset_actions
from dreamstream.controls.control import Controls
from dreamstream.controls.hand import Hand
from dreamstream.controls.lead import Lead
from dreamstream.controls.learn import Learn
from dreamstream.controls.routefile import RouteFile
from dreamstream.controls.router import Router
from dreamstream.controls.tempo import Tempo
from dreamstream.dreamer.measures import Measures
from dreamstream.dreamer.novelty import Novelty
from dreamstream.errors import DreamstreamError
from dreamstream.every import Every
from dreamstream.live.commands import LastGood, morph_commands, panic, show_commands
from dreamstream.live.controls import Rig, no_controls
from dreamstream.live.mapper import Mapper
from dreamstream.live.routing import Routing
from dreamstream.live.shader_notes import ShaderNotes
from dreamstream.live.show import Show
from dreamstream.mapping import own_mapping
from dreamstream.params import Params
from dreamstream.params.presets import Preset
from dreamstream.stage.fader import Fader
from dreamstream.stage.helm import helm_of
from dreamstream.stage.morph import Morph

_TOLD_EACH = 0.05  # seconds from one telling of what has changed to the next


class Hands:
    """Hand, tempo, routes and controls of a show; `going` until somebody ends it.

    The routes are those of the `file`, where there is one.
    """

    def __init__(
        self,
        show: Show,
        routes: Sequence[Route] = (),
        file: RouteFile | None = None,
        controls: Callable[[Rig], Sequence[Control]] = no_controls,
    ) -> None:
        """Open the `controls`; raises what they do, and ControlError for a `file` that cannot be read."""
        stage, tell = show.stage, show.messages.tell
        self._show, self._stage, self._store, self._clock = show, stage, stage.store, stage.clock
        self.board, self.inbox, self.lead = Board(stage.clock), Inbox(), Lead()
        presets = {preset.name: preset.help for preset in stage.shelf.presets}
        self.actions = action_table(stage.transforms, stage.effects.names) | preset_actions(presets)
        self.tempo, self.going = Tempo(stage.clock, stage.store, tell), True
        self._shaders = ShaderNotes(stage, show.keep_note, tell)
        self._start, self._last_good = (stage.store.snapshot(), stage.playing.net), LastGood()
        self.morph = self._new_morph()
        self._fader = Fader(stage)
        self.mapper = Mapper(own_mapping(), tell, lambda: stage.store.snapshot().effects)
        commands: dict[str, Callable[..., object]] = {
            **show_commands(show, self.tempo, lambda: self._routing.kept),
            **morph_commands(stage, self.morph, self._fader),
            **self.mapper.commands,
            "panic": self._panic,
            "quit": self._quit,
            "learn": self._learn,
            "like": self._like,
        }
        telling = {name: partial(self._do_with, command) for name, command in commands.items()}
        self.hand = Hand(self.actions, stage.store, telling, self.tempo, self.lead)
        self.router = Router(
            *(routes, self.board, stage.store, self.tempo, stage.clock, self._press, self.release, self.lead),
            tell=tell,
        )
        learn = Learn(self.board, self.actions, stage.clock)
        self._routing = Routing(self.router, learn, self.actions, file, tell, stage.clock)
        self.novelty = Novelty(self.board, show.open_eye, show.keep_note, stage.clock)
        self._own_morph = self._new_morph()
        helm = helm_of(
            *(stage, self._own_morph, self._pulse, self.novelty.loud),
            lambda: self.tempo.ahead(self.lead.dream),
        )
        self.autopilot = Autopilot(helm, self.board, stage.playing.settings.seed, tell)
        self._grip = Grip(stage.store)
        self._recalled: Preset | None = None
        self._told_each = Every(_TOLD_EACH)
        self._told: Params | None = None
        for problem in stage.shelf.problems.values():
            tell(problem)
        self.controls = Controls(controls(self._rig()), tell, stage.clock)
        show.listeners += [Measures(self.board), self.novelty, self._shaders]

    def press(self, action: str, scale: float = 1.0) -> None:
        """Press an action, and tell the operator what comes of it; who learns a route means that alone."""
        if not self._routing.touched(action):
            self._press(action, scale)

    def release(self, action: str) -> None:
        """Let an action go."""
        self.do(partial(self.hand.release, action))

    def turn(self) -> None:
        """Do what has come since the last turn, and what has waited for the beat."""
        self.controls.turn()
        self.inbox.turn(self._change, self.press, self.release)
        self._grip.let(lambda: self.tempo.turn(led=not self._show.plays_score))
        self.do(self.hand.turn)
        if self._stage.preset is not self._recalled:
            self._recalled = self._stage.preset
            self.do(partial(self._take_routes, self._recalled))
        self._routing.turn()
        self._turn_by_itself()
        self._last_good.observe(self._stage.preset, self._show.dream.status.failures, self._clock())
        if self._shaders.turn():
            self.actions.update(action_table(self._stage.transforms, self._stage.effects.names))
        params = self._store.snapshot()
        if params is not self._told and self._told_each.due(self._clock()):
            self._told = params
            self.controls.told(params)

    def close(self) -> None:
        """Close the controls, and keep how the windows are mapped."""
        self.mapper.close()
        self.controls.close()

    def do(self, do: Callable[[], object]) -> None:
        """Do something, and tell the operator the text that it returns, or what is wrong."""
        try:
            text = do()
        except DreamstreamError as error:
            text = str(error)
        if isinstance(text, str):
            self._show.messages.tell(text)

    def _do_with(self, command: Callable[..., object], *scale: float) -> None:
        self.do(partial(command, *scale))

    def _turn_by_itself(self) -> None:
        """Turn the routes, and the autopilot, if no score plays; any hand takes over from it."""
        self._grip.let(self.router.turn)
        if self._grip.taken():
            self.autopilot.touch()
        if not self._show.plays_score:
            self.do(self._turn_into)
            self._grip.let(self._autopilot_turn)

    def _autopilot_turn(self) -> None:
        self.autopilot.turn(self._clock())
        self._own_morph.turn()

    def _turn_into(self) -> None:
        """Go on with what the hand turns into another dream; the fader is moved by it, too."""
        if self._fader.turn():
            self.morph.stop()
        self.morph.turn()

    def _new_morph(self) -> Morph:
        show, lead = self._show, self.lead

        def dreamt() -> Params:
            return show.params_of(show.ring.latest()[0])

        return Morph(self._stage, self.tempo, self._clock, show.messages.tell, dreamt, lambda: lead.dream)

    def _pulse(self) -> Pulse:
        dream = self._show.dream.status
        return Pulse(dream.frames, dream.failures)

    def _rig(self) -> Rig:
        return Rig(
            *(self.board, self.inbox, self._store, self.actions, self.tempo),
            *(self._show.messages.tell, self._clock),
            begun=lambda: self._show.dream.status.frames > 0,
            routes=lambda: self.router.routes,
            tape=self._show.tape,
            latest=self._show.ring.latest,
        )

    def _take_routes(self, preset: Preset) -> None:
        self._routing.recalled([route_of(record, self.actions) for record in preset.route])

    def _press(self, action: str, scale: float = 1.0) -> None:
        self.do(partial(self.hand.press, action, scale))

    def _change(self, name: str, value: object) -> None:
        if not self._routing.touched(name):
            self.do(partial(self._store.change, **{name: value}))

    def _like(self) -> str:
        return self.autopilot.like(self._stage.preset.name)

    def _learn(self) -> None:
        self._routing.toggle()

    def _quit(self) -> None:
        self.going = False

    def _panic(self) -> str:
        self.hand.forget()
        self.morph.stop()
        return panic(self._stage, self._last_good.good, *self._start)
