from pathlib import Path

from dreamstream.live.player import Player
from dreamstream.params import Params, ParamStore
from dreamstream.score import Score
from dreamstream.score.records import Change

SCORE = Score(
    Path("show.jsonl"),
    {},
    Params().model_dump(),
    (
        Change(3, {"transform": "rotate", "hud": True}),
        Change(5, {"restart": 1, "amount": 2.0}),
        Change(8, {"transform": "zoom"}),
    ),
    9,
)


def test_changes_arrive_at_their_frames_and_the_screen_is_the_operator_s() -> None:
    store = ParamStore(Params())
    player, seen = Player(SCORE, store), []
    for index in range(1, 10):
        player.cue(index)
        params = store.snapshot()
        seen.append((params.transform, params.restart, params.amount))
        assert not params.hud
        store.change(fullscreen=index % 2 == 0, freeze=index == 4)  # these end nothing
        assert player.playing
    rotate, stronger = ("rotate", 0, 1.0), ("rotate", 1, 2.0)
    assert seen == [("zoom", 0, 1.0)] * 2 + [rotate] * 2 + [stronger] * 3 + [("zoom", 1, 2.0)] * 2
    assert player.words == "playing show.jsonl: 9 of 9"
    player.cue(10)
    assert (player.playing, player.words) == (False, "")
    assert player.note == "show.jsonl is played to its end; the dream goes on"


def test_the_first_change_of_somebody_else_s_ends_the_playing() -> None:
    store = ParamStore(Params())
    player = Player(SCORE, store)
    for index in range(1, 5):
        player.cue(index)
    store.nudge("amount", 1)
    for index in range(5, 12):
        player.cue(index)
    assert player.note == "yours from frame 5 on: show.jsonl plays no further"
    assert (store.snapshot().transform, store.snapshot().amount) == ("rotate", 1.1)


def test_a_score_that_does_not_fit_ends_with_a_word() -> None:
    store = ParamStore(Params(), choices={"transform": ["zoom"]})
    player = Player(SCORE, store)
    for index in range(1, 5):
        player.cue(index)
    assert not player.playing
    assert "cannot be played on from frame 3: no transform 'rotate'" in player.note
