"""Downloads of one file over HTTP: the target is whole and right afterwards, or as it was before.

    url -> NAME.part (resumed where the server can) -> length -> checksums -> NAME, in one rename

pooch, the usual choice, cannot resume, which half a gigabyte on a hotel's network needs. Beside the part lies
`NAME.part.from`: its address and the server's validator of that version (RFC 9110, If-Range).
"""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError

from filelock import FileLock, Timeout

from dreamstream.errors import NetError, reason
from dreamstream.nets.http import CutOffError, check_address, clean, describe, open_address

Clock = Callable[[], float]
"""Seconds, monotonic."""

PERIOD, RATE = 60.0, 100
"""In each PERIOD, in seconds, RATE bytes of the file must come a second."""

Report = Callable[[int, int], None]
"""Called with the number of bytes here and of all (0: not known yet)."""

ATTEMPTS = 4
"""A server is given up after this many attempts in a row that bring nothing new."""

ATTEMPTS_IN_ALL = 300
"""The limit for a server that cuts off again and again, each time after a little more."""

_BLOCK = 1 << 16
_LARGEST = 4 << 30
_RETRIED = {408, 425, 429, 500, 502, 503, 504}
_LENGTH = re.compile(r"\d{1,30}")
_RANGE = re.compile(r"bytes (\d{1,30})-(\d{1,30})/(\d{1,30}|\*)")


@dataclass(frozen=True)
class Download:
    """A file's address (http or https), size in bytes (0: unknown), and checksums by hashlib's name."""

    url: str
    size: int
    checksums: Mapping[str, str]


class _TooSlowError(CutOffError):
    """The connection is alive, but brings next to nothing: its timeout begins anew with each byte."""


def download(
    source: Download,
    target: Path,
    report: Report,
    wait: Callable[[float], None] = time.sleep,
    clock: Clock = time.monotonic,
) -> None:
    """Fetch a file to `target`; raises NetError with one line, and then `target` is as it was before.

    After a cut-off the part stays for the next call, after a wrong file it is deleted. A second download to
    the same target at the same time is refused. `wait` gets the seconds to wait after an attempt that brought
    nothing; by `clock` (seconds) a server is found too slow.
    """
    if not source.checksums:
        raise NetError(f"{target.name}: without a checksum nothing is fetched")
    check_address(source.url)
    part = _Part(source, target.with_name(f"{target.name}.part"), report, clock)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{part.path}.lock", blocking=False):
            part.fill(wait)
            part.verify()
            part.path.replace(target)
            part.origin.unlink(missing_ok=True)
    except Timeout as error:
        raise NetError(f"{target.name}: another fetch of it is under way") from error
    except OSError as error:
        raise NetError(f"{error.filename or part.path}: {reason(error)}") from error


def wrong_checksum(path: Path, checksums: Mapping[str, str]) -> str:
    """Return what is wrong with a file, as `sha1 X expected, Y found`; empty when all agree."""
    for kind, expected in checksums.items():
        with path.open("rb") as file:
            found = hashlib.file_digest(file, kind).hexdigest()
        if found != expected.lower():
            return f"{kind} {expected} expected, {found} found"
    return ""


