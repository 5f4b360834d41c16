"""An effect is two files: its shader, and its record."""

from pathlib import Path

import pytest

from dreamstream.display.plain_effects import DRAWINGS
from dreamstream.effects import EFFECTS
from dreamstream.effects.records import FOLDER, read_effects
from dreamstream.params import TABLE, ParamStore


def test_every_shader_has_a_record_and_every_record_a_shader() -> None:
    assert {path.stem for path in FOLDER.glob("*.frag")} == set(EFFECTS)


def test_the_plain_screen_draws_those_whose_record_says_so() -> None:
    assert {name for name, effect in EFFECTS.items() if effect.plain} == set(DRAWINGS)


def test_a_record_s_knobs_are_params() -> None:
    info = TABLE["trail_time"]
    assert (info.default, info.range, info.unit, info.group) == (0.8, "0.02..10", "s", "effect")
    assert info.help == "trails effect: time in which a trail halves"
    assert ParamStore().change(trail_time=99)["trail_time"] == 10
    with pytest.raises(KeyError):
        ParamStore().snapshot()["trail_tim"]


def test_records_come_in_their_order_and_those_without_one_last(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('help = "two"\norder = 2')
    (tmp_path / "c.toml").write_text('help = "one"\norder = 1\n[knobs]\nwide = { help = "x", default = 1 }')
    (tmp_path / "a.toml").write_text('help = "last"')
    effects = read_effects(tmp_path)
    assert list(effects) == ["c", "b", "a"]
    assert list(effects["c"].knobs) == ["wide"]


@pytest.mark.parametrize("text", ["help = ", "", 'help = "x"\nknob = 1', 'help = "x"\n[knobs]\na = {}'])
def test_a_wrong_record_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(ValueError, match=r"bad\.toml"):
        read_effects(tmp_path)
