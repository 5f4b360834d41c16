"""Fetching a catalog's net into the cache: never silently, never unchecked.

name -> entry -> address and checksums (the catalog's, the caller's) -> download -> weights in use
"""

import re
import time
from collections.abc import Callable
from dataclasses import replace

from dreamstream.errors import NetError, nearest
from dreamstream.nets.catalog import NetEntry, catalog
from dreamstream.nets.download import Download, Report, download, wrong_checksum
from dreamstream.nets.http import check_address

_SHA256 = re.compile(r"[0-9a-f]{64}")


def fetch_net(
    name: str,
    report: Report,
    sha256: str = "",
    url: str = "",
    wait: Callable[[float], None] = time.sleep,
) -> bool:
    """Fetch a net's weights; False when they were there and right. Raises NetError with one line.

    `sha256` is needed where the catalog has no checksum; `url` takes the place of the catalog's
    address (a mirror), with the same checksums. `report` gets (bytes there, bytes in all).
    """
    entry = _entry(name)
    _check_given(sha256, url)
    if entry.download is None:
        if entry.is_here():
            return False
        raise NetError(f"{name}: is not fetched: {entry.how_to_get()}")
    assert entry.caffemodel is not None
    what = _with_checksum(entry, sha256)
    if entry.caffemodel.is_file():
        wrong = wrong_checksum(entry.caffemodel, what.checksums())
        if not wrong:
            return False
        if not entry.download.checksums():  # as likely a slip in what was typed
            raise NetError(f"{entry.caffemodel}: is there with {wrong}; delete it to fetch another")
        entry.caffemodel.unlink()
    download(replace(what, url=url or what.url), entry.caffemodel, report, wait)
    return True


def _entry(name: str) -> NetEntry:
    known = catalog()
    if name not in known:
        raise NetError(f"no net '{name}'; {nearest(name, known)}")
    return known[name]


def _check_given(sha256: str, url: str) -> None:
    """What is typed wrong is told even where it would not be used."""
    if sha256 and not _SHA256.fullmatch(sha256.lower()):
        raise NetError(f"--sha256 {sha256}: 64 hexadecimal digits are needed")
    if url:
        check_address(url)


def _with_checksum(entry: NetEntry, sha256: str) -> Download:
    what = entry.download
    assert what is not None
    sha256 = sha256.lower()
    if sha256 and what.sha256 not in ("", sha256):
        raise NetError(f"--sha256 {sha256}: {entry.name} has sha256 {what.sha256}")
    if not (sha256 or what.checksums()):
        raise NetError(
            f"{entry.name}: no checksum of it is published; dreamstream nets fetch {entry.name} --sha256 HEX "
            "with the one that you trust"
        )
    return replace(what, sha256=sha256 or what.sha256)
