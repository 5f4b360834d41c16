"""The real program under Xvfb, with routes to effects and a beat: a replay shows what the screen showed."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.fakes import PATIENCE
from tests.record.films import difference, read

ROUTES = """
[[route]]
signal = "lfo:sine:1.3s"
to = "brightness"
low = 0.6
high = 1.4

[[route]]
signal = "lfo:triangle:2beats"
to = "hue_angle"
"""
SHOWN, REPLAYED = 30, 60  # pictures a second
SHOW = (
    *("--window", "96x64", "--size", "96x64", "--transform", "saturation", "--seconds", "4", "--no-status"),
    *("--effects", "hue-turn+strobe", "--hue-speed", "40", "--strobe-rate", "1", "--no-flash-guard"),
    *("--bpm", "60", "--score", "show.jsonl", "--record", "screen:shown.mkv", "--codec", "ffv1"),
)


def run(folder: Path, *arguments: str) -> None:
    """Run dreamstream in a folder, whose routes and scores are its own."""
    own = {"XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
    done = subprocess.run(
        [sys.executable, "-m", "dreamstream", *arguments],
        cwd=folder,
        env={**os.environ, **own},
        timeout=PATIENCE,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def nearest(shown: list[np.ndarray], again: list[np.ndarray]) -> tuple[float, float]:
    """Lay a recording of a screen over a replay where they are most alike.

    Return the median difference of those that are lit in both, and the share of those that are dark together.
    """
    fresh = [n for n in range(1, len(shown)) if np.any(shown[n] != shown[n - 1])]  # a busy screen repeats
    shown, again = (
        [each[::4, ::4] for each in film] for film in (shown, again)
    )  # laid over hundreds of times
    found = []
    for begin in range(-REPLAYED, 2 * len(shown)):
        pairs = [(shown[n], again[2 * n - begin]) for n in fresh if 0 <= 2 * n - begin < len(again)]
        lit = [difference(*pair) for pair in pairs if pair[0].any() and pair[1].any()]
        together = [bool(one.any()) == bool(other.any()) for one, other in pairs]
        found.append((float(np.median(lit)) if lit else np.inf, together))
    most = max(len(together) for _, together in found)
    off, together = min(each for each in found if len(each[1]) > most / 2)
    return off, sum(together) / len(together)


def test_a_replay_with_effects_looks_as_the_show_did(display: str, tmp_path: Path) -> None:
    (tmp_path / "dreamstream").mkdir()
    (tmp_path / "dreamstream" / "routes.toml").write_text(ROUTES)
    run(tmp_path, *SHOW)
    for name, effects in (("again.mkv", "--effects"), ("bare.mkv", "--no-effects")):
        options = ("--fps", str(REPLAYED), "--codec", "ffv1", effects)
        run(tmp_path, "replay", "show.jsonl", "-o", name, *options)
    shown, again, bare = (
        [each.pixels for each in read(tmp_path / f"{name}.mkv")] for name in ("shown", "again", "bare")
    )
    off, together = nearest(shown, again)
    without, _ = nearest(shown, bare)
    assert off < 25, "on a slow machine's screen, whose pictures are filmed late"
    assert off < without / 2, "without what routes did it is another picture"
    assert together > 0.85, "the strobe flashes on the same beats"
