"""Shaders that come to a stage: params, a line of what is wrong, a record for the score."""

from pathlib import Path

from dreamstream.live.shader_notes import ShaderNotes
from dreamstream.score import read_score, records
from dreamstream.stage import Settings, Stage
from dreamstream.stage.session import problems_of
from tests.fakes import Told, frame
from tests.isf.files import PICTURE, written

LIGHT, MORE = ({"NAME": name, "TYPE": "float", "DEFAULT": 1} for name in ("light", "more"))


def test_what_a_file_asks_for_is_there_as_soon_as_it_is(tiny: Settings, shaders: Path) -> None:
    written(shaders / "old.fs")
    stage, noted, told = Stage(tiny), list[records.Event](), Told()
    notes, shelf = ShaderNotes(stage, noted.append, told), stage.effects
    assert not notes.turn()
    path = written(shaders / "new.fs", inputs=[PICTURE, LIGHT])
    (shaders / "bad.fs").write_text("/*{\n oops }*/")
    shelf.look()
    assert notes.turn()
    assert not notes.turn(), "nothing came since"
    assert stage.store.hand["isf_new_light"] == 1.0
    (text,) = told
    assert text.startswith(f"effect bad: {shaders / 'bad.fs'}: line 2: the JSON is damaged")
    notes.dreamt(frame(7))
    notes.dreamt(frame(8))
    assert noted == [
        records.Shader(7, "bad", str(shaders / "bad.fs")),
        records.Shader(7, "new", str(path)),
    ]
    written(path, inputs=[PICTURE, LIGHT, MORE])
    shelf.look()
    assert notes.turn()
    assert stage.store.hand["isf_new_more"] == 1.0, "an input that is new in a file"
    stage.close()


def test_a_name_of_the_program_s_own_has_its_params_under_its_own(tiny: Settings, shaders: Path) -> None:
    written(shaders / "Mirror.fs", inputs=[PICTURE, LIGHT])
    stage = Stage(tiny)
    stage.take_shaders()
    assert "mirror-isf" in stage.effects.names
    assert stage.store.hand["isf_mirror_isf_light"] == 1.0
    stage.close()


def test_a_score_without_its_shader_is_read_without_its_params(tmp_path: Path) -> None:
    path = tmp_path / "show.jsonl"
    lines: list[records.AnyRecord] = [
        records.Start({"format": records.FORMAT, "params": {}}),
        records.Shader(2, "gone", str(tmp_path / "gone.fs")),
        records.Change(2, {"isf_gone_light": 0.5, "step": 3.0}),
        records.End(3, time=1.0),
    ]
    path.write_text("".join(records.line_of(line) for line in lines))
    read = read_score(path)
    (problem,) = read.problems
    assert problem.startswith("line 3: no param 'isf_gone_light' here")
    assert f"{path}: {tmp_path / 'gone.fs'} is not here" in problems_of(read)
    assert any(isinstance(event, records.Change) and event.change == {"step": 3.0} for event in read.events)
