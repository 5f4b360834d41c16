"""Downloads from a real server on loopback: what is there afterwards is the whole right file or nothing."""

import hashlib
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamstream.errors import NetError
from dreamstream.nets.download import ATTEMPTS, ATTEMPTS_IN_ALL, Download, download
from tests.fakes import PATIENCE
from tests.nets.server import (
    BODY,
    Answer,
    Handler,
    Server,
    Start,
    claiming,
    cut_after,
    cut_at,
    endless,
    full,
    left,
    quiet,
    status,
    whole,
)

HALF = len(BODY) // 2
SHA1, SHA256 = hashlib.sha1(BODY).hexdigest(), hashlib.sha256(BODY).hexdigest()


def fetch(server: Server, target: Path, waits: list[float] | None = None, **what: object) -> None:
    known = {"size": len(BODY), "checksums": {"sha1": SHA1, "sha256": SHA256}, "url": server.url()} | what
    download(Download(**known), target, quiet, ([] if waits is None else waits).append)  # type: ignore[arg-type]


PART = {"net.caffemodel.part", "net.caffemodel.part.from"}


def test_a_whole_file_arrives_and_is_reported(start: Start, target: Path) -> None:
    seen: list[tuple[int, int]] = []
    what = Download(start().url(), len(BODY), {"sha256": SHA256.upper()})
    download(what, target, lambda done, total: seen.append((done, total)))
    assert target.read_bytes() == BODY
    assert left(target) == {target.name}
    assert seen[0] == (0, len(BODY)) == (0, seen[-1][0])
    assert seen == sorted(seen) and len(seen) > 3


def test_a_cut_off_is_taken_up_where_it_was(start: Start, target: Path) -> None:
    server = start(cut_at(HALF), cut_at(HALF), cut_at(HALF), cut_at(HALF + 1000), cut_at(HALF + 1000), whole)
    waits: list[float] = []
    fetch(server, target, waits)
    assert target.read_bytes() == BODY
    assert server.ranges() == ["", *3 * [f"bytes={HALF}-"], *2 * [f"bytes={HALF + 1000}-"]]
    assert server.asked[1]["If-Range"] == '"one"'
    assert waits == [1.0, 2.0, 1.0], "after what brought nothing, and from the beginning after what did"


def test_a_server_that_cuts_off_each_time_after_a_little_is_asked_to_the_end(
    start: Start, target: Path
) -> None:
    server = start(cut_after(40_000))
    waits: list[float] = []
    fetch(server, target, waits)
    assert target.read_bytes() == BODY
    assert (len(server.asked), waits) == (8, [])


def test_a_byte_an_attempt_is_not_asked_for_without_end(start: Start, target: Path) -> None:
    server = start(cut_after(1))
    with pytest.raises(NetError, match=rf"cut off at {ATTEMPTS_IN_ALL} of {len(BODY)} bytes; the same"):
        fetch(server, target)
    assert len(server.asked) == ATTEMPTS_IN_ALL
    assert left(target) == PART


