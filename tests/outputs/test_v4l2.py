"""A virtual camera: the calls that the kernel gets, and the pictures that are written."""

import fcntl
import struct
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from dreamstream.errors import OutputError
from dreamstream.outputs import target_of
from dreamstream.outputs.v4l2 import QUERYCAP, S_FMT, V4l2
from dreamstream.size import Size
from tests.fakes import frame

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has such devices")


class Kernel:
    """Answers the calls as v4l2loopback does; keeps them."""

    def __init__(self, can: int = 0x8520_0003, size: Size | None = None) -> None:
        self.can, self.size = can, size
        self.calls: list[tuple[int, bytes]] = []

    def ioctl(self, file: int, request: int, argument: bytearray) -> int:
        self.calls.append((request, bytes(argument)))
        if request == QUERYCAP:
            assert len(argument) == 104  # of the kernel's structure
            struct.pack_into("<2I", argument, 84, self.can | 0x8000_0000, self.can)
        elif request == S_FMT:
            assert len(argument) == 208
            if self.size is not None:
                struct.pack_into("<2I", argument, 8, *self.size)
        else:
            raise AssertionError(f"an unknown request: {request:x}")
        return 0


@pytest.fixture
def device(tmp_path: Path) -> Path:
    path = tmp_path / "video7"
    path.touch()
    return path


def test_the_format_is_set_once_and_each_picture_is_written(
    device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel()
    monkeypatch.setattr(fcntl, "ioctl", kernel.ioctl)
    sender = target_of(f"@64x48:v4l2:{device}").open()
    for index in (1, 2):
        sender.send(frame(index, 200, Size(64, 48)))
    sender.close()
    assert [request for request, _ in kernel.calls] == [QUERYCAP, S_FMT]
    asked = struct.unpack_from("<I4x8I", kernel.calls[1][1])
    assert asked == (2, 64, 48, int.from_bytes(b"YU12", "little"), 1, 64, 64 * 48 * 3 // 2, 1, 0xFEED_CAFE)
    written = np.frombuffer(device.read_bytes(), np.uint8).reshape(2, 72, 64)
    for each in written:
        back = cv2.cvtColor(each, cv2.COLOR_YUV2RGB_I420)
        assert np.abs(back.astype(int) - 200).max() <= 2


def test_pictures_of_any_size_come_in_one(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel()
    monkeypatch.setattr(fcntl, "ioctl", kernel.ioctl)
    sender = target_of(f"v4l2:{device}").open()
    for size in (Size(64, 48), Size(127, 95)):
        sender.send(frame(1, 9, size))
    sender.close()
    assert len(kernel.calls) == 2
    assert device.stat().st_size == 2 * 1280 * 720 * 3 // 2


def test_a_camera_takes_no_pictures(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "ioctl", Kernel(can=0x1).ioctl)
    sender = V4l2(str(device))
    with pytest.raises(OutputError, match="is a camera"):
        sender.send(frame())
    sender.close()


def test_a_format_that_is_held_is_told(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "ioctl", Kernel(size=Size(640, 480)).ioctl)
    sender = V4l2(str(device))
    with pytest.raises(OutputError, match="has another format, 640x480"):
        sender.send(frame())
    sender.close()


def test_what_is_no_device_is_told(device: Path) -> None:
    """The real kernel answers here: a file knows no such call."""
    sender = V4l2(str(device))
    with pytest.raises(OutputError, match="takes no pictures of 8x6: Inappropriate ioctl"):
        sender.send(frame())
    sender.close()
    with pytest.raises(OutputError, match="modprobe v4l2loopback"):
        target_of("v4l2:/dev/video-none")