@dataclass(frozen=True)
class _Part:
    """A file that is being downloaded."""

    source: Download
    path: Path
    report: Report
    clock: Clock

    @property
    def origin(self) -> Path:
        return self.path.with_name(f"{self.path.name}.from")

    def fill(self, wait: Callable[[float], None]) -> None:
        """Attempt it until the part is complete, or until nothing new comes any more."""
        most, fruitless = self._present()[0], 0
        self.report(most, self.source.size)
        for _ in range(ATTEMPTS_IN_ALL):
            try:
                return self._attempt()
            except CutOffError as error:
                failure, slow = str(error), isinstance(error, _TooSlowError)
            size, _ = self._present()
            fruitless = 0 if size > most and not slow else fruitless + 1
            most = max(most, size)  # bytes that were here before, and had to be fetched anew, are not new
            if fruitless == ATTEMPTS:
                break
            if fruitless:
                wait(2.0 ** (fruitless - 1))
        if self.path.exists() and self.path.stat().st_size > 0:
            remedy = "the same command again goes on from there"
        else:
            remedy = "a copy that you have goes with --weights"
        raise NetError(f"{self.source.url}: {failure}; {remedy}")

    def verify(self) -> None:
        """Check the whole part and flush it to the disk; a wrong one is deleted, and raises NetError."""
        wrong = wrong_checksum(self.path, self.source.checksums)
        if wrong:
            self._delete()
            raise NetError(f"{self.source.url}: not the file it should be: {wrong}; it was deleted")
        with self.path.open("r+b") as file:
            os.fsync(file.fileno())

    def _present(self) -> tuple[int, str]:
        """Return how many bytes are here from this address, and the server's validator of their version."""
        known = self.origin.read_text(encoding="ascii", errors="replace") if self.origin.exists() else ""
        url, _, validator = known.partition("\n")
        ours = self.path.exists() and url == self.source.url
        return (self.path.stat().st_size, validator) if ours else (0, "")

    def _delete(self) -> None:
        for path in (self.path, self.origin):
            path.unlink(missing_ok=True)

    def _attempt(self) -> None:
        present, validator = self._present()
        if self.source.size and present >= self.source.size:
            return  # complete, or too long: the checksum tells
        response = self._open(present, validator)
        if response is None:
            return
        with response:
            start, total = self._extent(response, present)
            folder, needed = self.path.parent, total - start
            free = shutil.disk_usage(folder).free
            if free < needed:
                text = f"{needed / 1e6:.1f} MB are needed there and {free / 1e6:.1f} MB are free"
                raise NetError(f"{folder}: {text}")
            if not start:
                self.path.unlink(missing_ok=True)
                self.origin.write_text(f"{self.source.url}\n{_validator(response)}", encoding="ascii")
            with self.path.open("ab") as file:
                self._receive(response, file, start, total)

    def _open(self, present: int, validator: str) -> HTTPResponse | None:
        """Ask for the file from byte `present` on, if its version is the same; None: there is no more."""
        headers = {"Range": f"bytes={present}-"} if present else {}
        if present and validator:
            headers["If-Range"] = validator
        try:
            return open_address(self.source.url, headers)
        except HTTPError as error:
            error.close()
            if error.code == 416:
                if error.headers.get("Content-Range") == f"bytes */{present}":
                    return None
                raise self._other_version() from error
            answer = f"the server answers {clean(f'{error.code} {error.reason}')}"
            if error.code in _RETRIED:
                raise CutOffError(answer) from error
            raise NetError(f"{self.source.url}: {answer}") from error

    def _extent(self, response: HTTPResponse, present: int) -> tuple[int, int]:
        """Return where the answer begins and the whole file's length, checked against what is known."""
        source, start = self.source, 0
        length = response.headers.get("Content-Length", "")
        total = int(length) if _LENGTH.fullmatch(length) else 0
        if response.status == 206:
            match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
            if match is None or int(match[1]) != present:
                raise self._other_version()
            start, total = present, int(match[2]) + 1 if match[3] == "*" else int(match[3])
        elif response.status != 200:
            answer = clean(f"{response.status} {response.reason}")
            raise NetError(f"{source.url}: the server answers {answer}")
        if not (total or source.size):
            raise NetError(f"{source.url}: the server does not say how long the file is")
        if source.size and total not in (0, source.size):
            raise NetError(f"{source.url}: {source.size} bytes are expected, and the server has {total}")
        if total > _LARGEST:
            raise NetError(f"{source.url}: {total} bytes are more than any net has")
        return start, source.size or total

    def _other_version(self) -> CutOffError:
        """Delete the part, which does not go with what the server has; another attempt begins anew."""
        self._delete()
        return CutOffError("the server has another version of it at every attempt")

    def _receive(self, response: HTTPResponse, file: BinaryIO, done: int, total: int) -> None:
        """Write what comes as it comes, never more than `total` bytes in all; at least RATE a second."""
        self.report(done, total)
        since, before = self.clock(), done
        while done < total:
            try:
                block = response.read1(min(_BLOCK, total - done))
            except (HTTPException, OSError) as error:
                raise CutOffError(f"cut off at {done} of {total} bytes: {describe(error)}") from error
            if not block:
                raise CutOffError(f"cut off at {done} of {total} bytes")
            file.write(block)
            file.flush()  # a kill keeps what was reported
            done += len(block)
            self.report(done, total)
            if self.clock() - since >= PERIOD:
                if done < total and done - before < PERIOD * RATE:
                    raise _TooSlowError(f"less than {RATE} bytes of it came a second, for {PERIOD:g} seconds")
                since, before = self.clock(), done


def _validator(response: HTTPResponse) -> str:
    """Return what If-Range may name this version by; empty where the server has nothing exact."""
    mark = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
    return mark if mark.isascii() and mark.isprintable() and not mark.startswith("W/") else ""
