"""A show for the autopilot that takes no time: real params and a board, a clock, presets that go wrong."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dreamstream.autopilot import Autopilot, Helm, Pulse
from dreamstream.controls import Board
from dreamstream.effects import EffectShelf
from dreamstream.errors import PresetError
from dreamstream.params import TABLE, ParamStore
from dreamstream.params.presets import PRESET_PARAMS, Preset
from dreamstream.transforms import TRANSFORMS
from tests.fakes import FakeClock, Told

LAYERS = ("block1", "block2", "block3", "block4", "block5")
COUNT = 24  # channels of each


class Night:
    """What plays, second by second; `wrong` says by preset what goes wrong with it.

    `missing` cannot be recalled, `odd` neither, and nobody knew; `frozen` has no frames, `raising` fails at
    each, `black` is not alive, `boring` has nothing new.
    """

    def __init__(self, folder: Path, wrong: Mapping[str, str], seed: int = 1) -> None:
        self.clock, self.told, self.wrong = FakeClock(), Told(), wrong
        self.board = Board(self.clock)
        choices = {"transform": list(TRANSFORMS), "effects": EffectShelf(folder / "none").names}
        self.store = ParamStore(choices=choices)
        self.store.change(autopilot=True, layer=LAYERS[2])
        self.presets = [Preset(name=name, params={"transform": "zoom"}) for name in wrong]
        self.asked = ""
        self.plays: list[tuple[float, str]] = []
        """When each scene came, by its preset's name."""
        self.goes: list[float] = []
        """When anything was changed."""
        self.spans: set[float] = set()
        """Seconds that changes took."""
        self.stopped = 0
        self.frames, self.failures = 0, 0
        self.beats: Callable[[], float] = lambda: float("inf")
        self.taste, self.likes = folder / "taste.toml", folder / "likes.toml"
        helm = Helm(
            self.store,
            lambda: self.presets,
            self._values,
            lambda: LAYERS,
            lambda layer: COUNT,
            self._go,
            self._stop,
            lambda: Pulse(self.frames, self.failures),
            lambda: self.beats(),
        )
        self.autopilot = Autopilot(helm, self.board, seed, self.told, self.taste, self.likes)

    @property
    def playing(self) -> str:
        """The preset that plays."""
        return self.plays[-1][1] if self.plays else ""

    def second(self, seconds: float = 1.0) -> None:
        """Let a second pass."""
        self.clock.advance(seconds)
        wrong = self.wrong.get(self.playing, "")
        since = self.clock() - self.plays[-1][0] if self.plays else 0.0
        self.frames += 0 if wrong == "frozen" else max(round(20 * seconds), 1)
        self.failures += wrong == "raising"
        self.board.put("dream:alive", 0.0 if wrong == "black" and since > 5 else 0.9)
        self.board.put("dream:new5", 0.0 if wrong == "boring" and since > 40 else 0.8)
        self.autopilot.turn(self.clock())

    def until(self, seconds: float, step: float = 1.0) -> None:
        """Let time pass until so many seconds after the beginning."""
        while self.clock() < 100 + seconds:
            self.second(step)

    def _values(self, preset: Preset) -> dict[str, Any]:
        match self.wrong.get(preset.name, ""):
            case "missing":
                raise PresetError(f"preset {preset.name}: no layer 'block99'")
            case "odd":
                raise ZeroDivisionError("a preset of somebody's own")
        self.asked = preset.name
        plain = {name: TABLE[name].default for name in PRESET_PARAMS}
        return {**plain, "layer": LAYERS[2], **preset.params}

    def _go(self, values: Mapping[str, Any], seconds: float) -> None:
        self.store.change(**values)
        self.goes.append(self.clock())
        self.spans.add(seconds)
        if self.asked:
            self.plays.append((self.clock(), self.asked))
            self.asked = ""

    def _stop(self) -> None:
        self.stopped += 1
