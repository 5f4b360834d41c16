"""A sound server of a test's own: PulseAudio with a sink that plays into nothing, and its monitor."""

import contextlib
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from dreamstream.controls import Board
from dreamstream.sound.devices import sound_devices
from tests.conftest import missing
from tests.fakes import PATIENCE

RATE = 48_000
_CONFIGURATION = """
load-module module-native-protocol-unix
load-module module-null-sink sink_name=club sink_properties=device.description=Club rate=48000
set-default-sink club
set-default-source club.monitor
"""


class Server:
    """PulseAudio with private folders. It is `up` from the start, and again whenever it is started anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "pulse.pa").write_text(_CONFIGURATION)
        (folder / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        (folder / "pulse").mkdir()
        (folder / "pulse" / "client.conf").write_text("autospawn = no\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        ready = self._folder / "pulse" / "native"
        command = ["pulseaudio", "-n", "-F", str(self._folder / "pulse.pa"), "--daemonize=no"]
        options = ["--exit-idle-time=-1", "--use-pid-file=no", "--log-target=null"]
        self._process = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL)
        subscribed = ["pactl", "info"]
        while subprocess.run(subscribed, capture_output=True).returncode:
            assert self._process.poll() is None, f"pulseaudio did not start ({ready})"
            with contextlib.suppress(subprocess.TimeoutExpired):  # a breath, unless it ends
                self._process.wait(0.05)

    def add_output(self, name: str) -> None:
        """Add an output, which becomes the default."""
        properties = f"sink_properties=device.description={name}"
        for command in (
            ["load-module", "module-null-sink", f"sink_name={name}", properties],
            ["set-default-sink", name],
        ):
            subprocess.run(["pactl", *command], check=True, capture_output=True)

    def hold(self) -> None:
        """Have it stand still."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Have it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def sound_server() -> Iterator[Server]:
    """Give a server that is up; skipped where it cannot be."""
    for program in ("pulseaudio", "pactl"):
        if shutil.which(program) is None:
            missing(f"{program} is not installed")
    with tempfile.TemporaryDirectory(prefix="pulse") as folder, pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):  # short: a socket's path has 107 bytes
            patch.setenv(name, folder)
        server = Server(Path(folder))
        server.start()
        try:
            if lacking := sound_devices()[1]:
                missing("; ".join(lacking))
            yield server
        finally:
            server.kill()


class Watched(Board):
    """A board that one can wait at."""

    def __init__(self) -> None:
        super().__init__()
        self._news = threading.Condition()

    def put(self, name: str, value: float, pressed: bool | None = None, by_hand: bool = False) -> None:
        super().put(name, value, pressed, by_hand)
        with self._news:
            self._news.notify_all()

    def wait_for(self, what: Callable[[], object]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: bool(what()), PATIENCE), "it did not come"


def write_sound(path: Path, samples: NDArray[np.float32], rate: int = RATE) -> Path:
    """Write samples (n × channels, or n) as the path's kind of file."""
    codec = {".flac": "flac", ".wav": "pcm_s16le", ".mp3": "mp3", ".ogg": "libopus", ".m4a": "aac"}[
        path.suffix
    ]
    samples = samples.reshape(len(samples), -1)
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout=layout)
        frame.rate, frame.pts = rate, 0
        resampler = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate, frame_size=1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def clicks(seconds: float, *times: float, rate: int = RATE) -> NDArray[np.float32]:
    """Return silence with a burst of noise of 20 ms at each of the times."""
    samples = np.zeros(round(seconds * rate), np.float32)
    burst = np.random.default_rng(3).uniform(-0.8, 0.8, rate // 50).astype(np.float32)
    for time in times:
        start = round(time * rate)
        samples[start : start + len(burst)] = burst[: len(samples) - start]
    return samples
