"""Fixtures that several rooms' tests share."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import numpy as np
import pytest

from dreamstream.nets import Network, find_net, open_network


def pytest_configure() -> None:
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(scope="session")
def lite0() -> Network:
    """The default net with its real weights."""
    return open_network(find_net("efficientnet_lite0"), "cpu")


def missing(why: str) -> None:
    """Skip; where the machine was set up for it (DREAMSTREAM_TEST_ALL=1, as in CI) that is a failure."""
    if os.environ.get("DREAMSTREAM_TEST_ALL"):
        pytest.fail(f"{why}, and DREAMSTREAM_TEST_ALL asks for every test")
    pytest.skip(why)


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A virtual X display of its own (Xvfb); DISPLAY names it while the session lasts."""
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
    before = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = name
    # fullscreen is the window manager's to grant
    manager = subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL) if shutil.which("openbox") else None
    yield name
    if manager is not None:
        manager.terminate()
        manager.wait()
    if before is None:
        os.environ.pop("DISPLAY", None)
    else:
        os.environ["DISPLAY"] = before
    server.terminate()
    server.wait()
