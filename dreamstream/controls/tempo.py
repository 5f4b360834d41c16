"""Tempo: the one clock that beats are counted by, whoever leads: taps, MIDI, Link, the sound.

    taps, follow(...) from any thread -> Tempo, turned each screen frame -> the param `bpm`, a count of beats

The count runs on without a break: a leader's beats pull at its speed, as in a phase-locked loop. Only a tap,
another leader, or one that begins anew has it jump.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from dreamstream.params import BAR, LEADERS, ParamStore
from dreamstream.tell import Tell, tell_nobody

_TAPS = 9  # the newest of which the tempo is made
_PAUSE = 2.0  # seconds after which a tap begins anew: nobody taps slower than 30 a minute
SLOWEST, FASTEST = 30.0, 300.0
"""Beats a minute that can be tapped."""

_SILENT = 3.0  # seconds after which who says nothing leads no more
_LOCKED = 1.0  # seconds over which the count is pulled to a leader's
_SMOOTH, _ANOTHER = 2.0, 0.03  # seconds over which its tempo is averaged; a share off that is another tempo
_FINEST = 0.08  # beats a minute: what is less is no news
_MOST = 1e9  # beats
_LATE = 1 / 8  # of a beat: what is so much late is on it
_FLASHES = 3.0  # a second: what the flash guard lets through of a strobe on the beat


@dataclass(frozen=True)
class _Course:
    """How beats are counted from a moment on: `count` at `seconds`, and `pull` more over the next moments."""

    seconds: float
    count: float
    bpm: float
    pull: float = 0.0

    def at(self, seconds: float) -> float:
        passed = seconds - self.seconds
        return self.count + passed * self.bpm / 60 + self.pull * min(max(passed / _LOCKED, 0.0), 1.0)


@dataclass(frozen=True)
class _Heard:
    """What a leader said, and when: its tempo, when some beat is, and that beat's number where it knows."""

    when: float
    bpm: float
    beat: float
    number: int | None

    def at(self, seconds: float) -> float:
        return (self.number or 0) + (seconds - self.beat) * self.bpm / 60


