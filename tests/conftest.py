"""Fixtures that several rooms' tests share."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from dreamstream import process
from dreamstream.caffe import write_caffemodel
from dreamstream.nets import Network, caffe_missing, find_net, open_network
from dreamstream.params import TABLE, Params, growing
from dreamstream.size import Size
from dreamstream.stage import Settings
from tests.fakes import PATIENCE, TINY, picture, tiny_spec

# A shell that starts the tests in the background has Ctrl-C ignored, and every program that they start would
# inherit that. What has a handler is at its default again in a program that is started.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("house", deadline=None)  # a busy machine is no failure
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder of the tests' own: shows write their scores there, and not into a person's home."""
    folder, before = tmp_path_factory.mktemp("state"), os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(folder)
    yield folder
    if before is None:
        os.environ.pop("XDG_STATE_HOME", None)
    else:
        os.environ["XDG_STATE_HOME"] = before


@pytest.fixture(scope="session", autouse=True)
def small_pages() -> Iterator[None]:
    """Commands that run in the tests' own process leave its pages as they are: tests measure its memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "_advise_huge_pages", lambda library: None)
        yield


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def own_table() -> Iterator[None]:
    """A table of params of the test's own: what comes to it is gone when the test is over."""
    before = {*TABLE}
    yield
    for name in {*TABLE} - before:
        del TABLE[name]
    growing._newest[0] = Params


@pytest.fixture
def tiny(tmp_path: Path) -> Settings:
    """What a small stage with a small net is built from."""
    write_caffemodel(tiny_spec(), tmp_path / "tiny.caffemodel")
    (tmp_path / "tiny.prototxt").write_text(TINY)
    return Settings(net=str(tmp_path / "tiny.caffemodel"), size=Size(64, 48), device="cpu")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film of 20 frames, shorter than most shows: it goes round."""
    import cv2  # behind dreamstream, which tells it to be quiet

    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    for seed in range(20):
        writer.write(picture(48, 64, seed).astype(np.uint8))
    writer.release()
    return path


@pytest.fixture(scope="session")
def lite0() -> Network:
    """The default net with its real weights."""
    return open_network(find_net("efficientnet_lite0"), "cpu")


_Rows = dict[tuple[str, str], list[tuple[float, float]]]
_PARITY = pytest.StashKey[_Rows]()


@pytest.fixture
def parity(request: pytest.FixtureRequest) -> Callable[[str, str, float, float], None]:
    """Keeps a measured pair of differences (blob, gradient) for the table at the end of the run."""
    rows = request.config.stash.setdefault(_PARITY, {})
    return lambda kind, name, blob, gradient: rows.setdefault((kind, name), []).append((blob, gradient))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the parity with real Caffe and with definitions: the largest differences over all sizes."""
    rows = config.stash.get(_PARITY, {})
    if not rows:
        return
    terminalreporter.section("parity: largest difference / largest value")
    for (kind, name), pairs in rows.items():
        blob, gradient = map(max, zip(*pairs, strict=True))
        terminalreporter.line(f"{kind:14} {name:24} forward {blob:.1e}   gradient {gradient:.1e}")


@pytest.fixture(scope="session", params=["fp32", "bf16"])
def precision(request: pytest.FixtureRequest) -> str:
    """What a net is computed in; bfloat16 is skipped with the reason where torch cannot on this CPU."""
    if request.param == "bf16":
        request.getfixturevalue("bf16")
    return str(request.param)


@pytest.fixture(scope="session")
def bf16() -> None:
    """Torch can compute in bfloat16 on this CPU, or the test is skipped with the reason."""
    from dreamstream.nets.precision import half_missing

    if why := half_missing("bf16"):
        pytest.skip(why)


@pytest.fixture(scope="session")
def caffe() -> None:
    """Real Caffe is there, or the test is skipped with the reason."""
    if why := caffe_missing():
        missing(why)


def missing(why: str) -> None:
    """Skip; where the machine was set up for it (DREAMSTREAM_TEST_ALL=1, as in CI) that is a failure."""
    if os.environ.get("DREAMSTREAM_TEST_ALL"):
        pytest.fail(f"{why}, and DREAMSTREAM_TEST_ALL asks for every test")
    pytest.skip(why)


def start_window_manager(folder: Path) -> "subprocess.Popen[bytes] | None":
    """Start openbox where it is installed (fullscreen is a window manager's to grant), and wait for it.

    A window that opens while it starts may never hear that it is on the screen.
    """
    if shutil.which("openbox") is None:
        return None
    ready = folder / "ready"
    os.mkfifo(ready)
    pipe = os.open(ready, os.O_RDWR | os.O_NONBLOCK)
    manager = subprocess.Popen(["openbox", "--startup", f"sh -c 'echo > {ready}'"], stderr=subprocess.DEVNULL)
    begun, _, _ = select.select([pipe], [], [], PATIENCE)
    os.close(pipe)
    assert begun, "openbox did not start"
    return manager


@contextlib.contextmanager
def virtual_display() -> Iterator[str]:
    """Start an X display of its own (Xvfb), without a window manager; DISPLAY names it meanwhile."""
    if shutil.which("Xvfb") is None:
        missing("Xvfb is not installed")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x640x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        name = f":{pipe.readline().strip()}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", name)
        yield name
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A virtual display with a window manager, where one is installed, while the session lasts."""
    with virtual_display() as name:
        manager = start_window_manager(tmp_path_factory.mktemp("display"))
        yield name
        if manager is not None:
            manager.terminate()
            manager.wait()
