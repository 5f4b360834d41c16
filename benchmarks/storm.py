"""What a storm of messages does to a show: to its screen's frames and its memory, and what of it arrives.

    xvfb-run python -m benchmarks.storm [--minutes 10] [--alone 60] [--rate 1000] [--opengl | --no-opengl]

A real show in a window: alone for a minute, then with 50 routes, a track that is listened to, and another
program that sends 1,000 MIDI messages (over JACK) and 1,000 OSC messages a second, then alone once more.
What is sent last must be what holds in the end.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.jack import RATE, jack
from benchmarks.storm_sender import BY_MIDI, BY_OSC, FADERS, LEFT, SET, last_of, value_of
from dreamstream.bench.machine import machine_lines
from dreamstream.controls import Route
from dreamstream.display import Window, WindowSettings, display_missing
from dreamstream.live.controls import Wanted, open_controls
from dreamstream.live.desk import Desk
from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowSettings
from dreamstream.osc import Osc
from dreamstream.params import ParamStore
from dreamstream.process import go_first, memory_used
from dreamstream.size import Size
from dreamstream.sound.devices import Device
from dreamstream.stage import Settings, Stage

SIZE, CANVAS = Size(960, 540), Size(448, 252)
SETTLING, ALONE = 5.0, 60.0  # seconds
PATIENCE = 20.0  # seconds in which what was sent last must hold
HEARD = ("level", "low", "mid", "high", "flux", "bright", "band:3", "band:16", "onset:2")
WAVES = ("sine:1s", "sine:3s", "triangle:2s", "saw:4s", "smooth:1s", "smooth:5s", "steps:0.5s", "square:1s")


def routes_of() -> list[Route]:
    """Return 50 routes: of faders by MIDI and by OSC, of what is heard, and of waves."""
    faders = [
        *zip([f"midi:cc:1:{n}" for n in range(FADERS)], BY_MIDI, strict=True),
        *zip([f"osc:/storm/{n}" for n in range(FADERS)], BY_OSC, strict=True),
    ]
    moving = [*(f"sound:{name}" for name in HEARD), *(f"lfo:{wave}" for wave in WAVES), "seq:0,1,0.3:0.2s"]
    return [
        *(Route(signal=signal, to=name, takeover=False) for signal, name in faders),
        *(
            Route(signal=signal, to=LEFT[n % len(LEFT)], mode="add", attack=0.05, release=0.2)
            for n, signal in enumerate(moving)
        ),
    ]


def tell(text: str, key: str = "") -> None:
    if text:
        print(text, flush=True)


def write_track(path: Path, seconds: float) -> None:
    """Write clicks at 120 a minute over a hum and noise."""
    at = np.arange(int(RATE * min(seconds, 60))) / RATE
    hum = 0.2 * np.sin(2 * np.pi * 60 * at) + 0.05 * np.random.default_rng(1).normal(size=len(at))
    click = np.exp(-40 * (at % 0.5)) * np.sin(2 * np.pi * 1000 * at)
    block = np.clip(0.5 * (hum + click) * 2**15, -(2**15), 2**15 - 1).astype("<i2").tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for _ in range(int(seconds / 60) + 1):
            file.writeframes(block)


class Sender:
    """The program that sends, from the start on."""

    def __init__(self, port: int, rate: int) -> None:
        command = [sys.executable, "-m", "benchmarks.storm_sender", str(port), str(rate)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def finish(self) -> int:
        """Have it send its last values; return how many messages it has sent of each kind."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass
