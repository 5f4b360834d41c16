"""Streams over loopback: pictures come, whoever receives them, and whatever becomes of either side."""

import contextlib
import gc
import os
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.request import Request

import av
import pytest

from dreamstream.errors import OutputError
from dreamstream.outputs import KINDS, Output, Target, apart, output, target_of
from dreamstream.outputs.stream import Protocol, Stream, udp
from dreamstream.outputs.whip import Bearer
from dreamstream.process import memory_used
from tests.fakes import PATIENCE, Told, frame, until
from tests.outputs.programs import whip_at_home
from tests.outputs.receivers import SIZE, Feed, Receiver, feeding, free_port, numbered
from tests.outputs.whip import WhipServer

LISTENING = {
    "udp": ("udp://127.0.0.1:{}", {}),
    "rtmp": ("rtmp://127.0.0.1:{}/live/key", {"listen": "1"}),
    "rtsp": ("rtsp://127.0.0.1:{}/stage", {"rtsp_flags": "listen", "listen_timeout": "20"}),
    "whip": ("whip:http://se%2Fsame@127.0.0.1:{}/live/stage", {}),
}
"""What each kind sends to, and how PyAV listens there."""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has failed is opened again soon; WebRTC goes over loopback alone."""
    monkeypatch.setattr(output, "_LONGEST", 0.2)
    monkeypatch.setitem(KINDS, "whip", replace(KINDS["whip"], open=whip_at_home))


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
def receiving(kind: str, port: int) -> Iterator[Receiver | WhipServer]:
    address, options = LISTENING[kind]
    receiver = WhipServer(port) if kind == "whip" else Receiver(address.format(port), options)
    try:
        yield receiver
    finally:
        receiver.stop()


def child_of(output: Output) -> int:
    """Wait for an output's process, and return its number."""
    until(lambda: output._sender is not None)
    assert isinstance(output._sender, apart.Apart)
    return output._sender._program.process.pid


def test_a_whole_picture_comes_every_two_seconds(tmp_path: Path) -> None:
    stream = Stream(str(tmp_path / "x.ts"), Protocol("mpegts"))
    for index in range(1, 14):
        stream.send(replace(numbered(index), time=7 + index / 2))
    stream.close()
    with av.open(str(tmp_path / "x.ts")) as container:
        came = [(picture.time or 0, picture.key_frame) for picture in container.decode(video=0)]
    assert [round(time - came[0][0], 2) for time, whole in came if whole] == [0, 2, 4, 6]
    assert len(came) == 13


@pytest.mark.parametrize("kind", LISTENING)
def test_pictures_come_in_order_and_again_after_the_process_was_killed(kind: str) -> None:
    port = free_port()
    address = LISTENING[kind][0].format(port)
    with feeding() as feed, receiving(kind, port) as receiver, sending(feed, address) as (output, told):
        until(lambda: len(receiver.numbers) > 10)
        numbers, seconds = list(receiver.numbers), list(receiver.seconds)
        assert receiver.size == SIZE
        assert output.status.state == "on"
        os.kill(child_of(output), signal.SIGKILL)
        until(lambda: output.status.restarts)
        newest = max(feed.sent)
        until(lambda: receiver.numbers[-1] > newest)
        until(lambda: any("it is back" in text for text in told))
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 10
    assert all(a < b for a, b in pairwise(seconds[: len(numbers)]))
    assert "its process has ended (-9)" in told[0]
    shown = told[0] + output.status.line
    assert not any(secret in shown for secret in ("key", "same"))


@pytest.mark.parametrize("kind", ["rtmp", "whip"])
def test_a_receiver_that_goes_and_another_that_comes(kind: str) -> None:
    port = free_port()
    with feeding() as feed, sending(feed, LISTENING[kind][0].format(port)) as (output, told):
        until(lambda: told)
        assert told[0] == f"output {output.target.shown}: Connection refused; it is tried again"
        for _ in range(2):
            with receiving(kind, port) as receiver:
                until(lambda here=receiver: here.numbers)
            restarts = output.status.restarts
            until(lambda before=restarts: output.status.restarts > before)


