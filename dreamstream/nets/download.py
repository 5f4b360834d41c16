"""One file over HTTP into one place: whole and right, or not there at all.

    url -> NAME.part (resumed where the server can) -> length -> checksums -> NAME, in one rename

pooch, the usual choice, does the checksum and the rename but begins a cut-off file anew; with half a
gigabyte on a hotel's network, resuming is the point. So this is urllib and a loop. Beside the part lies
`NAME.part.from`: the address it came from and the server's mark of that version (RFC 9110, If-Range).
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
from urllib import request
from urllib.error import HTTPError
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from dreamstream.errors import NetError

Report = Callable[[int, int], None]
"""Called with the bytes that are there and those that there will be (0: not known yet)."""

ATTEMPTS = 4
TIMEOUT = 30.0
"""Seconds without a byte after which a server is given up."""

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


class _CutOffError(Exception):
    """The connection failed: what came is kept, and trying again goes on from there."""


class _OtherVersionError(Exception):
    """What is there does not go with what the server has: it is thrown away."""


def download(
    what: Download, target: Path, report: Report, wait: Callable[[float], None] = time.sleep
) -> None:
    """Fetch a file to `target`; raises NetError with one line, and then `target` is as it was before.

    After a cut-off the part is kept for the next call, after a wrong file it is deleted. A second
    download to the same target at the same time is refused. `wait` gets the seconds between attempts.
    """
    part = target.with_name(f"{target.name}.part")
    if not what.checksums():
        raise NetError(f"{target.name}: without a checksum nothing is fetched")
    _check_address(what.url)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{part}.lock", blocking=False):
            _fill(what, part, report, wait)
            _verify(what, part)
            part.replace(target)
            _origin(part).unlink(missing_ok=True)
    except Timeout as error:
        raise NetError(f"{target.name}: another fetch of it is under way") from error
    except OSError as error:
        raise NetError(f"{error.filename or part}: {error.strerror or error}") from error


def wrong_checksum(path: Path, checksums: dict[str, str]) -> str:
    """Return what is wrong with a file, as `sha1 X expected, Y found`; empty when all agree."""
    for kind, expected in checksums.items():
        with path.open("rb") as file:
            found = hashlib.file_digest(file, kind).hexdigest()
        if found != expected:
            return f"{kind} {expected} expected, {found} found"
    return ""


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        good = good and url.isascii() and url.isprintable() and " " not in url
    except ValueError:
        good = False
    if not good:
        raise NetError(f"'{url}': an address that begins with http:// or https:// is needed")


def _fill(what: Download, part: Path, report: Report, wait: Callable[[float], None]) -> None:
    """Attempt it until the part is complete."""
    report(part.stat().st_size if part.exists() else 0, what.size)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _attempt(what, part, report)
            return
        except _OtherVersionError:
            _forget(part)
            why = "the server has another version of it at every attempt"
        except _CutOffError as error:
            why = str(error)
        if attempt < ATTEMPTS:
            wait(2.0 ** (attempt - 1))
    raise NetError(f"{what.url}: {why}; the same command again goes on from there")


def _attempt(what: Download, part: Path, report: Report) -> None:
    origin = _origin(part)
    known = origin.read_text(encoding="ascii", errors="replace") if origin.exists() else ""
    url, _, mark = known.partition("\n")
    begun = part.stat().st_size if part.exists() and url == what.url else 0
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
            origin.write_text(f"{what.url}\n{_mark(response)}", encoding="ascii")
        with part.open("ab") as file:
            _receive(response, file.write, start, total, report)


def _open(url: str, begun: int, mark: str) -> HTTPResponse | None:
    """Ask for the file from byte `begun` on, if it is still the version of `mark`; None: there is no more."""
    headers = {"User-Agent": "dreamstream", "Accept-Encoding": "identity"}
    if begun:
        headers["Range"] = f"bytes={begun}-"
        if mark:
            headers["If-Range"] = mark
    try:
        response: HTTPResponse = _opener().open(request.Request(url, headers=headers), timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if error.code == 416:
            if error.headers.get("Content-Range") == f"bytes */{begun}":
                return None
            raise _OtherVersionError from error
        if error.code in _PASSING:
            raise _CutOffError(f"the server answers {error.code} {error.reason}") from error
        raise NetError(f"{url}: the server answers {error.code} {error.reason}") from error
    except (HTTPException, OSError) as error:
        raise _CutOffError(_short(error)) from error
    except ValueError as error:
        raise NetError(f"{url}: no address that can be opened: {_short(error)}") from error
    return response


def _opener() -> request.OpenerDirector:
    """Return urllib's opener for http and https alone: the usual one also follows ftp: and opens file:."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
        request.HTTPDefaultErrorHandler,
        request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


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
        raise NetError(f"{what.url}: the server answers {response.status} {response.reason}")
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
    response: HTTPResponse, write: Callable[[bytes], int], done: int, total: int, report: Report
) -> None:
    """Write what comes, never more than `total` bytes in all."""
    report(done, total)
    while done < total:
        try:
            block = response.read(min(_BLOCK, total - done))
        except (HTTPException, OSError) as error:
            raise _CutOffError(f"cut off at {done} of {total} bytes: {_short(error)}") from error
        if not block:
            raise _CutOffError(f"cut off at {done} of {total} bytes")
        write(block)
        done += len(block)
        report(done, total)


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


def _short(error: Exception) -> str:
    return str(getattr(error, "reason", "") or error) or type(error).__name__