class Phase:
    """What was seen of a while: seconds from screen frame to screen frame, megabytes by the second.

    `work` is the seconds of CPU that the screen's thread took for each: these say what a storm costs it on a
    machine that is busy with other things, too.
    """

    gaps: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=lambda: [memory_used()])

    def line(self, name: str) -> str:
        times, work = 1e3 * np.array(self.gaps), 1e3 * np.array(self.work)
        return (
            f"{name:8}{1e3 / times.mean():6.1f} frames a second: {_spread(times)}; CPU {_spread(work)}; "
            f"memory {self.memory[0]:.0f} to {self.memory[-1]:.0f} MB"
        )

    @property
    def growth(self) -> float:
        """Megabytes that the memory grew by in the second half: in the first a JACK server's comes in."""
        return self.memory[-1] - self.memory[len(self.memory) // 2]


def _spread(times: NDArray[np.float64]) -> str:
    return f"median {np.median(times):.1f} ms, p99 {np.quantile(times, 0.99):.1f}, most {times.max():.0f}"


class Stormed:
    """A show in a window that is turned here."""

    def __init__(self, show: Show, opengl: bool | None) -> None:
        self.show = show
        self.window = Window(WindowSettings(SIZE, opengl=opengl), show.stage.effects, tell)

    def watch(self, hands: Hands, seconds: float, until: Callable[[], bool] = lambda: False) -> Phase:
        """Turn for so long, or until something is so."""
        desk, clock = Desk(self.show, self.window, hands), self.show.stage.clock
        phase, started, last = Phase(), clock(), 0.0
        while (now := clock()) - started < seconds and not until():
            before = time.thread_time()
            desk.turn()
            if now - started > SETTLING and last:
                phase.gaps.append(now - last)
                phase.work.append(time.thread_time() - before)
            last = now
            if now - started > len(phase.memory):
                phase.memory.append(memory_used())
        return phase

    def show_alone(self, seconds: float) -> None:
        """Print what is seen of so many seconds without a storm."""
        if seconds:
            print(self.watch(Hands(self.show), SETTLING + seconds).line("alone"), flush=True)

    def storm(self, minutes: float, rate: int, track: Path) -> tuple[Phase, bool]:
        """Return what was seen of the storm, and whether all that was sent last has arrived."""
        store = self.show.stage.store
        wanted = Wanted(
            osc=("127.0.0.1", 0), midi=["storm"], midi_asked=True, sound=Device("file", str(track))
        )
        hands = Hands(self.show, routes_of(), controls=partial(open_controls, wanted=wanted))
        osc = next(control for control in hands.controls.all if isinstance(control, Osc))
        sender = Sender(osc.port, rate)
        try:
            phase = self.watch(hands, 60 * minutes)
            sent = sender.finish()
            self.watch(hands, PATIENCE, lambda: not missing(store))
        finally:
            sender.close()
            hands.close()
        puts = {name: inlet.puts for name, inlet in hands.board.snapshot().items()}
        for kind in ("midi:cc", "osc:/storm", "sound:level"):
            print(f"{kind}: {sum(count for name, count in puts.items() if name.startswith(kind))} came")
        lost = missing(store)
        print(f"{sent} sent of MIDI, as many of OSC; last values {f'MISSED: {lost}' if lost else 'all hold'}")
        return phase, not lost


def missing(store: ParamStore) -> list[str]:
    """Return the params that are not where they were left, but for what MIDI and the score round."""
    hand, lost = store.hand, []
    for names in (BY_MIDI, BY_OSC, SET):
        for number, name in enumerate(names):
            off = abs(float(hand[name]) - value_of(name, last_of(number)))
            lost += [name] if off > 1e-3 * abs(value_of(name, 1) - value_of(name, 0)) else []
    return lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--alone", type=float, default=ALONE, help="seconds before and after; 0: not at all")
    parser.add_argument("--rate", type=int, default=1000, help="messages a second, of MIDI and of OSC each")
    parser.add_argument("--opengl", action=argparse.BooleanOptionalAction)
    options = parser.parse_args()
    if why := display_missing():
        parser.error(f"no display: {why}")
    print(*machine_lines(), sep="\n")
    named = "JACK_DEFAULT_SERVER" in os.environ
    with tempfile.TemporaryDirectory() as folder, nullcontext() if named else jack("stormed", 1024):
        track, score = Path(folder) / "track.wav", Path(folder) / "score.jsonl"
        write_track(track, 60 * options.minutes + PATIENCE)
        show = Show(Stage(Settings(size=CANVAS)), ShowSettings(score=score))
        stormed = Stormed(show, options.opengl)
        show.start()
        go_first()
        try:
            stormed.show_alone(options.alone)
            phase, arrived = stormed.storm(options.minutes, options.rate, track)
            print(phase.line("storm"), flush=True)
            stormed.show_alone(options.alone)
        finally:
            result = show.end()
        megabytes = score.stat().st_size / 1e6
        print(f"dreamt {result.dream.mean_rate:.1f} frames a second; a score of {megabytes:.1f} MB")
    print(f"memory grew by {phase.growth:+.0f} MB in the storm's second half")
    raise SystemExit(0 if arrived and not result.error else 1)


if __name__ == "__main__":
    main()
