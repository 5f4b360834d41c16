"""Build real Caffe with its Python module into the user's cache: `make caffe`.

    source release -> checksum -> edits -> CMake -> one shared library -> tried out -> renamed into place

CPU only, for the Python that runs this. Everything happens in one folder beside the target, which is
removed at the end, however it ends; the target appears whole or not at all.
"""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dreamstream.errors import DreamstreamError, NetError
from dreamstream.nets.caffe_library import VERSION, build_folder
from tools.caffe_needs import BOOST_PYTHON, check_needs, headers
from tools.caffe_source import EDITS, RELEASE, SHA256, STAMP, check_sum, edit, unpack
from tools.command import ENDINGS, interrupt, run, say

TRIAL = """
import caffe, numpy, tempfile
with tempfile.NamedTemporaryFile("w", suffix=".prototxt") as file:
    file.write('layer { name: "data" type: "Input" top: "data" input_param { shape { dim: [1, 1, 2, 2] } } }'
               'layer { name: "power" type: "Power" bottom: "data" top: "power" power_param { scale: 3 } }')
    file.flush()
    net = caffe.Net(file.name, caffe.TEST)
net.blobs["data"].data[...] = 2
assert (net.forward()["power"] == 6).all()
"""
"""What a build must do before it is put in place."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, and return the exit code: 0 built or already there, 2 with one line of what is wrong."""
    parser = argparse.ArgumentParser(prog="make caffe", description="Build real Caffe into the user's cache.")
    parser.add_argument("--force", action="store_true", help="build again what is already there")
    parser.add_argument("--source", type=Path, metavar="FILE", help=f"{RELEASE}-{VERSION}.tar.gz, if at hand")
    options = parser.parse_args(arguments)
    for number in ENDINGS:
        signal.signal(number, interrupt)
    try:
        build(build_folder(), options.source, options.force)
    except DreamstreamError as error:
        sys.stderr.write(f"make caffe: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"make caffe: {error.filename or ''}: {error.strerror or error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("make caffe: interrupted, nothing was installed\n")
        return 130
    return 0


def build(target: Path, source: Path | None = None, force: bool = False) -> None:
    """Put Caffe into the folder `target`; NetError says in one line what is missing or went wrong."""
    stamp = target / "made-of"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == STAMP and not force:
        return say(f"Caffe is already built in {target} (ARGS=--force builds it again)")
    if source is not None:
        check_sum(source)
    check_needs()
    began = time.monotonic()
    target.parent.mkdir(parents=True, exist_ok=True)
    with work_folder(target) as work:
        log = target.with_name(f"{target.name}.log")
        log.write_bytes(b"")
        archive = source or download(work, log)
        check_sum(archive)
        tree = unpack(archive, work / "source")
        edit(tree, EDITS)
        compile_library(tree, work / "build", log)
        install(tree, work / "build", work / "install", log)
        log.rename(work / "install" / "build.log")
        (work / "install" / "made-of").write_text(STAMP, encoding="utf-8")
        replace(work / "install", target, work / "old")
    return say(f"Caffe is built in {target} ({time.monotonic() - began:.0f} s)")


@contextmanager
def work_folder(target: Path) -> Iterator[Path]:
    """Give a fresh folder beside the target to one build at a time, and remove it however that ends."""
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NetError(f"another `make caffe` is at work on {target}: wait for it") from None
        work = target.with_name(f"{target.name}.building")
        shutil.rmtree(work, ignore_errors=True)  # of a build that was killed
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def download(folder: Path, log: Path) -> Path:
    """Fetch the source release with pip, which checks its hash before it looks inside."""
    say(f"fetching {RELEASE} {VERSION} ...")
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{RELEASE}=={VERSION} --hash=sha256:{SHA256}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-deps"]
    options: list[str | Path] = ["--no-binary", RELEASE, "--require-hashes", "-r", wanted, "-d", folder]
    run([*pip, *options], log, f"{RELEASE} {VERSION} cannot be fetched")
    return folder / f"{RELEASE}-{VERSION}.tar.gz"


def compile_library(tree: Path, folder: Path, log: Path) -> None:
    """Configure and compile `_caffe.so`."""
    jobs = len(os.sched_getaffinity(0))
    say("configuring ...")
    settings = {
        "CMAKE_BUILD_TYPE": "Release",
        "CMAKE_SKIP_RPATH": "ON",  # it needs the system's libraries alone, so it can be moved
        "CPU_ONLY": "ON",
        "USE_OPENCV": "OFF",
        "USE_LMDB": "OFF",
        "USE_LEVELDB": "OFF",
        "HEADERS": ";".join(headers()),
        "BOOST_PYTHON": BOOST_PYTHON,
    }
    definitions = [f"-D{name}={value}" for name, value in settings.items()]
    run(["cmake", "-S", tree, "-B", folder, *definitions], log, "Caffe cannot be configured")
    say(f"compiling with {jobs} jobs, some minutes ...")
    run(["cmake", "--build", folder, "--target", "pycaffe", "-j", str(jobs)], log, "Caffe does not compile")


def install(tree: Path, built: Path, folder: Path, log: Path) -> None:
    """Gather the package in `folder`/python and run a net with it."""
    package = folder / "python" / "caffe"
    unneeded = shutil.ignore_patterns("test", "__pycache__", "*.cpp", "_caffe.so")
    shutil.copytree(tree / "python" / "caffe", package, ignore=unneeded)
    shutil.copy(built / "lib" / "_caffe.so", package)
    shutil.copy(tree / "LICENSE", folder)
    environment = os.environ | {"PYTHONPATH": str(package.parent), "GLOG_minloglevel": "2"}
    run([sys.executable, "-c", TRIAL], log, "the Caffe that was built does not run", environment)


def replace(new: Path, target: Path, old: Path) -> None:
    """Put the new folder where the target is or will be."""
    if target.exists():
        target.rename(old)
    new.rename(target)


if __name__ == "__main__":
    sys.exit(main())
