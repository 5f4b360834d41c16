"""A virtual camera on Linux: pictures written to a device of v4l2loopback, which programs open as a camera.

    RGB -> YUV 4:2:0 (BT.601, which players of cameras assume) -> write(2) to /dev/videoN

After <linux/videodev2.h>: the format is set once (VIDIOC_S_FMT), then each write is a picture.
"""

import os
import struct
import sys
from pathlib import Path

from dreamstream.errors import OutputError, reason
from dreamstream.frame import Frame
from dreamstream.outputs.sender import Sender
from dreamstream.size import Size

QUERYCAP, S_FMT = 0x8068_5600, 0xC0D0_5605  # _IOR('V', 0, v4l2_capability), _IOWR('V', 5, v4l2_format)
_CAPABILITY = struct.Struct(
    "16s32s32s3I12x"
)  # driver, card, bus, version, what the device can, what this node can
_FORMAT = struct.Struct(
    "I4x12I152x"
)  # type; width, height, pixels, field, bytes a row and a picture, colours, ...
_IS_OUTPUT, _HAS_NODES = 0x2, 0x8000_0000  # V4L2_CAP_VIDEO_OUTPUT, V4L2_CAP_DEVICE_CAPS
_OUTPUT, _PROGRESSIVE, _SMPTE170M, _EXTENDED = 2, 1, 1, 0xFEED_CAFE
_YU12 = int.from_bytes(b"YU12", "little")
_MODULE = "v4l2loopback makes them: sudo modprobe v4l2loopback exclusive_caps=1"


def missing() -> str:
    """Return why there are no such devices; empty where there may be."""
    return "" if sys.platform == "linux" else "Linux alone has such devices"


def check(where: str) -> None:
    """Raise OutputError where there is no such device."""
    if not Path(where).exists():
        raise OutputError(f"v4l2:{where}: there is no such device; {_MODULE}")


class V4l2(Sender):
    """Writes pictures to a device; the first sets their size, with even sides."""

    def __init__(self, where: str) -> None:
        check(where)
        self._path, self._size = where, Size(0, 0)
        self._file = os.open(where, os.O_RDWR)

    def send(self, frame: Frame) -> None:
        """See `Sender`."""
        import cv2

        if self._size != frame.size:
            self._size = frame.size
            self._set_format()
        yuv = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2YUV_I420)
        written = os.write(self._file, yuv.data)
        if written != yuv.nbytes:
            raise OutputError(f"{self._path}: took {written} of {yuv.nbytes} bytes")

    def close(self) -> None:
        """See `Sender`."""
        os.close(self._file)

    def _set_format(self) -> None:
        import fcntl

        width, height = self._size
        capability = bytearray(_CAPABILITY.size)
        wanted = (_YU12, _PROGRESSIVE, width, width * height * 3 // 2, _SMPTE170M, _EXTENDED)
        format = bytearray(_FORMAT.pack(_OUTPUT, width, height, *wanted, 0, 0, 0, 0))
        try:
            fcntl.ioctl(self._file, QUERYCAP, capability)
            whole, node = _CAPABILITY.unpack(capability)[4:]
            if not (node if whole & _HAS_NODES else whole) & _IS_OUTPUT:
                raise OutputError(f"{self._path}: is a camera, and takes no pictures; {_MODULE}")
            fcntl.ioctl(self._file, S_FMT, format)
        except OSError as error:
            raise OutputError(f"{self._path}: takes no pictures of {self._size}: {reason(error)}") from error
        _, width, height, pixels, *_ = _FORMAT.unpack(format)
        if (width, height, pixels) != (*self._size, _YU12):
            raise OutputError(
                f"{self._path}: has another format, {width}x{height}, which a program keeps open"
            )
