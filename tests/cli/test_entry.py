"""The command line as a person meets it: what it prints, and its exit code."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dreamstream import cli
from dreamstream.cli.commands import COMMANDS
from dreamstream.cli.output import encoding_of, output_of
from dreamstream.cli.parser import parse
from dreamstream.controls import KEYS, action_table
from dreamstream.effects import EFFECTS, PALETTES
from dreamstream.nets import catalog
from dreamstream.offline.film import OutputSettings
from dreamstream.params import TABLE
from dreamstream.record import Encoding
from dreamstream.transforms import TRANSFORMS
from tests.record.films import film, write

ROOT = Path(__file__).parent.parent.parent
PLAIN = str(ROOT / "tests" / "scores" / "plain.jsonl")


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    out, err = capsys.readouterr()
    return int(caught.value.code or 0), out, err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.jpg"], ["missing.jpg", "no such file"]),
        (["live", "{text}"], ["text.jpg", "not a picture or a video"]),
        (["--layer", "blok9"], ["no layer 'blok9'", "did you mean 'block9'"]),
        (["--transform", "zom"], ["no transform 'zom'", "did you mean 'zoom'"]),
        (["--net", "googlenet"], ["no net 'googlenet'"]),
        (["--size", "0x0"], ["--size", "0x0", "448x252"]),
        (["--size", "big"], ["--size", "'big'", "448x252"]),
        (["--octaves", "99"], ["octaves", "99", "1..8"]),
        (["--zoom", "much"], ["zoom", "much", "-0.5..0.5"]),
        (["--matrix", "1,2,3"], ["matrix"]),
        (["--frames", "0"], ["--frames", "'0'", "from 1"]),
        (["--seconds", "nan"], ["--seconds", "nan"]),
        (["--seed", "-1"], ["--seed", "'-1'"]),
        (["--threads", "100000"], ["--threads", "256"]),
        (["render", "clouds", "-o", ""], ["-o", "name is needed"]),
        (["render", "clouds", "-o", "{folder}/" + 300 * "x" + ".mp4"], ["xxx.mp4", "too long"]),
        (["render", "{text}", "-o", "{text}", "--force"], ["text.jpg"]),
        (["--record", "{folder}/no/x.mp4"], ["x.mp4", "there is no folder"]),
        (["--record", "{folder}/x.avi"], ["cannot write '.avi'"]),
        (["--record", "{folder}/x.gif", "--record", "{folder}/x.gif"], ["x.gif", "given twice"]),
        (["--score", "{folder}/no/x.jsonl"], ["x.jsonl", "there is no folder"]),
        (["--nonsense"], ["--nonsense", "`dreamstream live --help`"]),
        (["rendr", "clouds"], ["no command and no file 'rendr'", "did you mean 'render'?"]),
        (["--tranform", "zoom"], ["no flag --tranform", "did you mean '--transform'?"]),
        (["render", "clouds", "picture.jpg", "-o", "{folder}/x.gif"], ["'picture.jpg' is one too many"]),
        (["--transform", "zoom+rotat"], ["no transform 'rotat'", "did you mean 'rotate'?"]),
        (["--transforms", "missing.py"], ["missing.py: No such file"]),
        (["transforms", "{text}"], ["text.jpg: line 1: invalid syntax"]),
        (["--device", "tpu"], ["--device", "tpu"]),
        (["--device", "cuda:7"], ["--device", "cuda"]),
        (["render", "clouds"], ["-o/--output", "required"]),
        (["render", "clouds", "-o", "{folder}/x.avi"], ["cannot write '.avi'"]),
        (["render", "missing.jpg", "-o", "{folder}/x.gif"], ["missing.jpg", "no such file"]),
        (["layers", "resnet"], ["no net 'resnet'"]),
        (["--class", "goldfsh"], ["no class 'goldfsh'", "did you mean 'goldfish'"]),
        (["--class", "shark"], ["could be 2 great white shark, 3 tiger shark"]),
        (["--class", "1000"], ["no class 1000", "there are 1000"]),
        (["--channels", "1,two"], ["channels", "'two'", "3,17"]),
        (["--second", "blok3:2"], ["second", "no layer 'blok3'", "did you mean 'block3'"]),
        (["--second", "block3:none"], ["second", "'none'", "above 0"]),
        (["--second-share", "half"], ["second_share", "half", "0..1"]),
        (["--guide", "missing.jpg"], ["missing.jpg", "no such file"]),
        (["--guide", "{folder}"], ["a folder", "a picture is needed"]),
        (["--guide", "{text}"], ["text.jpg", "not a picture"]),
        (["--fps-target", "500"], ["fps_target", "500", "0..240"]),
        (
            ["render", "clouds", "-o", "{folder}/x.gif", "--fps-target", "9"],
            ["--fps-target", "--help"],
        ),
        (["--preset", "game-of-dog"], ["no preset 'game-of-dog'", "did you mean 'game-of-doge'"]),
        (["render", "clouds", "-o", "{folder}/x.gif", "--delay", "1"], ["--delay", "2 to 6000"]),
        (["render", "clouds", "-o", "{folder}/x.gif", "--delay", "7", "--fps", "9"], ["--fps", "--delay"]),
        (["--mask", "missing.png"], ["missing.png", "no such file"]),
        (["--paint", "mask"], ["no mask", "--mask PICTURE"]),
        (["--paint", "borders"], ["paint", "'borders'", "did you mean 'border'"]),
        (["--walk", "block3,blok9"], ["walk", "no layer 'blok9'", "did you mean 'block9'"]),
        (["--other-every", "3"], ["no other net", "--other-net NET"]),
        (["--other-layer", "block3"], ["no other net", "--other-net NET"]),
        (["--other-net", "vgg19"], ["no net 'vgg19'", "did you mean 'vgg16'"]),
        (["--other-net", "efficientnet_lite1", "--other-layer", "blok3"], ["no layer 'blok3'", "'block3'"]),
        (["--walk", "block3"], ["walk", "2 to 8 layers", "block3,block9"]),
        (["--guide-on"], ["no guide picture", "--guide PICTURE"]),
        (["--follow", "2"], ["follow cannot be '2'", "0..1"]),
        (["--mix", "-0.5"], ["mix cannot be '-0.5'", "0..1"]),
        (["--paint-size", "nan"], ["paint_size cannot be 'nan'", "0..1"]),
        (["--map-from", "missing"], ["missing: No such file", "a folder of pictures is needed"]),
        (["--map-from", "{text}"], ["text.jpg: Not a directory", "a folder of pictures is needed"]),
        (["--direction", "12+up"], ["direction cannot be '12+up'", "12+40:-0.5+m3"]),
        (["--focus", "9"], ["focus cannot be '9'", "0..8"]),
        (["--roam", "2"], ["roam cannot be '2'", "0..1"]),
        (["--roam-time", "0"], ["roam_time cannot be '0'", "1..600"]),
        (["--fatigue", "-1"], ["fatigue cannot be '-1'", "0..2"]),
        (["--pick", "loudest"], ["no pick 'loudest'", "all, strong, average, weak"]),
        (["--border", "torn"], ["no border 'torn'", "mirror, fresh"]),
        (["--attract", "-3"], ["attract cannot be '-3'", "0..3600"]),
        (["--second", "block3/x:1"], ["second", "no channels 'x'", "block3/12&40"]),
        (["--morph", "0.5"], ["--morph", "--preset-b NAME"]),
        (["--morph", "2", "--preset-b", "reef"], ["morph cannot be '2'", "0..1"]),
        (["--preset-b", "quartz"], ["no preset 'quartz'", "known: basic-zoom"]),
        (["--autopilot-after", "-1"], ["autopilot_after cannot be '-1'", "0..1440"]),
        (["--osc", "here"], ["--osc", "'here'", "as in 9000 or 0.0.0.0:9000"]),
        (["--osc-from", "10.0.0.1"], ["--osc-from", "--osc [HOST:]PORT is needed, too"]),
        (["--osc", "70000"], ["--osc", "'70000'", "[HOST:]PORT"]),
        (["--osc", "no.such.host.invalid:9000"], ["--osc no.such.host.invalid:9000", "another is needed"]),
        (["--osc", "9000", "--osc-from", "tablet"], ["--osc-from", "'tablet'", "192.168.1.20"]),
        (["bench", "--size", "1x1"], ["--size", "1x1", "448x252"]),
        (["bench", "--turns", "0"], ["--turns", "'0'", "from 1"]),
        (["bench", "--against", "tensorflow"], ["--against", "tensorflow", "eager", "caffe"]),
        (["bench", "--net", "vgg19"], ["no net 'vgg19'", "did you mean 'vgg16'"]),
        (["bench", "--layer", "blok9"], ["no layer 'blok9'", "did you mean 'block9'"]),
        (["bench", "--random-weights", "--weights", "{text}"], ["--weights", "--random-weights"]),
        (["health", "--transform", "zoom,hu"], ["no transform 'hu'", "did you mean 'hue'?"]),
        (["health", "--frames", "0"], ["--frames", "'0'", "from 1"]),
        (["bench", "missing.jpg"], ["missing.jpg", "no such file"]),
        (["params", "dreem"], ["no group of params 'dreem'", "did you mean 'dream'?"]),
        (["--octave-scal", "2"], ["no flag --octave-scal", "did you mean '--octave-scale'?"]),
        (["convert", "{text}", "{text}", "--force"], ["text.jpg"]),
        (["replay", "{text}", "-o", "{folder}/x.gif", "--delay", "7", "--fps", "9"], ["--fps", "--delay"]),
        (["replay", PLAIN, "-o", "{folder}/x.gif", "--codec", "h264"], ["--codec", ".gif has only one"]),
    ],
)
def test_every_error_is_one_line_and_exit_code_2(
    arguments: list[str], words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("this is no picture")
    filled = [a.format(folder=tmp_path, text=text) for a in arguments]
    headless = [] if filled[0] in COMMANDS and filled[0] != "live" else ["--headless"]
    code, out, err = run(filled + headless, capsys)
    assert code == 2
    assert err.startswith("dreamstream: ")
    assert err.count("\n") == 1
    assert out == ""
    assert all(word in err for word in words), err


def test_what_only_the_net_knows_is_one_line_as_soon_as_it_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = tmp_path / "x.gif"
    code, _, err = run(["render", "clouds", "-o", str(film), "--direction", "9999"], capsys)
    assert code == 2
    assert err.startswith("dreamstream: ")
    assert err.count("\n") == 1
    assert "no channel 9999" in err
    assert not film.exists()


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "command",
    ["--help", "params", "nets", "render clouds --frames 1 -o x.gif", "clouds --headless --score x.jsonl"],
)
def test_what_cannot_be_printed_is_one_line(command: str, unbuffered: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "dreamstream", *command.split()],
            cwd=tmp_path,
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (done.returncode, done.stderr) == (2, "dreamstream: standard output: No space left on device\n")
    assert not (tmp_path / "x.jsonl").exists()


@pytest.mark.parametrize("command", ["", "clouds", "params", "render clouds -o x.gif", "convert a.gif b.gif"])
def test_a_working_folder_that_was_removed_is_one_line(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path / "folder")
    (tmp_path / "folder").rmdir()
    code, _, err = run(command.split(), capsys)
    assert (code, err) == (2, "dreamstream: the working folder was removed; go to one that is there\n")


@pytest.mark.parametrize(
    "command",
    [
        ["render", "clouds", "-o", "x.mp4", "--force"],
        ["convert", PLAIN, "x"],
        ["replay", PLAIN, "-o", "x.gif"],
        ["live", "--headless", "--record", "x.mkv"],
        ["live", "--headless", "--force", "--score", "x.jsonl"],
    ],
)
def test_a_link_that_leads_nowhere_is_no_output(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = next(word for word in command if word.startswith("x"))
    Path(name).symlink_to("gone")
    if command[0] == "convert":
        write(tmp_path / "in.gif", film(2))
        command = ["convert", "in.gif", name]
    code, out, err = run(command, capsys)
    assert (code, out) == (2, "")
    assert (
        err
        == f"dreamstream: {name}: is a link to gone, which is not there; remove it, or take another name\n"
    )
    assert not Path("gone").exists()


@pytest.mark.parametrize("command", [["live", "--headless"], ["render", "-o", "{folder}/x.gif"]])
def test_a_channel_that_is_not_there_is_told_once_the_net_is_loaded(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [word.format(folder=tmp_path) for word in command]
    code, _, err = run([*filled, "clouds", "--channels", "5,999", "--frames", "1"], capsys)
    assert (code, err.count("\n")) == (2, 1)
    assert "layer 'block9' has no channel 999; there are 112, from 0" in err


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("transforms", [*TRANSFORMS, "--angle 1 -180..180 °", "--cycle 90 2..10000 frames"]),
        ("effects", [*EFFECTS, *PALETTES, "--trail-time 0.8 0.02..10 s"]),
        ("nets", list(catalog())),
        ("nets list", list(catalog())),
        ("layers", ["stem", "block0", "block15", "fc", "eyes"]),
        ("presets", ["basic-zoom", "Shift+1", "edge-invention", "whirlpool", "yours are in"]),
        ("keys", [*KEYS.values(), "Shift+F1", "Page down", "begin again from the source (hold the key)"]),
        ("keys --actions", [*action_table(TRANSFORMS, EFFECTS), "Up", "Shift+1"]),
    ],
)
def test_tables_name_everything(command: str, names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(command.split(), capsys)
    assert (code, err) == (0, "")
    assert [name for name in names if name not in out] == []


def test_the_user_s_presets_are_listed_as_such_and_bad_ones_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path)
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "mine.toml").write_text('help = "a test"\nkey = "2"')
    (tmp_path / "presets" / "bad.toml").write_text("[params]\noctaves = 99")
    code, out, _ = run(["presets"], capsys)
    assert code == 0
    rows = {line.split()[0]: line for line in out.splitlines()}
    assert "Shift+2" in rows["mine"]
    assert "a test (yours)" in rows["mine"]
    assert "Shift" not in rows["vertical-stretch"]
    assert "bad.toml: octaves cannot be 99" in rows["not"]
    assert str(tmp_path) in rows["yours"]


def test_presets_may_name_transforms_of_one_s_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path)
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "mine.toml").write_text('[params]\ntransform = "upside"')
    (tmp_path / "my.py").write_text("def upside(canvas):\n    return canvas[::-1]\n")
    assert "no transform 'upside'" in run(["presets"], capsys)[1]
    out = run(["presets", str(tmp_path / "my.py")], capsys)[1]
    assert "mine" in out
    assert "not a preset" not in out


def test_params_lists_a_flag_for_every_param_and_live_takes_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(["params"], capsys)
    assert code == 0
    for info in TABLE.values():
        assert (f"{info.flag} " in out) == (info.group != "wish")
        if info.group != "wish":
            given = [] if isinstance(info.default, bool) else ["1"]
            assert getattr(parse(["live", info.flag, *given]), f"param_{info.name}") is not None
            assert info.range in out


def test_params_lists_one_group(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(["params", "pace"], capsys)
    assert "0 (live: 20)" in out
    assert "--zoom" not in out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_on_two_screens(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = run([command, "--help"], capsys)
    assert code == 0
    assert len(out.splitlines()) <= 2 * 46
    assert max(map(len, out.splitlines())) <= 80


def test_all_that_writes_files_takes_the_same_flags() -> None:
    encoding = ["--codec", "h264", "--quality", "90", "--loop", "2", "--force"]
    film = [*encoding, "--fps", "9", "--reverse", "--loop-blend", "3"]
    starts = ("render x.png -o x.mp4", "replay x.jsonl -o x.mp4", "convert x x.mp4")
    written = {output_of(parse([*start.split(), *film])) for start in starts}
    encoded = Encoding("h264", 90)
    assert written == {OutputSettings(Path("x.mp4"), 9.0, None, 2, True, 3, True, encoded)}
    live = parse(["live", "--record", "x.mp4", *encoding])
    assert (encoding_of(live), live.loop, live.force) == (encoded, 2, True)


def test_a_live_show_keeps_a_rate_and_a_render_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    _, live, _ = run(["live", "--help"], capsys)
    assert "default 20" in " ".join(live[live.rindex("--fps-target") :].split())[:200]
    _, render, _ = run(["render", "--help"], capsys)
    assert "fps-target" not in render
    assert "--fps " in render


@pytest.mark.parametrize("start", [["run.py"], ["-m", "dreamstream"]])
def test_it_starts_from_a_checkout_too(start: list[str]) -> None:
    root = Path(__file__).parents[2]
    out = subprocess.run(
        [sys.executable, *start, "--version"], cwd=root, capture_output=True, text=True, check=True
    )
    assert out.stdout.startswith("dreamstream ")


def test_a_closed_pipe_leaves_no_traceback() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "dreamstream", "layers"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert done.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="closed by a POSIX shell")
def test_closed_standard_streams_are_no_fault() -> None:
    shell = ["sh", "-c", '"$0" -m dreamstream presets <&- >&-', sys.executable]
    told = subprocess.run(shell, stderr=subprocess.PIPE, check=True)
    assert told.stderr == b""
    shell[2] = '"$0" -m dreamstream nothere.png --headless >&- 2>&-'
    assert subprocess.run(shell).returncode == 2


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signal here")
def test_a_signal_that_nohup_shut_off_stays_so() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with pytest.raises(SystemExit):
            cli.main(["--version"])
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        assert callable(signal.getsignal(signal.SIGTERM))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_letter_that_the_terminal_has_not_is_no_fault() -> None:
    coded = {**os.environ, "PYTHONIOENCODING": "ascii:strict"}
    command = [sys.executable, "-m", "dreamstream", "keys"]
    done = subprocess.run(command, env=coded, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_routes_lists_yours_and_those_of_maps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "routes.toml"
    path.write_text(
        '[[route]]\nsignal = "midi:cc:1:7"\nto = "amount"\nhigh = 2\ncurve = 2\ntakeover = false\n'
        '[[route]]\nsignal = "midi:cc:1:16:twos"\nto = "layer"\nmode = "nudge"\n'
        '[[route]]\nsignal = "pad:button:a"\nto = "panic"\non = false\n'
        '[[route]]\nsignal = "midi"\nto = "zoom"\n'
    )
    code, out, _ = run(["routes", "--routes-file", str(path)], capsys)
    assert code == 0
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    assert ["midi:cc:1:7", "amount", "set", "-4", "2", "curve 2, jumps", "yours"] in rows
    assert ["midi:cc:1:16:twos", "layer", "step", "yours"] in rows
    assert ["pad:button:a", "panic", "off", "yours"] in rows
    assert ["pad:button:b", "transform.previous", "press", "a map's"] in rows
    assert not any(row[:2] == ["pad:button:a", "transform.next"] for row in rows), "yours is in its place"
    assert f"{path}, line 15: signal 'midi'" in out
