"""Shared memory: the newest pictures in a ring that any program on this machine can read.

    header (4096 bytes) | slot | slot | slot | slot      all numbers little endian

The header says how the ring is laid out, and which picture is the `newest`, counted from 1; it is in slot
(newest - 1) % slots. A slot has a head of 64 bytes, then rows of RGB from the top. Its `number` is 0 while it
is written: whoever finds the same number there before and after copying has the picture whole. The writer
waits for nobody. docs/outputs.md has the offsets, and readers in Python and C.

It is the file /dev/shm/NAME on Linux, on macOS one in the temporary folder, on Windows a named mapping.
"""

import contextlib
import mmap
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from dreamstream.errors import OutputError
from dreamstream.frame import BEYOND, Frame, new_pixels
from dreamstream.outputs.sender import Sender
from dreamstream.size import Size

MAGIC, VERSION = b"DREAMSHM", 1
SLOTS = 4
HEADER_BYTES = 4096

HEADER = np.dtype(
    [
        *(("magic", "S8"), ("version", "<u4"), ("header", "<u4"), ("slots", "<u4"), ("stride", "<u4")),
        *(("newest", "<u8"), ("over", "<u4"), ("unused", "<u4")),
        *(("taken", "<u8"), ("missed", "<u8"), ("warning", "S192")),
    ]
)
"""`stride` bytes lie from one slot to the next. `over`: the writer has ended, or has opened a larger one.

`taken`, `missed` and `warning` are the one reader's that a writer watches, where there is one.
"""
SLOT = np.dtype(
    [
        *(("number", "<u8"), ("width", "<u4"), ("height", "<u4"), ("channels", "<u4"), ("row", "<u4")),
        *(("time", "<f8"), ("frame", "<u8"), ("unused", "V24")),
    ]
)
"""`row` bytes lie from one row to the next; `time` in seconds on the show's clock, `frame` as dreamt."""


def check_name(name: str) -> None:
    """Raise OutputError where shared memory cannot have this name."""
    if not re.fullmatch(r"[\w.-]{1,200}", name, re.ASCII) or set(name) == {"."}:
        raise OutputError(f"shm:{name}: a name of letters, digits, dots and dashes is needed, as in dream")


def memory_path(name: str) -> Path:
    """Return the file that is the memory of that name, on Linux and macOS."""
    folder = Path("/dev/shm")
    return (folder if folder.is_dir() else Path(tempfile.gettempdir())) / name


