"""The hands of a whole show: controls that fail, and a score that is played."""

from collections.abc import Callable
from pathlib import Path

from dreamstream.controls import Control
from dreamstream.live.hands import Hands
from dreamstream.live.run import run_headless
from dreamstream.live.show import Show, ShowSettings
from dreamstream.live.state import ShowState, StateReader
from dreamstream.params import Params
from dreamstream.score import read_score, records
from dreamstream.stage import Settings, Stage
from tests.fakes import PATIENCE, FakeClock
from tests.shows import AllMessages
from tests.stage.test_player import Cues, score


class Broken(Control):
    """Fails at whatever it is asked."""

    name = "broken"

    def turn(self) -> None:
        raise ValueError("the driver is gone")

    def hear(self, event: object) -> None:
        raise RuntimeError("no such event")

    def told(self, params: Params) -> None:
        raise KeyError("lamp")

    @property
    def line(self) -> str:
        raise OSError("no port")

    def close(self) -> None:
        raise ValueError("closed already")


class Sound(Control):
    """Counts what it is asked."""

    name = "sound"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def turn(self) -> None:
        self.asked.append("turn")

    def hear(self, event: object) -> None:
        self.asked.append("hear")

    def told(self, params: Params) -> None:
        self.asked.append("told")

    @property
    def line(self) -> str:
        return "sound: here"

    def close(self) -> None:
        self.asked.append("close")


def test_a_control_that_fails_is_a_line_and_all_else_goes_on(tiny: Settings, tmp_path: Path) -> None:
    told, sound = AllMessages(), Sound()
    show = Show(Stage(tiny), ShowSettings(frames=3, records=(tmp_path / "x.gif",)), told)
    hands = Hands(show, controls=lambda rig: [Broken(), sound])
    hands.controls.hear("an event")
    assert StateReader(show, hands).read().controls == ("sound: here",)
    result = run_headless(show, hands)
    assert (result.error, result.dream.frames, result.records[0].failure) == (None, 3, "")
    assert {*sound.asked} == {"hear", "turn", "told", "close"}
    assert told.texts == [
        "broken failed, and goes on: no such event",
        "broken failed, and goes on: closed already",
    ]


def test_a_turn_that_fails_does_not_end_a_show_that_nobody_watches(tiny: Settings) -> None:
    told = AllMessages()
    show = Show(Stage(tiny), ShowSettings(frames=3), told)
    fails = iter([True])

    class Once(Control):
        def turn(self) -> None:
            hands.hand._waiting.append(("no such action", 1.0)) if next(fails, False) else None

    hands = Hands(show, controls=lambda rig: [Once()])
    assert run_headless(show, hands).error is None
    assert any("is tried again" in text for text in told.texts)


def test_nobody_leads_the_tempo_of_a_score_that_is_played(tiny: Settings) -> None:
    clock, told = FakeClock(), AllMessages()
    stage = Stage(tiny, clock)
    show = Show(stage, ShowSettings(play=score(stage)), told)
    hands, player = Hands(show), show.player
    assert player is not None
    for index in range(1, 10):
        clock.advance(0.5)
        hands.tempo.follow("midi", 120, clock())
        hands.turn()
        player.cue(Cues(index))
    assert (player.playing, hands.tempo.leader, stage.store.hand.bpm) == (True, "", 0)
    player.cue(Cues(10))
    assert told.texts == ["show.jsonl is played to its end; the dream goes on"]
    hands.turn()
    assert (hands.tempo.leader, stage.store.hand.bpm) == ("midi", 120)
    show.end()


def test_a_show_says_how_alive_it_is_to_its_operator_its_routes_and_its_score(
    tiny: Settings, tmp_path: Path
) -> None:
    show = Show(Stage(tiny), ShowSettings(score=tmp_path / "s.jsonl", seconds=PATIENCE))
    hands = Hands(show)

    def offer(read: Callable[[], ShowState]) -> None:
        if hands.board.peek("dream:alive") is not None:
            lines.extend(read().lines)
            hands.press("quit")

    lines: list[str] = []
    assert run_headless(show, hands, offer).error is None
    assert any("alive" in line for line in lines)
    notes = [event for event in read_score(tmp_path / "s.jsonl").events if isinstance(event, records.Novelty)]
    assert len(notes) == 1
    assert 0 <= notes[0].novelty["alive"] <= 1
