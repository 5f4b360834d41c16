"""Actions: all that a hand can do, each by a name that keys, and any other control, call it by.

    params' table, names of transforms and effects, COMMANDS -> action_table() -> name -> Action

What can be done to a param is derived from how it is stepped: `amount.up`, `.down` and `.reset`, `layer.up`,
`transform.next`, `freeze.toggle` and `freeze.hold`. Names have `transform.zoom`, `effect.mirror.toggle` and
`.hold`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from dreamstream.knobs import Chain, ParamInfo, Round
from dreamstream.params import FORMER, TABLE
from dreamstream.params.presets import DIGITS


class Kind(Enum):
    """What an action does: sets a param, moves it, puts a link in a chain or out, holds, or a command."""

    SET = "set"
    NUDGE = "nudge"
    LINK = "link"
    HOLD = "hold"
    COMMAND = "command"


class Guard(Enum):
    """When a key must be held for a while before its action is done: never, in fullscreen, always."""

    NONE = ""
    FULLSCREEN = "in fullscreen"
    ALWAYS = "always"


@dataclass(frozen=True)
class Action:
    """One thing to do. `value` is what a param is set to, its steps, or the link's name.

    `label` stands beside its key, `sign` tells two of the same label apart. It `repeats` while its key is
    held, and `waits` for the beat where there is one.
    """

    kind: Kind
    help: str
    label: str
    param: str = ""
    value: Any = None
    sign: str = ""
    repeats: bool = False
    waits: bool = False
    guard: Guard = Guard.NONE

    @property
    def steps(self) -> bool:
        """Whether it moves by a step, which can be finer or coarser; a command is given its scale."""
        return self.kind is Kind.NUDGE or (self.kind is Kind.COMMAND and self.repeats)


def _command(help: str, label: str = "", **more: Any) -> Action:
    return Action(Kind.COMMAND, help, label or help, **more)


COMMANDS: dict[str, Action] = {
    "transform.add": _command("one more transform behind the chain's last", "one more transform", waits=True),
    "transform.drop": _command("take the chain's last transform away", "one fewer", waits=True),
    **{
        f"preset.{digit}": _command(
            f"recall the preset of the digit {digit}", "preset", sign=digit, waits=True
        )
        for digit in DIGITS
    },
    "preset.next": _command("recall the next preset", "next preset", waits=True),
    "preset.previous": _command("recall the previous preset", "previous preset", waits=True),
    "preset.save": _command("keep what is played as a preset of your own", "keep as a preset"),
    **{
        f"preset.save.{digit}": _command(f"keep what is played as the digit {digit}'s preset", "keep as that")
        for digit in DIGITS
    },
    **{
        f"morph.{digit}": _command(
            f"turn into the preset of the digit {digit}, over morph_time", "turn into", sign=digit
        )
        for digit in DIGITS
    },
    "morph.next": _command("turn into the next preset, over morph_time", "turn into the next"),
    "morph.previous": _command("turn into the previous preset, over morph_time", "turn into the previous"),
    "morph.stop": _command("turn no further: stay half-way", "turn no further"),
    "morph.a": _command("what is played is A of the fader", "this is A"),
    "morph.b": _command("what is played is B of the fader", "this is B"),
    "like": _command("like what the autopilot plays, to see it more often, or like it no more", "like"),
    "record.toggle": _command("start and stop a recording of the dream", "record"),
    "record.screen": _command("start and stop a recording of the screen", "record the screen"),
    "output.toggle": _command("switch all outputs off, and on again", "outputs"),
    **{
        f"output.toggle.{digit}": _command(f"switch output {digit} off, and on again", "output", sign=digit)
        for digit in DIGITS[:-1]
    },
    "canvas.larger": _command("a larger canvas: twice the pixels", "canvas", sign="+"),
    "canvas.smaller": _command("a smaller canvas: half the pixels", "canvas", sign="−"),
    "net.next": _command("play with the next net whose weights are here", "net", sign="›"),
    "net.previous": _command("play with the previous net", "net", sign="‹"),
    "other_net.next": _command("dream in turn with the next net that is here", "other net", sign="›"),
    "other_net.previous": _command("dream in turn with the previous net", "other net", sign="‹"),
    "record.keep": _command("save the last seconds (--keep)", "save the last seconds"),
    "snapshot": _command("take a snapshot (PNG)", "snapshot"),
    "mapping.toggle": _command("map the windows on the stage, or be done with it", "map the windows"),
    **{
        f"mapping.{way}": _command(f"mapping: move what is chosen {way}", "move it", sign=sign, repeats=True)
        for way, sign in (("left", "←"), ("right", "→"), ("up", "↑"), ("down", "↓"))
    },
    "mapping.next": _command("mapping: the next corner, point or number", "next point", sign="›"),
    "mapping.previous": _command("mapping: the previous corner, point or number", "next point", sign="‹"),
    "mapping.subject": _command(
        "mapping: corners, mesh, edges, colour, part: what is moved", "corners, mesh, edges, colour, part"
    ),
    "mapping.finer": _command("mapping: more points a side of the mesh", "points of the mesh", sign="+"),
    "mapping.coarser": _command("mapping: fewer points a side of the mesh", "points of the mesh", sign="−"),
    "mapping.window": _command("mapping: the next window", "next window"),
    **{
        f"mapping.window.{digit}": _command(f"mapping: window {digit}", "window", sign=digit)
        for digit in DIGITS[:-1]
    },
    "mapping.spread": _command(
        "mapping: each window its share of the picture, from left to right; all of it again", "spread"
    ),
    "mapping.effects": _command(
        "mapping: the window keeps the show's effects of now as its own; goes with the show's again",
        "its own effects",
    ),
    "mapping.card": _command("mapping: the test card instead of the picture", "test card"),
    "mapping.reset": _command("mapping: what is moved as at first", "as at first"),
    "tempo.tap": _command("tap the tempo: the newest tap is a beat", "tap the tempo"),
    "learn": _command("learn a route: touch what is to be moved, and move a control", "learn a control"),
    "panic": _command(
        "back to the last preset that was good, effects off, all of the screen's at its default", "panic"
    ),
    "quit": _command("end the show", guard=Guard.FULLSCREEN),
}
"""What the show does by itself; the desk has a function for each."""

PRESET = "preset.to."
"""What stands in front of a preset's name, as an action."""

