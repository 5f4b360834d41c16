"""HLS: the stream as files in a folder, with a page that plays them, for any web server to hand out.

Stream -> a playlist and segments of two seconds, the newest six -> index.html plays them
"""

import contextlib
import time
from pathlib import Path

from dreamstream.errors import OutputError
from dreamstream.outputs.stream import Protocol, Stream

_PLAYER = Path(__file__).with_name("player.html")
_MARK = "<!-- dreamstream's player -->"
_SEGMENTS = "dream-*.m4s", "dream-*.mp4"
_OPTIONS = {
    "hls_time": "2",
    "hls_list_size": "6",
    "hls_flags": "delete_segments+independent_segments+omit_endlist+temp_file",
    "hls_segment_type": "fmp4",
}


def hls(where: str) -> Stream:
    """Return a stream into a folder, which is made where it is not there; what a show left there goes."""
    folder = Path(where)
    check(where)
    folder.mkdir(exist_ok=True)
    for pattern in _SEGMENTS:
        for path in folder.glob(pattern):
            with contextlib.suppress(OSError):
                path.unlink()
    page = folder / "index.html"
    if not page.exists() or _MARK in page.read_text(encoding="utf-8", errors="replace"):
        page.write_bytes(_PLAYER.read_bytes())
    begun = int(time.time())  # in all names: whoever plays sees that it has begun anew
    names = {
        "hls_fmp4_init_filename": f"dream-{begun}.mp4",
        "hls_segment_filename": str(folder / f"dream-{begun}-%d.m4s"),
    }
    return Stream(str(folder / "dream.m3u8"), Protocol("hls", {**_OPTIONS, **names}))


def check(where: str) -> None:
    """Raise OutputError where no folder can be made."""
    folder = Path(where)
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"hls:{where}: is a file; a folder is needed")
    if not folder.absolute().parent.is_dir():
        raise OutputError(f"hls:{where}: there is no folder {folder.parent}; make it first")