def test_a_server_that_begins_anew_each_time_brings_nothing_new(start: Start, target: Path) -> None:
    def forgetful(handler: Handler) -> None:
        handler.begin(200, Content_Length=len(BODY))
        handler.wfile.write(BODY[: HALF if len(handler.server.asked) % 2 else HALF // 2])

    server = start(forgetful)
    with pytest.raises(NetError, match="cut off"):
        fetch(server, target)
    assert len(server.asked) == 1 + ATTEMPTS


def test_a_part_from_another_address_is_no_measure_of_what_is_new(start: Start, target: Path) -> None:
    with pytest.raises(NetError, match="cut off"):
        fetch(start(cut_at(len(BODY) - 1)), target)
    fetch(start(cut_after(40_000)), target)
    assert target.read_bytes() == BODY


def test_what_came_is_reported_and_kept_before_more_comes(start: Start, target: Path) -> None:
    part, shown, kept = target.with_name(f"{target.name}.part"), threading.Event(), []

    def halting(handler: Handler) -> None:
        handler.begin(200, Content_Length=len(BODY))
        handler.wfile.write(BODY[:1000])
        shown.wait(PATIENCE)
        handler.wfile.write(BODY[1000:])

    def report(done: int, total: int) -> None:
        if done == 1000:
            kept.append(part.stat().st_size)
            shown.set()

    download(Download(start(halting).url(), len(BODY), {"sha1": SHA1}), target, report)
    assert kept == [1000]
    assert target.read_bytes() == BODY


def test_after_too_many_cut_offs_the_part_waits_for_the_next_time(start: Start, target: Path) -> None:
    server = start(cut_at(HALF))
    with pytest.raises(NetError, match=rf"cut off at {HALF} of {len(BODY)} bytes; the same command again"):
        fetch(server, target)
    assert len(server.asked) == 1 + ATTEMPTS
    assert left(target) == PART
    server.plan = [whole]
    fetch(server, target)
    assert target.read_bytes() == BODY
    assert server.ranges()[-1] == f"bytes={HALF}-"


def test_a_new_version_on_the_server_is_begun_anew(start: Start, target: Path) -> None:
    old = bytes(len(BODY))
    server = start(cut_at(HALF), body=old)
    with pytest.raises(NetError, match="cut off"):
        fetch(server, target)
    server.body, server.etag, server.plan = BODY, '"two"', [whole]
    fetch(server, target)
    assert target.read_bytes() == BODY
    assert server.asked[-1]["If-Range"] == '"one"'


def another_range(handler: Handler) -> None:
    handler.begin(206, Content_Length=10, Content_Range=f"bytes 7-16/{len(BODY)}")
    handler.wfile.write(BODY[7:17])


@pytest.mark.parametrize("answer", [full, another_range, status(416), status(206), status(503)])
def test_servers_that_cannot_resume_do_no_harm(start: Start, target: Path, answer: Answer) -> None:
    fetch(start(cut_at(HALF), answer, full), target)
    assert target.read_bytes() == BODY


def test_a_complete_part_of_unknown_size_needs_no_byte_more(start: Start, target: Path) -> None:
    server = start(whole)
    with pytest.raises(KeyboardInterrupt):
        download(Download(server.url(), 0, {"sha256": SHA256}), target, _stop_at(len(BODY)))
    server.plan = [status(416, Content_Range=f"bytes */{len(BODY)}")]
    fetch(server, target, size=0)
    assert target.read_bytes() == BODY


def _stop_at(byte: int) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        if done >= byte:
            raise KeyboardInterrupt

    return report


def test_ctrl_c_leaves_the_part_alone_which_then_goes_on(start: Start, target: Path) -> None:
    server = start()
    with pytest.raises(KeyboardInterrupt):
        download(Download(server.url(), len(BODY), {"sha1": SHA1}), target, _stop_at(HALF))
    assert left(target) == PART
    fetch(server, target)
    assert target.read_bytes() == BODY
    begun = int(server.ranges()[-1][6:-1])
    assert HALF <= begun < len(BODY)


@pytest.mark.parametrize("length", [len(BODY) - 1, len(BODY) + 1, 10**18, 1])
def test_a_length_that_is_not_the_known_one_is_refused(start: Start, target: Path, length: int) -> None:
    server = start(claiming(length))
    with pytest.raises(NetError, match=rf"{len(BODY)} bytes are expected, and the server has {length}$"):
        fetch(server, target)
    assert len(server.asked) == 1
    assert left(target) == set()


def test_lengths_that_lie_about_a_file_of_unknown_size(start: Start, target: Path) -> None:
    with pytest.raises(NetError, match=rf"cut off at {len(BODY)} of {len(BODY) + 1} bytes"):
        fetch(start(claiming(len(BODY) + 1)), target, size=0)
    with pytest.raises(NetError, match=r"sha1 .* expected, .* found; it was deleted"):
        fetch(start(claiming(len(BODY) - 1)), target, size=0)
    assert left(target) == set()
    with pytest.raises(NetError, match=r"more than any net has"):
        fetch(start(claiming(10**14)), target, size=0)
    with pytest.raises(NetError, match=r"does not say how long"):
        fetch(start(claiming(None)), target, size=0)
    assert left(target) == set()


def test_wrong_bytes_are_deleted_and_named(start: Start, target: Path) -> None:
    wrong = BODY[:-1] + bytes([BODY[-1] ^ 1])
    found = hashlib.sha256(wrong).hexdigest()
    server = start(body=wrong)
    with pytest.raises(NetError) as caught:
        fetch(server, target, checksums={"sha256": SHA256})
    assert f"sha256 {SHA256} expected, {found} found; it was deleted" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert left(target) == set()
    with pytest.raises(NetError, match=rf"sha1 {SHA1} expected"):
        fetch(server, target, checksums={"sha1": SHA1})


def test_wrong_bytes_never_replace_a_right_file(start: Start, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"what was there")
    with pytest.raises(NetError, match="it was deleted"):
        fetch(start(body=bytes(len(BODY))), target)
    assert target.read_bytes() == b"what was there"


def test_a_damaged_part_is_found_out(start: Start, target: Path) -> None:
    server = start(cut_at(HALF))
    with pytest.raises(NetError, match="cut off"):
        fetch(server, target)
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(bytes(HALF))
    server.plan = [whole]
    with pytest.raises(NetError, match="it was deleted"):
        fetch(server, target)
    part.write_bytes(bytes(2 * len(BODY)))
    fetch(server, target)
    assert target.read_bytes() == BODY


def test_an_endless_answer_is_stopped_at_the_known_size(start: Start, target: Path) -> None:
    most = 0

    def report(done: int, total: int) -> None:
        nonlocal most
        most = max(most, done)

    server = start(endless, body=bytes(1 << 16))
    with pytest.raises(NetError, match="it was deleted"):
        download(Download(server.url(), len(BODY), {"sha1": SHA1}), target, report)
    assert most == len(BODY)
    assert left(target) == set()


@pytest.mark.parametrize(
    ("code", "requests"), [(404, 1), (403, 1), (500, ATTEMPTS), (503, ATTEMPTS), (204, 1)]
)
def test_an_answer_without_the_file(start: Start, target: Path, code: int, requests: int) -> None:
    server = start(status(code))
    with pytest.raises(NetError, match=rf"net.caffemodel: the server answers {code} "):
        fetch(server, target)
    assert len(server.asked) == requests
    assert left(target) == set()


def test_redirects_are_followed_to_the_web_alone(start: Start, target: Path, tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(BODY)
    away = start()
    fetch(start(status(302, Location=away.url("elsewhere"))), target)
    assert target.read_bytes() == BODY
    target.unlink()
    for place in (f"file://{tmp_path}/here", "ftp://127.0.0.1/x", "http://127.0.0.1:x/", "http://[::1"):
        server = start(status(302, Location=place))
        with pytest.raises(NetError) as caught:
            fetch(server, target)
        assert len(server.asked) == 1, "another attempt cannot help"
        assert "again" not in str(caught.value)
    with pytest.raises(NetError, match="the server answers 30"):
        fetch(start(status(302, Location="/round")), target)
    assert left(target) == set()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "net",
        "file:///etc/passwd",
        "ftp://x/y",
        "http://",
        "http://[::1",
        "http://x:99999/",
        "http://x/ä b",
    ],
)
def test_only_web_addresses_are_opened(target: Path, url: str) -> None:
    with pytest.raises(NetError, match=r"an address that begins with http:// or https:// is needed$"):
        download(Download(url, 1, {"sha1": SHA1}), target, quiet)


def test_nobody_there_is_one_line(target: Path) -> None:
    with Server(BODY) as server:
        url = server.url()
    with pytest.raises(NetError, match=r"refused; a copy that you have goes with") as caught:
        download(Download(url, len(BODY), {"sha1": SHA1}), target, quiet, lambda seconds: None)
    assert "\n" not in str(caught.value)


def test_without_a_checksum_nothing_is_fetched(start: Start, target: Path) -> None:
    server = start()
    with pytest.raises(NetError, match="without a checksum"):
        fetch(server, target, checksums={})
    assert not server.asked


def test_two_at_once_do_not_meet(start: Start, target: Path) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def slow(handler: Handler) -> None:
        arrived.set()
        go_on.wait(PATIENCE)
        whole(handler)

    server = start(slow)
    first = threading.Thread(target=fetch, args=(server, target), name="first")
    first.start()
    assert arrived.wait(PATIENCE)
    with pytest.raises(NetError, match="another fetch of it is under way"):
        fetch(server, target)
    go_on.set()
    first.join(60)
    assert target.read_bytes() == BODY
    assert len(server.asked) == 1


def test_too_little_room_and_no_folder_are_one_line(
    start: Start, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(target.parent.parent)._replace(free=len(BODY) - 1)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: usage)
        with pytest.raises(NetError, match=r"0.3 MB are needed there and 0.3 MB are free"):
            fetch(start(), target)
    assert left(target) == set()
    shutil.rmtree(target.parent)
    target.parent.write_text("a file")
    with pytest.raises(NetError, match="nets: File exists"):
        fetch(start(), target)


def test_a_disk_that_fills_up_is_one_line_and_keeps_the_part(start: Start, target: Path) -> None:
    """A real write that fails: the largest file this process may write is made smaller for a moment."""
    resource = pytest.importorskip("resource", reason="limits of a process are Unix's")
    server, before = start(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (HALF, before[1]))
    try:
        with pytest.raises(NetError, match=r"net.caffemodel.part: File too large$"):
            fetch(server, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert left(target) == PART
    fetch(server, target)
    assert target.read_bytes() == BODY
