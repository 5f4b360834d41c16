"""One file over HTTP into one place: whole and right, or not there at all.

    url -> NAME.part (resumed where the server can) -> length -> checksums -> NAME, in one rename

pooch, the usual choice, does the checksum and the rename but begins a cut-off file anew; with half a
gigabyte on a hotel's network, resuming is the point. So this is a request (`http`) and a loop. Beside the
part lies `NAME.part.from`: the address it came from and the server's mark of that version (RFC 9110,
If-Range).
"""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError

from filelock import FileLock, Timeout

from dreamstream.errors import NetError, reason
from dreamstream.nets.http import CutOffError, check_address, clean, open_address, told

Clock = Callable[[], float]
"""Seconds from any beginning, never backwards."""

PERIOD, RATE = 60.0, 100
"""In each PERIOD, in seconds, RATE bytes of the file must come a second."""

Report = Callable[[int, int], None]
"""Called with the bytes that are there and those that there will be (0: not known yet)."""

ATTEMPTS = 4
"""Attempts in a row that bring nothing new after which a server is given up."""

ATTEMPTS_IN_ALL = 300
"""The bound for a server that cuts off again and again, each time after a little more."""

_BLOCK = 1 << 16
_LARGEST = 4 << 30
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_LENGTH = re.compile(r"\d{1,30}")
_RANGE = re.compile(r"bytes (\d{1,30})-(\d{1,30})/(\d{1,30}|\*)")


@dataclass(frozen=True)
class Download:
    """A file's address (http or https), its size in bytes (0: unknown), and its published checksums."""

    url: str
    size: int = 0
    sha1: str = ""
    sha256: str = ""

    def checksums(self) -> dict[str, str]:
        """Return those that are known, by hashlib's name."""
        known = {"sha1": self.sha1.lower(), "sha256": self.sha256.lower()}
        return {kind: value for kind, value in known.items() if value}


class _TooSlowError(CutOffError):
    """The connection is alive, and brings next to nothing: its timeout begins anew with each byte."""


class _OtherVersionError(Exception):
    """What is there does not go with what the server has: it is thrown away."""


def download(
    what: Download,
    target: Path,
    report: Report,
    wait: Callable[[float], None] = time.sleep,
    clock: Clock = time.monotonic,
) -> None:
    """Fetch a file to `target`; raises NetError with one line, and then `target` is as it was before.

    After a cut-off the part is kept for the next call, after a wrong file it is deleted. A second
    download to the same target at the same time is refused. `wait` gets the seconds after an attempt that
    brought nothing; `clock` (in seconds) is what tells that a server is too slow.
    """
    part = target.with_name(f"{target.name}.part")
    if not what.checksums():
        raise NetError(f"{target.name}: without a checksum nothing is fetched")
    check_address(what.url)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{part}.lock", blocking=False):
            _fill(what, part, report, wait, clock)
            _verify(what, part)
            part.replace(target)
            _origin(part).unlink(missing_ok=True)
    except Timeout as error:
        raise NetError(f"{target.name}: another fetch of it is under way") from error
    except OSError as error:
        raise NetError(f"{error.filename or part}: {reason(error)}") from error


def wrong_checksum(path: Path, checksums: dict[str, str]) -> str:
    """Return what is wrong with a file, as `sha1 X expected, Y found`; empty when all agree."""
    for kind, expected in checksums.items():
        with path.open("rb") as file:
            found = hashlib.file_digest(file, kind).hexdigest()
        if found != expected:
            return f"{kind} {expected} expected, {found} found"
    return ""


def _fill(what: Download, part: Path, report: Report, wait: Callable[[float], None], clock: Clock) -> None:
    """Attempt it until the part is complete, or until nothing new comes any more."""
    most, fruitless = _begun(what, part)[0], 0
    report(most, what.size)
    for _ in range(ATTEMPTS_IN_ALL):
        slow = False
        try:
            _attempt(what, part, report, clock)
            return
        except _OtherVersionError:
            _forget(part)
            why = "the server has another version of it at every attempt"
        except CutOffError as error:
            why, slow = str(error), isinstance(error, _TooSlowError)
        size, _ = _begun(what, part)
        fruitless = 0 if size > most and not slow else fruitless + 1
        most = max(most, size)  # what was there once and had to be begun anew is not new
        if fruitless == ATTEMPTS:
            break
        if fruitless:
            wait(2.0 ** (fruitless - 1))
    begun = part.exists() and part.stat().st_size > 0
    remedy = (
        "the same command again goes on from there" if begun else "a copy that you have goes with --weights"
    )
    raise NetError(f"{what.url}: {why}; {remedy}")


