"""`dreamstream signals`: what comes in from all controls, as it comes."""

import os
import time
from contextlib import closing

from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_controls, add_routes, wanted_of


def _add_arguments(parser: Parser) -> None:
    add_controls(parser)
    add_routes(parser)


def _run(options: Options, console: Console) -> None:
    os.environ["SDL_VIDEODRIVER"] = "dummy"  # pads are heard by the window system, and none is to be seen
    from dreamstream.controls import Inbox, action_table
    from dreamstream.controls.control import Controls
    from dreamstream.controls.tempo import Tempo
    from dreamstream.display.events import open_events
    from dreamstream.effects import EffectShelf
    from dreamstream.live.controls import Rig, open_controls, show_routes
    from dreamstream.live.monitor import AllBoard, Monitor
    from dreamstream.params import ParamStore
    from dreamstream.transforms import TRANSFORMS

    told: dict[str, str] = {}

    def tell(text: str, key: str = "") -> None:
        if text and (not key or told.get(key) != text):
            console.print(text)
        told[key] = text

    clock, store = time.monotonic, ParamStore()
    actions = action_table(TRANSFORMS, EffectShelf().names)
    rig = Rig(AllBoard(clock), Inbox(), store, actions, Tempo(clock, store, tell), tell, clock)
    routes, problems = show_routes(options.routes_file, True, options.sound is not None, actions)
    for problem in problems:
        tell(problem)
    with closing(Controls(open_controls(rig, wanted_of(options, pads=True)), tell, clock)) as controls:
        Monitor(rig.board, rig.inbox, controls, console, routes, open_events(), clock).run()


COMMAND = Command("signals", "show what comes in from controllers, live", _run, _add_arguments)
