"""Files of the Interactive Shader Format in a show, dropped onto its window or put into its folder meanwhile.

A replay shows what the show did, with the files that came to it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pygame
import pytest
from rich.console import Console

from dreamstream.display import WindowSettings
from dreamstream.live.hands import Hands
from dreamstream.live.run import run_window
from dreamstream.live.show import Show, ShowSettings
from dreamstream.offline.film import OutputSettings
from dreamstream.offline.replay import ReplaySettings, run_replay
from dreamstream.record import Encoding, Timing
from dreamstream.score import read_score
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.fakes import PATIENCE
from tests.isf.files import PICTURE, written
from tests.record.films import read
from tests.shows import AllMessages

STAIN = (
    "void main() { gl_FragColor = vec4(mix(IMG_THIS_PIXEL(inputImage).rgb, vec3(1, 0, 0), amount), 1.0); }"
)
FIELD = "void main() { gl_FragColor = vec4(vec3(0, light, 0), 1.0); }"
RISE = """void main() {
    gl_FragColor = mix(IMG_THIS_PIXEL(startImage), IMG_THIS_PIXEL(endImage), progress);
}"""
AMOUNT, LIGHT, PROGRESS = ({"NAME": name, "TYPE": "float"} for name in ("amount", "light", "progress"))
IMAGES = [{"NAME": name, "TYPE": "image"} for name in ("startImage", "endImage")]
SIZE = Size(64, 48)


def drop(path: Path) -> None:
    """Do what the system does when a file is dropped onto the window."""
    pygame.event.post(pygame.event.Event(pygame.DROPFILE, file=str(path)))


Step = tuple[Callable[[], object], Callable[[], object]]


def played(show: Show, steps: Callable[[Hands], list[Step]]) -> None:
    """Play a show in a window: do each step in turn, and wait until what it leads to is there."""
    hands = Hands(show)
    waiting = steps(hands)
    begun = False

    def next_step(read: object) -> None:
        nonlocal begun
        if not waiting:
            hands.press("quit")
            return
        do, done = waiting[0]
        if not begun:
            do()
            begun = True
        elif done():
            waiting.pop(0)
            begun = False

    result = run_window(show, WindowSettings(SIZE, opengl=True), hands, offer=next_step)
    assert result.error is None
    assert not waiting, show.messages.lines


def test_files_are_dropped_onto_a_show_and_its_replay_has_them(
    tiny: Settings, tmp_path: Path, shaders: Path, display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    (elsewhere := tmp_path / "elsewhere").mkdir()
    bad = written(elsewhere / "Bad.fs", "void main() {\n gl_FragColor = sea();\n}")
    damaged = elsewhere / "Damaged.fs"
    damaged.write_text("/*{\n oops }*/")
    stain = written(elsewhere / "Stain.fs", STAIN, [PICTURE, AMOUNT])
    field = written(elsewhere / "Field.fs", FIELD, [LIGHT])
    rise = written(elsewhere / "Rise.fs", RISE, [*IMAGES, PROGRESS])
    params = {"ease": 0.0, "hold": 0.0, "flash_guard": False, "transition_time": 0.4, "hud": False}
    stage = Stage(tiny.changed(size=SIZE, params=params))
    settings = ShowSettings(
        score=tmp_path / "show.jsonl",
        screens=(tmp_path / "shown.mkv",),
        timing=Timing(30.0),
        encoding=Encoding(codec="ffv1"),
    )
    show, told = Show(stage, settings, messages := AllMessages()), []
    told, store = messages.texts, stage.store

    def steps(hands: Hands) -> list[Step]:
        def said(words: str) -> Callable[[], bool]:
            return lambda: any(words in text for text in told)

        def frames(count: int) -> Callable[[], bool]:
            left = iter(range(count))
            indices = {0}

            def more() -> bool:
                index = show.ring.latest()[0].index
                if index in indices:
                    return False
                indices.add(index)
                return next(left, None) is None

            return more

        def plays(light: float) -> Callable[[], bool]:
            return lambda: bool(show.ring.latest()[0].pixels[..., 1].mean() > light)

        def go_dark() -> None:
            store.change(isf_field_light=0.0)
            hands.press("transition.begin")
            dark.append(stage.clock())

        return [
            (lambda: None, frames(2)),
            (lambda: drop(damaged), said("Damaged.fs: line 2: the JSON is damaged")),
            (lambda: drop(bad), said("effect bad: ")),
            (lambda: drop(stain), lambda: "isf_stain_amount.up" in hands.actions),
            (
                lambda: hands.press("isf_stain_amount.up", 20.0),
                lambda: store.snapshot()["isf_stain_amount"] == 1,
            ),
            (lambda: None, frames(20)),
            (lambda: hands.press("effect.stain.toggle"), lambda: "stain" not in store.snapshot().effects),
            (
                lambda: written(shaders / "Glow.fs", STAIN, [PICTURE, AMOUNT]),
                lambda: "isf_glow_amount.up" in hands.actions,
            ),
            (
                lambda: (shaders / "Worse.fs").write_text("oops"),
                said("Worse.fs: line 1: a comment with JSON"),
            ),
            (lambda: drop(rise), lambda: store.snapshot().transition == "rise"),
            (lambda: drop(field), lambda: stage.playing.settings.sources[-1] == f"isf:{field}"),
            (lambda: store.change(isf_field_light=1.0, mix=1.0), plays(200)),
            (lambda: None, frames(20)),
            (go_dark, lambda: stage.clock() > dark[-1] + 1.0),
        ]

    dark: list[float] = []
    played(show, steps)
    assert store.snapshot().transitions == 2, "another source came, and the dark"
    (text,) = {text for text in told if text.startswith("effect bad: ")}
    line = bad.read_text().splitlines().index(" gl_FragColor = sea();") + 1
    assert f"Bad.fs: line {line}: " in text
    score = read_score(settings.score or Path())
    assert score.problems == ()
    console = Console(file=StringIO())
    output = OutputSettings(tmp_path / "again.mkv", fps=30.0, encoding=Encoding(codec="ffv1"))
    run_replay(ReplaySettings(tmp_path / "show.jsonl", output), console)
    for name in ("shown", "again"):
        pictures = np.array([each.pixels.mean((0, 1)) for each in read(tmp_path / f"{name}.mkv")])
        assert (pictures[:, 0] - pictures[:, 2]).max() > 150, f"{name}: the stain"
        (lit,) = np.nonzero(pictures[:, 1] - pictures[:, 2] > 150)
        after = pictures[lit[-1] + 1 :, 1]
        assert after[-1] < 30, f"{name}: the field, and then the dark"
        assert np.sum((after > 30) & (after < 150)) >= 2, f"{name}: there it goes by the transition"


def test_flags_and_scores_have_the_inputs_of_the_folder(tiny: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "dreamstream" / "shaders"
    folder.mkdir(parents=True)
    written(folder / "Stain.fs", STAIN, [PICTURE, AMOUNT])
    (folder.parent / "routes.toml").write_text('[[route]]\nsignal = "lfo:sine:1s"\nto = "isf_stain_amount"\n')
    show = ("--headless", "--frames", "2", "--size", "64x48", "--score", "show.jsonl", "--no-status")
    done = subprocess.run(
        [sys.executable, "-m", "dreamstream", *show, "--net", tiny.net.net, "--isf-stain-amount", "0.25"],
        cwd=tmp_path,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
        timeout=PATIENCE,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    start = json.loads((tmp_path / "show.jsonl").read_text().splitlines()[0])["start"]
    assert "isf_stain_amount" in start["params"]
