from pathlib import Path

import numpy as np
import pytest

from dreamstream.caffe import read_mean
from dreamstream.caffe.schema import MESSAGES
from dreamstream.errors import NetError
from tests.fakes import mutations

IMAGE = np.stack([np.full((4, 6), value, np.float32) for value in (104, 117, 123)])
IMAGE[:, 0] += 12  # a gradient over the image: its mean is 3 more


def binaryproto(path: Path, image: np.ndarray, old: bool = False) -> Path:
    """Write it as Caffe's `compute_image_mean` does: num, channels, height, width."""
    sizes = (1, *image.shape)
    blob = (
        MESSAGES["BlobProto"](**dict(zip(("num", "channels", "height", "width"), sizes, strict=True)))
        if old
        else MESSAGES["BlobProto"](shape=MESSAGES["BlobShape"](dim=sizes))
    )
    # the wire format itself: field 5, packed little-endian floats
    values = image.astype("<f4").tobytes()
    length, rest = b"", len(values)
    while rest > 127:
        length, rest = length + bytes([rest & 127 | 128]), rest >> 7
    path.write_bytes(blob.SerializeToString() + b"\x2a" + length + bytes([rest]) + values)
    return path


@pytest.mark.parametrize("old", [True, False])
def test_a_mean_image_becomes_a_mean_a_channel(tmp_path: Path, old: bool) -> None:
    assert read_mean(binaryproto(tmp_path / "m.binaryproto", IMAGE, old)) == (107.0, 120.0, 126.0)


@pytest.mark.parametrize("image", [IMAGE, IMAGE[None], IMAGE.astype(np.float64), IMAGE.astype(np.uint8)])
def test_arrays_of_python_s_users_too(tmp_path: Path, image: np.ndarray) -> None:
    np.save(tmp_path / "m.npy", image)
    assert read_mean(tmp_path / "m.npy") == (107.0, 120.0, 126.0)


def test_three_numbers_in_a_file(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", IMAGE.mean((1, 2)))
    assert read_mean(tmp_path / "m.npy") == (107.0, 120.0, 126.0)


def false_header(path: Path) -> None:
    """A .npy that says it holds 3×10^6×10^6 numbers."""
    np.save(path, IMAGE)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"(3, 4, 6), }          ", b"(3, 1000000, 1000000),}"))


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("no.npy", lambda path: None, "No such file"),
        ("folder.npy", lambda path: path.mkdir(), "Is a directory"),
        ("text.npy", lambda path: path.write_text("104,117,123"), "not an array of numbers"),
        ("empty.npy", lambda path: path.write_bytes(b""), "not an array of numbers"),
        ("objects.npy", lambda path: np.save(path, np.array([None] * 3), allow_pickle=True), "not an array"),
        ("zip.npy", lambda path: np.savez(path.open("wb"), IMAGE), "not an array of numbers"),
        ("false.npy", false_header, "not an array of numbers"),
        ("grey.npy", lambda path: np.save(path, IMAGE[0]), r"3×H×W or 3 is needed, this one has \(4, 6\)"),
        ("last.npy", lambda path: np.save(path, IMAGE.transpose(1, 2, 0)), r"has \(4, 6, 3\)"),
        ("none.npy", lambda path: np.save(path, IMAGE[:, :0]), r"has \(3, 0, 6\)"),
        ("nan.npy", lambda path: np.save(path, np.full(3, np.nan)), "not numbers"),
        ("m.binaryproto", lambda path: path.write_bytes(b"\xff\xff\xff\xff"), "not a mean image"),
        ("short.binaryproto", lambda path: path.write_bytes(b"\x08\x01\x10\x03\x18\x04\x20\x06"), "holds 0"),
        ("grey.binaryproto", lambda path: binaryproto(path, IMAGE[:1]), "is needed"),
    ],
)
def test_what_is_no_mean_is_one_line_with_the_file_s_name(
    tmp_path: Path, name: str, make: object, words: str
) -> None:
    make(tmp_path / name)  # type: ignore[operator]
    with pytest.raises(NetError, match=words) as caught:
        read_mean(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_a_giant_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "giant.binaryproto"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a hole: it takes no room on the disk
    with pytest.raises(NetError, match="too large"):
        read_mean(path)


def test_mutated_arrays_are_one_line_or_a_mean(tmp_path: Path) -> None:
    path = tmp_path / "mean.npy"
    np.save(path, np.full((3, 4, 5), 117, np.float32))
    for mutant in mutations(path.read_bytes(), 1000, 1):
        path.write_bytes(mutant)
        try:
            assert len(read_mean(path)) == 3
        except NetError as error:
            assert "mean.npy" in str(error)
