"""A JACK server without a sound card, and devices that are plugged into it and pulled out."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing
from tests.fakes import PATIENCE
from tests.midi.devices import Device, until


@pytest.fixture(scope="session")
def jack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a JACK server of the tests' own, for programs that they start, too."""
    if shutil.which("jackd") is None:
        missing("jackd is not installed")
    name = f"dreamstream{os.getpid()}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JACK_DEFAULT_SERVER", name)
        patch.setenv("JACK_NO_AUDIO_RESERVATION", "1")
        command = ["jackd", "-n", name, "-r", "--no-mlock", "-d", "dummy", "-r", "48000", "-p", "512"]
        if shutil.which("setpriv"):  # tests that are killed leave no server: there is room for eight
            command = ["setpriv", "--pdeathsig", "TERM", *command]
        log = tmp_path_factory.mktemp("jack") / "log"
        with log.open("wb") as out:
            server = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            here = Path(f"/dev/shm/jack_{name}_{os.getuid()}_0")
            assert until(lambda: here.exists() or server.poll() is not None)
            assert server.poll() is None, log.read_text()
            yield name
        finally:
            server.terminate()
            server.wait(PATIENCE)


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
