"""Streams as sources, over the loopback, from senders in processes of their own; some killed, some hung."""

import contextlib
import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from dreamstream.errors import SourceError
from dreamstream.params import ParamStore
from dreamstream.size import Size
from dreamstream.sources import Source, apart, check_source, is_live, open_source, shown_source
from dreamstream.sources.stream import newest, shown_url
from dreamstream.stage.session import absolute_source
from tests.dreamer.dreamers import PARAMS, dreamer_of
from tests.sources.senders import RtspServer, free_port, sending

SIZE = Size(48, 32)
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that has failed is tried again soon."""
    monkeypatch.setattr(apart, "_LONGEST", 0.2)


def wait(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def opened(url: str) -> Source:
    """A source, as soon as somebody sends there."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return open_source(url, SIZE, 0)
        except SourceError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def level(source: Source) -> float:
    return float(source.read()[-12:].mean())


def shows(source: Source, expected: float) -> bool:
    return abs(level(source) - expected) < 5


@contextlib.contextmanager
def tcp(folder: Path) -> Iterator[tuple[str, str, str]]:
    url = f"tcp://127.0.0.1:{free_port()}"
    yield f"{url}?listen=1", "mpegts", url


@contextlib.contextmanager
def udp(folder: Path) -> Iterator[tuple[str, str, str]]:
    url = f"udp://127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
    yield url, "mpegts", url


@contextlib.contextmanager
def rtsp(folder: Path) -> Iterator[tuple[str, str, str]]:
    with contextlib.closing(RtspServer()) as server:
        yield f"rtp://127.0.0.1:{server.packets}", "rtp", server.url


@contextlib.contextmanager
def rtmp_that_listens(folder: Path) -> Iterator[tuple[str, str, str]]:
    port = free_port()
    yield f"rtmp://127.0.0.1:{port}/live/x", "flv", f"rtmp://0.0.0.0:{port}/live/x"


@contextlib.contextmanager
def tcp_that_listens(folder: Path) -> Iterator[tuple[str, str, str]]:
    port = free_port()
    yield f"tcp://127.0.0.1:{port}", "mpegts", f"tcp://0.0.0.0:{port}"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *said: object) -> None:
        pass


@contextlib.contextmanager
def hls(folder: Path) -> Iterator[tuple[str, str, str]]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield str(folder / "x.m3u8"), "hls", f"http://127.0.0.1:{server.server_address[1]}/x.m3u8"
        server.shutdown()


Way = Callable[[Path], contextlib.AbstractContextManager[tuple[str, str, str]]]


@pytest.mark.parametrize("way", [tcp, udp, rtsp, hls, tcp_that_listens, rtmp_that_listens])
def test_a_stream_is_shown_as_it_comes(way: Way, tmp_path: Path) -> None:
    with way(tmp_path) as (to, form, url), sending(to, form, 60), contextlib.closing(opened(url)) as source:
        assert is_live(url)
        wait(lambda: shows(source, 60))
        assert source.read().shape == (*SIZE.shape, 3)
        assert source.read().dtype == np.float32
        seen = set[float]()
        wait(lambda: seen.add(float(source.read()[:12].mean())) or len(seen) > 3)  # type: ignore[func-returns-value]
        source.resized(Size(64, 64))
        assert source.read().shape == (64, 64, 3)
        assert source.message == ""


