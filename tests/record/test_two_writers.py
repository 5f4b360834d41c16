"""Two that write the same file at once: the second is told, and harms nothing; a killed one bars no way."""

from pathlib import Path

import pytest

from dreamstream.errors import RecordError
from dreamstream.params import Params
from dreamstream.record import Timing, open_writer
from dreamstream.score import ScoreWriter, copy_score, records
from tests.cli.test_entry import run
from tests.record.films import film, read, write
from tests.record.test_crash import endless

NAMES = ["x.mp4", "x.mkv", "x.gif", "x.webp", "frames"]


@pytest.mark.parametrize(
    ("name", "before"),
    [("x.mp4", False), ("x.mp4", True), ("x.gif", True), ("x.webp", False), ("frames", True)],
)
def test_the_second_writer_is_told_while_the_first_goes_on_and_not_when_it_is_killed(
    tmp_path: Path, name: str, before: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    path, link, hard = tmp_path / name, tmp_path / f"link-{name}", tmp_path / f"hard-{name}"
    if before:
        write(path, film(3))
    with endless(path, 20) as process:
        assert process.stdout.readline(), "it is writing"
        assert process.stdout.readline()
        link.symlink_to(path)
        names = [path, link]
        if path.is_file():
            hard.hardlink_to(path)
            names.append(hard)
        for other in names:
            with pytest.raises(RecordError, match=rf"{other.name}: another recording is writing there"):
                open_writer(other, Timing())
        for command in (
            ["render", "clouds", "--frames", "1", "-o", str(link), "--force"],
            ["live", "--headless", "--frames", "1", "--record", str(hard), "--force"],
        ):
            if Path(command[-2]).is_file() or command[0] == "render":
                code, _, err = run(command, capsys)
                assert (code, err.count("\n")) == (2, 1)
                assert "another recording is writing there; take another name" in err
        process.kill()
        process.wait()
    assert len(read(path, torn=True)) >= 1
    write(path, film(4))
    assert len(read(path)) == 4


def test_of_two_that_begin_at_once_one_writes(tmp_path: Path) -> None:
    for name in NAMES:
        path = tmp_path / name
        first, second = open_writer(path, Timing()), open_writer(path, Timing())
        frames = film(6)
        second.write(frames[0])
        with pytest.raises(RecordError, match="come to be there meanwhile"):
            first.write(frames[0])
        first.close()
        for frame in frames[1:]:
            second.write(frame)
        second.close()
        assert len(read(path)) == 6


@pytest.mark.parametrize("name", NAMES)
def test_what_is_to_be_replaced_stays_until_the_first_frame(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(path, film(5))
    open_writer(path, Timing()).close()
    assert len(read(path)) == 5


def test_a_score_that_is_written_is_no_other_score(tmp_path: Path) -> None:
    first = ScoreWriter(tmp_path / "show.jsonl")
    first.start({}, Params())
    text = (tmp_path / "show.jsonl").read_text()
    with pytest.raises(RecordError, match=r"show.jsonl: another recording is writing there"):
        ScoreWriter(tmp_path / "show.jsonl", force=True)
    other = ScoreWriter(tmp_path / "other.jsonl")
    other.start({}, Params())
    other.note(records.Time(1, 0.5))
    with pytest.raises(RecordError, match=r"show.jsonl: another recording is writing there"):
        copy_score(tmp_path / "other.jsonl", tmp_path / "show.mp4", (1, 1), force=True)
    assert first.close() == other.close() == ""
    assert (tmp_path / "show.jsonl").read_text() == text


def test_a_score_is_replaced_when_the_show_begins_and_not_before(tmp_path: Path) -> None:
    (tmp_path / "show.jsonl").write_text("precious")
    assert ScoreWriter(tmp_path / "show.jsonl", force=True).close() == ""
    assert (tmp_path / "show.jsonl").read_text() == "precious"
