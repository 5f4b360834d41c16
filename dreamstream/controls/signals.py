"""Signals: numbers from 0 to 1 that move by themselves, or by a hand, as routes name them.

    lfo:sine:0.25hz   seq:1,0,0.5,0:1beat   env:0.01,0.2,0.5,1:midi:note:1:36   midi:cc:1:7   sound:low

Those that come in stand on the board; waves, sequences and envelopes move an inlet of their own. What counts
beats stands still while there is no tempo.
"""

import math
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from dreamstream.controls.board import Board, Inlet
from dreamstream.errors import ControlError, nearest
from dreamstream.maths import smoothstep
from dreamstream.params import BAR


@dataclass(frozen=True)
class Moment:
    """When it is: in seconds, and in beats of the tempo."""

    seconds: float
    beats: float


@dataclass(frozen=True)
class Signal:
    """A signal by its name: `follow` it at each moment, and read the inlet that it returns.

    `by_hand` says that a person moves it; `turns` that it is an encoder, which has steps and no value.
    """

    name: str
    inlet: Inlet
    move: Callable[[Moment], float] | None = None
    by_hand: bool = False
    turns: bool = False

    def follow(self, moment: Moment) -> Inlet:
        """Move it to a moment, if it moves by itself."""
        if self.move is not None:
            self.inlet.put(self.move(moment))
        return self.inlet


@dataclass(frozen=True)
class Family:
    """Names of a kind that come in: how they are spelt, an example, whether hands or sounds move them."""

    spelling: re.Pattern[str]
    example: str
    by_hand: bool


_RATE = re.compile(r"(\d+(?:\.\d+)?)(hz|s|beats?|bars?)")
ENCODERS = ("twos", "offset", "sign")
"""How encoders say their steps: two's complement, about 64, or a sign bit."""

_CHANNEL, _SEVEN = r"(1[0-6]|[1-9])", r"(12[0-7]|1[01]\d|[1-9]?\d)"
FAMILIES: dict[str, Family] = {
    "midi": Family(
        re.compile(
            rf"midi:(cc:{_CHANNEL}:{_SEVEN}(:({'|'.join(ENCODERS)}))?|(cc14|note|pressure|program):{_CHANNEL}:{_SEVEN}"
            rf"|nrpn:{_CHANNEL}:\d{{1,5}}|(bend|pressure):{_CHANNEL}|start|stop|continue)(@.+)?"
        ),
        "midi:cc:CHANNEL:NUMBER, as in midi:cc:1:7; cc14, note, nrpn, program, pressure, bend; or with @PORT",
        by_hand=True,
    ),
    "mtc": Family(
        re.compile(r"mtc:(second|minute|hour)"), "mtc:minute (second, minute, hour)", by_hand=False
    ),
    "osc": Family(re.compile(r"osc:/[!-~]{1,200}"), "osc:/ADDRESS, as in osc:/1/fader3", by_hand=True),
    "pad": Family(re.compile(r"pad:(axis|button|hat):[a-z0-9_]+(@\d+)?"), "pad:axis:left_x", by_hand=True),
    "sound": Family(
        re.compile(r"sound:(level|low|mid|high|flux|bright|beat|onset|(band|onset):(2[0-4]|1\d|[1-9]))"),
        "sound:low (level, low, mid, high, flux, bright, beat, onset, band:1 to 24, onset:1 to 24)",
        by_hand=False,
    ),
    "dream": Family(
        re.compile(r"dream:(brightness|motion|novelty|new5|new30|alive)"),
        "dream:novelty (brightness, motion, novelty, new5, new30, alive)",
        by_hand=False,
    ),
    "camera": Family(re.compile(r"camera:motion"), "camera:motion", by_hand=False),
}
"""What comes in, by how its names begin."""

_OWN = {
    "lfo": "lfo:SHAPE:RATE, as in lfo:sine:0.25hz",
    "seq": "seq:NUMBERS:RATE, as in seq:1,0,0.5,0:1beat",
    "env": "env:ATTACK,DECAY,SUSTAIN,RELEASE:SIGNAL, as in env:0.01,0.2,0.5,1:midi:note:1:36",
}
"""What moves by itself, and how it is spelt."""


_BANDS = tuple(f"sound:band:{number}" for number in range(1, 25))


def heard_bands(board: Board) -> tuple[float, ...]:
    """Return the bands that are heard, from low to high, each 0..1; none where nothing listens."""
    inlets = [board.peek(name) for name in _BANDS]
    return tuple(inlet.value for inlet in inlets if inlet is not None)


