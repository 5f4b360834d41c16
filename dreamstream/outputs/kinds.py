"""The kinds of outputs, and what `--out` says: which picture, how large, by which kind, where.

    [dream|screen][@WxH]:KIND:WHERE     shm:dream · screen:v4l2:/dev/video0 · screen@1280x720:udp://host:5000

KINDS is the one table: parsing, checks and `dreamstream outputs` go by it.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dreamstream.errors import OutputError, nearest
from dreamstream.extras import extra_missing
from dreamstream.outputs import hls, ndi, spout, stream, syphon, v4l2, whip
from dreamstream.outputs.apart import Apart
from dreamstream.outputs.memory import Memory, check_name
from dreamstream.outputs.sender import Fitted, Sender
from dreamstream.size import Size

_USUAL = Size(1280, 720)


def _anywhere(where: str) -> None:
    """Let any place pass."""


def _nothing() -> str:
    return ""


@dataclass(frozen=True)
class Kind:
    """A way for pictures to get out. `where` is what comes behind the kind's name and a colon, as in `NAME`.

    `open` returns its sender for such a place, and `check` raises OutputError for one that cannot be. With
    `apart` it runs in a process of its own: `open` is a function or class of a module then, by its name.
    `missing` says what is not here that it needs, and how to get it; empty where all is. `size` is that of
    all its pictures where nobody says another; None: each has its own.
    """

    where: str
    help: str
    open: Callable[[str], Sender]
    check: Callable[[str], None] = _anywhere
    needs: str = ""
    missing: Callable[[], str] = _nothing
    size: Size | None = None
    apart: bool = False


def _of_system(system: str, name: str, module: str, extra: str) -> str:
    return extra_missing(module, extra) if sys.platform == system else f"{name} alone has it"


def _stream(where: str, help: str, open: Callable[[str], Sender], port: bool = False) -> Kind:
    check = stream.check_port if port else stream.check_host
    return Kind(where, help, open, check, size=_USUAL, apart=True)


KINDS: dict[str, Kind] = {
    "shm": Kind("NAME", "shared memory, for any program on this machine", Memory, check_name),
    "v4l2": Kind(
        where="/dev/videoN",
        help="a virtual camera, for programs that take one",
        open=v4l2.V4l2,
        check=v4l2.check,
        needs="the kernel module v4l2loopback",
        missing=v4l2.missing,
        size=_USUAL,
    ),
    "ndi": Kind(
        where="NAME[@GROUP,GROUP]",
        help="programs and devices in the network that take NDI",
        open=ndi.Ndi,
        check=ndi.check,
        needs="on Linux avahi-daemon",
        missing=partial(extra_missing, "cyndilib", "ndi"),
        apart=True,
    ),
    "spout": Kind(
        where="NAME",
        help="other programs on this Windows machine",
        open=spout.Spout,
        missing=partial(_of_system, "win32", "Windows", "SpoutGL", "spout"),
        apart=True,
    ),
    "syphon": Kind(
        where="NAME",
        help="other programs on this Mac",
        open=syphon.Syphon,
        missing=partial(_of_system, "darwin", "macOS", "syphon", "syphon"),
        apart=True,
    ),
    "udp": _stream("//HOST:PORT", "MPEG-TS to a host or a group: players, media servers", stream.udp, True),
    "rtmp": _stream("//HOST/APP/KEY", "a streaming site, or any server of RTMP", stream.rtmp),
    "rtmps": _stream("//HOST/APP/KEY", "the same, encrypted", stream.rtmps),
    "rtsp": _stream("//HOST:PORT/NAME", "a server of RTSP, which is told what comes", stream.rtsp),
    "whip": Kind(
        where="https://HOST/PATH",
        help="WebRTC: the least delay; sites and media servers that take WHIP",
        open=whip.whip,
        check=whip.check,
        needs="aiortc",
        missing=partial(extra_missing, "aiortc", "webrtc"),
        size=_USUAL,
        apart=True,
    ),
    "hls": Kind(
        where="FOLDER",
        help="files that a web server hands out, and a page that plays them",
        open=hls.hls,
        check=hls.check,
        needs="a web server",
        size=_USUAL,
        apart=True,
    ),
}
"""By name. A URL is of the kind that its scheme names."""


@dataclass(frozen=True)
class Target:
    """One `--out`: `picture` is `dream` or `screen`; `size` that of its pictures, None for each its own."""

    picture: str
    size: Size | None
    kind: str
    where: str

    @property
    def address(self) -> str:
        """The kind and the place, as they were given."""
        return f"{self.kind}:{self.where}"

    @property
    def shown(self) -> str:
        """The address for everybody to see: without passwords, and without a stream's key."""
        if not re.match(r"(https?:)?//", self.where, re.IGNORECASE):
            return self.address
        before, _, rest = self.address.partition("//")
        place, *path = re.split(r"[?#]", rest)[0].split("/")
        kept = path[:1] if before == f"{self.kind}:" else []  # of a page's address, all may be the key
        shown = [place.rpartition("@")[2], *kept, *(["…"] if any(path[len(kept) :]) else [])]
        return f"{before}//{'/'.join(shown)}"

    def open(self) -> Sender:
        """Return its sender, which is open or on its way; raises OutputError, or what the system raises."""
        kind = KINDS[self.kind]
        if kind.apart:
            return Apart(kind.open, self.where, self.size)
        sender = kind.open(self.where)
        return Fitted(sender, self.size) if self.size is not None else sender


def target_of(text: str) -> Target:
    """Return what an `--out` says; raises OutputError where it cannot be, and says what would be right."""
    picture, size, rest = "dream", None, text
    if found := re.fullmatch(r"(dream|screen)?(?:@(\d{1,5})x(\d{1,5}))?:(.*)", text):
        picture, rest = found[1] or "dream", found[4]
        size = Size(int(found[2]), int(found[3])) if found[2] else None
    name, colon, where = rest.partition(":")
    if not colon or name not in KINDS:
        hint = f"no kind of output '{name}'; {nearest(name, KINDS)}" if colon else "KIND:WHERE is needed"
        raise OutputError(f"--out {text}: {hint} (`dreamstream outputs` lists them)")
    kind = KINDS[name]
    if not where:
        raise OutputError(f"--out {text}: it needs a place, as in {name}:{kind.where}")
    if size is not None and not all(32 <= side <= 8192 for side in size):
        raise OutputError(f"--out {text}: both sides must be 32 to 8192, as in @1280x720")
    if missing := kind.missing():
        raise OutputError(f"--out {text}: {name} is not to be had here: {missing}")
    kind.check(where)
    if size is not None and kind.size is not None:  # colours have half the resolution there
        size = Size(*(side + side % 2 for side in size))
    return Target(picture, size or kind.size, name, where)