def _begun(what: Download, part: Path) -> tuple[int, str]:
    """Return how many bytes are there from this address, and the server's mark of their version."""
    origin = _origin(part)
    known = origin.read_text(encoding="ascii", errors="replace") if origin.exists() else ""
    url, _, mark = known.partition("\n")
    return (part.stat().st_size, mark) if part.exists() and url == what.url else (0, "")


def _attempt(what: Download, part: Path, report: Report, clock: Clock) -> None:
    begun, mark = _begun(what, part)
    if what.size and begun >= what.size:
        return  # complete, or too long: the checksum knows
    response = _open(what.url, begun, mark)
    if response is None:
        return
    with response:
        start, total = _extent(response, begun, what)
        _check_room(part, total - start)
        if not start:
            part.unlink(missing_ok=True)
            _origin(part).write_text(f"{what.url}\n{_mark(response)}", encoding="ascii")
        with part.open("ab") as file:
            _receive(response, file, start, total, report, clock)


def _open(url: str, begun: int, mark: str) -> HTTPResponse | None:
    """Ask for the file from byte `begun` on, if it is still the version of `mark`; None: there is no more."""
    headers = {}
    if begun:
        headers["Range"] = f"bytes={begun}-"
        if mark:
            headers["If-Range"] = mark
    try:
        return open_address(url, headers)
    except HTTPError as error:
        error.close()
        if error.code == 416:
            if error.headers.get("Content-Range") == f"bytes */{begun}":
                return None
            raise _OtherVersionError from error
        answer = f"the server answers {clean(f'{error.code} {error.reason}')}"
        if error.code in _PASSING:
            raise CutOffError(answer) from error
        raise NetError(f"{url}: {answer}") from error


def _extent(response: HTTPResponse, begun: int, what: Download) -> tuple[int, int]:
    """Return where the answer begins and the whole file's length, checked against what is known."""
    start = 0
    length = response.headers.get("Content-Length", "")
    total = int(length) if _LENGTH.fullmatch(length) else 0
    if response.status == 206:
        match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if match is None or int(match[1]) != begun:
            raise _OtherVersionError
        start, total = begun, int(match[2]) + 1 if match[3] == "*" else int(match[3])
    elif response.status != 200:
        answer = clean(f"{response.status} {response.reason}")
        raise NetError(f"{what.url}: the server answers {answer}")
    if not (total or what.size):
        raise NetError(f"{what.url}: the server does not say how long the file is")
    if what.size and total not in (0, what.size):
        raise NetError(f"{what.url}: {what.size} bytes are expected, and the server has {total}")
    if total > _LARGEST:
        raise NetError(f"{what.url}: {total} bytes are more than any net has")
    return start, what.size or total


def _mark(response: HTTPResponse) -> str:
    """Return what If-Range may name this version by; empty where the server has nothing exact."""
    mark = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
    return mark if mark.isascii() and mark.isprintable() and not mark.startswith("W/") else ""


def _check_room(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if free < needed:
        raise NetError(
            f"{part.parent}: {needed / 1e6:.1f} MB are needed there and {free / 1e6:.1f} MB are free"
        )


def _receive(
    response: HTTPResponse, file: BinaryIO, done: int, total: int, report: Report, clock: Clock
) -> None:
    """Write what comes as it comes, never more than `total` bytes in all; RATE a second at the least."""
    report(done, total)
    since, before = clock(), done
    while done < total:
        try:
            block = response.read1(min(_BLOCK, total - done))
        except (HTTPException, OSError) as error:
            raise CutOffError(f"cut off at {done} of {total} bytes: {told(error)}") from error
        if not block:
            raise CutOffError(f"cut off at {done} of {total} bytes")
        file.write(block)
        file.flush()  # a kill keeps what the bar has shown
        done += len(block)
        report(done, total)
        if clock() - since >= PERIOD:
            if done < total and done - before < PERIOD * RATE:
                raise _TooSlowError(f"less than {RATE} bytes of it came a second, for {PERIOD:g} seconds")
            since, before = clock(), done


def _verify(what: Download, part: Path) -> None:
    wrong = wrong_checksum(part, what.checksums())
    if wrong:
        _forget(part)
        raise NetError(f"{what.url}: not the file it should be: {wrong}; it was deleted")
    with part.open("r+b") as file:
        os.fsync(file.fileno())


def _origin(part: Path) -> Path:
    return part.with_name(f"{part.name}.from")


def _forget(part: Path) -> None:
    for path in (part, _origin(part)):
        with suppress(FileNotFoundError):
            path.unlink()
