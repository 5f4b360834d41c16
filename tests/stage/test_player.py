from pathlib import Path

import pytest

from dreamstream.dreamer import Dreamer
from dreamstream.params import ParamStore
from dreamstream.score import Score
from dreamstream.score.records import Change, Event, Screen, SourcePlace, SourceSwap, Swap
from dreamstream.stage import Settings, Stage
from dreamstream.stage.player import ScorePlayer

EVENTS = (
    Change(3, {"transform": "rotate", "hud": True}),
    Change(5, {"restart": 1, "amount": 2.0}),
    Change(8, {"transform": "zoom"}),
)


@pytest.fixture
def stage(tiny: Settings) -> Stage:
    return Stage(tiny)


def score(stage: Stage, events: tuple[Event, ...] = EVENTS) -> Score:
    return Score(Path("show.jsonl"), {}, stage.store.snapshot().model_dump(), events, 9)


class Cues(Dreamer):
    """A dreamer that is only ever asked for the number of its next frame."""

    def __init__(self, index: int) -> None:
        self.index = index


def interactive(stage: Stage) -> tuple[ScorePlayer, list[str]]:
    """A player in a live show, and what it tells."""
    messages: list[str] = []

    def tell(text: str, key: str = "") -> None:
        messages.append(text)

    return ScorePlayer(score(stage), stage, interactive=True, tell=tell), messages


def test_changes_arrive_at_their_frames_and_the_screen_is_the_operator_s(stage: Stage) -> None:
    (player, messages), seen = interactive(stage), []
    for index in range(1, 10):
        player.cue(Cues(index))
        params = stage.store.snapshot()
        seen.append((params.transform, params.restart, params.amount))
        assert not params.hud
        stage.store.change(fullscreen=index % 2 == 0, freeze=index == 4)  # these end nothing
        assert player.playing
    rotate, stronger = ("rotate", 0, 1.0), ("rotate", 1, 2.0)
    assert seen == [("zoom", 0, 1.0)] * 2 + [rotate] * 2 + [stronger] * 3 + [("zoom", 1, 2.0)] * 2
    assert player.progress == "playing show.jsonl: 9 of 9"
    player.cue(Cues(10))
    assert (player.playing, player.progress) == (False, "")
    assert messages == ["show.jsonl is played to its end; the dream goes on"]


def test_the_first_change_of_somebody_else_s_ends_the_playing(stage: Stage) -> None:
    player, messages = interactive(stage)
    for index in range(1, 5):
        player.cue(Cues(index))
    stage.store.nudge("amount", 1)
    for index in range(5, 12):
        player.cue(Cues(index))
    assert messages == ["yours from frame 5 on: show.jsonl plays no further"]
    assert (stage.store.snapshot().transform, stage.store.snapshot().amount) == ("rotate", 1.1)


SHOWN = Screen(1, 1.0, {"gamma": [0, 1.0, 400, 3.0], "effects": [200, "mirror"]}, [0, 2.0, 400, 6.0])


def test_the_screen_s_numbers_follow_it_through_the_dream(stage: Stage) -> None:
    show, messages = score(stage, (SHOWN, *EVENTS)), list[str]()
    player = ScorePlayer(show, stage, interactive=True, tell=lambda text, key="": messages.append(text))
    seen = []
    for index in range(2, 9):
        player.cue(Cues(index))
        for place in (index - 0.5, float(index)):  # two screen frames a dreamed one
            player.follow(place)
            seen.append(stage.store.snapshot()["gamma"])
    assert seen == pytest.approx([1, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3, 3, 3, 3, 3])
    assert (player.playing, messages) == (True, [])


def test_whoever_sets_such_a_number_takes_the_show_over(stage: Stage) -> None:
    show, messages = score(stage, (SHOWN, *EVENTS)), list[str]()
    player = ScorePlayer(show, stage, interactive=True, tell=lambda text, key="": messages.append(text))
    player.cue(Cues(3))
    player.follow(3.0)
    assert stage.store.snapshot()["gamma"] == pytest.approx(1.5)
    stage.store.change(gamma=0.75)
    player.follow(4.0)
    player.cue(Cues(4))
    player.follow(5.0)
    assert messages == ["yours from frame 4 on: show.jsonl plays no further"]
    assert stage.store.snapshot()["gamma"] == 0.75, "and it stays as it was set"


def test_a_number_of_which_only_changes_tell_comes_with_its_frame(stage: Stage) -> None:
    player = ScorePlayer(score(stage, (Change(3, {"gamma": 2.0}),)), stage, interactive=True)
    for index in (2, 3, 4):
        player.cue(Cues(index))
        player.follow(float(index))
    assert stage.store.snapshot()["gamma"] == 2.0
    assert player.playing


def test_a_score_that_does_not_fit_ends_with_a_word(stage: Stage) -> None:
    stage.store = ParamStore(stage.store.snapshot(), choices={"transform": ["zoom"]})
    player, messages = interactive(stage)
    for index in range(1, 5):
        player.cue(Cues(index))
    assert not player.playing
    (message,) = messages
    assert "cannot be played on from frame 3: no transform 'rotate'" in message


def test_nobody_is_asked_where_a_score_is_played_offline(stage: Stage) -> None:
    player = ScorePlayer(score(stage), stage)
    for index in range(1, 12):
        player.cue(Cues(index))
        stage.store.change(step=index / 10)
    params = stage.store.snapshot()
    assert (params.transform, params.restart, params.amount, params.hud) == ("zoom", 1, 2.0, True)
    assert player.playing


def test_a_frame_that_is_tried_again_is_not_swapped_again(stage: Stage) -> None:

    def fail() -> None:
        raise RuntimeError("no gradient")

    events = (Swap(2, SourceSwap("noise")),)
    dreamer = ScorePlayer(score(stage, events), stage).open_dreamer()
    dreamer.step()
    with pytest.raises(RuntimeError):
        dreamer.step(fail)
    dreamer.step()
    assert stage.playing.settings.sources == ("clouds", "noise")


def test_a_film_that_is_swapped_in_begins_where_it_did_in_the_show(stage: Stage, film: Path) -> None:
    stage.store.change(mix=0.5)  # it is read in each frame
    events = (Swap(2, SourceSwap(str(film))), SourcePlace(2, 1, 3), SourcePlace(4, 1, 9))
    dreamer = ScorePlayer(score(stage, events), stage).open_dreamer()
    places = []
    for _ in range(5):
        dreamer.step()
        places.append([source.place for source in stage.playing.sources[1:]])
    assert places == [[], [3], [4], [9], [10]]


def test_a_change_by_hand_while_a_score_swaps_stays(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading a net takes seconds: what is set meanwhile is the operator's."""
    monkeypatch.setattr("dreamstream.stage.player.swap_now", lambda *_: stage.store.change(step=3.25))
    events = (Swap(2, SourceSwap("noise")), Change(2, {"mix": 0.5}))
    player = ScorePlayer(score(stage, events), stage, interactive=True)
    for index in (1, 2):
        player.cue(Cues(index))
    params = stage.store.snapshot()
    assert (params.step, params.mix) == (3.25, 0.5)


def test_a_swap_that_fails_as_nobody_foresaw_ends_the_playing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("dreamstream.stage.player.swap_now", fail)
    messages: list[str] = []
    events = (Swap(2, SourceSwap("noise")),)
    player = ScorePlayer(
        score(stage, events), stage, interactive=True, tell=lambda text, key="": messages.append(text)
    )
    for index in (1, 2):
        player.cue(Cues(index))
    assert not player.playing
    assert messages == ["show.jsonl cannot be played on from frame 2: no room"]
