"""The head of a file: what it says, and what is wrong with it, by line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.errors import ShaderError
from dreamstream.isf import Kind, Role, read_isf
from tests.isf.files import PICTURE, written


def test_a_file_says_what_it_is_for(tmp_path: Path) -> None:
    inputs: dict[Role, list[dict[str, Any]]] = {
        Role.FILTER: [PICTURE],
        Role.GENERATOR: [{"NAME": "other", "TYPE": "image"}],
        Role.TRANSITION: [
            {"NAME": "startImage", "TYPE": "image"},
            {"NAME": "endImage", "TYPE": "image"},
            {"NAME": "progress", "TYPE": "float"},
        ],
    }
    for role, given_inputs in inputs.items():
        assert read_isf(written(tmp_path / "a.fs", inputs=given_inputs)).role is role
    head = read_isf(written(tmp_path / "a.fs", DESCRIPTION="turns\nround", CREDIT="me"))
    assert (head.description, head.credit) == ("turns round", "me")


def test_every_type_of_input_has_its_dials(tmp_path: Path) -> None:
    inputs: list[dict[str, Any]] = [
        {"NAME": "hit", "TYPE": "event"},
        {"NAME": "on", "TYPE": "bool", "DEFAULT": True},
        {"NAME": "far", "TYPE": "float", "MIN": -2, "MAX": 2, "DEFAULT": 0.5, "LABEL": "How far"},
        {"NAME": "bare", "TYPE": "float"},
        {"NAME": "mode", "TYPE": "long", "VALUES": [5, 7, 9], "LABELS": ["a", "b", "c"], "DEFAULT": 7},
        {"NAME": "count", "TYPE": "long", "MIN": 2, "MAX": 6, "DEFAULT": 3},
        {"NAME": "at", "TYPE": "point2D", "DEFAULT": [0.25, 0.75]},
        {"NAME": "ink", "TYPE": "color", "DEFAULT": [1, 0.5, 0, 0.25]},
        {"NAME": "wave", "TYPE": "audio", "MAX": 16},
        {"NAME": "fft", "TYPE": "audioFFT"},
    ]
    each = {given.name: given for given in read_isf(written(tmp_path / "a.fs", inputs=inputs)).inputs}
    assert [given.default for given in each.values()][:8] == [
        *(False, True, 0.5, 0.0, 7, 3),
        *((0.25, 0.75), (1, 0.5, 0, 0.25)),
    ]
    ranges = {name: [(dial.low, dial.high) for dial in given.dials] for name, given in each.items()}
    assert ranges["far"] == [(-2, 2)]
    assert ranges["bare"] == [(0, 1)]
    assert ranges["mode"] == [(0, 2)]
    assert ranges["count"] == [(2, 6)]
    assert each["mode"].value_of([2]) == 9
    assert [dial.part for dial in each["ink"].dials] == ["red", "green", "blue", "alpha"]
    assert each["far"].label == "How far"
    assert (each["wave"].samples, each["fft"].samples) == (16, 256)
    assert each["fft"].kind is Kind.FFT


@pytest.mark.parametrize(
    ("inputs", "low", "high", "default"),
    [
        ({"DEFAULT": 3}, 0, 3, 3),
        ({"DEFAULT": -3}, -3, 1, -3),
        ({"MIN": 5}, 5, 6, 5),
        ({"MIN": 2, "MAX": 2}, 2, 3, 2),
        ({"MIN": 4, "MAX": 1, "DEFAULT": 9}, 1, 9, 9),
    ],
)
def test_a_range_always_has_an_extent_and_its_default(
    inputs: dict[str, float], low: float, high: float, default: float, tmp_path: Path
) -> None:
    head = read_isf(written(tmp_path / "a.fs", inputs=[{"NAME": "n", "TYPE": "float", **inputs}]))
    (dial,) = head.inputs[0].dials
    assert (dial.low, dial.high, dial.default) == (low, high, default)


def test_passes_and_pictures(tmp_path: Path) -> None:
    passes = [{"TARGET": "b", "PERSISTENT": True, "FLOAT": 1, "WIDTH": "$WIDTH/2"}, {"TARGET": "c"}, {}]
    head = read_isf(written(tmp_path / "a.fs", PASSES=passes, IMPORTED={"n": {"PATH": "x/n.png"}}))
    first, second, last = head.passes
    assert (first.target, first.persistent, first.floating) == ("b", True, True)
    assert (second.persistent, last.target) == (False, "")
    assert head.imported == (("n", tmp_path / "x" / "n.png"),)
    assert len(read_isf(written(tmp_path / "a.fs")).passes) == 1


def test_version_1_is_understood(tmp_path: Path) -> None:
    old = {"b": {"FLOAT": True}}
    head = read_isf(written(tmp_path / "a.fs", PASSES=[{"TARGET": "b"}, {}], PERSISTENT_BUFFERS=old))
    assert (head.passes[0].persistent, head.passes[0].floating) == (True, True)
    head = read_isf(written(tmp_path / "a.fs", PASSES=[{"TARGET": "b"}, {}], PERSISTENT_BUFFERS=["b"]))
    assert head.passes[0].persistent
    head = read_isf(written(tmp_path / "a.fs", IMPORTED=[{"NAME": "n", "PATH": "n.png"}]))
    assert head.imported == (("n", tmp_path / "n.png"),)


def twice(**more: Any) -> dict[str, Any]:
    return {"INPUTS": [{"NAME": "one", "TYPE": "float"}, {"NAME": "bad", **more}]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: a comment with JSON"),
        ("void main() {}", "line 1: a comment with JSON"),
        ('\n/*{\n "INPUTS": [\n }*/', "line 4: the JSON is damaged"),
        ('/*{"INPUTS": [{"NAME": "n", "TYPE": "float", "DEFAULT": NaN}]}*/', "NaN is no number"),
        ('/*{\n"INPUTS": 3}*/', "line 2: INPUTS: a list"),
        (twice(TYPE="floot"), "line 8: bad: no TYPE 'floot'"),
        (twice(TYPE="float", DEFAULT="x"), "line 8: bad: a number is needed, not 'x'"),
        (twice(TYPE="float", MAX=1e30), "line 8: bad: a number is needed"),
        (twice(TYPE="long", VALUES=[[]]), "line 8: bad: a number is needed"),
        ({"INPUTS": [{"NAME": "a b", "TYPE": "float"}]}, "line 4: a b: no name"),
        ({"INPUTS": [{"NAME": "a;float b", "TYPE": "float"}]}, "no name of a variable"),
        ({"INPUTS": [{"NAME": "a", "TYPE": "bool"}], "PASSES": [{"TARGET": "a"}]}, "a: this name is taken"),
        ({"PASSES": [{"TARGET": "b", "WIDTH": "__import__('os')"}]}, "b: a size cannot be"),
        ({"PASSES": [{}] * 65}, "PASSES: 64 at most, not 65"),
        ({"IMPORTED": {"p": {}}}, "p: a PATH is needed"),
        ("/*" + "{" * 100_000 + "*/", "the JSON is damaged"),
        ("/*{}*/" + " " * 1_000_001, "a shader is a short text"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(
    text: str | dict[str, Any], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.fs"
    path.write_text(text if isinstance(text, str) else f"/*{json.dumps(text, indent=1)}*/", encoding="utf-8")
    with pytest.raises(ShaderError) as raised:
        read_isf(path)
    said = str(raised.value)
    assert said.startswith(f"{path}: ")
    assert words in said
    assert "\n" not in said


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ShaderError, match=r"none\.fs: No such file"):
        read_isf(tmp_path / "none.fs")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "INPUTS": JSON
        | st.lists(
            st.fixed_dictionaries(
                {"NAME": JSON | st.just("n"), "TYPE": st.sampled_from([kind.value[0] for kind in Kind])},
                optional=dict.fromkeys(("DEFAULT", "MIN", "MAX", "VALUES", "LABELS", "LABEL"), JSON),
            ),
            max_size=2,
        ),
        "PASSES": JSON
        | st.lists(st.dictionaries(st.sampled_from(["TARGET", "WIDTH", "FLOAT"]), JSON), max_size=2),
        "IMPORTED": JSON,
        "PERSISTENT_BUFFERS": JSON,
        "DESCRIPTION": JSON,
    },
)


@given(RECORDS)
def test_any_json_is_a_head_or_a_shader_error(tmp_path_factory: pytest.TempPathFactory, record: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "any.fs"
    path.write_text(f"/*{json.dumps(record)}*/", encoding="utf-8")
    try:
        head = read_isf(path)
    except ShaderError as error:
        assert "\n" not in str(error)
        return
    for each in head.inputs:
        for dial in each.dials:
            assert dial.low <= dial.default <= dial.high
            assert dial.low < dial.high
