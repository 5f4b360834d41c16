"""Taste: the player's file over the program's, and what is wrong in it in one line."""

from pathlib import Path

import pytest

from dreamstream.autopilot.taste import Names, Taste, TasteFile
from dreamstream.effects import EFFECTS, PALETTES
from dreamstream.errors import ControlError
from dreamstream.transforms import TRANSFORMS
from tests.fakes import Told


def test_the_program_s_taste_names_what_there_is() -> None:
    taste = Taste.read()
    assert {*taste.transforms.pick} <= TRANSFORMS.keys()
    assert {*taste.effects.pick} <= EFFECTS.keys() - {"strobe"}
    assert {*taste.palettes.leave_out} <= PALETTES.keys()


def test_the_guide_has_every_value_of_it() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "autopilot.md").read_text(encoding="utf-8")
    table = guide.partition("| table | key |")[2]
    for name, values in Taste.read().model_dump().items():
        rows = table.partition(f"| `[{name}]` |")[2].partition("| `[")[0]
        for key, value in values.items():
            assert f"`{key}`" in rows or (key in ("pick", "leave_out") and f"`[{name}]`" in guide), (
                name,
                key,
            )
            assert isinstance(value, list | bool) or str(value) in rows, (name, key, value)


def test_a_file_says_as_little_as_it_likes(tmp_path: Path) -> None:
    path = tmp_path / "taste.toml"
    path.write_text("[phrase]\nminutes = 5\n[effects]\npick = ['mirror']")
    taste, own = Taste.read(path), Taste.read()
    assert (taste.phrase.minutes, taste.effects.pick) == (5, ["mirror"])
    assert taste.phrase.bars == own.phrase.bars
    assert taste.effects.often == own.effects.often


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[phrase]\nminutes =", "not TOML"),
        ("[phrase]\nminuets = 3", "[phrase] has no 'minuets'; did you mean 'minutes'?"),
        ("[prase]\nminutes = 3", "no 'prase' here; did you mean 'phrase'?"),
        ("[phrase]\nminutes = 0", "[phrase] minutes cannot be 0: a number in 0.05..120 is needed"),
        ("[phrase]\nminutes = nan", "[phrase] minutes cannot be nan: a number in 0.05..120 is needed"),
        ("[effects]\npick = 'mirror'", "[effects] pick cannot be 'mirror': names are needed"),
        ("[effects]\npick = [1]", "[effects] pick cannot be 1: names are needed"),
        ("effects = 3", "effects cannot be 3: a table is needed, as in [effects]"),
        ("[layers]\noften = true", "[layers] often cannot be True: a number in 0..1 is needed"),
        ("[leave]\nfailures = 2.5", "[leave] failures cannot be 2.5: a whole number in 1..1000 is needed"),
    ],
)
def test_what_is_wrong_is_one_line_with_what_would_be_right(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "taste.toml"
    path.write_text(text)
    with pytest.raises(ControlError) as error:
        Taste.read(path)
    assert str(error.value).startswith(f"{path}: {told}")
    assert "\n" not in str(error.value)


def test_names_are_picked_and_left_out() -> None:
    assert Names().of("abc") == ["a", "b", "c"]
    assert Names(pick=["c", "a", "x"], leave_out=["a"]).of("abc") == ["c"]


def test_layers_go_from_a_depth_to_a_depth() -> None:
    layers = Taste.read().layers.model_copy(update={"shallowest": 0.25, "deepest": 0.5, "pick": []})
    assert layers.within(["one", "two", "three", "four", "five"]) == ["two", "three"]
    assert layers.model_copy(update={"shallowest": 0.0}).within(["one"]) == ["one"]


def test_a_file_is_followed_and_what_is_wrong_keeps_the_taste_that_was(tmp_path: Path) -> None:
    path, told = tmp_path / "taste.toml", Told()
    file = TasteFile(path, told)
    assert not file.turn(10.0)
    path.write_text("[phrase]\nbars = 8")
    assert file.turn(20.0) and file.taste.phrase.bars == 8
    path.write_text("[phrase]\nbars = 'many'")
    assert not file.turn(21.0), "it is not looked at all the time"
    assert not file.turn(30.0) and file.taste.phrase.bars == 8
    assert len(told) == 1 and "bars cannot be 'many'" in told[0]
    path.unlink()
    path.mkdir()
    assert not file.turn(40.0) and file.taste.phrase.bars == 8
    path.rmdir()
    assert file.turn(50.0) and file.taste == Taste.read()
