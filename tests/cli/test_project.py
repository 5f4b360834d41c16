"""A show as a project: made, moved to another folder, checked, and played there."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamstream.cli.commands import COMMANDS
from dreamstream.cli.flags import settings_of_flags
from dreamstream.cli.parser import parse
from dreamstream.errors import UsageError
from dreamstream.params.presets import users_folder
from dreamstream.places import in_project
from dreamstream.score import newest_scores, read_score
from dreamstream.stage import Settings
from tests.cli.test_entry import run
from tests.fakes import picture
from tests.record.films import read

SHADER = """/*{"ISFVSN": "2", "IMPORTED": {"leaf": {"PATH": "leaf.png"}}}*/
void main() { gl_FragColor = IMG_NORM_PIXEL(leaf, isf_FragNormCoord); }
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's settings, and the folder that they work in."""
    settings = tmp_path / "settings"
    (settings / "presets").mkdir(parents=True)
    (settings / "presets" / "mine.toml").write_text('[params]\ntransform = "rotate"\n')
    (settings / "keys.toml").write_text('[keys]\n"f5" = "preset.next"\n')
    (settings / "taste.toml").write_text("[phrase]\nminutes = 1\n")
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: settings)
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("hall.png", "guide.png"):
        Image.fromarray(picture(48, 64, 3).astype(np.uint8)).save(folder / name)
    (folder / "own.py").write_text("def lift(canvas):\n    return canvas * 0.98 + 2\n")
    return folder


@pytest.fixture
def show(home: Path, tiny: Settings, capsys: pytest.CaptureFixture[str]) -> Path:
    """The project of a show, from elsewhere: what it was made of is gone."""
    words = ["project", "show", "hall.png", "clouds", "--net", tiny.net.net, "--guide", "guide.png"]
    words += ["--transforms", "own.py", "--preset", "mine", "--size", "64x48", "--no-midi", "--osc", "9007"]
    words += ["--transform", "zoom+lift", "--zoom", "0.1", "--hud", "--scales", "1,2", "--device", "cpu"]
    code, out, err = run([*words, "--precision", "fp32"], capsys)
    assert (code, err) == (0, ""), err
    assert "nothing is wrong with it" in out
    moved = home.parent / "elsewhere" / "the show"
    moved.parent.mkdir()
    shutil.move(home / "show", moved)
    shutil.rmtree(home.parent / "settings")
    for path in (*home.iterdir(), Path(tiny.net.net)):
        path.unlink()
    return moved


