"""A JACK server without a sound card, and devices that are plugged into it and pulled out."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock, Timeout

from tests.conftest import missing
from tests.fakes import PATIENCE
from tests.midi.devices import Device, until


@pytest.fixture
def jack(jack_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a JACK server of the tests' own, for programs that they start, too.

    Other tests have none: now and then a server of many clients stands still, and who opens it with it.
    """
    monkeypatch.setenv("JACK_DEFAULT_SERVER", jack_server)
    monkeypatch.setenv("JACK_NO_AUDIO_RESERVATION", "1")
    return jack_server


@pytest.fixture(scope="session")
def jack_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a server that runs as long as the tests do."""
    with _server(tmp_path_factory.mktemp("jack") / "log") as (name, _):
        yield name


@pytest.fixture
def lone_jack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[bytes]"]:
    """A JACK server of this test's alone, which it may have stand still."""
    with _server(tmp_path / "jack log") as (name, server):
        monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
        monkeypatch.setenv("JACK_NO_AUDIO_RESERVATION", "1")
        yield server
        server.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def _server(log: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Start a JACK server; give its name, and its process."""
    if shutil.which("jackd") is None:
        missing("jackd is not installed")
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(_own_name())
        here = Path(f"/dev/shm/jack_{name}_{os.getuid()}_0")
        here.unlink(missing_ok=True)
        driver = ("-d", "dummy", "-r", "48000", "-p", "1024")
        command = ["jackd", "-n", name, "-r", "--no-mlock", *driver]
        if shutil.which("setpriv"):  # tests that are killed leave no server
            command = ["setpriv", "--pdeathsig", "TERM", *command]
        with log.open("wb") as out:
            environment = {**os.environ, "JACK_NO_AUDIO_RESERVATION": "1"}
            server = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        stack.callback(server.wait, PATIENCE)
        stack.callback(server.terminate)
        assert until(lambda: here.exists() or server.poll() is not None)
        assert server.poll() is None, log.read_text()
        yield name, server


@contextlib.contextmanager
def _own_name() -> Iterator[str]:
    """Give a name that no other copy of the tests has now; always one of four.

    JACK keeps the place of a server that was killed, of which there are eight, for the next of the same name.
    """
    for number in range(4):
        lock = FileLock(Path(tempfile.gettempdir()) / f"dreamstream-jack-{os.getuid()}-{number}.lock")
        try:
            lock.acquire(timeout=0 if number < 3 else PATIENCE)
        except Timeout:
            continue
        try:
            yield f"dreamstream{number}"
        finally:
            lock.release()
        return
    pytest.fail("four other copies of these tests are running")


@pytest.fixture
def plug(jack: str) -> Iterator[Callable[..., Device]]:
    """Plug devices in by their names; what is still plugged in at the end is pulled out."""
    devices: list[Device] = []

    def plug(name: str, *arguments: Any) -> Device:
        devices.append(Device(name, *arguments))
        return devices[-1]

    yield plug
    for device in devices:
        device.unplug()