def test_a_sender_that_is_killed_and_comes_again_does_not_stop_the_dream(tmp_path: Path) -> None:
    bare = {"mix": 1.0, "step": 0.0, "grain": 0.0, "hold": 0.0, "restless": 0.0, "transform": "none"}
    store = ParamStore(PARAMS.model_copy(update=bare))
    with tcp(tmp_path) as (to, form, url), contextlib.ExitStack() as stack:
        sender = stack.enter_context(sending(to, form, 60))
        source = stack.enter_context(contextlib.closing(opened(url)))
        dreamer = dreamer_of(store, 1, source.resized(Size(64, 48)))
        wait(lambda: bool(np.abs(dreamer.step().pixels[-12:].mean() - 60) < 8))
        sender.kill()
        wait(lambda: bool(dreamer.step()) and dreamer.message.startswith(f"{url}: "))
        assert "its last picture stays" in dreamer.message
        held = [dreamer.step().pixels for _ in range(3)]
        assert all(np.abs(each[-12:].mean() - 60) < 8 for each in held), "its last picture stays"
        stack.enter_context(sending(to, form, 180))
        wait(lambda: bool(np.abs(dreamer.step().pixels[-12:].mean() - 180) < 8))
        assert dreamer.message == ""


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="nothing hangs at will here")
def test_what_hangs_is_never_waited_for_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tcp(tmp_path) as (to, form, url), contextlib.ExitStack() as stack:
        stack.enter_context(sending(to, form, 60))
        source = stack.enter_context(contextlib.closing(opened(url)))
        program = source._program  # type: ignore[attr-defined]
        os.kill(program.process.pid, signal.SIGSTOP)
        for _ in range(50):
            assert shows(source, 60)
        assert source._program is program  # type: ignore[attr-defined]
        monkeypatch.setattr(apart, "_PATIENCE", 0.2)
        wait(lambda: shows(source, 60) and source._program is not program)  # type: ignore[attr-defined]
        assert program.process.poll() is not None


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the system does not list what is open")
def test_a_process_that_is_killed_ten_times_comes_again_and_leaves_nothing(tmp_path: Path) -> None:
    opened_before, threads_before = open_files(), threading.active_count()
    with udp(tmp_path) as (to, form, url), sending(to, form, 60), contextlib.closing(opened(url)) as source:
        for _ in range(10):
            program = source._program  # type: ignore[attr-defined]
            program.process.kill()
            wait(lambda program=program: shows(source, 60) and source._program is not program)  # type: ignore[misc]
    assert open_files() == opened_before
    assert threading.active_count() == threads_before


def test_who_says_nothing_is_told_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_OPENING", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"rtsp://somebody:secret@127.0.0.1:{mute.getsockname()[1]}/x"
        with pytest.raises(SourceError, match="no picture has come") as caught:
            open_source(url, SIZE, 0)
    assert "secret" not in str(caught.value)


def test_the_process_ends_with_whoever_asks() -> None:
    program = [sys.executable, "-m", "dreamstream.sources.program"]
    process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    process.stdin.write(b'["stream", "udp://127.0.0.1:9"]\n')
    process.stdin.close()
    assert process.wait(PATIENCE) == 0
    process.stdout.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("rtsp://", "no host in it"),
        ("http:x", "no host in it"),
        ("udp://127.0.0.1", "no port in it"),
        ("tcp://somewhere", "no port in it"),
        ("rtsp://a:secret@b:99999/", "not an address"),
        ("tcp://[::1", "not an address"),
        ("srt://somewhere:9000", "begin with rtsp://"),
    ],
)
def test_a_bad_address_is_one_clear_line(url: str, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        check_source(url)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_refused_address_and_what_is_no_stream_say_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Connection refused"):
        open_source(f"tcp://127.0.0.1:{free_port()}", SIZE, 0)
    (tmp_path / "x.m3u8").write_text("<html>no stream</html>")
    with hls(tmp_path) as (_, _, url), pytest.raises(SourceError, match="Invalid data"):
        open_source(url, SIZE, 0)


def test_a_name_and_a_password_are_nobodys_business() -> None:
    assert shown_url("rtsp://me:p@ss@cam.local:554/a/b?c=d@e") == "rtsp://cam.local:554/a/b?c=d@e"
    assert absolute_source("rtsp://me:secret@cam/a").source == "rtsp://cam/a", "nor is it in a score"
    assert shown_source("camera:1") == "camera:1"
    assert shown_url("udp://@239.0.0.1:5000") == "udp://239.0.0.1:5000"


def test_the_newest_is_given_and_an_error_is_raised_where_it_is_asked_for() -> None:
    turn = threading.Event()

    def counts() -> Iterator[int]:
        yield from range(5)
        turn.wait(PATIENCE)
        yield 5
        raise SourceError("it broke")

    given = newest(counts())
    first = next(given)
    assert 0 <= first < 5
    turn.set()
    rest = list[int]()
    with pytest.raises(SourceError, match="it broke"):
        for each in given:
            rest.append(each)  # what came before the error stays
    assert sorted({first, *rest}) == [first, *rest]
    assert list(newest(iter(()))) == []
