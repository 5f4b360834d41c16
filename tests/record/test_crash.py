"""What is left of a recording when its process is killed, its disk is full, or its folder is gone."""

import os
import random
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from dreamstream.errors import RecordError
from dreamstream.frame import Frame
from dreamstream.record import Encoding, Timing, open_writer
from dreamstream.record.disk import DiskFile
from dreamstream.record.recorder import Recorder
from dreamstream.record.writer import Writer
from dreamstream.ring import Ring
from tests.conftest import missing
from tests.fakes import PATIENCE, MemoryWriter, frame
from tests.record.endless import SIZE
from tests.record.films import VIDEOS, film, read

ROOT = Path(__file__).parent.parent.parent
SEED = 20150618
PAGE = 4096
CASES = [
    *[(".mp4", "h264", fps) for fps in (1.5, 20, 60)],
    *[(".mkv", "h264", fps) for fps in (1.5, 20, 60)],
    *[(".webm", "vp9", 20), (".mov", "prores", 20), (".mp4", "hevc", 20), (".mkv", "ffv1", 20)],
    *[(".webp", "", 20), (".webp", "", 1.5), (".gif", "", 20)],
]


@contextmanager
def endless(path: Path, fps: float, codec: str = "", **settings: object) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.record.endless", str(path), str(fps), codec]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(  # type: ignore[call-overload]
        command, cwd=ROOT, env=environment, text=True, stdin=-1, stdout=-1, **settings
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def lost_when_killed(path: Path, fps: float, codec: str, frames: int) -> float:
    """Kill a recording soon after so many frames; return how many seconds its end is from where it was."""
    with endless(path, fps, codec) as process:
        taken = 0
        for line in process.stdout:
            taken = int(line)
            if taken == frames:
                process.kill()  # it goes on for a moment: any moment of its work
    try:
        shown = read(path, torn=True)
    except (OSError, av.FFmpegError):  # nothing of it is there yet
        return taken / fps
    assert shown[-1].pixels.shape == (*SIZE.shape, 3)
    return (taken - 1) / fps - shown[-1].time


def kill_often(folder: Path, times: int, seed: int) -> tuple[float, str]:
    """Return the worst loss in seconds, and what lost it."""
    rng = random.Random(seed)
    worst = []
    for number in range(times):
        suffix, codec, fps = CASES[(number + seed) % len(CASES)]
        lost = lost_when_killed(folder / f"{number}{suffix}", fps, codec, rng.randint(2, 150))
        worst.append((lost, f"{suffix} {codec} at {fps}/s"))
    assert max(worst)[0] <= 1.0, worst
    return max(worst)


@pytest.mark.slow
def test_killed_20_times_at_random_moments_it_plays_to_a_second_before(tmp_path: Path) -> None:
    seconds, what = kill_often(tmp_path, 20, SEED + 1)
    sys.stdout.write(f"worst loss: {seconds:.2f} s, {what}\n")