def test_a_show_moves_with_all_that_it_is(show: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (show / "project.toml").read_text().split("\n", 3)[3] == (
        'osc = 9007\nmidi = false\nsize = "64x48"\npreset = "mine"\nguide = "pictures/guide.png"\n'
        'transforms = ["transforms/own.py"]\nnet = "net/tiny.caffemodel"\ndevice = "cpu"\n'
        'precision = "fp32"\nsources = ["sources/hall.png", "clouds"]\n\n'
        '[params]\ntransform = "zoom+lift"\nzoom = 0.1\nscales = [1.0, 2.0]\nhud = true\n'
    )
    options = parse(["--project", str(show), "--zoom", "0.2"])
    assert (options.midi, options.osc, options.project) == (False, ("127.0.0.1", 9007), show)
    settings = settings_of_flags(options)
    assert settings.sources == (str(show / "sources" / "hall.png"), "clouds")
    assert settings.net.net == str(show / "net" / "tiny.caffemodel")
    assert settings.params["zoom"] == "0.2", "a flag wins"
    assert settings.params["scales"] == (1.0, 2.0)
    code, out, err = run(["project", str(show)], capsys)
    assert (code, err) == (0, "")
    assert "presets/: 1 file" in out


def test_it_is_played_where_it_is_and_its_scores_too(
    show: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = ["--headless", "--frames", "3", "--no-status", "--osc", "0"]
    code, _, err = run(["--project", str(show), *quick], capsys)
    assert code == 0, err
    (score,) = (show / "scores").iterdir()
    assert score not in newest_scores()
    start = read_score(score).start
    assert (start["preset"], start["sources"][0]) == ("mine", str(show / "sources" / "hall.png"))
    again = show.parent / "again"
    shutil.move(show, again)
    score = again / "scores" / score.name
    assert read_score(score).start["sources"] == [str(again / "sources" / "hall.png"), "clouds"]
    code, _, err = run(["replay", str(score), "-o", "again.mkv"], capsys)
    assert code == 0, err
    assert len(list(read(home / "again.mkv"))) == 3
    code, _, err = run(["--project", str(again), "--score", str(score), *quick], capsys)
    assert code == 0, err
    code, _, err = run(["--project", str(again), "--score", str(score), *quick, "--size", "96x64"], capsys)
    assert code == 2
    assert "brings its own size" in err


def test_shaders_outputs_and_the_mapping_move_with_it(
    home: Path, tiny: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (8, 8), (90, 140, 60)).save(home / "leaf.png")
    (home / "x.fs").write_text(SHADER)
    (home.parent / "settings" / "mapping.toml").write_text("[[window]]\npart = [0.0, 0.0, 0.5, 1.0]\n")
    words = ["isf:x.fs", "--mask", "isf:x.fs", "--out", "hls:stream", "--net", tiny.net.net]
    code, _, err = run(["project", "show", *words, "--size", "64x48", "--no-midi"], capsys)
    assert code == 0, err
    moved = home.parent / "elsewhere"
    quick = ["--headless", "--frames", "2", "--no-status"]
    shutil.move(home / "show", moved)
    for path in (*home.iterdir(), *(home.parent / "settings").glob("*.toml")):
        path.unlink()
    options = parse(["--project", str(moved)])
    assert [target.where for target in options.out] == [str(moved / "stream")]
    assert settings_of_flags(options).sources == (f"isf:{moved / 'shaders' / 'x.fs'}",)
    code, _, err = run(["--project", str(moved), *quick], capsys)
    assert code == 0, err
    (score,) = (moved / "scores").iterdir()
    again = home.parent / "again"
    shutil.move(moved, again)
    assert read_score(again / "scores" / score.name).start["mask"] == f"isf:{again / 'shaders' / 'x.fs'}"
    code, _, err = run(["replay", str(again / "scores" / score.name), "-o", "again.mkv"], capsys)
    assert code == 0, err
    code, out, err = run(["project", str(again)], capsys)
    assert (code, err) == (0, "")
    assert "mapping.toml" in out


def test_renders_and_lists_go_by_it_too(show: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(["render", "--project", str(show), "-o", "x.mkv", "--frames", "2"], capsys)
    assert code == 0, err
    assert [frame.pixels.shape for frame in read(home / "x.mkv")] == [(48, 64, 3)] * 2
    one, other = (
        settings_of_flags(parse(["render", *source, f"--project={show}", "-o", "x.mkv"])).sources
        for source in ([], ["noise"])
    )
    assert (one, other) == ((str(show / "sources" / "hall.png"),), ("noise",))
    _, out, _ = run(["presets", "--project", str(show)], capsys)
    assert "\nmine " in out
    _, out, _ = run(["presets"], capsys)
    assert "\nmine " not in out
    assert parse(["replay", "x.jsonl", "-o", "x.mkv", "--project", str(show)]).size is None


def test_settings_are_the_project_s_while_it_is_played(tmp_path: Path) -> None:
    before = users_folder()
    with in_project(tmp_path):
        assert users_folder() == tmp_path / "presets"
        assert newest_scores() == []
    assert users_folder() == before


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('sources = ["no.png"]', "sources: no.png is not there; paths are from the project's folder on"),
        ('guide = "../guide.png"', "guide: ../guide.png is not in the project; copy it there"),
        ('sources = ["/etc/hosts"]', "sources: /etc/hosts is not in the project"),
        ('sources = ["isf:../x.fs"]', "sources: ../x.fs is not in the project; copy it there"),
        ('mask = "isf:shaders/no.fs"', "mask: shaders/no.fs is not there"),
        ('out = ["screen:hls:../www"]', "out: ../www is not in the project; name a folder in it"),
        ('out = ["hls:/tmp"]', "out: /tmp is not in the project; name a folder in it"),
        ('out = ["hls:no/www"]', "out: "),
        ('net = "no.caffemodel"', "net: no.caffemodel is not there"),
        ('siz = "96x64"', "siz: a project has no such flag; did you mean 'size'?"),
        ("frames = 3", "frames: a project has no such flag"),
        ('size = "3x3"', "size: 3x3: both sides must be 32 to 8192"),
        ('engine = "tf"', "engine: 'tf': one of torch, caffe is needed"),
        ('operator = "yes"', "operator: true or false is needed"),
        ("preset = true", "preset: a text or a number is needed"),
        ("preset = {}", "preset: a text or a number is needed"),
        ("zoom = 0.1", "zoom: a param; it belongs under [params]"),
        ("params = 3", "params: a table is needed, [params]"),
        ("[params]\nzom = 0.1", "[params] zom: no such param; did you mean 'zoom'?"),
        ("[params]\nzoom = 9", "[params] zoom: zoom cannot be 9"),
        ("size", "not TOML: Expected '=' after a key"),
    ],
)
def test_what_is_wrong_with_its_file_is_a_line(
    line: str, fault: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("project.toml").write_text(line)
    code, out, err = run(["--project", ".", "--headless"], capsys)
    assert (code, out) == (2, "")
    assert err.startswith(f"dreamstream: project.toml: {fault}")
    assert err.count("\n") == 1


def test_each_fault_has_a_line_whatever_it_is_of(show: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (show / "presets" / "bad.toml").write_text("[params]\nzom = 1")
    (show / "keys.toml").write_text('[keys]\n"f5" = "preset.nxt"\n')
    (show / "routes.toml").write_text('[[route]]\nsignal = "lfo:sine:1s"\nto = "zom"\n')
    (show / "taste.toml").write_text("[phrase]\nminutes = -1")
    (show / "likes.toml").write_text("liked = 3")
    (show / "mapping.toml").write_text("[[window]]\neffects = 'mirrr'\n")
    (show / "scores").mkdir()
    (show / "scores" / "x.jsonl").write_text("{}")
    code, _, err = run(["project", str(show)], capsys)
    assert code == 2
    names = ["mapping.toml", "bad.toml", "keys.toml", "routes.toml", "taste.toml", "likes.toml", "x.jsonl"]
    assert [next(name for name in names if name in line) for line in err.splitlines()] == names
    (show / "project.toml").write_text('siz = 1\nseed = "a"')
    code, _, err = run(["project", str(show)], capsys)
    assert (code, err.count("\n")) == (2, 2)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["new", "--frames", "3"], "--frames is of one run, and not of a show; leave it out"),
        (["new", "missing.png"], "missing.png: no such file"),
        (["new", "--size", "3"], "argument --size: '3' is no size"),
        (["new", "--out", "hls:/tmp"], "--out hls:/tmp: leads out of the project; name a folder in it"),
        (["new", "--preset", "mien"], "no preset 'mien'; did you mean 'mine'?"),
        ([".", "clouds"], "is there, and no project (no project.toml); name a new folder"),
        (["no/new"], "No such file or directory"),
    ],
)
def test_what_cannot_be_made_leaves_nothing(
    words: list[str], fault: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(home.rglob("*"))
    code, _, err = run(["project", *words], capsys)
    assert code == 2
    assert fault in err
    assert sorted(home.rglob("*")) == before


def test_one_that_is_there_is_not_made_again(show: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(["project", str(show), "noise"], capsys)
    assert code == 2
    assert "is there already" in err
    code, _, err = run(["project", "new", "--project", str(show)], capsys)
    assert code == 2
    assert "leave --project out" in err


def test_without_a_folder_or_a_project_in_it_there_is_none(home: Path) -> None:
    with pytest.raises(UsageError, match="a project's folder is needed"):
        parse(["live", "--project"])
    with pytest.raises(UsageError, match=r"has no project\.toml; `dreamstream project DIR` makes"):
        parse(["--project", "nowhere", "live"])


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "project"])
def test_every_command_says_that_it_goes_by_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run([name, "--help"], capsys)
    assert "--project DIR" in out


