"""Whatever a command reads is there, unchanged, after that command was told to write it."""

import json
from pathlib import Path

import numpy as np
import pytest

from dreamstream.caffe import write_caffemodel
from tests.cli.test_entry import run
from tests.fakes import CLASSIFIER, classifier_spec
from tests.record.films import film, write
from tests.record.films import read as read_film

START = Path(__file__).parent.parent / "scores" / "plain.jsonl"
LIVE = "live --headless --frames 1"
SCORE = f"{LIVE} --force --score {{out}}"
CASES = [
    ("film.mp4", f"{LIVE} {{read}} --force --record {{out}}"),
    ("film.mp4", f"{LIVE} clouds {{read}} --force --record new.mp4 --record {{out}}"),
    ("film.mp4", "render {read} --frames 1 --force -o {out}"),
    ("film.mp4", "convert {read} {out} --force"),
    ("film.mp4", "replay show.jsonl -o {out} --force"),
    ("swapped.mp4", "replay show.jsonl -o {out} --force"),
    ("swapped.mp4", f"{LIVE} --score show.jsonl --record {{out}}"),
    ("frames/00000001.png", "render clouds --frames 1 --force --guide {read} -o frames"),
    ("frames/00000001.png", "render {read} --frames 1 --force -o frames"),
    ("frames/00000001.png", "convert frames frames --force"),
    ("frames/00000002.png", "render frames --frames 1 --force -o frames"),
    ("frames/00000002.png", f"{SCORE} frames"),
    ("frames/00000001.png", f"{SCORE} --guide {{read}}"),
    ("frames/00000001.png", f"{SCORE} --mask {{read}}"),
    ("net.caffemodel", f"{SCORE} --other-net {{read}}"),
    ("film.mp4", f"{SCORE} {{read}}"),
    ("net.caffemodel", f"{SCORE} --net {{read}}"),
    ("net.prototxt", f"{SCORE} --net {{read}}"),
    ("net.caffemodel", f"{SCORE} --net net.prototxt"),
    ("net.caffemodel", f"{SCORE} --net net.prototxt --weights {{read}}"),
    ("words.txt", f"{SCORE} --net net.prototxt --classes {{read}}"),
    ("mean.npy", f"{SCORE} --net net.prototxt --mean {{read}}"),
    ("mine.py", f"{SCORE} --transforms {{read}}"),
    ("keys.toml", f"{SCORE} --keys {{read}}"),
    ("dreamstream/keys.toml", SCORE),
    ("dreamstream/mapping.toml", SCORE),
    ("dreamstream/presets/mine.toml", f"{SCORE} --preset mine"),
    ("dreamstream/shaders/mine.frag", SCORE),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one of each that can be read, also as a person's own settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("film.mp4", "swapped.mp4", "frames"):
        write(tmp_path / name, film(3))
    start = json.loads(START.read_text().splitlines()[0])
    start["start"]["sources"] = [str(tmp_path / "film.mp4")]
    swap = {"frame": 2, "swap": {"source": str(tmp_path / "swapped.mp4")}}
    lines = [start, swap, {"end": 3, "time": 1.0}]
    (tmp_path / "show.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    write_caffemodel(classifier_spec(), tmp_path / "net.caffemodel")
    (tmp_path / "net.prototxt").write_text(CLASSIFIER)
    (tmp_path / "words.txt").write_text("ant\nbee\ncat\ndog\neel\n")
    np.save(tmp_path / "mean.npy", np.ones(3))
    (tmp_path / "mine.py").write_text("def lift(canvas, params, tick):\n    return canvas\n")
    for name in ("presets", "shaders"):
        (tmp_path / "dreamstream" / name).mkdir(parents=True)
    for name in ("keys.toml", "dreamstream/keys.toml", "dreamstream/mapping.toml"):
        (tmp_path / name).write_text("[keys]\n" if "keys" in name else "")
    (tmp_path / "dreamstream" / "presets" / "mine.toml").write_text('help = "mine"\n')
    (tmp_path / "dreamstream" / "shaders" / "mine.frag").write_text("// mine")
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("link", ["itself", "its whole path", "a link", "a hard link"])
@pytest.mark.parametrize(("read", "command"), CASES)
def test_what_is_read_is_never_written(
    folder: Path, read: str, command: str, link: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / f"link{Path(read).suffix}"
    match link:
        case "a link":
            out.symlink_to(folder / read)
        case "a hard link":
            out.hardlink_to(folder / read)
        case "its whole path":
            out = folder / read
        case _:
            out = Path(read)
    before = contents(folder)
    code, _, err = run(command.format(read=read, out=out).split(), capsys)
    assert code == 2
    assert "read here; take another name" in err, err
    assert err.count("\n") == 1
    assert contents(folder) == before


def test_a_film_beside_the_pictures_of_a_folder_is_none_of_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert run(["convert", "frames", "frames/film.mp4", "--force"], capsys)[0] == 0
    assert len(read_film(folder / "frames" / "film.mp4")) == 3


def test_two_recordings_of_one_file_are_refused_however_it_is_spelt(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "link").symlink_to(folder)
    for other in ("./x.mp4", "link/x.mp4", str(folder / "x.mp4")):
        for flags in (["--record", "x.mp4", "--record", other], ["--record", "x.mp4", "--score", other]):
            code, _, err = run([*LIVE.split(), *flags], capsys)
            assert code == 2
            assert "is given twice" in err
    assert not (folder / "x.mp4").exists()


@pytest.mark.parametrize("flag", ["--keys", "--routes-file"])
def test_a_show_whose_own_files_cannot_be_read_leaves_no_empty_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    score, missing = tmp_path / "show.jsonl", tmp_path / "none.toml"
    code, _, err = run([*LIVE.split(), "--score", str(score), flag, str(missing)], capsys)
    assert (code, err.count("\n")) == (2, 1), err
    assert str(missing) in err
    assert not score.exists()
