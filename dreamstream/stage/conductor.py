"""The conductor: plays a stage where no hand does, by its frames' times alone.

a frame's time -> tempo -> routes, fader, autopilot -> the params of that frame
a frame that was dreamt -> measures, novelty -> board

It has no clock but the frames': the same stage and routes give the same dream, however fast the machine is.
"""

from collections.abc import Callable, Iterable
from functools import partial

from dreamstream.autopilot import Autopilot, Pulse
from dreamstream.controls import Board, Route, action_table
from dreamstream.controls.actions import COMMANDS
from dreamstream.controls.hand import Hand
from dreamstream.controls.router import Router
from dreamstream.controls.tempo import Tempo
from dreamstream.dreamer.eye import Eye
from dreamstream.dreamer.measures import Measures
from dreamstream.dreamer.novelty import SIGNALS, Novelty
from dreamstream.frame import Frame
from dreamstream.stage.fader import Fader
from dreamstream.stage.helm import helm_of
from dreamstream.stage.morph import Morph
from dreamstream.stage.stage import Stage
from dreamstream.tell import Tell, tell_nobody


class Conductor:
    """`turn` it before each frame, and tell it of each that it `saw`.

    `clock` gives the seconds of the frame that comes, `open_eye` an eye on the net that dreams, `pulse` how
    far the dream is; `tell` is told what the autopilot has to say.
    """

    def __init__(
        self,
        stage: Stage,
        routes: Iterable[Route],
        clock: Callable[[], float],
        open_eye: Callable[[], Eye],
        pulse: Callable[[], Pulse],
        tell: Tell = tell_nobody,
    ) -> None:
        store, actions = stage.store, action_table(stage.transforms, stage.effects.names)
        commands = {
            "transform.add": partial(store.add_link, "transform"),
            "transform.drop": partial(store.drop_link, "transform"),
        }
        routes = list(routes)
        of_a_show = COMMANDS.keys() - commands.keys()
        kept = [route for route in routes if route.dreamt and route.to not in of_a_show]
        self.left_out = [route.to for route in routes if route not in kept]
        """What routes of a show's alone go to."""
        self._clock, self.board = clock, Board(clock)
        self.measures = Measures(self.board)
        """What a film's pictures are told to as they flow in; `saw` tells it of frames."""
        self.novelty = Novelty(self.board, open_eye, clock=lambda: 0.0)  # however long looks take
        self.tempo = Tempo(clock, store)
        self._hand = hand = Hand(actions, store, commands, self.tempo)
        self._router = Router(kept, self.board, store, self.tempo, clock, hand.press, hand.release)
        self._fader, self._morph = Fader(stage), Morph(stage, self.tempo, clock)
        helm = helm_of(stage, self._morph, pulse, self.novelty.loud, self.tempo.ahead)
        self._autopilot = Autopilot(helm, self.board, stage.playing.settings.seed, tell)

    def turn(self) -> None:
        """Set the params of the frame that comes."""
        self.tempo.turn()
        self._hand.turn()
        self._router.turn()
        self._fader.turn()
        self._autopilot.turn(self._clock())
        self._morph.turn()

    def saw(self, frame: Frame) -> None:
        """Take a frame that was dreamt: those to come are moved by it, as far as anything goes by it."""
        self.measures.dreamt(frame)
        if any(map(self.board.wants, SIGNALS)):
            self.novelty.dreamt(frame)