def signal_of(text: str, board: Board) -> Signal:
    """Return the signal that a text names; ControlError says what is wrong with it."""
    kind, _, rest = text.partition(":")
    if kind in FAMILIES:
        family = FAMILIES[kind]
        if not family.spelling.fullmatch(text):
            raise ControlError(f"signal '{text}': {family.example} is needed")
        return Signal(text, board.inlet(text), None, family.by_hand, bool(encoding_of(text)))
    if kind not in _OWN:
        raise ControlError(f"no signal '{text}'; {nearest(kind, [*_OWN, *FAMILIES])}")
    first, colon, last = rest.partition(":")
    if not colon:
        raise ControlError(f"signal '{text}': {_OWN[kind]} is needed")
    if kind == "env":
        return Signal(text, Inlet(), _Envelope.of(text, first, signal_of(last, board)))
    cycles = _cycles(text, last)
    if kind == "seq":
        steps = _steps(text, first)
        return Signal(text, Inlet(), lambda moment: steps[math.floor(cycles(moment)) % len(steps)])
    if first not in SHAPES:
        raise ControlError(f"signal '{text}': no shape '{first}'; {nearest(first, SHAPES)}")
    shape = SHAPES[first]
    return Signal(text, Inlet(), lambda moment: shape(cycles(moment)))


def is_by_hand(signal: str) -> bool:
    """Return whether a hand moves a signal of this name."""
    family = FAMILIES.get(signal.partition(":")[0])
    return family is not None and family.by_hand


def encoding_of(signal: str) -> str:
    """Return which of ENCODERS the name of a signal ends with, before its port; empty for what has none."""
    how = signal.partition("@")[0].rpartition(":")[2] if signal.startswith("midi:") else ""
    return how if how in ENCODERS else ""


def control_of(signal: str) -> str:
    """Return the name of the control that a signal, or its envelope, comes from, however steps are read."""
    while signal.startswith("env:"):
        signal = signal.removeprefix("env:").partition(":")[2]
    plain, at, port = signal.partition("@")
    return plain.removesuffix(f":{encoding_of(signal)}") + at + port


@dataclass
class _Envelope:
    """Attack, decay and release in seconds, the level that is held; each stroke of the trigger begins it."""

    trigger: Signal
    attack: float
    decay: float
    sustain: float
    release: float
    _level: float = 0.0
    _strokes: int = 0
    _rising: bool = False
    _last: float | None = field(default=None)

    @classmethod
    def of(cls, text: str, numbers: str, trigger: Signal) -> "_Envelope":
        try:
            attack, decay, sustain, release = (float(number) for number in numbers.split(","))
        except ValueError:
            attack = decay = sustain = release = math.nan
        if not (0 <= sustain <= 1 and all(0 <= each <= 60 for each in (attack, decay, release))):
            raise ControlError(
                f"signal '{text}': {_OWN['env']} is needed; times to 60 s, SUSTAIN from 0 to 1"
            )
        return cls(trigger, attack, decay, sustain, release, _strokes=trigger.inlet.strokes)

    def __call__(self, moment: Moment) -> float:
        inlet = self.trigger.follow(moment)
        passed = 0.0 if self._last is None else moment.seconds - self._last
        self._last = moment.seconds
        if inlet.strokes != self._strokes:
            self._strokes, self._rising = inlet.strokes, True
        if self._rising:  # to its end, however short the stroke
            self._level += passed / self.attack if self.attack else 1.0
            self._rising, self._level = self._level < 1, min(self._level, 1.0)
        elif inlet.pressed:
            self._level = max(self._level - _share(passed, self.decay), min(self._level, self.sustain))
        else:
            self._level = max(self._level - _share(passed, self.release), 0.0)
        return self._level


def _share(passed: float, time: float) -> float:
    return passed / time if time else 1.0


def _cycles(text: str, rate: str) -> Callable[[Moment], float]:
    """Return how many times it has gone round, at a rate or a time for one round."""
    found = _RATE.fullmatch(rate)
    number = float(found[1]) if found else 0.0
    if found is None or not 0.001 <= number <= 1000:
        raise ControlError(
            f"signal '{text}': a rate cannot be '{rate}'; 0.25hz, 4s, 2beats or 1bar is needed, 0.001 to 1000"
        )
    match found[2]:
        case "hz":
            return lambda moment: moment.seconds * number
        case "s":
            return lambda moment: moment.seconds / number
    beats = number * (BAR if found[2].startswith("bar") else 1)
    return lambda moment: moment.beats / beats


def _steps(text: str, numbers: str) -> list[float]:
    try:
        steps = [float(number) for number in numbers.split(",")]
    except ValueError:
        steps = [math.nan]
    if not all(0 <= step <= 1 for step in steps):
        raise ControlError(f"signal '{text}': steps are numbers from 0 to 1, as in 1,0,0.5,0")
    return steps


def _triangle(cycles: float) -> float:
    return 1 - abs(2 * (cycles % 1) - 1)


def _random(cycles: float) -> float:
    """Return a number that is as good as drawn for each round, and the same each time."""
    return zlib.crc32(math.floor(cycles).to_bytes(8, "big", signed=True)) / 2**32


def _smooth(cycles: float) -> float:
    before, after = _random(cycles), _random(cycles + 1)
    return before + (after - before) * smoothstep(cycles % 1)


SHAPES: dict[str, Callable[[float], float]] = {
    "sine": lambda cycles: 0.5 - 0.5 * math.cos(2 * math.pi * cycles),
    "triangle": _triangle,
    "square": lambda cycles: float(cycles % 1 < 0.5),
    "saw": lambda cycles: cycles % 1,
    "steps": _random,
    "smooth": _smooth,
}
"""What a signal does in one round; `steps` and `smooth` are random, another number each round."""
