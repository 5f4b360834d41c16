"""A sender in a process of its own: what happens there does not happen here."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dreamstream.errors import OutputError
from dreamstream.outputs import apart
from dreamstream.outputs.apart import Apart
from dreamstream.outputs.memory import memory_path
from dreamstream.size import Size
from tests.fakes import frame, until
from tests.outputs.programs import Noted, Slow

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot be tried here")


def descriptors() -> set[str]:
    return {os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()}


def left() -> list[str]:
    return [path.name for path in memory_path("x").parent.glob(f"dreamstream-{os.getpid()}-*")]


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "notes"
    assert not left()


def lines(notes: Path) -> list[str]:
    return notes.read_text().splitlines() if notes.exists() else []


def test_pictures_come_there_with_number_time_and_size_also_larger_ones(notes: Path) -> None:
    sender = Apart(Noted, str(notes), None)
    assert not sender.begun
    for index, size in ((1, Size(8, 6)), (2, Size(64, 48)), (3, Size(8, 6))):
        sender.send(frame(index, 10 * index, size, time=index / 2))
        until(lambda count=index: len(lines(notes)) == count)
    sender.send(frame(4))
    assert sender.begun
    assert sender.warning == "it is late"
    sender.close()
    assert lines(notes)[:3] == [
        "1 0.5 8x6 [10, 10, 10]",
        "2 1.0 64x48 [20, 20, 20]",
        "3 1.5 8x6 [30, 30, 30]",
    ]
    assert lines(notes)[-1] == "closed"


def test_they_come_in_one_size_if_one_is_asked_for(notes: Path) -> None:
    sender = Apart(Noted, str(notes), Size(32, 48))
    sender.send(frame(1, 255, Size(16, 16)))
    until(lambda: lines(notes))
    sender.close()
    assert lines(notes)[0] == "1 1.0 32x48 [0, 0, 0]"  # black above the picture


def test_one_that_is_slow_gets_the_newest_pictures_and_what_it_missed_is_counted(notes: Path) -> None:
    sender, index = Apart(Slow, str(notes), None), 0

    def sent() -> bool:
        nonlocal index
        index += 1
        sender.send(frame(100 + index))
        return len(lines(notes)) >= 4

    until(sent)
    assert sender.missed > 0
    came = [int(line.split()[0]) for line in lines(notes)]
    assert came == sorted(set(came))
    assert came[-1] - came[0] >= len(came)
    sender.close()


def test_what_cannot_be_opened_there_is_said_here() -> None:
    sender = Apart(Noted, "nowhere", None)
    with pytest.raises(OutputError, match="nowhere is no place"):
        until(lambda: sender.send(frame(1)))
    sender.close()


def test_a_process_that_dies_or_is_killed_is_a_failure(notes: Path) -> None:
    sender = Apart(Noted, str(notes), None)
    with pytest.raises(OutputError, match=r"its process has ended \(7\)"):
        until(lambda: sender.send(frame(13)))
    sender.close()


def test_one_that_hangs_is_a_failure_and_is_ended(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_PATIENCE", 0.3)
    monkeypatch.setattr(apart, "_ENDING", 0.3)
    sender = Apart(Noted, str(notes), None)
    until(lambda: sender.send(frame(1)) or sender.begun)
    with pytest.raises(OutputError, match=r"got through for 0\.3 s"):
        until(lambda: sender.send(frame(14)))
    sender.close()
    assert sender._program.over


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux alone lists its descriptors")
def test_ten_of_them_leave_nothing_behind(notes: Path) -> None:
    before = descriptors()
    for _ in range(10):
        sender = Apart(Noted, str(notes), None)
        sender.send(frame(13))
        sender.close()
    assert descriptors() <= before
