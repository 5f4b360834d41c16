"""The live show: builds, wires, runs the main loop, and ends in order.

    stage -> ring -> dreamer (thread), recorders (threads), window (here) -> the end

The end: stop the dreamer, close the ring, let recorders finish their files, close the window, raise
the first worker's error.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace

from dreamstream.controls import KEYS
from dreamstream.display import OperatorWindow, Window, WindowSettings
from dreamstream.errors import DisplayError, DreamstreamError
from dreamstream.live.desk import Desk
from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowResult
from dreamstream.live.state import ShowState, StateReader
from dreamstream.process import go_first, undisturbed
from dreamstream.size import Size
from dreamstream.tell import Tell

_log = logging.getLogger(__name__)

_TURN = 1 / 60
"""Seconds from one turn of a show without a window to the next."""
_FAILURES, _PAUSE = 60, 1 / 60
"""So many failed turns in a row end the show; seconds from one to the next."""


Offer = Callable[[Callable[[], ShowState]], None]
"""Is called each screen frame with what reads the show's state, and calls that when it is time to show it."""


def run_headless(show: Show, hands: Hands, offer: Offer = lambda read: None) -> ShowResult:
    """Run a show that nobody watches until it is over."""
    states = StateReader(show, hands)

    def turn() -> bool:
        time.sleep(_TURN)
        hands.turn()
        now, params = show.stage.clock(), show.stage.store.snapshot()
        hands.lead.note(now, now, show.ring.latest()[-1].index, tuple(show.begun))
        show.seen(params, beat=hands.tempo.first(now, params.bpm))
        show.watch()
        offer(states.read)
        hands.controls.offered(states.read)
        return hands.going and not show.over

    with closing(hands):
        return _run(show, patient(turn, show.messages.tell))


def run_window(
    show: Show,
    settings: WindowSettings,
    hands: Hands,
    keys: Mapping[str, str] = KEYS,
    operators: bool = False,
    offer: Offer = lambda read: None,
) -> ShowResult:
    """Run a show in a window until it is over, or the person at the keyboard ends it.

    `keys` gives the names of the keys' actions, `operators` asks for a window of the operator's own.
    """
    operator = None
    with contextlib.ExitStack() as windows:
        windows.callback(hands.close)
        try:
            hands.mapper.open(1 + len(settings.further), show.stage.store.check)
            window = Window(settings, show.stage.effects, show.messages.tell)
            windows.callback(window.close)
            _log.info("window open: %s, %s", window.screen.name, window.size)
            if operators:
                operator = OperatorWindow(settings.other_display(), show.stage.clock)
                windows.callback(operator.close)
        except DreamstreamError:  # a show without its window leaves no empty score, and no source open
            show.end()
            raise
        desk = Desk(show, window, hands, keys, operator)
        desk.draw()  # the source, before loading a net takes the machine
        _log.info("first picture shown")

        def turn() -> bool:
            offer(desk.state)
            hands.controls.offered(desk.state)
            return desk.turn()

        result = _run(show, patient(turn, show.messages.tell), window.size)
        if not window.mean_rate:
            return result
        screen = f"{window.mean_rate:.1f} a second, p99 {1000 * window.slow_frame:.0f} ms"
        return replace(result, screen=screen)


def patient(turn: Callable[[], bool], tell: Tell, pause: float = _PAUSE) -> Callable[[], bool]:
    """Return turns of which one may fail: the operator is told, and it is tried again for a second.

    A driver may refuse a picture while a display is plugged or a machine wakes up.
    """
    failed = 0

    def take() -> bool:
        nonlocal failed
        try:
            going = turn()
        except DreamstreamError:
            raise
        except Exception as error:
            failed += 1
            if failed == _FAILURES:
                raise
            if failed == 1:
                tell(f"a turn of the show failed, and is tried again: {error}")
                _log.info("it failed here", exc_info=error)
            time.sleep(pause)
            return True
        failed = 0
        return going

    return take


def _run(show: Show, turn: Callable[[], bool], window: Size | None = None) -> ShowResult:
    """Start a show, take turns until one says that it is over, and end it whatever happened."""
    error: Exception | None = None
    try:
        show.start(window)
        if window is not None:
            go_first()
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
