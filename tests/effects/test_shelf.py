import os
from pathlib import Path

from dreamstream.effects import EFFECTS, EffectShelf
from dreamstream.params import ParamStore
from tests.isf.files import written


def write(path: Path, text: str, time: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time, time))


def test_the_programs_effects_are_there_without_a_folder(tmp_path: Path) -> None:
    shelf = EffectShelf(tmp_path / "nothing")
    assert shelf.names == ["none", *EFFECTS]
    assert all(file.path.is_file() for file in shelf.files.values())


def test_files_that_come_are_choices_at_once(tmp_path: Path) -> None:
    shelf = EffectShelf(tmp_path)
    store = ParamStore(choices={"effects": shelf.names})
    write(tmp_path / "my_waves.frag", "", 1)
    write(tmp_path / "mirror.frag", "", 1)  # the program's own name stays the program's
    assert shelf.watch(0.0)
    assert list(shelf.users) == ["my-waves"]
    assert store.change(effects="my-waves:0.5").effects == "my-waves:0.5"
    assert "mirror" not in shelf.users


def test_the_folder_is_looked_at_twice_a_second_and_changes_are_seen(tmp_path: Path) -> None:
    shelf = EffectShelf(tmp_path)
    write(tmp_path / "one.frag", "a", 1)
    assert shelf.watch(10.0)
    first = shelf.files["one"]
    write(tmp_path / "one.frag", "b", 2)
    assert not shelf.watch(10.4)
    assert shelf.watch(10.5)
    assert shelf.files["one"] != first
    assert not shelf.watch(11.0)


def test_a_file_that_went_is_still_known(tmp_path: Path) -> None:
    write(tmp_path / "one.frag", "a", 1)
    shelf = EffectShelf(tmp_path)
    (tmp_path / "one.frag").unlink()
    assert not shelf.look()
    assert "one" in shelf.names


def test_files_of_the_interactive_shader_format_are_effects_but_transitions(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    written(tmp_path / "Bad TV.fs")
    written(tmp_path / "set" / "fogScreen.fs", inputs=[])
    images = [{"NAME": name, "TYPE": "image"} for name in ("startImage", "endImage")]
    written(tmp_path / "wipe.fs", inputs=[*images, {"NAME": "progress", "TYPE": "float"}])
    written(tmp_path / "Kaleidoscope.fs")
    shelf = EffectShelf(tmp_path)
    assert shelf.names == ["none", *EFFECTS, "bad-tv", "kaleidoscope-isf", "fog-screen"]
    assert set(shelf.users) == {"bad-tv", "kaleidoscope-isf", "fog-screen", "wipe"}