def test_the_same_file_twice_and_a_folder_are_kept_apart(
    home: Path, tiny: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "more").mkdir()
    shutil.copy("hall.png", "more/hall.png")
    words = [
        "project",
        "show",
        "hall.png",
        "more/hall.png",
        "more",
        "--net",
        tiny.net.net,
        "--sound",
        "hall.png",
    ]
    code, _, err = run([*words, "--keys", str(home.parent / "settings" / "keys.toml")], capsys)
    assert code == 0, err
    settings = settings_of_flags(parse(["--project", "show"]))
    assert [Path(text).name for text in settings.sources] == ["hall.png", "hall-2.png", "more"]
    assert json.dumps("sounds/hall.png") in Path("show/project.toml").read_text()


def test_a_net_of_two_files_and_another_one_come_with_theirs(
    home: Path, tiny: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    net = Path(tiny.net.net).with_suffix(".prototxt")
    shutil.copy(tiny.net.net, "weights.caffemodel")
    words = ["--net", str(net), "--weights", "weights.caffemodel", "--other-net", str(net)]
    code, _, err = run(["project", "show", *words], capsys)
    assert code == 0, err
    found = {str(path.relative_to("show")) for path in Path("show").rglob("*.*") if "net" in path.parent.name}
    assert found == {
        *("net/tiny.prototxt", "net/weights.caffemodel"),
        *("other_net/tiny.prototxt", "other_net/tiny.caffemodel"),
    }
