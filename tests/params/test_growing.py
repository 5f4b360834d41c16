"""Params that come while the program runs: whatever goes by the table has them, older snapshots, too."""

import pytest

from dreamstream.controls.values import PARAMS
from dreamstream.errors import ParamError
from dreamstream.knobs import param
from dreamstream.params import TABLE, Chosen, ParamStore
from dreamstream.params.morph import mixed
from dreamstream.params.presets import PRESET_PARAMS
from dreamstream.score.screen import NUMBERS, ScreenNotes

NAME = "isf_grown_light"
FIELDS = {NAME: (float, param(0.5, "light", 0, 2, 0.1, group="effect", clamp=True))}


@pytest.fixture
def store(own_table: None) -> ParamStore:
    return ParamStore()


def test_a_param_that_comes_later_is_one_like_all_others(store: ParamStore) -> None:
    before, kinds = store.change(step=3.0), (TABLE, PRESET_PARAMS, PARAMS, NUMBERS)
    chosen = Chosen(lambda info: info.group == "effect")
    assert not any(NAME in kind for kind in (*kinds, chosen))
    with pytest.raises(ParamError, match=f"no param '{NAME}'"):
        store.change(**{NAME: 1.0})
    assert store.grow(FIELDS)
    assert not store.grow(FIELDS), "it is there"
    assert all(NAME in kind for kind in (*kinds, chosen))
    assert [*chosen][-1] == NAME
    assert (store.hand[NAME], store.hand.step) == (0.5, 3.0), "all else is as it was"
    assert store.change(**{NAME: 9.0})[NAME] == 2.0, "cut to its range"
    store.lay_over({NAME: 0.25})
    assert store.snapshot()[NAME] == 0.25
    assert store.nudge(NAME, -1.0).model_dump()[NAME] == 0.25
    assert store.hand[NAME] == 1.9
    assert before[NAME] == getattr(before, NAME) == 0.5, "a snapshot from before has its default"
    assert ParamStore().hand[NAME] == 0.5
    assert mixed(before, store.hand, 0.5)[NAME] == pytest.approx(1.2)


def test_what_is_no_param_is_none_of_a_snapshot(store: ParamStore) -> None:
    for name in ("isf_nothing", "model_dump"):
        with pytest.raises(KeyError):
            store.hand[name]
    with pytest.raises(AttributeError):
        _ = store.hand.isf_nothing


def test_the_screen_s_notes_follow_it(store: ParamStore) -> None:
    notes = ScreenNotes(store.snapshot(), 0.0)
    notes.see(0.1, store.snapshot(), 1)
    store.grow(FIELDS)
    notes.see(0.2, store.snapshot(), 2)
    for tenth in range(3, 8):
        notes.see(tenth / 10, store.change(**{NAME: 0.5 + tenth / 10}), tenth)
    notes.end()
    (record,) = notes.records
    assert {*record.screen} == {NAME}
    assert record.screen[NAME][-2:] == [700, 1.2]
