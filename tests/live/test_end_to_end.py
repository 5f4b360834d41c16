"""The real program: started, played and ended as a person would, with the real net."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from PIL import Image, ImageGrab

from dreamstream.controls.values import PARAMS
from dreamstream.osc.packets import messages_of, packet_of
from dreamstream.size import Size
from dreamstream.sources import open_source
from dreamstream.tell import counted
from dreamstream.transforms import TRANSFORMS
from tests import pads
from tests.conftest import missing
from tests.fakes import PATIENCE


class Program:
    """dreamstream in a process of its own; its score is read as it is written, through a pipe."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        environment: dict[str, str] | None = None,
        entry: Sequence[str] = ("-m", "dreamstream"),
    ) -> None:
        self.folder = folder
        fifo = folder / "score"
        os.mkfifo(fifo)
        environment = {**os.environ, **(environment or {})}
        command = [sys.executable, *entry, "live", "--score", str(fifo), "-v", *arguments]
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._watchdog = threading.Timer(PATIENCE, self._give_up, [fifo])
        self._watchdog.start()
        self.score = fifo.open(encoding="utf-8")
        self.log: list[str] = []

    def _give_up(self, fifo: Path) -> None:
        self.process.kill()
        with contextlib.suppress(OSError):  # frees who waits for the score's writer
            os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))

    def say(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def wait_for_log(self, words: str) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            if words in line:
                return
        pytest.fail(f"'{words}' was not logged: {self.log}")

    def wait_for_change(self, **wanted: object) -> int:
        """Return the frame that these params took effect at."""
        for line in self.score:
            record = json.loads(line)
            if wanted.items() <= record.get("change", {}).items():
                return int(record["frame"])
        pytest.fail(f"{wanted} never took effect: {self.log} {self.process.poll()}")

    def end(self) -> tuple[int, str]:
        """Wait for the end; return exit code and what was printed."""
        threading.Thread(target=self.score.read, daemon=True).start()
        out, err = self.process.communicate(timeout=PATIENCE)
        self._watchdog.cancel()
        assert "Traceback" not in err, err
        return self.process.returncode, out + err


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def start(*arguments: str, **options: object) -> Program:
        programs.append(Program(tmp_path, *arguments, **options))  # type: ignore[arg-type]
        return programs[-1]

    yield start
    for program in programs:
        program.process.kill()
        program.process.communicate()
        program._watchdog.cancel()


@pytest.fixture
def press(display: str) -> Callable[..., None]:
    if shutil.which("xdotool") is None:
        missing("xdotool is not installed")

    def press(*keys: str) -> None:
        for key in keys:
            subprocess.run(["xdotool", "key", key], check=True, timeout=PATIENCE)

    return press


@pytest.fixture
def holding(display: str) -> Callable[[str], contextlib.AbstractContextManager[None]]:
    if shutil.which("xdotool") is None:
        missing("xdotool is not installed")

    @contextlib.contextmanager
    def holding(*keys: str) -> Iterator[None]:
        for key in keys:
            subprocess.run(["xdotool", "keydown", key], check=True, timeout=PATIENCE)
        try:
            yield
        finally:
            for key in reversed(keys):
                subprocess.run(["xdotool", "keyup", key], check=True, timeout=PATIENCE)

    return holding


def screenshot(display: str) -> np.ndarray:
    return np.asarray(ImageGrab.grab(xdisplay=display)).astype(np.float32)


def middle(picture: np.ndarray) -> np.ndarray:
    """What lies in the middle 160×100: inside the window, without its frame."""
    y, x = picture.shape[0] // 2, picture.shape[1] // 2
    return picture[y - 50 : y + 50, x - 80 : x + 80]


def frames_of(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_headless_records_a_video_of_the_right_size_whose_frames_differ(
    start: Callable[..., Program],
) -> None:
    program = start("--headless", "--seconds", "5", "--record", "x.mp4", "--size", "224x128")
    code, out = program.end()
    assert code == 0, out
    frames = frames_of(program.folder / "x.mp4")
    assert len(frames) > 3
    assert all(frame.shape == (128, 224, 3) for frame in frames)
    assert all(np.abs(a.astype(int) - b).mean() > 1 for a, b in pairwise(frames))
    assert f"recorded x.mp4: {counted(len(frames), 'frame')}" in out
    assert "a second" in out


def test_without_a_display_it_says_so_and_records(start: Callable[..., Program]) -> None:
    program = start("--frames", "4", "--size", "96x64", environment={"DISPLAY": "", "WAYLAND_DISPLAY": ""})
    code, out = program.end()
    assert code == 0, out
    assert "no display" in out
    assert "recorded dream.mp4: 4 frames" in out
    assert len(frames_of(program.folder / "dream.mp4")) == 4


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_terminated_show_finishes_its_recordings(
    start: Callable[..., Program], how: signal.Signals
) -> None:
    names = ("x.mkv", "x.mp4", "x.mov", "x.webm", "x.gif")
    records = [word for name in names for word in ("--record", name)]
    program = start("--headless", *records, "--record", ".", "--size", "96x64")
    program.wait_for_log("first dreamed frame")
    program.process.send_signal(how)
    code, out = program.end()
    assert code == 0, out
    (named,) = program.folder.glob("dreamstream-*.mp4")
    for name in (*names, named.name):
        assert f"recorded {name}: {counted(len(frames_of(program.folder / name)), 'frame')}" in out


def test_a_show_is_played_by_key_and_seen_on_the_screen(
    start: Callable[..., Program], press: Callable[..., None], display: str
) -> None:
    program = start("--window", "480x270", "--size", "160x96", "--seed", "3")
    program.wait_for_log("first picture shown")
    source = middle(screenshot(display))
    program.wait_for_log("net loaded")  # so the window was up before it
    program.wait_for_log("first dreamed frame")
    clouds = cv2.resize(open_source("clouds", Size(160, 96), 3).read(), (450, 270))
    alike = np.corrcoef(source.ravel(), middle(clouds).ravel())[0, 1]
    assert alike > 0.5, "the source is seen while the net loads"

    press("4")
    rotated = program.wait_for_change(transform="rotate")
    press("Right")
    assert program.wait_for_change(layer="block10") >= rotated
    before = middle(screenshot(display))
    assert before.std() > 10
    press("Up")
    program.wait_for_change(amount=1.1)
    assert np.abs(middle(screenshot(display)) - before).mean() > 0.5, "the picture moves"

    press("r")
    program.wait_for_log("recording dreamstream-")
    press("s")
    program.wait_for_log("snapshot dreamstream-")
    press("6")
    program.wait_for_change(transform="sine-roll")
    press("r")
    program.wait_for_log("recording ended")
    press("shift+r")
    program.wait_for_log("saving the last")

    press("Tab")
    program.wait_for_change(hud=True)
    press("h")
    program.wait_for_change(show_help=True)
    press("h", "Tab", "space")
    program.wait_for_log("frozen")
    press("space", "Escape")
    code, out = program.end()
    assert code == 0, out
    video, replay = sorted(program.folder.glob("*.mp4"), key=lambda path: "replay" in path.name)
    assert len(frames_of(video)) >= 1
    assert replay.name.endswith("-replay.mp4")
    assert len(frames_of(replay)) >= len(frames_of(video)), "what was before the recording too"
    (snapshot,) = program.folder.glob("*.png")
    with Image.open(snapshot) as image:
        image.load()
        assert image.size == (160, 96)
        assert json.loads(image.text["dreamstream:params"])["transform"] == "rotate"  # type: ignore[attr-defined]


def test_a_headless_show_plays_a_preset_and_flags_win(start: Callable[..., Program]) -> None:
    program = start("--headless", "--frames", "5", "--size", "96x64", "--record", "x.mkv",
                    "--preset", "dogesine", "--wave", "7")  # fmt: skip
    begun = json.loads(program.score.readline())["start"]
    assert begun["preset"] == "dogesine"
    assert (begun["params"]["transform"], begun["params"]["wave"]) == ("sine-roll", 7.0)
    code, out = program.end()
    assert code == 0, out
    assert "sine-roll" in out
    assert len(frames_of(program.folder / "x.mkv")) == 5


def test_presets_are_recalled_and_kept_by_key(
    start: Callable[..., Program], press: Callable[..., None], display: str, tmp_path: Path
) -> None:
    own = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    kept = tmp_path / "config" / "dreamstream" / "presets"
    kept.mkdir(parents=True)
    (kept / "bad.toml").write_text("[params]\nzom = 1")
    program = start("--window", "320x200", "--size", "96x64", environment=own)
    program.wait_for_log("bad.toml: no param 'zom'")
    program.wait_for_log("first dreamed frame")
    press("shift+4")
    program.wait_for_change(transform="column-roll")
    press("Next")
    program.wait_for_change(transform="sine-roll", every=5)
    press("Up")
    program.wait_for_change(amount=1.1)
    press("Return")
    program.wait_for_log("preset user-1 saved")
    press("shift+1")
    program.wait_for_change(transform="zoom", amount=1.0, every=1)
    press("Prior")
    program.wait_for_change(transform="sine-roll", amount=1.1, every=5)
    press("Escape")
    code, out = program.end()
    assert code == 0, out
    assert 'transform = "sine-roll"' in (kept / "user-1.toml").read_text()


def test_a_dream_turns_into_others_by_key(
    start: Callable[..., Program], press: Callable[..., None], display: str, tmp_path: Path
) -> None:
    own = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    flags = ("--preset", "basic-zoom", "--morph-time", "0.3", "--window", "320x200", "--size", "96x64")
    program = start(*flags, environment=own)
    program.wait_for_log("first dreamed frame")
    press("KP_Divide")
    program.wait_for_log("this is A of the fader")
    press("shift+Next")
    program.wait_for_log("to preset vertical-stretch")
    program.wait_for_change(transform="vertical-stretch")
    press("KP_4")
    program.wait_for_log("to preset column-rolling")
    program.wait_for_change(transform="column-roll")
    press("KP_Multiply")
    program.wait_for_log("this is B of the fader")
    program.wait_for_change(morph=1.0)
    press("KP_Subtract")
    fader = program.wait_for_change(morph=0.95)
    press("shift+Prior")
    program.wait_for_log("to preset")
    press("KP_Decimal", "Escape")
    code, out = program.end()
    assert code == 0, out
    assert fader > 1


def test_the_autopilot_is_switched_and_what_it_plays_liked_by_key(
    start: Callable[..., Program], press: Callable[..., None], display: str, tmp_path: Path
) -> None:
    own = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    program = start("--preset", "reef", "--window", "320x200", "--size", "96x64", environment=own)
    program.wait_for_log("first dreamed frame")
    press("ctrl+l")
    program.wait_for_log("liked: reef comes more often")
    press("shift+a")
    program.wait_for_change(autopilot=True)
    press("shift+a")
    program.wait_for_change(autopilot=False)
    press("ctrl+l")
    program.wait_for_log("reef is liked no more")
    press("Escape")
    code, out = program.end()
    assert code == 0, out
    assert "liked = []" in (tmp_path / "config" / "dreamstream" / "likes.toml").read_text()


def test_in_fullscreen_escape_must_be_held(
    start: Callable[..., Program], press: Callable[..., None], holding: Callable[..., Any], display: str
) -> None:
    program = start("--window", "320x200", "--size", "96x64", "--fill")
    program.wait_for_log("first dreamed frame")
    press("f")
    program.wait_for_change(fullscreen=True)
    press("Escape", "Escape", "5")
    program.wait_for_change(transform="column-roll")
    press("7")
    program.wait_for_change(transform="random-roll")
    corners = screenshot(display)[[4, 4, -4, -4], [4, -4, 4, -4]]
    with holding("Escape"):
        code, out = program.end()
    assert code == 0, out
    assert (corners.max(axis=1) > 0).all(), "the whole display is filled"


def test_effects_are_switched_and_held_and_steps_are_fine_and_coarse(
    start: Callable[..., Program], press: Callable[..., None], holding: Callable[..., Any], display: str
) -> None:
    program = start("--window", "320x200", "--size", "96x64")
    program.wait_for_log("first dreamed frame")
    press("F4")
    program.wait_for_change(effects="hue-turn")
    with holding("shift", "F1"):
        program.wait_for_change(effects="hue-turn+mirror")
    program.wait_for_change(effects="hue-turn")
    press("shift+Up")
    program.wait_for_change(amount=1.02)
    press("ctrl+Up")
    program.wait_for_change(amount=1.52)
    with holding("b"):
        program.wait_for_change(blackout=True)
    press("b")
    program.wait_for_change(blackout=False)
    with holding("BackSpace"):
        program.wait_for_change(restart=1)
    press("b", "Home")
    program.wait_for_log("panic: back to what the show began with")
    program.wait_for_change(effects="none", amount=1.0)
    press("Escape")
    code, out = program.end()
    assert code == 0, out


def test_a_file_of_keys_goes_over_the_table_and_its_faults_are_told(
    start: Callable[..., Program], press: Callable[..., None], display: str, tmp_path: Path
) -> None:
    (tmp_path / "dreamstream").mkdir()
    (tmp_path / "dreamstream" / "keys.toml").write_text('[keys]\nf5 = "amount.up"\nf6 = "warp.up"\n4 = ""\n')
    program = start("--window", "320x200", "--size", "96x64", environment={"XDG_CONFIG_HOME": str(tmp_path)})
    program.wait_for_log("keys.toml, line 3: no action 'warp.up'")
    program.wait_for_log("first dreamed frame")
    press("4", "F5")
    assert program.wait_for_change(amount=1.1)
    press("5")
    program.wait_for_change(transform="column-roll")
    press("Escape")
    code, out = program.end()
    assert code == 0, out


def test_routes_move_params_and_a_replay_of_what_they_did_needs_none(
    start: Callable[..., Program], press: Callable[..., None], display: str, tmp_path: Path
) -> None:
    (tmp_path / "dreamstream").mkdir()
    (tmp_path / "dreamstream" / "routes.toml").write_text(
        '[[route]]\nsignal = "seq:0,1:0.4s"\nto = "amount"\nlow = 0.5\nhigh = 1.5\n'
        '[[route]]\nsignal = "lfo:smooth:1s"\nto = "saturation"\nmode = "add"\n'
        '[[route]]\nsignal = "lfo:saw:1s"\nto = "zom"\n'
        '[[route]]\nsignal = "dream:motion"\nto = "zoom"\nmode = "add"\n'
    )
    program = start(
        *("--window", "320x200", "--size", "96x64", "--transform", "zoom+saturation"),
        *("--record", "dream.mkv", "--codec", "ffv1"),
        environment={"XDG_CONFIG_HOME": str(tmp_path)},
    )
    program.wait_for_log("routes.toml, line 10: to: no param or action 'zom'")
    program.wait_for_log("first dreamed frame")
    lines, amounts, saturations, zooms = [], set(), set(), set()
    while len(amounts) < 2 or len(saturations) < 5 or len(zooms) < 5:
        lines.append(program.score.readline())
        change = json.loads(lines[-1]).get("change", {})
        amounts |= {change[name] for name in ("amount",) if name in change}
        saturations |= {change[name] for name in ("saturation",) if name in change}
        zooms |= {change[name] for name in ("zoom",) if name in change}
    press("Escape")
    lines += program.score.readlines()
    code, out = program.end()
    assert code == 0, out
    assert amounts == {0.5, 1.5}
    check_replay(tmp_path, lines)


def check_replay(folder: Path, score: list[str]) -> None:
    """See that a replay of a score gives the frames that were recorded without loss to `dream.mkv`."""
    (folder / "show.jsonl").write_text("".join(score))
    replay = ("replay", "show.jsonl", "-o", "replay.mkv", "--codec", "ffv1")
    command = [sys.executable, "-m", "dreamstream", *replay]
    subprocess.run(command, cwd=folder, check=True, timeout=PATIENCE, capture_output=True)
    dreamt, again = (frames_of(folder / name) for name in ("dream.mkv", "replay.mkv"))
    assert len(dreamt) >= 5
    assert all(np.array_equal(*pair) for pair in zip(dreamt, again, strict=False))


def test_a_gamepad_plays_a_show_and_a_replay_needs_none(
    start: Callable[..., Program], press: Callable[..., None], display: str, tmp_path: Path
) -> None:
    program = start(
        *("--window", "320x200", "--size", "96x64", "--record", "dream.mkv", "--codec", "ffv1"),
        environment={"XDG_CONFIG_HOME": str(tmp_path)},
        entry=[pads.__file__],
    )
    program.wait_for_log("first dreamed frame")
    program.say("plug")
    program.wait_for_log("gamepad 1: Virtual Controller")
    lines: list[str] = []

    def change_of(name: str) -> Any:
        while True:
            lines.append(program.score.readline())
            change = json.loads(lines[-1]).get("change", {})
            if name in change:
                return change[name]

    program.say("button 0 1")
    assert change_of("transform") == list(TRANSFORMS)[list(TRANSFORMS).index("zoom") + 1]
    program.say("axis 1 -1")
    while change_of("amount") < 1.2:
        pass
    program.say("axis 1 0")
    dim = middle(screenshot(display)).mean()
    program.say("axis 5 1")
    while middle(screenshot(display)).mean() < 1.2 * dim:
        pass
    program.say("unplug")
    program.wait_for_log("gamepad 1: Virtual Controller was unplugged")
    press("Escape")
    lines += program.score.readlines()
    code, out = program.end()
    assert code == 0, out
    check_replay(tmp_path, lines)


def test_osc_plays_a_show_and_a_replay_needs_none(start: Callable[..., Program], tmp_path: Path) -> None:
    program = start(
        *("--headless", "--size", "96x64", "--osc", "0", "--record", "dream.mkv", "--codec", "ffv1")
    )
    program.wait_for_log("osc: 127.0.0.1:")
    port = int(program.log[-1].rpartition(":")[2])
    program.wait_for_log("first dreamed frame")
    lines: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as player:
        player.connect(("127.0.0.1", port))
        player.send(packet_of("/dreamstream/param/transform", "rotate"))
        sent, record = 1.0, {}
        while record.get("frame", 0) < 8:  # so many have been dreamt
            sent = 2.5 - sent
            player.send(packet_of("/dreamstream/param/amount", sent))
            while record.get("change", {}).get("amount") != sent:
                lines.append(program.score.readline())
                record = json.loads(lines[-1])
        assert any('"rotate"' in line for line in lines)
        player.settimeout(PATIENCE)
        player.send(packet_of("/dreamstream/subscribe"))
        all_told, told = {f"/dreamstream/param/{name}" for name in PARAMS}, set()
        while told != all_told:
            told.add(messages_of(player.recv(4096))[0].address)
        player.send(packet_of("/dreamstream/action/preset.next"))
        assert messages_of(player.recv(4096))[0].address in told, "what the preset has changed"
        player.send(packet_of("/dreamstream/param/octaves", 99))
        program.wait_for_log("osc: /dreamstream/param/octaves 99 from 127.0.0.1:")
        player.send(packet_of("/dreamstream/action/record.toggle"))
        program.wait_for_log("recording ended: dream.mkv")
        player.send(packet_of("/dreamstream/action/quit", 1))
        lines += program.score.readlines()
    code, out = program.end()
    assert code == 0, out
    check_replay(tmp_path, lines)


def test_a_fader_is_learned_in_the_middle_of_a_show_and_kept_until_it_is_unlearned(
    start: Callable[..., Program], press: Callable[..., None], tmp_path: Path
) -> None:
    program = start(
        *("--window", "480x270", "--size", "96x64", "--osc", "0"),
        environment={"XDG_CONFIG_HOME": str(tmp_path / "config")},
    )
    program.wait_for_log("osc: 127.0.0.1:")
    port = int(program.log[-1].rpartition(":")[2])
    program.wait_for_log("first dreamed frame")
    routes = tmp_path / "config" / "dreamstream" / "routes.toml"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as player:
        player.connect(("127.0.0.1", port))

        def move(*places: float) -> None:
            for place in places:
                player.send(packet_of("/1/fader3", place))

        press("shift+l")
        program.wait_for_log("learn: touch what is to be moved")
        press("Up")
        program.wait_for_log("learn amount.up: now move the control")
        move(0.7, 0.8, 0.9)
        program.wait_for_log("learned: osc:/1/fader3 moves amount")
        assert routes.read_text() == '[[route]]\nsignal = "osc:/1/fader3"\nto = "amount"\n'
        move(0.5)  # past where the param is, which the key has left alone
        program.wait_for_change(amount=0.0)
        press("shift+l", "Down")
        program.wait_for_log("learn amount.down: now move the control")
        move(0.6, 0.9)
        program.wait_for_log("unlearned: osc:/1/fader3 no longer moves amount")
        assert routes.read_text() == ""
    press("Escape")
    code, out = program.end()
    assert code == 0, out


def test_a_port_that_is_taken_ends_a_show_before_its_window_opens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "dreamstream", "--osc", str(port), "--score", "x.jsonl", "-v"]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
    assert result.returncode == 2
    assert f"dreamstream: --osc 127.0.0.1:{port}: Address already in use; another" in result.stderr
    assert "window open" not in result.stderr
    assert not (tmp_path / "x.jsonl").exists(), "nor is an empty score left"


def test_taps_give_the_tempo(start: Callable[..., Program], press: Callable[..., None], display: str) -> None:
    program = start("--window", "320x200", "--size", "96x64", "--operator")
    program.wait_for_log("first dreamed frame")
    press("shift+t")
    program.wait_for_change(quantise="beat")
    subprocess.run(["xdotool", "key", "--delay", "500", "t", "t", "t", "t"], check=True, timeout=PATIENCE)
    for line in program.score:
        change = json.loads(line).get("change", {})
        if "bpm" in change:
            break
    assert 30 <= change["bpm"] <= 300
    press("4")
    program.wait_for_change(transform="rotate")
    press("Escape")
    code, out = program.end()
    assert code == 0, out


def test_the_mouse_paints_where_it_is_and_the_score_has_it(
    start: Callable[..., Program], press: Callable[..., None]
) -> None:
    window = ("--window", "300x200", "--no-opengl")
    program = start(*window, "--size", "96x64", "--paint", "motion")
    program.wait_for_log("first dreamed frame")

    def xdotool(*words: str) -> str:
        command = ["xdotool", *words]
        return subprocess.run(command, check=True, timeout=PATIENCE, text=True, capture_output=True).stdout

    windows = xdotool("search", "--onlyvisible", "--class", ".*").split()
    shows = [each for each in windows if "Geometry: 300x200" in xdotool("getwindowgeometry", each)]

    def move(x: int, y: int) -> None:
        xdotool("mousemove", "--window", shows[-1], str(x), str(y))

    move(20, 20)  # nothing is painted by it yet
    press("shift+m")
    program.wait_for_change(paint="mouse")
    move(225, 50)
    program.wait_for_change(paint_x=0.7517, paint_y=0.2525)
    press("Escape")
    code, out = program.end()
    assert code == 0, out


def test_closing_while_the_net_loads_ends_cleanly(
    start: Callable[..., Program], press: Callable[..., None]
) -> None:
    program = start("--window", "320x200", "--no-opengl")
    program.wait_for_log("window open")
    while program.process.poll() is None:  # the first may come before the window has the focus
        press("Escape")
    code, out = program.end()
    assert code == 0, out


@pytest.mark.parametrize("opengl", ["--opengl", "--no-opengl"])
def test_the_screen_is_recorded_by_flag_and_by_key_with_its_effects(
    start: Callable[..., Program], press: Callable[..., None], opengl: str
) -> None:
    program = start(
        "--window", "480x270", "--size", "160x96", "--record", "screen:x.mp4", "--record", "y.mp4", opengl,
        "--hud", "--effects", "mirror",
    )  # fmt: skip
    program.wait_for_log("first dreamed frame")
    press("shift+s")
    program.wait_for_log("recording of the screen ended: x.mp4")
    press("shift+s")
    program.wait_for_log("recording the screen to dreamstream-")
    press("b")
    program.wait_for_change(blackout=True)
    press("shift+s")
    program.wait_for_log("recording of the screen ended: dreamstream-")
    press("Escape")
    code, out = program.end()
    assert code == 0, out
    (named,) = program.folder.glob("dreamstream-*-screen.mp4")
    assert len(frames_of(program.folder / "y.mp4")) > 0
    assert f"{named.name}: " in out
    for path in (program.folder / "x.mp4", named):
        shown = [frame.astype(int) for frame in frames_of(path)]
        assert all(frame.shape == (270, 450, 3) for frame in shown), "without bars"
        assert all(np.abs(frame[:, :225] - frame[:, :224:-1]).mean() < 4 for frame in shown), "nor text"
