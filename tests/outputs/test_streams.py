"""Streams over loopback: pictures come, whoever receives them, and whatever becomes of either side."""

import contextlib
import gc
import os
import signal
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from dreamstream.errors import OutputError
from dreamstream.outputs import Output, apart, target_of
from dreamstream.outputs.stream import udp
from dreamstream.process import memory_used
from tests.fakes import PATIENCE, Told, frame
from tests.outputs.kinds import until
from tests.outputs.receivers import SIZE, Feed, Receiver, feeding, free_port

LISTENING = {
    "udp": ("udp://127.0.0.1:{}", {}),
    "rtmp": ("rtmp://127.0.0.1:{}/live/key", {"listen": "1"}),
    "rtsp": ("rtsp://127.0.0.1:{}/stage", {"rtsp_flags": "listen", "listen_timeout": "20"}),
}
"""What each kind sends to, and how PyAV listens there."""


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@contextlib.contextmanager
def sending(feed: Feed, address: str) -> Iterator[tuple[Output, Told]]:
    """Send what is fed to an address, in small pictures; see that nothing is left of it in the end."""
    told, before = Told(), descriptors()
    output = Output(target_of(f"@{SIZE}:{address}"), feed.ring.reader, told, pause=0.1).start()
    try:
        yield output, told
    finally:
        assert output.stop(PATIENCE)
    until(lambda: descriptors() <= before, "the end of all that was opened")
    assert not feed.ring.statistics().readers


@contextlib.contextmanager
def receiving(kind: str, port: int) -> Iterator[Receiver]:
    address, options = LISTENING[kind]
    receiver = Receiver(address.format(port), options)
    try:
        yield receiver
    finally:
        receiver.stop()


def child_of(output: Output) -> int:
    """Wait for an output's process, and return its number."""
    until(lambda: output._sender is not None)
    assert isinstance(output._sender, apart.Apart)
    return output._sender._program.process.pid


@pytest.mark.parametrize("kind", LISTENING)
def test_pictures_come_in_order_and_whole_ones_every_two_seconds(kind: str) -> None:
    port = free_port()
    address = LISTENING[kind][0].format(port)
    with feeding() as feed, receiving(kind, port) as receiver, sending(feed, address) as (output, _):
        until(lambda: len(receiver.keys) >= 3)
        status = output.status
    assert receiver.size == SIZE
    assert (status.state, status.name.endswith("key")) == ("on", False)
    numbers = receiver.numbers
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 10
    assert all(b - a > 0 for a, b in pairwise(receiver.seconds))
    longest = max(b - a for a, b in pairwise(receiver.seconds))  # on a busy machine
    assert all(b - a < 2.01 + longest for a, b in pairwise(receiver.keys))


@pytest.mark.parametrize("kind", LISTENING)
def test_a_process_that_is_killed_comes_back_to_the_receiver(kind: str) -> None:
    port = free_port()
    address = LISTENING[kind][0].format(port)
    with feeding() as feed, receiving(kind, port) as receiver, sending(feed, address) as (output, told):
        until(lambda: receiver.numbers)
        os.kill(child_of(output), signal.SIGKILL)
        until(lambda: output.status.restarts)
        newest = max(feed.sent)
        until(lambda: receiver.numbers[-1] > newest)
        until(lambda: any("it is back" in text for text in told))
    assert "its process has ended (-9)" in told[0]


def test_a_receiver_that_goes_and_another_that_comes() -> None:
    port = free_port()
    address = LISTENING["rtmp"][0].format(port)
    with feeding() as feed, sending(feed, address) as (output, told):
        until(lambda: told)
        assert told[0] == f"output rtmp://127.0.0.1:{port}/live/…: Connection refused; it is tried again"
        for _ in range(2):
            with receiving("rtmp", port) as receiver:
                until(lambda here=receiver: here.numbers)
            restarts = output.status.restarts
            until(lambda before=restarts: output.status.restarts > before)


def test_a_receiver_that_is_mute_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the connection and says nothing, for which FFmpeg waits half a minute."""
    monkeypatch.setattr(apart, "_OPENING", 1.0)
    with socket.socket() as mute, feeding() as feed:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        port = mute.getsockname()[1]
        with sending(feed, f"rtmp://127.0.0.1:{port}/live/key") as (output, told):
            until(lambda: output.status.restarts == 2)
            sent = len(feed.sent)
            until(lambda: len(feed.sent) > sent + 25)
        assert "no picture has got through for 1 s" in told[0]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "kills"), [(kind, 10 if kind == "udp" else 3) for kind in LISTENING])
def test_kills_leave_nothing_behind(kind: str, kills: int) -> None:
    port = free_port()
    with feeding() as feed, receiving(kind, port) as receiver:
        with sending(feed, LISTENING[kind][0].format(port)) as (output, _):
            memory = 0.0
            for number in range(kills):
                newest = max(feed.sent, default=0)
                until(lambda after=newest: receiver.numbers and receiver.numbers[-1] > after)
                os.kill(child_of(output), signal.SIGKILL)
                until(lambda after=number: output.status.restarts > after)
                gc.collect()
                memory = memory or memory_used()
            assert memory_used() < memory + 30
        assert output.status.restarts == kills


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Hand out a folder; give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(PATIENCE)


def test_a_folder_of_hls_is_played_from_a_web_server_and_begun_anew(tmp_path: Path) -> None:
    folder = tmp_path / "stream"
    with feeding() as feed, served(tmp_path) as address, sending(feed, f"hls:{folder}") as (output, _):
        receiver = Receiver(f"{address}/stream/dream.m3u8")
        until(lambda: len(receiver.numbers) > 60)
        assert receiver.size == SIZE
        before = {path.name for path in folder.iterdir()}
        assert {"index.html", "dream.m3u8"} < before
        receiver.stop()
        os.kill(child_of(output), signal.SIGKILL)
        until(lambda: output.status.restarts)
        kept = {"index.html", "dream.m3u8"}
        until(lambda: not ({path.name for path in folder.iterdir()} & before) - kept)
        again = Receiver(f"{address}/stream/dream.m3u8")
        until(lambda: again.numbers)
        again.stop()


def test_a_page_of_somebody_elses_is_left(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("my own")
    with feeding() as feed, sending(feed, f"hls:{tmp_path}"):
        until((tmp_path / "dream.m3u8").exists)
    assert (tmp_path / "index.html").read_text() == "my own"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("udp://127.0.0.1", "a port is needed"),
        ("udp:127.0.0.1:5000", "a host is needed"),
        ("rtmp://", "a host is needed"),
        ("rtmp://me:secret@:99/x", "a host is needed"),
        ("rtsp://host:port/x", "a host is needed"),
        ("hls:/no/such/folder", "make it first"),
        ("hls:/dev/null", "is a file"),
    ],
)
def test_what_is_no_address_is_one_line(text: str, says: str) -> None:
    with pytest.raises(OutputError, match=says) as error:
        target_of(text)
    assert "secret" not in str(error.value)


def test_sides_are_even() -> None:
    assert target_of("@321x175:udp://127.0.0.1:5000").size == (322, 176)
    assert target_of("udp://127.0.0.1:5000").size == (1280, 720)


def test_a_machine_without_encoders_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamstream.outputs.stream.candidates", lambda codec: ())
    sender = udp("//127.0.0.1:5000")
    with pytest.raises(OutputError, match="no encoder for h264 works here"):
        sender.send(frame(1))
    sender.close()
