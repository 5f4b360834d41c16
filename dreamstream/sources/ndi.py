"""NDI as a source, by cyndilib: pictures of a program or camera in the network, by its name.

NAME[@GROUP,...] -> Finder -> Receiver -> its frame synchroniser, which has the newest picture at any time
"""

import ctypes
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dreamstream.errors import SourceError
from dreamstream.extras import extra_missing
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.cover import cover
from dreamstream.sources.matte import matted

_FOUND, _CONNECTED, _GONE = 8.0, 5.0, 5.0  # seconds: for a name, for its first picture, without a connection
_SOON = 0.02  # seconds until it is looked again
_SETTINGS = "ndi-config.v1.json"
_AVAHI, _LIBRARY = Path("/run/avahi-daemon/socket"), "libavahi-client.so.3"


def check_ndi(where: str) -> None:
    """Raise SourceError where there is no name, or no library."""
    if not parts(where)[0]:
        raise SourceError("ndi: a name is needed, as in ndi:NAME, or 'ndi:MACHINE (NAME)'")
    if missing := extra_missing("cyndilib", "ndi"):
        raise SourceError(f"ndi: cyndilib is needed for it: {missing}")


def parts(where: str) -> tuple[str, str]:
    """Return the name and the groups, as NDI has them with commas between, of NAME[@GROUP,...]."""
    name, at, groups = where.rpartition("@")
    return (name, groups) if at else (groups, "")


def join(groups: str) -> None:
    """Have NDI in this process send to and find in these groups, before its library is loaded.

    Its settings say so, as the library says it has them (cyndilib 0.1.3 crashes where groups are given to
    it): the player's own, with these groups in them, which NDI reads as it begins.
    """
    if not groups:
        return
    with TemporaryDirectory() as folder:
        (Path(folder) / _SETTINGS).write_text(settings_with(groups), encoding="utf-8")
        os.environ["NDI_CONFIG_DIR"] = folder
        import cyndilib  # noqa: F401


def settings_with(groups: str) -> str:
    """Return the player's own settings of NDI, with these groups."""
    own = Path(os.environ.get("NDI_CONFIG_DIR") or Path.home() / ".ndi") / _SETTINGS
    settings: dict[str, Any] = json.loads(own.read_text(encoding="utf-8")) if own.is_file() else {}
    settings.setdefault("ndi", {})["groups"] = {"send": groups, "recv": groups}
    return json.dumps(settings)


def unseen() -> str:
    """Return why nobody is found, and nobody finds this, on this machine; empty where all is there."""
    if sys.platform != "linux":
        return ""
    try:
        ctypes.CDLL(_LIBRARY)
    except OSError:
        return f"NDI finds nobody without {_LIBRARY} (apt install libavahi-client3)"
    return "" if _AVAHI.exists() else "NDI finds nobody while avahi-daemon does not run"


def pictures(where: str) -> Iterator[Callable[[Size], Canvas]]:
    """Give the newest picture of that name each time when it is asked for; see `openers`."""
    name, groups = parts(where)
    join(groups)
    from cyndilib import Finder, Receiver, RecvBandwidth, RecvColorFormat, VideoFrameSync

    with Finder() as finder:
        receiver = Receiver(color_format=RecvColorFormat.RGBX_RGBA, bandwidth=RecvBandwidth.highest)
        newest, sync = VideoFrameSync(), receiver.frame_sync
        sync.set_video_frame(newest)
        receiver.set_source(_found(finder, name))
        connected, patience = time.monotonic(), _CONNECTED
        while True:
            sync.capture_video()
            now = time.monotonic()
            width, height = newest.get_resolution()
            if width and receiver.is_connected():
                connected, patience = now, _GONE
            if now - connected > patience:
                raise SourceError("it is gone" if width else "it is there, and no picture comes from it")
            if width:
                pixels = newest.get_array().reshape(height, newest.get_line_stride() // 4, 4)[:, :width]
                yield partial(cover, matted(pixels, opaque=newest.get_fourcc().name == "RGBX"))
            else:
                time.sleep(_SOON)


def _found(finder: Any, name: str) -> Any:
    """Return the source of that name, or of that name on any machine; SourceError where none comes."""
    end = time.monotonic() + _FOUND
    while True:
        names = finder.update_sources()
        for full in names:
            if name in (full, full.partition(" (")[2].removesuffix(")")):
                return finder.get_source(full)
        left = end - time.monotonic()
        if left <= 0:
            others = f"those that are: {', '.join(sorted(names))}" if names else unseen() or "nobody sends"
            raise SourceError(f"no NDI source of that name is found; {others}")
        finder.wait_for_sources(min(left, 1.0))
