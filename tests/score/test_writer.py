import json
from pathlib import Path

import pytest

from dreamstream.errors import RecordError
from dreamstream.params import Params
from dreamstream.score import ScoreWriter, copy_score, records


def test_a_score_holds_the_start_and_each_change_with_its_frame(tmp_path: Path) -> None:
    path = tmp_path / "show.jsonl"
    score = ScoreWriter(path)
    score.start({"seed": 5}, Params())
    score.changed(1, Params())
    score.changed(9, Params(transform="rotate", octaves=3))
    score.changed(12, Params(transform="rotate"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]  # flushed as it goes
    score.close()
    assert lines[0]["start"]["seed"] == 5
    assert lines[0]["start"]["params"]["transform"] == "zoom"
    assert lines[1:] == [
        {"frame": 9, "change": {"transform": "rotate", "octaves": 3}},
        {"frame": 12, "change": {"octaves": 2}},
    ]


def test_a_score_holds_what_was_done_of_what_was_asked(tmp_path: Path) -> None:
    score = ScoreWriter(tmp_path / "show.jsonl")
    score.start({}, Params())
    score.note(records.Effort(7, records.EffortDone(1, 1, 0.707)))
    score.changed(9, Params(octaves=3))
    score.note(records.Effort(12, None))
    lines = [json.loads(line) for line in (tmp_path / "show.jsonl").read_text().splitlines()]
    score.close()
    assert lines[1:] == [
        {"frame": 7, "effort": {"octaves": 1, "iterations": 1, "scale": 0.707}},
        {"frame": 9, "change": {"octaves": 3}},
        {"frame": 12, "effort": None},
    ]


def test_names_that_are_no_text_come_back_as_they_were(tmp_path: Path) -> None:
    name = "caf\udce9 \u00e9.png"  # a file's name in another coding than UTF-8, as Python has it
    score = ScoreWriter(tmp_path / "show.jsonl")
    score.start({"sources": [name]}, Params())
    score.note(records.Failed(3, name))
    assert score.close() == ""
    copy = copy_score(tmp_path / "show.jsonl", tmp_path / name, (1, 9))
    assert copy is not None
    lines = [json.loads(line) for line in copy.read_text(encoding="utf-8").splitlines()]
    assert lines[0]["start"]["sources"] == [name]
    assert (lines[1]["failed"], lines[2]["recording"]) == (name, name)


def test_a_score_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "show.jsonl"
    path.write_text("precious")
    with pytest.raises(RecordError, match="--force"):
        ScoreWriter(path)
    assert ScoreWriter(path, force=True).close() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_ends_the_score_alone() -> None:
    score = ScoreWriter(Path("/dev/full"))
    score.start({}, Params())
    score.changed(2, Params(octaves=3))
    assert score.close() == "/dev/full: No space left on device"


def test_a_score_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="nowhere"):
        ScoreWriter(tmp_path / "nowhere" / "show.jsonl")