class MemoryWriter:
    """A ring with room for pictures of `size`, in place of one that a show has left behind.

    Raises OutputError where another show is writing there or it is something else, and OSError.
    """

    def __init__(self, name: str, size: Size, channels: int = 3) -> None:
        check_name(name)
        self.name = name
        room = channels * size.area
        stride = -(-(SLOT.itemsize + room + BEYOND) // 4096) * 4096
        total = HEADER_BYTES + SLOTS * stride
        self._file, self._map = _made(name, total)
        self._header = np.frombuffer(self._map, HEADER, 1)
        self._room, self._stride = room, stride
        head = self._header[0]
        head["version"], head["header"], head["slots"], head["stride"] = VERSION, HEADER_BYTES, SLOTS, stride
        head["magic"] = MAGIC
        self.newest = 0
        if self._file >= 0:  # whoever opens it now finds it whole
            _part_of(name).replace(memory_path(name))

    def fits(self, frame: Frame) -> bool:
        """Return whether there is room for such a picture."""
        return frame.pixels.nbytes <= self._room

    def write(self, frame: Frame) -> None:
        """Write a picture over the oldest one."""
        start = HEADER_BYTES + self.newest % SLOTS * self._stride
        slot = np.frombuffer(self._map, SLOT, 1, start)
        slot["number"] = 0
        size = frame.size
        for name, value in (
            *(("width", size.width), ("height", size.height)),
            *(("channels", frame.channels), ("row", frame.channels * size.width)),
            *(("time", frame.time), ("frame", frame.index)),
        ):
            slot[name] = value
        room = np.frombuffer(self._map, np.uint8, frame.pixels.size, start + SLOT.itemsize)
        np.copyto(room.reshape(frame.pixels.shape), frame.pixels)
        self.newest += 1
        slot["number"] = self.newest
        self._header["newest"] = self.newest

    @property
    def taken(self) -> int:
        """The number of the picture that the watched reader was done with last."""
        return int(self._header["taken"][0])

    @property
    def missed(self) -> int:
        """How many it has left out, or is too late for: all but one in hand and one to come."""
        return int(self._header["missed"][0]) + max(self.newest - self.taken - 2, 0)

    @property
    def warning(self) -> str:
        """What it has to say."""
        return bytes(self._header["warning"][0]).decode(errors="replace")

    def close(self) -> None:
        """Say that it is over, and take its name away; who has it open can still read."""
        self._header["over"] = 1
        if self._file >= 0:
            with contextlib.suppress(OSError):
                if os.path.samestat(memory_path(self.name).stat(), os.fstat(self._file)):
                    memory_path(self.name).unlink()
            os.close(self._file)
            self._file = -1


class MemoryReader:
    """Reads a ring, always the newest picture; raises OSError where there is none of that name."""

    def __init__(self, name: str) -> None:
        self.name, self._seen, self._skipped = name, 0, 0
        if sys.platform == "win32":
            head = np.frombuffer(mmap.mmap(-1, HEADER_BYTES, tagname=name), HEADER, 1)
            total = HEADER_BYTES + int(head["slots"][0]) * int(head["stride"][0])
            self._map: Any = mmap.mmap(-1, total, tagname=name)
        else:
            with memory_path(name).open("r+b") as file:
                self._map = mmap.mmap(file.fileno(), 0)
        self._header = np.frombuffer(self._map, HEADER, 1)

    def newest(self) -> Frame | None:
        """Return the newest picture, a copy, if there is one since the last call."""
        slots, stride = int(self._header["slots"][0]), int(self._header["stride"][0])
        while (number := int(self._header["newest"][0])) > self._seen:
            start = int(self._header["header"][0]) + (number - 1) % slots * stride
            slot = np.frombuffer(self._map, SLOT, 1, start)
            before = slot[0].copy()
            size, channels = Size(int(before["width"]), int(before["height"])), int(before["channels"])
            if before["number"] != number:
                continue  # it is being written again: there is a newer one
            pixels = new_pixels(size, channels)
            there = np.frombuffer(self._map, np.uint8, pixels.size, start + SLOT.itemsize)
            np.copyto(pixels, there.reshape(pixels.shape))
            if slot["number"][0] == number:
                pixels.flags.writeable = False
                self._skipped += number - self._seen - 1
                self._seen = number
                return Frame(pixels, int(before["frame"]), float(before["time"]))
        return None

    def done(self, warning: str = "") -> None:
        """Say that the picture is done with, for a writer that watches."""
        self._header["warning"] = warning.encode()[:191]
        self._header["missed"] = self._skipped
        self._header["taken"] = self._seen

    def unlink(self) -> None:
        """Take its name away: it is freed as soon as neither side has it."""
        if sys.platform != "win32":
            memory_path(self.name).unlink(missing_ok=True)


class Memory(Sender):
    """Sends by shared memory; where a larger picture comes, by a larger one of the same name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.writer: MemoryWriter | None = None

    def send(self, frame: Frame) -> None:
        """See `Sender`."""
        if self.writer is None or not self.writer.fits(frame):
            self.close()
            self.writer = MemoryWriter(self._name, frame.size, frame.channels)
        self.writer.write(frame)

    def close(self) -> None:
        """See `Sender`."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None


def _part_of(name: str) -> Path:
    return memory_path(f".{name}.{os.getpid()}.part")


def _made(name: str, total: int) -> tuple[int, Any]:
    """Return the descriptor (-1 on Windows, which has none) and the mapping of new memory, all zeros.

    The memory is taken at once: else a full disk of the system's would end the show with the first picture.
    """
    if sys.platform == "win32":
        return -1, mmap.mmap(-1, total, tagname=name)
    import fcntl

    _check_left(name)
    part = _part_of(name)
    file = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, 0, total)
        else:
            os.ftruncate(file, total)
        return file, mmap.mmap(file, total)
    except OSError:
        part.unlink(missing_ok=True)
        os.close(file)
        raise


def _check_left(name: str) -> None:
    """Raise OutputError where what is there of that name was not left behind by a show that has ended."""
    import fcntl

    try:
        file = os.open(memory_path(name), os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        if os.pread(file, len(MAGIC), 0) != MAGIC:
            raise OutputError(f"shm:{name}: {memory_path(name)} is something else's; take another name")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputError(f"shm:{name}: another show is writing there; take another name") from None
    finally:
        os.close(file)
