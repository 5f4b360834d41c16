"""Fetching a catalog's net into the cache: never silently, never unchecked.

name -> entry -> address and checksums (the catalog's, the caller's) -> download -> weights in use
"""

import re

from dreamstream.errors import NetError, nearest
from dreamstream.nets.catalog import catalog
from dreamstream.nets.download import Download, Report, download, wrong_checksum
from dreamstream.nets.http import check_address

_SHA256 = re.compile(r"[0-9a-f]{64}")


def fetch_net(name: str, report: Report, sha256: str = "", url: str = "") -> bool:
    """Fetch a net's weights; False when they were there and right. Raises NetError with one line.

    `sha256` is needed where the catalog has no checksum; `url` takes the place of the catalog's
    address (a mirror), with the same checksums. `report` gets (bytes there, bytes in all).
    """
    known = catalog()
    if name not in known:
        raise NetError(f"no net '{name}'; {nearest(name, known)}")
    if sha256 and not _SHA256.fullmatch(sha256.lower()):
        raise NetError(f"--sha256 {sha256}: 64 hexadecimal digits are needed")
    if url:
        check_address(url)
    entry = known[name]
    if entry.download is None:
        if entry.is_here():
            return False
        raise NetError(f"{name}: is not fetched: {entry.how_to_get()}")
    published = entry.download.checksums
    checksums = {"sha256": sha256.lower(), **published} if sha256 else published
    if sha256 and checksums["sha256"] != sha256.lower():
        raise NetError(f"--sha256 {sha256.lower()}: {name} has sha256 {checksums['sha256']}")
    if not checksums:
        raise NetError(
            f"{name}: no checksum of it is published; dreamstream nets fetch {name} --sha256 HEX "
            "with the one that you trust"
        )
    if entry.caffemodel.is_file():
        wrong = wrong_checksum(entry.caffemodel, checksums)
        if not wrong:
            return False
        if not published:  # what was typed is as likely to be wrong
            raise NetError(f"{entry.caffemodel}: is there with {wrong}; delete it to fetch another")
        entry.caffemodel.unlink()
    source = Download(url or entry.download.url, entry.download.size, checksums)
    download(source, entry.caffemodel, report)
    return True
