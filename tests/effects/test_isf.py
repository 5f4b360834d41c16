"""Inputs of the Interactive Shader Format as params: of the folder that there is when the program begins."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dreamstream.isf import read_isf
from dreamstream.isf.knobs import isf_fields, isf_files, knob_names, values_of
from dreamstream.params import Params
from tests.isf.files import PICTURE, written

INPUTS: list[dict[str, Any]] = [
    PICTURE,
    {"NAME": "noiseLevel", "TYPE": "float", "MIN": 0, "MAX": 4, "DEFAULT": 1, "LABEL": "Noise"},
    {"NAME": "on", "TYPE": "bool", "DEFAULT": True},
    {"NAME": "hit", "TYPE": "event"},
    {"NAME": "tint", "TYPE": "color", "DEFAULT": [1, 0.5, 0, 1]},
    {"NAME": "centre", "TYPE": "point2D", "DEFAULT": [0.5, 0.25]},
    {"NAME": "mode", "TYPE": "long", "VALUES": [4, 6], "LABELS": ["round", "square"], "DEFAULT": 6},
]


def test_an_input_has_a_param_for_each_dial(tmp_path: Path) -> None:
    head = read_isf(written(tmp_path / "Bad TV.fs", inputs=INPUTS))
    assert [name for each in head.inputs for name in knob_names("bad-tv", each)] == [
        *("isf_bad_tv_noise_level", "isf_bad_tv_on", "isf_bad_tv_hit"),
        *(f"isf_bad_tv_tint_{part}" for part in ("red", "green", "blue", "alpha")),
        *("isf_bad_tv_centre_x", "isf_bad_tv_centre_y", "isf_bad_tv_mode"),
    ]
    assert list(isf_fields(isf_files(tmp_path))) == [
        name for each in head.inputs for name in knob_names("bad-tv", each)
    ]
    assert values_of("bad-tv", head, Params()) == {
        "noiseLevel": 1.0,
        "on": True,
        "hit": False,
        "tint": (1, 0.5, 0, 1),
        "centre": (0.5, 0.25),
        "mode": 6,
    }, "without params they are as the file has them"


def test_a_damaged_file_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.fs").write_text("/*{*/")
    written(tmp_path / "b.fs", inputs=INPUTS)
    assert len(isf_fields(isf_files(tmp_path))) == 10
    assert isf_fields(isf_files(tmp_path / "none")) == {}


_CODE = """
import json, sys
from pathlib import Path
from dreamstream.controls.actions import action_table
from dreamstream.controls.routes import route_of
from dreamstream.effects import EffectShelf, values_of
from dreamstream.controls.values import PARAMS
from dreamstream.params import TABLE, ParamStore
from dreamstream.params.presets import PRESET_PARAMS
from dreamstream.score.screen import NUMBERS
shelf, store = EffectShelf(), ParamStore()
name, actions = "isf_bad_tv_noise_level", action_table((), shelf.names)
route_of({"signal": "midi:cc:1:7", "to": name}, actions)
store.change(isf_bad_tv_tint_green=0.25, isf_bad_tv_mode=0, isf_bad_tv_noise_level=99)
store.lay_over({"isf_bad_tv_centre_x": 0.75})
print(json.dumps({
    "help": TABLE["isf_bad_tv_mode"].help,
    "range": TABLE[name].range,
    "reached": [name in PARAMS, name in PRESET_PARAMS, name in NUMBERS, f"{name}.up" in actions,
                "effect.bad-tv.toggle" in actions, "isf_bad_tv_on.hold" in actions],
    "values": values_of("bad-tv", shelf.users["bad-tv"].head(), store.snapshot()),
}))
"""


@pytest.fixture
def config(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "config" / "dreamstream" / "shaders"
    folder.mkdir(parents=True)
    written(folder / "Bad TV.fs", inputs=INPUTS, DESCRIPTION="a television that is broken")
    (folder / "worse.fs").write_text("/*{*/")
    return {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}


def test_hands_signals_presets_and_scores_reach_them(config: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE], env=config, capture_output=True, text=True, check=True
    )
    seen = json.loads(done.stdout)
    assert seen["help"] == "bad-tv effect: mode (0 round, 1 square)"
    assert seen["range"] == "0..4"
    assert seen["reached"] == [True] * 6
    assert seen["values"] == {
        "noiseLevel": 4.0,
        "on": True,
        "hit": False,
        "tint": [1, 0.25, 0, 1],
        "centre": [0.75, 0.25],
        "mode": 4,
    }


def test_the_list_of_effects_has_them_and_what_is_wrong_with_one(config: dict[str, str]) -> None:
    command = [sys.executable, "-m", "dreamstream", "effects"]
    done = subprocess.run(
        command, env={**config, "COLUMNS": "200"}, capture_output=True, text=True, check=True
    )
    assert "a television that is broken" in done.stdout
    assert "--isf-bad-tv-noise-level 1 0..4" in done.stdout
    assert "worse.fs: line 1: the JSON is damaged" in done.stdout
