"""What there is to listen to, and which of it a person asks for, with a real sound server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dreamstream.cli.entry import main
from dreamstream.errors import SoundError
from dreamstream.sound.devices import Device, device_of, sound_devices
from tests.conftest import missing
from tests.sound.servers import Server, sound_server, write_sound


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with sound_server() as server:
        yield server


def test_inputs_and_what_is_played_are_listed(server: Server) -> None:
    devices, lacking = sound_devices()
    assert Device("loopback", "Monitor of Club", default=True) in devices
    assert Device("input", "default", default=True) in devices
    assert lacking == []


def test_the_command_lists_them(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sounds"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["loopback", "Monitor", "of", "Club", "yes"] in lines


def test_a_device_is_found_by_a_part_of_its_name_whatever_its_case(server: Server) -> None:
    assert device_of("") == Device("input")
    assert device_of("loopback") == Device("loopback")
    assert device_of("of club").name == "Monitor of Club"
    assert device_of("PULSE") == Device("input", "pulse")


def test_a_file_is_one_and_what_is_not_there_is_told_with_the_nearest(server: Server, tmp_path: Path) -> None:
    path = write_sound(tmp_path / "x.wav", np.zeros(480, np.float32))
    assert device_of(str(path)) == Device("file", str(path))
    with pytest.raises(SoundError, match="no such file or device; did you mean 'Monitor of Club'"):
        device_of("monitor of klub")
    with pytest.raises(SoundError, match=r"y\.wav: no such file or device"):
        device_of(str(tmp_path / "y.wav"))
    (tmp_path / "z.wav").write_text("no sound")
    with pytest.raises(SoundError, match=r"z\.wav: not a sound"):
        device_of(str(tmp_path / "z.wav"))


def test_without_a_server_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("pulseaudio") is None:
        missing("pulseaudio is not installed")
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "pulse").mkdir()
    (tmp_path / "pulse" / "client.conf").write_text("autospawn = no\n")
    devices, lacking = sound_devices()
    assert not [device for device in devices if device.kind == "loopback"]
    assert any("no sound server answers" in line for line in lacking)
    with pytest.raises(SoundError, match="--sound: loopback: no sound server answers"):
        device_of("loopback")