class Tempo:
    """Counts beats; `clock` gives seconds. `follow`, `beats` and `bpm` are for any thread.

    `leader` says who leads: one of LEADERS, `tap`, or nobody yet; `jumps` how often the count jumped.
    """

    def __init__(self, clock: Callable[[], float], store: ParamStore, tell: Tell = tell_nobody) -> None:
        self._clock, self._store, self._tell = clock, store, tell
        self._taps: deque[float] = deque(maxlen=_TAPS)
        self._heard: dict[str, _Heard] = {}  # by leader; the newest
        self._taken: _Heard | None = None  # what was heard of the leader and is counted by
        self._moved = 0  # beats by which a tap has moved its bar
        self._chosen = store.hand.tempo_from
        self._written = store.hand.bpm
        self._course = _Course(clock(), 0.0, self._written)
        self.leader, self.jumps = "", 0

    @property
    def bpm(self) -> float:
        """Beats a minute, as exactly as is known; 0 without a tempo."""
        return self._course.bpm

    def beats(self, seconds: float) -> float:
        """Return how many beats have passed at a time; each fourth from 0 begins a bar."""
        return self._course.at(seconds)

    def first(self, seconds: float, bpm: float, lead: float = 0.0) -> float | None:
        """Return when beat 0 was, had `bpm` held, for what is seen `lead` seconds later than drawn.

        Without a tempo it is the newest tap, or None.
        """
        if bpm > 0:
            return seconds - self.beats(seconds + lead) * 60 / bpm
        return self._taps[-1] if self._taps else None

    def ahead(self, lead: float = 0.0) -> float:
        """Return how many beats will have passed in `lead` seconds; as many as one likes without a tempo."""
        return self.beats(self._clock() + lead) if self.bpm else math.inf

    def next(self, quantum: int, lead: float = 0.0) -> float:
        """Return the next count that `quantum` divides, for what is seen `lead` seconds after it is done.

        One that has just passed still counts. What cannot be seen by then any more is for the next beat.
        """
        now = self._clock()
        due = math.ceil((self.beats(now) - _LATE) / quantum) * quantum
        seen = self.beats(now + lead)
        return due if seen <= due + _LATE else math.ceil(seen)

    @property
    def line(self) -> str:
        """The tempo, who leads, and the place in the bar, as text; empty without a tempo."""
        if not self.bpm:
            return ""
        beat = math.floor(self.beats(self._clock())) % BAR
        place = f"{'○' * beat}●{'○' * (BAR - 1 - beat)}"
        return " ".join(filter(None, (f"{self._store.snapshot().bpm:g} bpm", self.leader, place)))

    def follow(self, source: str, bpm: float, beat: float, bar_beat: int | None = None) -> None:
        """Take what one of LEADERS says: its tempo, and when some beat is or was, in the clock's seconds.

        `bar_beat` is that beat's number, where it is known: 0, 4, 8 ... begin bars. What is no tempo
        counts for nothing.
        """
        if source not in LEADERS:
            raise ValueError(f"nobody called {source} can lead: {', '.join(LEADERS)} can")
        now = self._clock()
        heard = _Heard(now, bpm, beat, bar_beat)
        if 1 <= bpm <= FASTEST and abs(heard.at(now)) < _MOST:  # NaN and infinity are not
            self._heard[source] = heard

    def follow_count(self, source: str, bpm: float, count: float, seconds: float | None = None) -> None:
        """Take how many beats one of LEADERS has counted, as of Link, at a time; else now. For any thread."""
        if 1 <= bpm <= FASTEST and abs(count) < _MOST:
            number, now = math.floor(count), self._clock() if seconds is None else seconds
            self.follow(source, bpm, now - (count - number) * 60 / bpm, number)

    def tap(self) -> float:
        """Take a tap; return the tempo by the median time between the newest, 0 after the first of them.

        The first of several is a bar's first beat. Where somebody else leads it says that alone, and from the
        second on the tempo is the hand's.
        """
        now = self._clock()
        last = self._taps[-1] if self._taps else -math.inf
        if not 60 / FASTEST <= now - last <= _PAUSE:
            self._taps.clear()  # too long ago, or one tap heard twice
        self._taps.append(now)
        if len(self._taps) < 2:
            beats = self.beats(now)
            self._moved -= round(beats)
            self._jump(now, beats - round(beats) if self._taken else 0.0, self.bpm)
            return 0.0
        gap = median(later - earlier for earlier, later in pairwise(self._taps))
        bpm = round(min(max(60 / gap, SLOWEST), FASTEST), 1)
        number = round(self.beats(last)) + max(1, round((now - last) / gap))
        self._write(bpm, strobe=True)
        self._lead("tap")
        self._jump(now, number, bpm)
        return bpm

    def turn(self, led: bool = True) -> None:
        """Take what came since the last turn; call it each screen frame. If not `led`, only by the hand."""
        now, hand = self._clock(), self._store.hand
        if hand.bpm != self._written:  # a key, a fader, a score
            self._written = hand.bpm
            self._lead("tap" if hand.bpm else "")
        if hand.tempo_from != self._chosen:
            self._chosen = hand.tempo_from
            self._lead("")
        if self.leader != "tap":
            self._lead(self._best(now) if led else "")
        if self.leader in LEADERS:
            self._go_with(self._heard[self.leader], now)
        elif (bpm := self._store.snapshot().bpm) != self.bpm or self._course.pull:
            self._course = _Course(now, self.beats(now), bpm)

    def _best(self, now: float) -> str:
        """Return who is to lead: of those that can be heard, and are asked for, the first by rank."""
        asked = LEADERS if self._chosen == "auto" else (self._chosen,)
        heard = [name for name in asked if name in self._heard and now - self._heard[name].when < _SILENT]
        return heard[0] if heard else ""

    def _lead(self, leader: str) -> None:
        if leader == self.leader:
            return
        silent = self.leader in LEADERS and not leader and self._chosen in ("auto", self.leader)
        self._tell(
            f"tempo: {self.leader} has fallen silent; {self._written:g} bpm go on" if silent else "", "tempo"
        )
        self.leader, self._taken, self._moved = leader, None, 0

    def _go_with(self, heard: _Heard, now: float) -> None:
        """Go on by what a leader says: at its tempo, pulled to its beats; or from where it begins anew."""
        before, self._taken = self._taken, heard
        bpm, count = heard.bpm, self.beats(now)
        if before is not None:
            if heard.number is not None and (before.number is None or heard.number < before.number):
                self._moved = 0  # a song has begun
            if abs(bpm / self.bpm - 1) < _ANOTHER:
                bpm = self.bpm + (bpm - self.bpm) * -math.expm1((before.when - heard.when) / _SMOOTH)
        if before is None or abs(bpm - self._written) > _FINEST:
            self._write(round(bpm, 1), strobe=before is None or self._in_step())
        off = heard.at(now) + (self._moved if heard.number is not None else 0) - count
        if heard.number is None:
            off -= round(off) if before is not None else math.floor(off)
        if before is None or abs(off) > 0.5:
            self._jump(now, count + off, bpm)
        else:
            most = 0.5 * _LOCKED * bpm / 60  # at half the speed at least
            self._course = _Course(now, count, bpm, min(max(off, -most), most))

    def _jump(self, now: float, count: float, bpm: float) -> None:
        self._course = _Course(now, count, bpm)
        self.jumps += 1

    def _write(self, bpm: float, strobe: bool) -> None:
        """Set the params that follow the tempo; the strobe's, where it keeps step."""
        rate = {"strobe_rate": _strobe_rate(bpm)} if strobe else {}
        self._store.change(bpm=bpm, **rate)
        self._written = self._store.hand.bpm

    def _in_step(self) -> bool:
        return bool(self._store.hand["strobe_rate"] == _strobe_rate(self._written))


def _strobe_rate(bpm: float) -> float:
    """Return a strobe's rate on the beat, or on every second, fourth ... where that would be too fast."""
    rate = bpm / 60
    while rate > _FLASHES:
        rate /= 2
    return rate
