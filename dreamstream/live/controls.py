"""The controls of a show, and what they do: those that its flags ask for, and those that are simply there.

    flags -> controls, on a board
    a person's routes, and the maps of controllers for what those leave alone -> the routes of a show

A show without a `window` has no pads: they come with it, as the keyboard does.
"""

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dreamstream.controls import Action, Board, Control, Inbox, Route, read_routes
from dreamstream.controls.routefile import with_map
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import ControlError
from dreamstream.frame import Frame
from dreamstream.params import ParamStore
from dreamstream.record import Tape
from dreamstream.sound.devices import Device
from dreamstream.tell import Tell

if TYPE_CHECKING:
    from dreamstream.osc import Network


@dataclass(frozen=True)
class Rig:
    """What controls play: where they put what comes, what there is to play, whom they may lead and tell."""

    board: Board
    inbox: Inbox
    store: ParamStore
    actions: Mapping[str, Action]
    tempo: Tempo
    tell: Tell
    clock: Callable[[], float]
    begun: Callable[[], bool] = lambda: True
    """Whether the first frame is dreamt."""
    routes: Callable[[], Sequence[Route]] = tuple
    """The routes of the moment, once a show has begun to turn them."""
    latest: Callable[[], Sequence[Frame]] = tuple
    """The newest frame, once there is one."""
    tape: Tape | None = None
    """Where recordings take what is heard from."""


@dataclass(frozen=True)
class Wanted:
    """Which controls there are to be, as the flags say; `pads` where the window system can be heard.

    `link` is the host and port of a Carabiner, `osc` those to listen at, to messages from `osc_from` or all;
    `remote` those of the page. `sound` is what is heard. `midi` has parts of the names of the ports that are
    heard, () for all; None for none; `midi_clock` those of the ports that the clock goes to. `midi_asked`
    says that there must be MIDI.
    """

    pads: bool = False
    link: tuple[str, int] | None = None
    osc: tuple[str, int] | None = None
    osc_from: "Collection[Network]" = ()
    remote: tuple[str, int] | None = None
    sound: Device | None = None
    midi: Sequence[str] | None = None
    midi_clock: Sequence[str] = ()
    midi_asked: bool = False


def no_controls(rig: Rig) -> Sequence[Control]:
    """Return none."""
    return ()


def open_controls(rig: Rig, wanted: Wanted) -> list[Control]:
    """Return the controls that are wanted, open; raises ControlError for one that was asked for in vain."""
    controls: list[Control] = []
    with contextlib.ExitStack() as refused:  # no port stays taken, and no thread goes on
        for control in _opened(rig, wanted):
            controls.append(control)
            refused.callback(control.close)
        refused.pop_all()
    return controls


def _opened(rig: Rig, wanted: Wanted) -> Iterator[Control]:
    """Give each control as soon as it is open."""
    if wanted.osc is not None:
        yield _osc(rig, *wanted.osc, wanted.osc_from)
    elif wanted.osc_from:
        raise ControlError("--osc-from says whose messages --osc takes; --osc [HOST:]PORT is needed, too")
    if wanted.remote is not None:
        yield _remote(rig, *wanted.remote)
    if wanted.pads:
        from dreamstream.controls.gamepad import Gamepads

        yield Gamepads(rig.board, rig.tell)
    if wanted.midi is not None:
        yield _midi(rig, wanted.midi, wanted.midi_clock, wanted.midi_asked)
    if wanted.link is not None:
        from dreamstream.controls.link import Link

        yield Link(*wanted.link, rig.tempo, rig.tell, rig.clock)
    if wanted.sound is not None:
        from dreamstream.sound.control import Sound

        yield Sound(wanted.sound, rig.board, rig.tell, rig.tempo, rig.begun, rig.clock, rig.tape)


@contextlib.contextmanager
def _extra(name: str) -> Iterator[None]:
    """Say how to install what a control, its flag and its extra of that name, needs."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        raise ControlError(f"--{name} needs {library}: pip install 'dreamstream[{name}]'") from error


def _remote(rig: Rig, host: str, port: int) -> Control:
    with _extra("remote"):
        from dreamstream.remote import Remote
    return Remote(host, port, rig.inbox, rig.store, rig.actions, rig.latest, rig.tell)


def _osc(rig: Rig, host: str, port: int, senders: "Collection[Network]") -> Control:
    with _extra("osc"):
        from dreamstream.osc import Osc
    lead = partial(rig.tempo.follow_count, "link")
    return Osc(host, port, senders, rig.board, rig.inbox, rig.store, rig.actions, rig.tell, lead)


def _midi(rig: Rig, ports: Sequence[str], clock_to: Sequence[str], asked: bool) -> Control:
    from dreamstream.midi.midi import Midi, Show

    show = Show(rig.routes, lambda: rig.store.hand, rig.actions, rig.tempo)
    return Midi(rig.board, rig.inbox, rig.tell, rig.clock, show, ports, clock_to, asked)


def show_routes(
    path: Path | None, window: bool, sound: bool, actions: Collection[str]
) -> tuple[list[Route], list[str]]:
    """Return the routes of a show, and what is wrong in a person's own file of them, a line each.

    With a `window` there are pads; `sound` says that one is heard.
    """
    routes, problems = read_routes(path, actions)
    if window:
        from dreamstream.controls.gamepad import PAD_MAP

        routes = with_map(routes, PAD_MAP, actions)
    if sound:
        from dreamstream.sound.routes import with_sound

        routes = with_sound(routes, actions)
    return routes, problems
