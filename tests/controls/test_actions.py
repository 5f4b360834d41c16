"""Every action that there is: named for what it does, and doing it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls.actions import COMMANDS, Guard, Kind, action_table
from dreamstream.controls.hand import Hand
from dreamstream.controls.tempo import Tempo
from dreamstream.effects import EFFECTS
from dreamstream.params import TABLE, Params, ParamStore
from dreamstream.transforms import TRANSFORMS
from tests.fakes import FakeClock

NAMES = {
    "transform": list(TRANSFORMS),
    "effects": ["none", *EFFECTS],
    "transition": ["none", "wipe"],
    **{name: ["", "a", "b"] for name in ("layer", "second", "other_layer", "class_name")},
}
ACTIONS = action_table(TRANSFORMS, NAMES["effects"])


def a_hand(store: ParamStore) -> Hand:
    clock = FakeClock()
    return Hand(ACTIONS, store, {}, Tempo(clock, store))


@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in COMMANDS])
def test_every_action_on_a_param_does_what_it_says(name: str) -> None:
    action, store = ACTIONS[name], ParamStore(choices=NAMES)
    between = {n: (i.low + i.high) / 2 for n, i in TABLE.items() if i.low is not None and i.high is not None}
    store.change(**{n: type(TABLE[n].default)(value) for n, value in between.items()})
    store.learn_channels("", 4)
    before = getattr(store.snapshot(), action.param)
    hand = a_hand(store)
    hand.press(name)
    after = getattr(store.snapshot(), action.param)
    match action.kind:
        case Kind.SET:
            assert after == action.value
        case Kind.LINK:
            assert after == action.value
            hand.press(name)
            assert getattr(store.snapshot(), action.param) == "none"
        case Kind.HOLD:
            assert after in (True, action.value)
            hand.release(name)
            assert getattr(store.snapshot(), action.param) == before
        case _:
            assert after != before
            if isinstance(after, float | int) and not isinstance(after, bool):
                assert (after > before) == (action.value > 0)


def test_every_action_helps_and_every_param_can_be_played() -> None:
    assert all(action.help and action.label and "\n" not in action.help for action in ACTIONS.values())
    assert {action.param for action in ACTIONS.values()} >= set(TABLE)
    promised = ["transform.next", "transform.zoom", "layer.down", "amount.up", "freeze.toggle", "quit",
                "effect.mirror.toggle", "effect.mirror.hold", "preset.1", "preset.next", "record.toggle",
                "blackout.toggle", "blackout.hold", "panic", "tempo.tap", "source.restart"]  # fmt: skip
    assert [name for name in promised if name not in ACTIONS] == []
    assert ACTIONS["source.restart"].guard is Guard.ALWAYS
    assert ACTIONS["quit"].guard is Guard.FULLSCREEN
    assert ACTIONS["panic"].guard is Guard.NONE, "panic must be quick"


def test_a_transform_of_one_s_own_takes_no_other_action_s_name() -> None:
    assert action_table(["next"])["transform.next"].kind is Kind.NUDGE


@given(st.sampled_from([n for n, i in TABLE.items() if i.step and isinstance(i.default, float | int)]),
       st.floats(0.05, 20), st.sampled_from([-1, 1]))  # fmt: skip
def test_a_nudge_moves_by_its_part_of_a_step_and_never_by_nothing(name: str, scale: float, way: int) -> None:
    info, store = TABLE[name], ParamStore(choices=NAMES)
    assert info.low is not None and info.high is not None and info.step is not None
    begun = type(info.default)((info.low + info.high) / 2)
    store.change(**{name: begun})
    moved = getattr(store.nudge(name, way * scale), name)
    exact = min(max(begun + way * scale * info.step, info.low), info.high)
    assert moved != begun
    assert abs(moved - exact) <= (1 if isinstance(begun, int) else 1e-6 * max(1, abs(exact)))
    assert (moved > begun) == (way > 0)
    assert Params(**{name: moved})
