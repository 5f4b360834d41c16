"""`render` and `convert` are asked to end while they write: their files are finished all the same."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dreamstream.record import Encoding
from dreamstream.tell import counted
from tests.fakes import PATIENCE
from tests.record.films import film, read, write

ROOT = Path(__file__).parents[2]


def ended_while_writing(how: signal.Signals, out: Path, *arguments: str) -> tuple[int, str]:
    """Start the program, send it a signal once some of the file is there, and wait for its end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "dreamstream", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for _ in range(20 * PATIENCE):
            if out.exists() and out.stat().st_size > 20_000:
                break
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
        assert process.poll() is None, "it was through before it could be ended"
        process.send_signal(how)
        told, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    return process.returncode, told


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("name", ["x.mp4", "x.gif"])
def test_a_render_that_is_ended_finishes_its_file(tmp_path: Path, name: str, how: signal.Signals) -> None:
    out = tmp_path / name
    arguments = ("render", "clouds", "-o", str(out), "--frames", "100000", "--size", "96x64")
    code, told = ended_while_writing(how, out, *arguments)
    assert code == 130, told
    shown = read(out)  # whole: a torn one would raise here
    assert f"stopped: {counted(len(shown), 'frame')} in" in " ".join(told.split())
    assert "Traceback" not in told


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "x.mkv"
    write(path, film(900, 270, 480, fps=30), encoding=Encoding("h264", patient=False))
    return path


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("name", ["y.mp4", "y.gif", "y.webm"])
def test_a_conversion_that_is_ended_finishes_its_file(
    long_film: Path, tmp_path: Path, name: str, how: signal.Signals
) -> None:
    out = tmp_path / name
    code, told = ended_while_writing(how, out, "convert", str(long_film), str(out))
    assert code == 130, told
    assert 2 <= len(read(out)) < 900
    assert "Traceback" not in told
