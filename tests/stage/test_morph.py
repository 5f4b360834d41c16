"""A dream that turns into another, and the fader between two."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from dreamstream.controls.tempo import Tempo
from dreamstream.errors import PresetError
from dreamstream.params import Params
from dreamstream.params.presets import PRESET_PARAMS, Preset
from dreamstream.stage import Settings, Stage
from dreamstream.stage.fader import Fader
from dreamstream.stage.morph import Morph
from tests.fakes import FakeClock, Told

DEEP = Preset(
    name="deep", params={"transform": "rotate", "layer": "conv2", "step": 4.0, "held_palette": "ice"}
)
OTHER = Preset(name="other", params={"transform": "zoom+hue:0.5", "layer": "conv1", "step": 1.0})


class Played:
    """A stage with a morph, turned 20 times a second of a clock of its own."""

    def __init__(self, tiny: Settings, dreamt: Callable[[], Params] | None = None, bpm: float = 0.0) -> None:
        self.clock, self.told = FakeClock(), Told()
        self.stage = Stage(tiny.changed(params={**tiny.params, "layer": "conv1", "bpm": bpm}))
        self.store = self.stage.store
        self.tempo = Tempo(self.clock, self.store)
        self.morph = Morph(self.stage, self.tempo, self.clock, self.told, dreamt)
        self.start = self.store.hand

    def begin(self, preset: Preset, seconds: float) -> str:
        self.store.change(morph_time=seconds)
        return self.morph.begin(preset)

    def turn(self, seconds: float) -> list[Params]:
        """The params of each turn."""
        seen = []
        for _ in range(round(seconds * 20)):
            self.clock.advance(0.05)
            self.tempo.turn()
            self.morph.turn()
            seen.append(self.store.hand)
        return seen


@pytest.fixture
def played(tiny: Settings) -> Played:
    return Played(tiny)


def there_at(stage: Stage, preset: Preset) -> Params:
    """The params that a recall comes to."""
    return stage.store.hand.model_copy(update=stage.values_of(preset))


def of_a_preset(params: Params) -> dict[str, object]:
    return params.model_dump(include=set(PRESET_PARAMS))


def test_all_goes_from_where_it_is_to_the_preset_and_is_there_in_time(played: Played) -> None:
    played.store.change(step=2.0, grain=3.0)
    there = there_at(played.stage, DEEP)
    assert played.begin(DEEP, 4) == "to preset deep"
    assert played.morph.to is DEEP
    steps = [each.step for each in played.turn(3.9)]
    assert steps == sorted(steps)
    assert 3.95 < steps[-1] <= 4
    assert max(later - earlier for earlier, later in pairwise(steps)) < 0.06
    assert "rotate" in played.store.hand.transform and "zoom" in played.store.hand.transform
    played.turn(0.2)
    assert of_a_preset(played.store.hand) == of_a_preset(there)
    assert played.stage.preset is DEEP and played.morph.to is None
    after = played.store.hand
    assert played.turn(1)[-1] == after


def test_what_is_touched_meanwhile_is_left_alone(played: Played) -> None:
    played.begin(DEEP, 2)
    played.turn(1)
    played.store.change(step=9.0, transform="blur")
    seen = played.turn(2)
    assert {(each.step, each.transform) for each in seen} == {(9.0, "blur")}
    assert seen[-1].held_palette == "ice"
    assert played.stage.preset is DEEP


def test_another_goes_on_from_where_the_first_is(played: Played) -> None:
    played.begin(DEEP, 2)
    before = played.turn(1)[-1]
    played.begin(OTHER, 2)
    after = played.turn(0.1)[-1]
    assert abs(before.step - after.step) < 0.1
    played.turn(2)
    assert of_a_preset(played.store.hand) == of_a_preset(there_at(played.stage, OTHER))


def test_it_stops_where_it_is(played: Played) -> None:
    played.begin(DEEP, 2)
    there = played.turn(1)[-1]
    assert played.morph.line == "47 % of the way to deep"
    played.morph.stop()
    assert played.morph.line == ""
    assert played.turn(2)[-1] == there
    assert played.stage.preset.name == ""


def test_a_recall_goes_before_it(played: Played) -> None:
    played.begin(DEEP, 2)
    played.turn(1)
    there = played.stage.recall(OTHER)
    assert played.turn(2)[-1] == there
    assert played.stage.preset is OTHER


def test_one_that_cannot_be_here_changes_nothing(played: Played) -> None:
    guided = Preset(name="guided", params={"guide_on": True})
    with pytest.raises(PresetError, match="preset guided: no guide picture"):
        played.begin(guided, 2)
    assert played.morph.to is None
    assert of_a_preset(played.turn(1)[-1]) == of_a_preset(played.start)


def test_without_time_it_is_a_recall(played: Played) -> None:
    played.begin(DEEP, 0)
    assert played.store.hand == there_at(played.stage, DEEP)
    assert played.stage.preset is DEEP


def test_values_alone_are_gone_to_as_well_and_leave_the_others_as_they_are(played: Played) -> None:
    played.morph.go({"step": 6.0, "layer": "conv2"}, 1.0)
    played.store.change(grain=7.0)
    assert 2 < played.turn(0.5)[-1].step < 6
    last = played.turn(0.6)[-1]
    assert last == played.start.model_copy(update={"step": 6.0, "layer": "conv2", "grain": 7.0})
    assert played.stage.recalls == 0


def test_with_a_tempo_it_ends_as_a_bar_begins(tiny: Settings) -> None:
    played = Played(tiny, bpm=120)
    played.turn(0.7)
    played.begin(DEEP, 3)
    while played.morph.to is not None:
        played.turn(0.05)
    assert played.tempo.beats(played.clock()) == pytest.approx(8, abs=0.11)


def test_a_tempo_that_is_taken_away_or_jumps_stops_no_way(tiny: Settings) -> None:
    played = Played(tiny, bpm=120)
    played.begin(DEEP, 4)
    before = played.turn(2)[-1]
    played.store.change(bpm=0.0)
    after = played.turn(0.2)[-1]
    assert abs(before.step - after.step) < 0.3
    played.turn(2)
    assert played.stage.preset is DEEP


def test_it_waits_until_the_net_is_ready(tiny: Settings) -> None:
    dreamt: list[Params] = []
    played = Played(tiny, lambda: dreamt[-1])
    dreamt.append(played.start)
    played.begin(DEEP, 2)
    assert played.store.hand.second == "conv2"
    assert played.turn(1)[-1].step == played.start.step
    dreamt.append(played.store.hand)
    assert played.turn(1)[-1].step == pytest.approx((played.start.step + 4) / 2, abs=0.2)
    played.turn(1.1)
    assert played.stage.preset is DEEP


def test_it_does_not_wait_for_good(tiny: Settings) -> None:
    played = Played(tiny, lambda: played.start)
    played.begin(DEEP, 2)
    played.turn(8)
    assert played.stage.preset is DEEP


def test_the_fader_goes_both_ways(tiny: Settings) -> None:
    stage = Stage(tiny.changed(preset="basic-zoom", preset_b="whirlpool", params={"morph": 0.25}))
    (a, b), fader = stage.ends, Fader(stage)
    assert b is not None
    begun = stage.store.hand
    assert begun.zoom == pytest.approx(0.0188, abs=0.0005)
    assert not fader.turn()
    for at, expected in ((1.0, b), (0.0, a), (0.25, begun)):
        stage.store.change(morph=at)
        assert fader.turn()
        assert of_a_preset(stage.store.hand) == of_a_preset(expected)


def test_what_is_touched_is_not_the_fader_s_until_another_preset_comes(tiny: Settings) -> None:
    stage = Stage(tiny.changed(preset_b="whirlpool"))
    fader = Fader(stage)
    stage.store.change(grain=9.0, morph=0.5)
    fader.turn()
    assert stage.store.hand.grain == 9
    stage.recall(OTHER)
    fader.turn()
    stage.store.change(morph=1.0)
    fader.turn()
    assert stage.ends[1] is not None
    assert of_a_preset(stage.store.hand) == of_a_preset(stage.ends[1])


def test_what_is_played_is_marked_as_an_end(tiny: Settings) -> None:
    stage = Stage(tiny)
    fader, first = Fader(stage), stage.store.hand
    stage.store.change(morph=0.7)
    assert not fader.turn(), "there is no B"
    there = stage.recall(DEEP)
    fader.mark_b()
    assert stage.store.hand.morph == 1
    assert not fader.turn()
    stage.store.change(morph=0.0)
    assert fader.turn()
    assert of_a_preset(stage.store.hand) == of_a_preset(first)
    stage.store.lay_over({"morph": 1.0})  # as a route does
    assert fader.turn()
    assert of_a_preset(stage.store.hand) == of_a_preset(there)
