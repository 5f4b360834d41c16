import os
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from dreamstream.errors import NetError
from dreamstream.nets.caffe_library import build_folder
from tests.conftest import missing
from tests.fakes import PATIENCE
from tools import build_caffe, caffe_needs, caffe_source, command
from tools.caffe_needs import LIBRARIES, PROGRAMS
from tools.caffe_source import STALE, Edit

ROOT = Path(__file__).parent.parent.parent
PACKAGES = {*PROGRAMS.values(), *LIBRARIES}


def make_caffe(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.build_caffe", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_with_nothing_installed_one_line_names_every_package(tmp_path: Path) -> None:
    done = make_caffe(PATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "apt-get install --no-install-recommends" in line
    assert set(line.split()) >= PACKAGES
    assert not list(tmp_path.iterdir())


def test_only_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("g++") is None:
        missing("g++ is not installed")
    monkeypatch.setattr(caffe_needs, "PROGRAMS", {"g++": "g++"})
    libraries = {
        "there": ("stdio.h", "c"),
        "no-header": ("no/such.h", "c"),
        "no-library": ("stdio.h", "nosuch"),
    }
    monkeypatch.setattr(caffe_needs, "LIBRARIES", libraries)
    with pytest.raises(NetError, match=r"recommends no-header no-library$"):
        caffe_needs.check_needs()


@pytest.mark.parametrize("file", [".ci/run", "docs/nets.md"])
def test_who_says_what_to_install_names_every_package(file: str) -> None:
    words = (ROOT / file).read_text(encoding="utf-8").replace("(", " ").replace(")", " ").split()
    assert set(words) >= PACKAGES


def test_what_is_built_already_is_left_alone(tmp_path: Path) -> None:
    there = tmp_path / "dreamstream" / build_folder().name
    there.mkdir(parents=True)
    (there / "made-of").write_text(caffe_source.STAMP)
    done = make_caffe(PATH="", XDG_CACHE_HOME=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert str(there) in done.stdout
    assert [path.name for path in there.iterdir()] == ["made-of"]
    (there / "made-of").write_text("other edits")
    assert "install what is missing" in make_caffe(PATH="", XDG_CACHE_HOME=str(tmp_path)).stderr


def test_another_file_than_the_release_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "caffe.tar.gz"
    file.write_bytes(b"something else")
    done = make_caffe("--source", str(file), XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.returncode == 2
    assert f"{file}: SHA-256 is " in done.stderr
    assert not (tmp_path / "cache").exists()


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = make_caffe("--source", str(tmp_path / "none.tar.gz"), XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == f"make caffe: {tmp_path / 'none.tar.gz'}: No such file or directory\n"


def test_an_archive_cannot_write_outside_its_folder(tmp_path: Path) -> None:
    archive = tmp_path / "evil.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("good/file"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        tar.addfile(link)
        tar.addfile(tarfile.TarInfo("../evil"))
    with pytest.raises(NetError, match=r"evil\.tar\.gz: '\.\./evil' in it points out of the folder"):
        caffe_source.unpack(archive, tmp_path / "folder")
    assert not (tmp_path / "evil").exists()
    assert [path.name for path in (tmp_path / "folder").rglob("*")] == ["good", "file"]


def test_edits_replace_and_old_generated_files_go(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one two three")
    for name in STALE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    caffe_source.edit(tmp_path, [Edit("a.txt", "two", "2"), Edit("a.txt", " three", "")])
    assert (tmp_path / "a.txt").read_text() == "one 2"
    assert not any((tmp_path / name).exists() for name in STALE)


@pytest.mark.parametrize("text", ["nothing of it", "two and two"])
def test_an_edit_that_does_not_fit_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(NetError, match=r"a\.txt: 'two' is in it [02] times, not once"):
        caffe_source.edit(tmp_path, [Edit("a.txt", "two", "2")])
    assert (tmp_path / "a.txt").read_text() == text


def test_a_command_that_fails_gives_the_log_and_its_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(NetError) as caught:
        command.run(["sh", "-c", "seq 99; echo no such luck >&2; exit 3"], log, "it does not compile")
    first, *tail = str(caught.value).splitlines()
    assert first == f"it does not compile; the whole log is {log}, its end:"
    assert tail[-2:] == ["99", "no such luck"]
    assert len(tail) < 20
    assert len(log.read_text().splitlines()) == 100


def test_progress_is_shown_by_quarters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = "\n".join(f"[{percent:3}%] Building" for percent in range(0, 101, 5))
    command.run(["echo", lines], tmp_path / "log", "")
    assert capsys.readouterr().out == "  25 %\n  50 %\n  75 %\n  100 %\n"


def test_two_builds_at_once_are_refused_and_the_folder_goes_with_the_first(tmp_path: Path) -> None:
    target = tmp_path / "caffe"
    with build_caffe.work_folder(target) as work:
        with pytest.raises(NetError, match="another"), build_caffe.work_folder(target):
            pass
        assert work.is_dir()
    assert not work.exists()


def test_the_new_build_takes_the_place_of_the_old(tmp_path: Path) -> None:
    new, target = tmp_path / "new", tmp_path / "target"
    for folder, name in ((target, "before"), (new, "after")):
        folder.mkdir()
        (folder / name).touch()
    build_caffe.replace(new, target, tmp_path / "old")
    assert [path.name for path in target.iterdir()] == ["after"]


def test_an_interrupted_build_ends_its_compiler_and_leaves_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    job = f"echo $$ > {tmp_path}/fifo; exec sleep 100"
    code = f"""
import signal
from pathlib import Path
from tools.build_caffe import work_folder
from tools.command import interrupt, run
signal.signal(signal.SIGTERM, interrupt)
with work_folder(Path({str(tmp_path / "caffe")!r})) as work:
    run(["sh", "-c", {job!r}], work / "log", "")
"""
    builder = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    compiler = int((tmp_path / "fifo").read_text())
    assert (tmp_path / "caffe.building").is_dir()
    builder.terminate()
    assert builder.wait(PATIENCE) in (1, 130, -signal.SIGINT)
    assert not (tmp_path / "caffe.building").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(compiler, 0)
