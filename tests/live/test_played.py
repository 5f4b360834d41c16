"""A score in the real window: it plays, and the keyboard takes over."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dreamstream.score import ScreenTimes, newest_scores, read_score, records
from tests.fakes import PATIENCE
from tests.live.test_end_to_end import press, start

__all__ = ["press", "start"]


def write_score(tmp_path: Path, *lines: dict[str, object]) -> Path:
    """The score of a real short show, with these lines in place of its end."""
    path = tmp_path / "show.jsonl"
    command = [sys.executable, "-m", "dreamstream", "--headless", "--frames", "2", "--size", "96x64"]
    subprocess.run([*command, "--score", str(path)], check=True, timeout=PATIENCE, capture_output=True)
    kept = [line for line in path.read_text().splitlines() if '"end"' not in line]
    path.write_text("\n".join([*kept, *map(json.dumps, lines)]) + "\n")
    return path


def test_a_score_plays_in_the_window_until_a_key_takes_over(
    press: Callable[..., None], display: str, tmp_path: Path
) -> None:
    score = write_score(
        tmp_path, {"frame": 5, "change": {"transform": "rotate"}}, {"end": 100000, "time": 5000.0}
    )
    text = score.read_text()
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    command = [sys.executable, "-m", "dreamstream", "--score", str(score), "--window", "320x200", "-v"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        log = []
        for line in process.stderr:
            log.append(line)
            if "first dreamed frame" in line:
                press("Tab", "Up")  # the first ends nothing
            if "plays no further" in line:
                press("Escape")
        assert process.wait(PATIENCE) == 0, log
    finally:
        process.kill()
    assert any("yours from frame" in line for line in log), log
    (own,) = (tmp_path / "state" / "dreamstream" / "scores").iterdir()
    changes = {
        name: value
        for event in read_score(own).events
        if isinstance(event, records.Change)
        for name, value in event.change.items()
    }
    assert changes["amount"] == 1.1
    assert score.read_text() == text, "the score that was played is as it was"


def test_every_session_writes_its_score_by_itself_unless_told_not_to(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dreamstream", "--headless", "--frames", "3", "--size", "96x64"]
    before = len(newest_scores())
    subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True, cwd=tmp_path)
    assert len(newest_scores()) == before + 1
    assert read_score(newest_scores()[0]).last == 3
    subprocess.run([*command, "--no-score"], check=True, timeout=PATIENCE, capture_output=True, cwd=tmp_path)
    assert len(newest_scores()) == before + 1
    assert list(tmp_path.iterdir()) == []


def test_a_show_that_is_killed_leaves_a_score_that_is_good_up_to_there(tmp_path: Path) -> None:
    score = tmp_path / "show.jsonl"
    command = [sys.executable, "-m", "dreamstream", "--headless", "--size", "96x64", "--score", str(score)]
    process = subprocess.Popen([*command, "-v"], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        next(line for line in process.stderr if "first dreamed frame" in line)
        while score.read_text().count('"time"') < 3:
            assert process.poll() is None
    finally:
        process.kill()
        process.communicate()
    read = read_score(score)
    assert read.last >= 3
    assert read.start["canvas"] == [96, 64]


def test_the_screen_s_numbers_play_between_the_frames_too(tmp_path: Path) -> None:
    screen = {"brightness": [0, 1.0, 1000, 3.0], "glow_gain": [0, 4.0, 1000, 0.0]}
    score = write_score(
        tmp_path,
        {"frame": 2, "at": 1.0, "screen": screen, "shown": [0, 2.0, 1000, 12.0]},
        {"end": 100000, "time": 5000.0},
    )
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    command = [sys.executable, "-m", "dreamstream", "--score", str(score), "--headless", "--frames", "30"]
    subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True, env=environment)
    (own,) = (tmp_path / "state" / "dreamstream" / "scores").iterdir()
    played = read_score(own)
    times = ScreenTimes(played.params, played.events)
    assert set(times.numbers) == {"brightness", "glow_gain"}
    assert played.params["brightness"] == 1.0
    end = times.params(1e6)
    assert (end["brightness"], end["glow_gain"]) == (3.0, 0.0)
