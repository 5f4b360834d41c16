"""A show that hears: the real program moves by a track, and its score dreams the same without."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import PATIENCE
from tests.live.test_end_to_end import check_replay
from tests.record.test_sound import heard, seen
from tests.sound.servers import RATE, clicks, write_sound

ROUTES = """
[[route]]
signal = "sound:level"
to = "amount"
low = 0
high = 3
"""


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "dreamstream", *arguments]
    return subprocess.run(command, cwd=folder, timeout=PATIENCE, capture_output=True, text=True)


def test_a_show_moves_by_a_track_and_a_replay_needs_none(tmp_path: Path) -> None:
    tone = 0.5 * np.sin(np.arange(20 * RATE) / RATE * 2 * np.pi * 220) * (np.arange(20 * RATE) // RATE % 2)
    write_sound(tmp_path / "track.flac", tone.astype(np.float32))
    (tmp_path / "routes.toml").write_text(ROUTES)
    show = ("live", "--headless", "--size", "96x64", "--seconds", "4", "--no-status")
    played = ("--sound", "track.flac", "--routes-file", "routes.toml", "--score", "score.jsonl")
    done = run(tmp_path, *show, *played, "--record", "dream.mkv", "--codec", "ffv1")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "score.jsonl").read_text().splitlines(keepends=True)
    assert sum('"amount"' in line for line in lines) > 2, done.stderr
    check_replay(tmp_path, lines)
    replay = ("replay", "score.jsonl", "-o", "video.mp4", "--sound", "track.flac")
    assert run(tmp_path, *replay).returncode == 0
    assert 0.9 < heard(tmp_path / "video.mp4")[0] < 1.1


def test_a_music_video_is_made_with_a_persons_own_routes_or_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    write_sound(tmp_path / "track.wav", clicks(1.0, 0.2, 0.6))
    video = ("render", "noise", "--size", "64x48", "--fps", "10", "--sound", "track.wav")
    by_itself = run(tmp_path, *video, "-o", "a.mkv")
    assert (by_itself.returncode, "routes" in by_itself.stdout) == (0, False), by_itself.stderr
    (tmp_path / "dreamstream").mkdir()
    (tmp_path / "dreamstream" / "routes.toml").write_text(ROUTES + ROUTES.replace("amount", "brightness"))
    own = run(tmp_path, *video, "-o", "b.mkv")
    assert "routes that move nothing in a render: to brightness" in own.stdout
    assert run(tmp_path, *video, "-o", "c.mkv", "--no-routes").returncode == 0
    films = [seen(tmp_path / f"{name}.mkv")[1] for name in "abc"]
    assert [len(film) for film in films] == [10, 10, 10]
    assert films[0] != films[1] != films[2] != films[0]
    refused = run(tmp_path, *video, "-o", "track.wav", "--force")
    assert refused.returncode == 2


def test_what_is_not_there_is_one_line_before_anything_opens(tmp_path: Path) -> None:
    done = run(tmp_path, "live", "--headless", "--sound", "track.flac")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dreamstream: --sound track.flac: no such file or device; ")
    assert not list(tmp_path.iterdir())
