import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dreamstream.errors import ScoreError
from dreamstream.params import Params
from dreamstream.record.pictures import save_snapshot
from dreamstream.score import (
    PNG_ENTRY,
    ScoreWriter,
    Timeline,
    copy_score,
    read_score,
    records,
    thin_score,
)
from dreamstream.score.copies import score_text
from dreamstream.size import Size
from tests.fakes import frame, mutations


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A score with one of each record."""
    path = tmp_path / "show.jsonl"
    score = ScoreWriter(path)
    score.start({"seed": 5}, Params(layer="a"), now=100.0)
    score.note(records.SourcePlace(1, 0, 1))
    score.note(records.Threads(1, 2))
    score.dreamt(frame(1, time=100.6))
    score.changed(9, Params(layer="b", matrix=(1, 0, 2, 0, 1, 3)))
    score.note(records.Effort(10, records.EffortDone(1, 1, 0.707)))
    score.note(records.Pull(11, {"L2": 0.1 + 0.2}))
    score.note(records.Failed(12, "empty gradient"))
    score.note(records.Frozen(15, 2.5))
    score.note(records.Swap(16, records.CanvasSwap((64, 48))))
    score.note(records.Effort(20, None))
    for number in range(2, 31):
        score.dreamt(frame(number, time=100.5 + 0.1 * number + 2.5 * (number >= 15)))
    score.close()
    return path


def test_what_was_written_is_read(path: Path) -> None:
    score = read_score(path)
    assert (score.start["seed"], score.params["layer"], score.last, score.problems) == (5, "a", 30, ())
    assert [event for event in score.events if not isinstance(event, records.Time)] == [
        records.SourcePlace(1, 0, 1),
        records.Threads(1, 2),
        records.Change(9, {"layer": "b", "matrix": (1, 0, 2, 0, 1, 3)}),
        records.Effort(10, records.EffortDone(1, 1, 0.707)),
        records.Pull(11, {"L2": 0.1 + 0.2}),
        records.Failed(12, "empty gradient"),
        records.Frozen(15, 2.5),
        records.Swap(16, records.CanvasSwap((64, 48))),
        records.Effort(20, None),
    ]
    assert [type(event) for event in score.at(1)] == [records.SourcePlace, records.Threads, records.Time]


def test_a_frame_that_was_begun_at_the_end_and_never_done_is_not_played(path: Path) -> None:
    *lines, end = path.read_text().splitlines()
    path.write_text("\n".join([*lines, '{"frame": 31, "change": {"amount": 2}}', end]) + "\n")
    assert read_score(path).last == 30
    path.write_text("\n".join([*lines, '{"frame": 31, "change": {"amount": 2}}']) + "\n")
    assert read_score(path).last == 31, "without an end it may have been done"


def test_frames_lie_in_time_where_they_were(path: Path) -> None:
    timeline = Timeline(read_score(path))
    for number in range(2, 31):
        assert timeline.time(number) == pytest.approx(0.5 + 0.1 * number + 2.5 * (number >= 15), abs=0.02)
        assert timeline.place(timeline.time(number)) == pytest.approx(number)
    assert timeline.place(timeline.time(14) + 2.49) == pytest.approx(14), "it stood"
    assert timeline.time(40) > timeline.time(30) > timeline.time(0)


def test_a_damaged_line_is_named_by_its_number_and_left_out(path: Path) -> None:
    lines = path.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if '"threads"' in line)
    lines[at] = lines[at].replace("2", "two")
    lines.insert(1, '{"frame": 3, "ch')
    lines.insert(2, '{"frame": 3, "colour": "green"}')
    lines.insert(3, '{"frame": 3, "change": {"zom": 1, "octaves": 99, "step": 3}}')
    path.write_text("\n".join(lines) + "\n")
    score = read_score(path)
    assert [text.split(":")[0].split(" (")[0] for text in score.problems] == [
        "line 2 is damaged",
        "line 3 is damaged",
        "line 4",
        "line 4",
        f"line {at + 4} is damaged",
    ]
    assert "did you mean 'zoom'" in score.problems[2]
    assert "octaves cannot be 99" in score.problems[3]
    assert score.at(3)[0] == records.Change(3, {"step": 3.0})
    assert (score.last, score.params["layer"]) == (30, "a"), "and the rest is as good as ever"


def test_a_score_cut_off_anywhere_is_good_up_to_there(path: Path) -> None:
    data = path.read_bytes()
    whole = read_score(path)
    first = data.index(b"\n") + 1
    for end in range(first, len(data), 7):
        path.write_bytes(data[:end])
        score = read_score(path)
        inside = data[end - 1 : end] != b"\n" and data[end : end + 1] != b"\n"
        assert len(score.problems) == inside, "a line that is whole but for its end is good"
        assert all("cut off" in problem for problem in score.problems)
        lines = data[:end].decode().splitlines(keepends=True)
        remaining = [event for event in whole.events if records.line_of(event) in lines]
        assert list(score.events)[: len(remaining)] == remaining


def test_no_damage_is_more_than_a_line_of_words(path: Path) -> None:
    for mutant in mutations(path.read_bytes(), 600, 3):
        path.write_bytes(mutant)
        try:
            score = read_score(path)
        except ScoreError as error:
            assert "\n" not in str(error)
        else:
            assert all("\n" not in problem for problem in score.problems)
            Timeline(score).time(12)


def test_a_score_of_a_newer_format_says_so(path: Path) -> None:
    first, rest = path.read_text().split("\n", 1)
    start = json.loads(first)["start"]
    path.write_text(json.dumps({"start": {**start, "format": 2, "version": "9.1"}}) + "\n" + rest)
    with pytest.raises(ScoreError, match=r"written by dreamstream 9.1 in format 2; this one reads format 1"):
        read_score(path)


@pytest.mark.parametrize("text", ["", "hello\n", '{"frame": 1, "threads": 1}\n', "[1, 2]\n"])
def test_what_is_no_score_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text)
    with pytest.raises(ScoreError, match="x: not a score"):
        read_score(tmp_path / "x")
    with pytest.raises(ScoreError, match="No such file"):
        read_score(tmp_path / "none")


def test_a_picture_carries_its_score(path: Path, tmp_path: Path) -> None:
    info = PngInfo()
    info.add_itxt(PNG_ENTRY, score_text(path, 12))
    Image.new("RGB", (8, 8)).save(tmp_path / "x.png", pnginfo=info)
    score = read_score(tmp_path / "x.png")
    assert {type(event) for event in score.events} == {
        *(records.SourcePlace, records.Threads, records.Time, records.Change),
        *(records.Effort, records.Pull, records.Failed),
    }
    Image.new("RGB", (8, 8)).save(tmp_path / "y.png")
    with pytest.raises(ScoreError, match="carries no score"):
        read_score(tmp_path / "y.png")


def test_a_picture_of_a_show_of_hours_carries_its_changes_and_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    score = ScoreWriter(path)
    score.start({"seed": 1}, Params())
    for number in range(1, 60_001):
        score.dreamt(frame(number, time=number / 5))
        if number % 20 == 0:
            score.changed(number, Params(amount=1 + number % 7 / 10))
        if number % 2 == 0:
            score.note(records.Effort(number, records.EffortDone(1 + number % 3, 9, 0.9)))
    score.close()
    assert len(score_text(path, 60_000)) > 2_500_000
    save_snapshot(tmp_path / "x.png", frame(59_990, 50, Size(64, 48)), {PNG_ENTRY: thin_score(path, 59_990)})
    assert (tmp_path / "x.png").stat().st_size < 100_000
    carried, whole = read_score(tmp_path / "x.png"), read_score(path)
    changes = [each for each in whole.events if isinstance(each, records.Change)]
    assert [each for each in carried.events if isinstance(each, records.Change)] == changes[:-1]
    assert (carried.last, carried.problems) == (59_990, ())
    assert Timeline(carried).time(30_000) == pytest.approx(6000, abs=1)
    more = ({"frame": number, "change": {"amount": 1 + number % 7 / 10}} for number in range(60_001, 90_000))
    with path.open("a") as file:
        file.writelines(json.dumps(line) + "\n" for line in more)
    assert thin_score(path, 90_000) == "", "a show without some of its changes is another one"


def test_a_picture_s_score_has_all_that_makes_the_show_and_few_notes(path: Path) -> None:
    lines = thin_score(path, 20).splitlines()
    kinds = [type(records.parse_line(line)) for line in lines]
    assert kinds == [
        *(records.Start, records.SourcePlace, records.Threads, records.Change, records.Effort, records.Pull),
        *(records.Swap, records.Effort, records.Time, records.Time, records.Snapshot),
    ]
    assert '{"frame": 16, "swap": {"canvas": [64, 48]}}' in lines
    assert lines[-1] == '{"snapshot": 20}'


def test_a_copy_lies_beside_its_recording_and_replaces_nothing(path: Path, tmp_path: Path) -> None:
    recording = tmp_path / "film.mp4"
    assert copy_score(path, recording, (5, 12)) == tmp_path / "film.jsonl"
    assert copy_score(path, recording, (5, 30)) == tmp_path / "film-2.jsonl"
    assert copy_score(path, recording, (5, 14), force=True) == tmp_path / "film.jsonl"
    lines = (tmp_path / "film.jsonl").read_text().splitlines()
    assert json.loads(lines[-1]) == {"recording": "film.mp4", "first": 5, "last": 14}
    score = read_score(tmp_path / "film.jsonl")
    assert (score.last, score.problems) == (14, ())
    assert copy_score(tmp_path / "none", recording, (1, 2)) is None


def test_a_copy_never_replaces_the_score_itself(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    beside = path.with_suffix(".mp4")  # as in `--score show.jsonl --record show.mp4 --force`
    assert copy_score(path, beside, (1, 5), force=True) == path.with_name(f"{path.stem}-2.jsonl")
    assert path.read_bytes() == before


@given(st.lists(st.floats(0.001, 4), min_size=2, max_size=60))
def test_the_times_never_go_back(gaps: list[float]) -> None:
    path = Path("/dev/shm/score-times.jsonl") if Path("/dev/shm").is_dir() else Path("score-times.jsonl")
    score, now = ScoreWriter(path, force=True), 10.0
    score.start({"seed": 1}, Params(), now)
    for number, gap in enumerate(gaps, 1):
        now += gap
        score.dreamt(frame(number, time=now))
    score.close()
    timeline = Timeline(read_score(path))
    path.unlink()
    times = [timeline.time(frame) for frame in range(len(gaps) + 5)]
    assert times == sorted(times)
    assert timeline.time(len(gaps)) == pytest.approx(now - 10.0, abs=1e-3)
