"""The autopilot in a show: hands take over whatever they come by, and the score says all that it did."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dreamstream.controls import Route
from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowSettings
from dreamstream.live.state import StateReader
from dreamstream.stage import Settings, Stage
from tests.fakes import PATIENCE, FakeClock
from tests.live.test_end_to_end import check_replay
from tests.shows import AllMessages

ROUTES = (
    Route(signal="midi:cc:1:7", to="amount"),
    Route(signal="sound:level", to="amount", mode="nudge"),
    Route(signal="sound:onset", to="effect.mirror.toggle"),
)


class Flown:
    """A show that the autopilot plays, on a fake clock; nothing is dreamt."""

    def __init__(self, tiny: Settings) -> None:
        self.clock = FakeClock()
        self.show = Show(Stage(tiny, self.clock), ShowSettings(), AllMessages())
        self.hands = Hands(self.show, ROUTES)
        self.store = self.show.stage.store
        self.store.change(autopilot=True)
        self.turn()

    def turn(self) -> None:
        self.clock.advance(0.1)
        self.show.dream.status = replace(self.show.dream.status, frames=self.show.dream.status.frames + 2)
        self.hands.turn()

    @property
    def line(self) -> str:
        return StateReader(self.show, self.hands).read().autopilot

    @property
    def taken(self) -> bool:
        for _ in range(2):
            self.turn()
        return self.line.startswith("autopilot: your hand")


@pytest.fixture
def flown(tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flown:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path / "config")
    flown = Flown(tiny)
    assert not flown.taken
    assert ", next in 2:00" in flown.line or ", next in 1:59" in flown.line
    assert flown.line in StateReader(flown.show, flown.hands).read().lines
    return flown


HANDS: dict[str, Callable[[Flown], object]] = {
    "key": lambda flown: flown.hands.press("amount.up"),
    "preset": lambda flown: flown.hands.press("preset.2"),
    "freeze": lambda flown: flown.hands.press("freeze.toggle"),
    "source": lambda flown: flown.hands.press("source.next"),
    "panic": lambda flown: flown.hands.press("panic"),
    "osc": lambda flown: flown.hands.inbox.set("zoom", 0.123),
    "midi": lambda flown: flown.hands.board.put("midi:cc:1:7", 0.9, by_hand=True),
}


@pytest.mark.parametrize("hand", HANDS)
def test_any_hand_takes_over_at_once(flown: Flown, hand: str) -> None:
    flown.hands.router.take([replace_takeover(route) for route in ROUTES])
    flown.turn()
    HANDS[hand](flown)
    assert flown.taken


def replace_takeover(route: Route) -> Route:
    """A route whose fader need not meet its param first."""
    return route.model_copy(update={"takeover": False})


OTHERS: dict[str, Callable[[Flown], object]] = {
    "state": lambda flown: flown.hands.press("hud.toggle"),
    "tap": lambda flown: (flown.hands.press("tempo.tap"), flown.turn(), flown.hands.press("tempo.tap")),
    "like": lambda flown: flown.hands.press("like"),
    "sound": lambda flown: flown.hands.board.put("sound:level", 0.9),
    "beat": lambda flown: flown.hands.board.put("sound:onset", 0.9),
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_no_hand_on_the_dream_leaves_it_at_the_helm(flown: Flown, other: str) -> None:
    before = flown.store.hand
    OTHERS[other](flown)
    assert not flown.taken
    assert flown.store.hand is not before or other == "like"


def test_it_is_switched_and_liked_by_keys(flown: Flown, tmp_path: Path) -> None:
    flown.hands.press("like")
    name = flown.line.removeprefix("autopilot: ").partition(",")[0]
    assert f"liked = {json.dumps([name])}" in (tmp_path / "config" / "likes.toml").read_text()
    flown.hands.press("autopilot.toggle")
    flown.turn()
    assert flown.line == ""
    flown.hands.press("autopilot.toggle")
    flown.turn()
    assert flown.line.startswith("autopilot: ") and "your hand" not in flown.line


def test_a_show_that_flies_is_in_its_score_and_a_replay_needs_no_autopilot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "dreamstream").mkdir()
    (tmp_path / "dreamstream" / "taste.toml").write_text("[phrase]\nminutes = 0.05\nmorph = 1.0\n")
    show = ("live", "--headless", "--size", "96x64", "--frames", "160", "--no-status", "--autopilot")
    written = ("--score", "score.jsonl", "--record", "dream.mkv", "--codec", "ffv1")
    command = [sys.executable, "-m", "dreamstream", *show, *written]
    done = subprocess.run(command, cwd=tmp_path, timeout=PATIENCE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "score.jsonl").read_text().splitlines(keepends=True)
    changes = [json.loads(line).get("change", {}) for line in lines]
    assert sum("transform" in change or "layer" in change for change in changes) > 2, done.stderr
    check_replay(tmp_path, lines)