_FORMER = {"on_beat.toggle": "quantise.next", "on_beat.hold": "quantise.next"}

_WISHES: dict[str, Action] = {
    "source.restart": Action(
        Kind.NUDGE, "begin again from the source", "begin again", "restart", 1, guard=Guard.ALWAYS
    ),
    "source.next": Action(Kind.NUDGE, "go to the next source", "next source", "next_source", 1),
    "transition.begin": Action(
        Kind.NUDGE, "go by the transition to what is dreamt from now on", "transition", "transitions", 1
    ),
}


def action_table(transforms: Iterable[str] = (), effects: Iterable[str] = ()) -> dict[str, Action]:
    """Return every action by name; `transforms` and `effects` are the names that there are."""
    table = {
        f"transform.{name}": Action(
            Kind.SET, f"transform: {name} alone", name.replace("-", " "), "transform", name, waits=True
        )
        for name in transforms
    }
    for name in (name for name in effects if name != "none"):
        label = name.replace("-", " ")
        table[f"effect.{name}.toggle"] = Action(Kind.LINK, f"effect {name} on, off", label, "effects", name)
        table[f"effect.{name}.hold"] = Action(
            Kind.HOLD, f"effect {name} while held", "while held", "effects", name, f"({label})"
        )
    for info in TABLE.values():
        table |= _actions_of(info)
    return {**table, **_WISHES, **COMMANDS}


def preset_actions(presets: Mapping[str, str]) -> dict[str, Action]:
    """Return what recalls each preset by its name; `presets` gives what each of them is."""
    return {
        f"{PRESET}{name}": _command(
            f"recall the preset {name}" + (f": {help}" if help else ""), name, waits=True
        )
        for name, help in presets.items()
    }


def action_of_today(name: str) -> str:
    """Return an action by today's name, as its param is called."""
    param, dot, rest = name.partition(".")
    return _FORMER.get(name, FORMER.get(param, param) + dot + rest)


def _actions_of(info: ParamInfo) -> dict[str, Action]:
    """Return what can be done to one param, by how it is stepped."""
    help = info.help.partition(" (")[0].partition(", as in")[0]
    name, label = info.name, info.label
    none = {"": f"no {label}", "none": f"no {label}", (): f"all {label}"}.get(
        info.default, f"{label} as at first"
    )
    reset = {f"{name}.reset": Action(Kind.SET, f"{help}: as at first", none, name, info.default)}
    if isinstance(info.default, bool):
        return {
            f"{name}.toggle": Action(Kind.NUDGE, f"{help}: on, off", label, name, 1),
            f"{name}.hold": Action(Kind.HOLD, f"{help}: while held", f"{label} while held", name),
        }
    if info.step is not None:
        amount = f"{info.step:g}{f' {info.unit}' if len(info.unit) > 1 else info.unit}"
        often = isinstance(info.default, float)  # a whole number is too coarse to run through
        return {
            f"{name}.up": Action(Kind.NUDGE, f"{help}: {amount} more", label, name, 1, "+", often),
            f"{name}.down": Action(Kind.NUDGE, f"{help}: {amount} less", label, name, -1, "−", often),
            **reset,
        }
    if info.stepped is not None:
        ladder = isinstance(info.stepped, Round) and info.stepped.ladder
        on, back = ("up", "down") if ladder else ("next", "previous")
        more: dict[str, Any] = {
            "repeats": not ladder,
            "waits": isinstance(info.stepped, Chain) and info.stepped.on_beat,
        }
        return {
            f"{name}.{on}": Action(Kind.NUDGE, f"{help}: {on}", label, name, 1, "›", **more),
            f"{name}.{back}": Action(Kind.NUDGE, f"{help}: {back}", label, name, -1, "‹", **more),
            **reset,
        }
    return {} if isinstance(info.default, int) else reset  # a wish: an action of its own
