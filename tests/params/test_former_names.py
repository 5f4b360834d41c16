"""A param that is renamed is still understood by its names of before, wherever a person may hold them."""

import json
from pathlib import Path

import pytest

from dreamstream.cli.parser import parse
from dreamstream.controls import action_table
from dreamstream.controls.keyfile import read_keys
from dreamstream.display.effect_passes import param_values
from dreamstream.params import FORMER, TABLE, Params, ParamStore
from dreamstream.params.presets import read_preset
from dreamstream.score.reader import read_score
from dreamstream.score.records import Change

RENAMED = {
    "sharpen": "unsharp",
    "sharpen_radius": "unsharp_radius",
    "crisp": "sharpen_gain",
    "crisp_radius": "sharpen_size",
    "drift": "wander",
    "alike": "bilateral",
}
NAMES = pytest.mark.parametrize(("old", "name"), RENAMED.items())


def test_these_are_all_and_none_means_something_new() -> None:
    assert FORMER == RENAMED | {"on_beat": "quantise"}
    assert not set(FORMER) & set(TABLE)


@NAMES
def test_params_and_the_store_take_it(old: str, name: str) -> None:
    value = TABLE[name].high
    assert Params(**{old: value})[name] == value
    assert ParamStore().change(**{old: value})[name] == value
    assert old not in Params().model_dump()


@NAMES
def test_a_flag_takes_it_and_help_hides_it(old: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    flag = f"--{old.replace('_', '-')}"
    assert vars(parse(["live", flag, "1"]))[f"param_{name}"] == "1"
    with pytest.raises(SystemExit):
        parse(["live", "--help"])
    assert f"{flag} " not in capsys.readouterr().out


@NAMES
def test_a_preset_and_a_score_may_hold_it(old: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(f"[params]\n{old} = 1.0")
    assert read_preset(tmp_path / "x.toml", ParamStore()).params == {name: 1.0}
    before = (Path(__file__).parent.parent / "scores" / "plain.jsonl").read_text()
    assert f'"{old}": ' in before
    (tmp_path / "x.jsonl").write_text(before + f'{{"frame": 900, "change": {{"{old}": 1.0}}}}\n')
    score = read_score(tmp_path / "x.jsonl")
    assert name in score.params
    assert old not in score.params
    assert score.problems == ()
    assert [event.change for event in score.events if isinstance(event, Change)][-1] == {name: 1.0}


@NAMES
def test_a_key_may_name_its_actions_so(old: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text(f'[keys]\n"f1" = "{old}.up"')
    keys, problems = read_keys(tmp_path / "keys.toml", action_table())
    assert (keys["f1"], problems) == (f"{name}.up", [])


@NAMES
def test_a_shader_of_one_s_own_may_take_it_so(old: str, name: str) -> None:
    values = param_values(Params())
    assert values[old] == values[name] == TABLE[name].default


@pytest.mark.parametrize(("old", "new"), [(True, "beat"), (False, "off"), (1, "beat"), ("4bars", "4bars")])
def test_what_waits_for_the_beat_was_a_switch(old: object, new: str, tmp_path: Path) -> None:
    assert Params(on_beat=old).quantise == new
    assert ParamStore().change(on_beat=old).quantise == new
    before = (Path(__file__).parent.parent / "scores" / "plain.jsonl").read_text()
    change = json.dumps({"frame": 900, "change": {"on_beat": old}})
    (tmp_path / "x.jsonl").write_text(f"{before}{change}\n")
    score = read_score(tmp_path / "x.jsonl")
    assert not score.problems
    assert [event.change for event in score.events if isinstance(event, Change)][-1] == {"quantise": new}


def test_its_flags_and_keys_hold_too(tmp_path: Path) -> None:
    assert vars(parse(["live", "--on-beat"]))["param_quantise"] == "beat"
    assert vars(parse(["live", "--no-on-beat"]))["param_quantise"] == "off"
    (tmp_path / "keys.toml").write_text('[keys]\n"f5" = "on_beat.toggle"\n"f6" = "on_beat.hold"')
    keys, problems = read_keys(tmp_path / "keys.toml", action_table())
    assert not problems
    assert keys["f5"] == keys["f6"] == "quantise.next"