def test_receivers_that_are_mute_hold_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take the connection and say nothing, for which FFmpeg waits half a minute."""
    monkeypatch.setattr(apart, "_OPENING", 1.0)
    with socket.socket() as mute, feeding() as feed, contextlib.ExitStack() as stack:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        all_ = [
            stack.enter_context(sending(feed, LISTENING[kind][0].format(mute.getsockname()[1])))
            for kind in ("rtmp", "rtsp", "whip")
        ]
        until(lambda: all(output.status.restarts for output, _ in all_))
        sent = len(feed.sent)
        until(lambda: len(feed.sent) > sent + 10)
        for output, told in all_:
            assert "no picture has got through for 1 s" in told[0]
            assert output.status.dropped


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="nothing hangs at will here")
def test_one_that_takes_no_more_is_ended_and_what_it_missed_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its process waits for its receiver, as one that is stopped does."""
    port = free_port()
    with (
        feeding() as feed,
        receiving("udp", port) as receiver,
        sending(feed, LISTENING["udp"][0].format(port)) as (output, told),
    ):
        monkeypatch.setattr(apart, "_PATIENCE", 0.5)
        until(lambda: receiver.numbers)
        dropped = output.status.dropped
        os.kill(child_of(output), signal.SIGSTOP)
        until(lambda: output.status.restarts)
        assert output.status.dropped > dropped
        newest = max(feed.sent)
        until(lambda: receiver.numbers[-1] > newest)
    assert "no picture has got through" in told[0]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "kills"), [(kind, 10 if kind == "udp" else 3) for kind in LISTENING])
def test_kills_leave_nothing_behind(kind: str, kills: int) -> None:
    port, memory = free_port(), 0.0
    with feeding() as feed, receiving(kind, port) as receiver:
        with sending(feed, LISTENING[kind][0].format(port)) as (output, _):
            for number in range(kills):
                until(lambda: output.status.state == "on")
                os.kill(child_of(output), signal.SIGKILL)
                until(lambda after=number: output.status.restarts > after)
                gc.collect()
                memory = memory or memory_used()
            assert memory_used() < memory + 30
            newest = max(feed.sent, default=0)
            until(lambda: receiver.numbers and receiver.numbers[-1] > newest)
        assert output.status.restarts >= kills


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
        until(lambda: receiver.numbers)
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
        ("whip://host/x", "an address is needed"),
        ("whip:ftp://me:secret@host/x", "an address is needed"),
        ("whip:https://secret@:99/x", "an address is needed"),
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


def test_a_server_of_whip_is_shown_the_token_and_may_lead_elsewhere() -> None:
    server = WhipServer()
    address = f"127.0.0.1:{server.port}"
    for where, says in (
        (f"http://wrong@{address}/x", "401 Unauthorized; it wants a token"),
        (f"http://se%2Fsame@{address}/nonsense", "answer is none that takes H.264"),
    ):
        sender = whip_at_home(where)
        with pytest.raises(OutputError, match=says):
            sender.send(numbered(1))
        sender.close()
    server.asked.clear()
    sender = whip_at_home(f"http://se%2Fsame@{address}/moved")
    sender.send(numbered(1))
    sender.close()
    assert server.asked == ["POST /moved", "POST /live/stage", "DELETE /live/session/1"]
    server.stop()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("whip:https://token@live.example:8443/key/publish?more=1", "whip:https://live.example:8443/…"),
        ("whip:https://live.example", "whip:https://live.example"),
        ("whip:HTTPS://token@live.example/key", "whip:HTTPS://live.example/…"),
        ("rtmp://me:secret@live.example/app/key?a=b", "rtmp://live.example/app/…"),
        ("udp://239.0.0.1:5000", "udp://239.0.0.1:5000"),
        ("hls:a//b", "hls:a//b"),
    ],
)
def test_tokens_and_keys_are_not_shown(address: str, shown: str) -> None:
    kind, _, where = address.partition(":")
    assert Target("dream", None, kind, where).shown == shown


def test_a_token_that_is_hidden_on_its_way_is_never_sent_in_clear() -> None:
    def shows(scheme: str, url: str) -> bool:
        return Bearer(scheme, "live.example", "same").http_request(Request(url)).has_header("Authorization")

    assert shows("https", "https://live.example/a")
    assert shows("http", "http://live.example/a")
    assert shows("http", "https://live.example/a")
    assert not shows("https", "http://live.example/a")
    assert not shows("https", "https://other.example/a")