@pytest.mark.parametrize(("suffix", "codec"), [*VIDEOS, (".gif", ""), (".webp", "")])
@pytest.mark.parametrize("fps", [None, 25])
def test_cut_off_between_or_within_any_two_writes_it_plays_to_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, codec: str, fps: float | None
) -> None:
    """Every state that the file is in while it is finished, and some before, as a kill would leave them."""
    log: list[tuple[int, bytes]] = []
    real = DiskFile.write

    def logged(file: DiskFile, data: bytes) -> int:
        log.append((file.tell(), bytes(data)))
        return real(file, data)

    monkeypatch.setattr(DiskFile, "write", logged)
    writer = open_writer(tmp_path / f"x{suffix}", Timing(fps), Encoding(codec))
    given = []
    for each in film(40, 64, 96, fps=10):
        writer.write(each)
        given.append(len(log))
    writer.close()
    rng = random.Random(SEED)
    slack = round(fps or 10) if codec != "av1" else round(fps or 10) + 1
    during = range(given[20], given[-1])
    for count in [*rng.sample(during, min(6, len(during))), *range(given[-1], len(log) + 1)]:
        part = b"" if count == len(log) else log[count][1]
        part = part[: PAGE * rng.randrange(len(part) // PAGE + 1)]  # the system takes page after page
        cut = tmp_path / f"cut{suffix}"
        replay(cut, [*log[:count], *([(log[count][0], part)] if part else [])])
        taken = sum(1 for before in given if before <= count)
        assert len(read(cut, torn=True)) >= taken - slack


def replay(path: Path, writes: list[tuple[int, bytes]]) -> None:
    with path.open("wb") as file:
        for place, data in writes:
            file.seek(place)
            file.write(data)


def ended_by_itself(path: Path, **settings: Any) -> tuple[str, int]:
    """Record until something ends it; return what was told, and how many frames were taken before."""
    with endless(path, 20, **settings) as process:
        lines = process.stdout.read().splitlines()
    return lines[-1], int(lines[-2])


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".gif", ".webp"])
def test_where_a_file_may_grow_no_more_it_ends_with_what_it_has(tmp_path: Path, suffix: str) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    failure, taken = ended_by_itself(tmp_path / f"x{suffix}", preexec_fn=limited)
    assert failure == f"{tmp_path / f'x{suffix}'}: File too large"
    assert (tmp_path / f"x{suffix}").stat().st_size <= 300_000
    assert taken - len(read(tmp_path / f"x{suffix}")) <= 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte, where root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        missing("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


class Told(Writer):
    """A writer that tells when it is through with a frame, well or not."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.through = threading.Semaphore(0)

    def write(self, frame: Frame) -> None:
        try:
            self._writer.write(frame)
        finally:
            self.through.release()

    def close(self) -> None:
        self._writer.close()


@pytest.mark.parametrize("name", ["x.mp4", "x.mkv", "x.webp", "x.gif", "frames"])
def test_a_full_disk_ends_its_recording_and_no_other(small_disk: Path, tmp_path: Path, name: str) -> None:
    ring, other = Ring(8), MemoryWriter()
    writer = Told(open_writer(small_disk / name, Timing()))
    full = Recorder(ring.reader(), writer, small_disk / name).start()
    fine = Recorder(ring.reader(), other, tmp_path / "y.mp4").start()
    rng = np.random.default_rng(0)
    count = 0
    while not full.status.failure:
        count += 1
        ring.put(Frame(rng.integers(0, 256, (96, 128, 3), dtype=np.uint8), count, count / 20))
        if full.recording:
            writer.through.acquire(timeout=1)
    ring.put(frame(count + 1))
    ended, went_on = full.stop(), fine.stop()
    assert ended.failure == f"{small_disk / name}: No space left on device"
    assert 0 < ended.written < count
    assert ended.written - len(read(small_disk / name)) <= 20
    assert went_on.failure == ""
    assert other.frames[-1].index == count + 1


def test_half_a_picture_of_a_webp_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = DiskFile.write

    def full(file: DiskFile, data: bytes) -> int:
        real(file, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    writer = open_writer(tmp_path / "x.webp", Timing())
    frames = film(6)
    for each in frames[:5]:
        writer.write(each)
    monkeypatch.setattr(DiskFile, "write", full)
    with pytest.raises(RecordError, match="No space left"):
        writer.write(frames[5])
    writer.close()
    data = (tmp_path / "x.webp").read_bytes()
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    assert len(read(tmp_path / "x.webp")) == 4


@pytest.mark.parametrize("name", ["x.mp4", "x.mkv", "x.gif", "x.webp", "frames"])
def test_a_folder_that_is_removed_ends_its_recording(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    writer = open_writer(folder / name, Timing())
    frames = film(60, 64, 64)
    for each in frames[:20]:
        writer.write(each)
    shutil.rmtree(folder)
    with pytest.raises(RecordError, match=r"was removed|No such file"):
        for each in frames[20:]:
            writer.write(each)
    writer.close()


LOSES_PERMISSION = """
import os
from pathlib import Path
from dreamstream.record import Timing, open_writer
from tests.record.films import film
writer = open_writer(Path("frames"), Timing())
frames = film(9, 24, 32)
for frame in frames[:5]:
    writer.write(frame)
Path("frames").chmod(0o500)
if os.geteuid() == 0:  # no permission stops root
    os.setuid(65534)
try:
    writer.write(frames[5])
finally:
    writer.close()
"""


def test_permission_lost_ends_a_folder_of_pictures_and_keeps_what_it_has(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LOSES_PERMISSION]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].endswith("RecordError: frames: Permission denied")
    assert len(read(tmp_path / "frames")) == 5


def test_what_came_to_be_there_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    for name in ("x.mp4", "x.gif", "x.webp"):
        writer = open_writer(tmp_path / name, Timing())
        (tmp_path / name).write_bytes(b"precious")
        with pytest.raises(RecordError, match="come to be there meanwhile"):
            writer.write(film(1)[0])
        writer.close()
        assert (tmp_path / name).read_bytes() == b"precious"


def test_what_fails_on_its_way_to_the_disk_is_told_at_the_next_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network's disk, which takes everything and says only later that it is full."""
    synced = threading.Event()

    def fails(number: int) -> None:
        synced.set()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dreamstream.record.disk.SYNC_SECONDS", 0.0)
    monkeypatch.setattr(os, "fsync", fails)
    file = DiskFile(tmp_path / "x", new=True).begin()
    assert synced.wait(PATIENCE)
    with pytest.raises(OSError, match="No space left"):
        file.close()
    with pytest.raises(OSError, match="No space left"):
        file.write(b"after")
