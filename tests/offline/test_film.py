"""Writing a film, whatever it is made of: what ends it early, and what is told then."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from dreamstream.errors import RecordError
from dreamstream.frame import Frame
from dreamstream.offline.film import Film, OutputSettings
from dreamstream.tell import counted
from tests.record.films import film, read


def ended(error: BaseException) -> Iterator[Frame]:
    yield from film(7)
    raise error


@pytest.mark.parametrize(("reverse", "written"), [(False, 7), (True, 0)])
def test_ctrl_c_finishes_the_file_and_tells_what_is_in_it(
    tmp_path: Path, reverse: bool, written: int
) -> None:
    console = Console(file=StringIO(), width=200)
    maker = Film(OutputSettings(tmp_path / "x.mkv", reverse=reverse), console)
    with pytest.raises(KeyboardInterrupt):
        maker.write(maker.follow(ended(KeyboardInterrupt()), "x", 20))
    assert f"stopped: {counted(written, 'frame')} in {tmp_path / 'x.mkv'}" in console.file.getvalue()  # type: ignore[attr-defined]
    assert (len(read(tmp_path / "x.mkv")) if written else 0) == written


def test_what_the_disk_refuses_is_one_line_and_all_until_there_is_kept(tmp_path: Path) -> None:
    maker = Film(OutputSettings(tmp_path / "x.mkv"), Console(quiet=True))
    with pytest.raises(RecordError, match=r"x\.mkv: No space left"):
        maker.write(maker.follow(ended(OSError(28, "No space left on device")), "x", 20))
    assert len(read(tmp_path / "x.mkv")) == 7


def test_a_delay_or_a_rate_is_for_all_frames_else_they_last_as_they_did(tmp_path: Path) -> None:
    frames = film(7)
    own = [frame.time - frames[0].time for frame in frames]
    for name, output, expected in (
        ("own", {}, own),
        ("delay", {"delay": 10}, np.arange(7) / 10),
        ("fps", {"fps": 20.0}, np.arange(7) / 20),
    ):
        path = tmp_path / f"{name}.mkv"
        maker = Film(OutputSettings(path, **output), Console(quiet=True))  # type: ignore[arg-type]
        assert maker.write(iter(frames)) == 7
        assert np.allclose([frame.time for frame in read(path)], expected, atol=0.003)
