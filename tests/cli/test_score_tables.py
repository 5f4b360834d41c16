import io
from pathlib import Path

import pytest
from rich.console import Console

from dreamstream.cli.score_tables import print_score, print_scores
from dreamstream.params import Params
from dreamstream.score import ScoreWriter, own_score, records
from tests.fakes import frame


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamstream.places.user_state_path", lambda *name, **more: tmp_path / "state")


def console() -> Console:
    return Console(file=io.StringIO(), width=240, highlight=False, markup=False)


def text_of(where: Console) -> str:
    assert isinstance(where.file, io.StringIO)
    return where.file.getvalue()


def write(path: Path) -> None:
    score = ScoreWriter(path)
    start = {"seed": 7, "net": "a_net", "sources": ["clouds"], "canvas": [64, 48], "version": "0.1.0"}
    score.start({**start, "begun": "2026-05-04T21:00:00+00:00"}, Params(layer="block9"))
    score.dreamt(frame(1, time=0.5))
    score.changed(8, Params(layer="block9", transform="rotate", amount=1.5, tween=False))
    score.note(records.Effort(9, records.EffortDone(1, 1, 0.707)))
    score.note(records.Frozen(12, 3.0))
    score.dreamt(frame(20, time=65.0))
    score.close()


def test_a_score_is_shown_as_a_table(tmp_path: Path) -> None:
    write(tmp_path / "show.jsonl")
    with (tmp_path / "show.jsonl").open("a") as file:
        file.write('{"frame": 21, "cha')
    where = console()
    print_score(where, tmp_path / "show.jsonl")
    rows = [" ".join(line.split()) for line in text_of(where).splitlines()]
    assert rows[1:3] == ["clouds at 64x48, seed 7: a_net block9, zoom; ? on ?", "20 frames in 1:05.0"]
    assert any(
        row.startswith("8 0:") and row.endswith("transform rotate, amount 1.5, tween off") for row in rows
    )
    assert any("only octaves 1, iterations 1, 71 % size" in row for row in rows)
    assert any("stood still for 3.0 s" in row for row in rows)
    assert rows[-1] == "line 8 is cut off: the show is known up to frame 20"


def test_the_newest_are_listed_with_what_is_wrong_with_them() -> None:
    where = console()
    print_scores(where)
    assert "no scores yet" in text_of(where)
    good = own_score()
    assert good is not None
    write(good)
    bad = own_score()
    assert bad is not None
    bad.write_text("nothing\n")
    where = console()
    print_scores(where)
    rows = text_of(where).splitlines()
    assert rows[1].startswith(bad.name)
    assert "not a score" in rows[1]
    assert "2026-05-04 21:00" in rows[2]
    assert "clouds: a_net block9" in rows[2]
