"""HAP: textures that a graphics card reads, decoded by FFmpeg as a player would."""

import importlib.util
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.errors import RecordError
from dreamstream.frame import Frame
from dreamstream.record import Encoding, check_output
from dreamstream.record.blocks import dxt1, dxt5, planes_of, ycocg_dxt5
from dreamstream.record.hap import TEXTURES, packet_of
from tests.record.films import film, write

TAGS = {"hap": "Hap1", "hapalpha": "Hap5", "hapq": "HapY"}


def decoded(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [each.to_ndarray(format="rgba") for each in container.decode(video=0)]


def colours_of(block: bytes) -> np.ndarray:
    """The 4×4 pixels of a block of DXT1, by the extension's own words."""
    first, second, codes = struct.unpack("<HHI", block)
    ends = [
        np.array([(e >> 11) * 255 / 31, (e >> 5 & 63) * 255 / 63, (e & 31) * 255 / 31])
        for e in (first, second)
    ]
    assert first > second or codes == 0, "four colours, not three and black"
    table = [ends[0], ends[1], (2 * ends[0] + ends[1]) / 3, (ends[0] + 2 * ends[1]) / 3]
    return np.array([table[codes >> 2 * i & 3] for i in range(16)]).reshape(4, 4, 3)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0, 3, 40, 255]))
def test_a_block_is_nearer_than_its_mean_colour(seed: int, spread: int) -> None:
    """No worse than the mean colour alone would be."""
    rng = np.random.default_rng(seed)
    block = np.clip(rng.integers(0, 256, 3) + rng.integers(-spread, spread + 1, (4, 4, 3)), 0, 255)
    shown = colours_of(dxt1(planes_of(block.astype(np.uint8)))[0].tobytes())
    error = ((shown - block) ** 2).mean()
    flat = ((block - block.mean((0, 1))) ** 2).mean()
    assert error <= flat + 13, "5 and 6 bits a colour are this coarse"


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_a_flat_block_is_its_colour(colour: tuple[int, int, int]) -> None:
    shown = colours_of(dxt1(planes_of(np.full((4, 4, 3), colour, np.uint8)))[0].tobytes())
    assert np.abs(shown - colour).max() <= 4.2


@given(st.integers(0, 255), st.integers(0, 255))
def test_two_alphas_in_a_block_are_kept_as_they_are(one: int, other: int) -> None:
    pixels = np.zeros((4, 8, 4), np.uint8)
    pixels[..., 3] = np.where(np.arange(8) % 3 == 0, one, other)
    *colours, alpha = planes_of(pixels)
    for number, block in enumerate(dxt5(colours, alpha)):
        high, low = int(block[0]), int(block[1])
        codes = int.from_bytes(block[2:8].tobytes(), "little")
        table = [high, low, *((high * (7 - k) + low * k) / 7.0 for k in range(1, 7))]
        assert high > low or codes == 0
        shown = np.array([table[codes >> 3 * i & 7] for i in range(16)]).reshape(4, 4)
        assert np.array_equal(shown, pixels[:, 4 * number : 4 * number + 4, 3])


@pytest.mark.parametrize("codec", TAGS)
@pytest.mark.parametrize("size", [(96, 64), (94, 62), (33, 47), (640, 360)])
@pytest.mark.parametrize("patient", [True, False])
def test_ffmpeg_shows_what_was_written(
    tmp_path: Path, codec: str, size: tuple[int, int], patient: bool
) -> None:
    width, height = size
    frames = film(4, height, width)
    write(tmp_path / "x.mov", frames, encoding=Encoding(codec, patient=patient))
    with av.open(str(tmp_path / "x.mov")) as container:
        context = container.streams.video[0].codec_context
        assert (context.codec_tag, context.width, context.height) == (TAGS[codec], width, height)
        assert all(packet.is_keyframe for packet in container.demux(video=0) if packet.size)
    for frame, shown in zip(frames, decoded(tmp_path / "x.mov"), strict=True):
        error = np.mean((shown[..., :3].astype(float) - frame.pixels) ** 2)
        assert 10 * np.log10(255**2 / error) > (33 if codec == "hapq" else 28), "decibels"
        assert (shown[..., 3] == 255).all()


def test_fine_colours_are_finer_where_there_is_little_colour() -> None:
    """Greys with a tint, which 16 bits a colour make steps of."""
    ramp = np.linspace(60, 200, 64)[None, :, None] + np.array([0, 4, 9])
    pixels = np.rint(np.broadcast_to(ramp, (8, 64, 3))).astype(np.uint8)
    packed = ycocg_dxt5(planes_of(pixels))
    blues = packed[:, 8].astype(int) & 31  # the scale is in the blue of the first end
    assert set(blues) == {3}, "the strongest of the three scales"


@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from(list(TEXTURES)))
@settings(max_examples=30)
def test_a_packet_is_the_same_on_many_threads(height: int, width: int, codec: str) -> None:
    pixels = np.random.default_rng(height).integers(0, 256, (height, width, 4), np.uint8)
    with ThreadPoolExecutor(3) as pool:
        assert packet_of(TEXTURES[codec], pixels, pool) == packet_of(TEXTURES[codec], pixels)


def test_what_repeats_is_packed_and_what_does_not_is_left() -> None:
    flat = packet_of(TEXTURES["hap"], np.zeros((256, 256, 4), np.uint8))
    noise = packet_of(TEXTURES["hap"], np.random.default_rng(0).integers(0, 256, (256, 256, 4), np.uint8))
    assert len(flat) < 256 * 256 / 2 / 10
    assert 256 * 256 / 2 <= len(noise) < 256 * 256 / 2 + 100
    assert flat[3] == noise[3] == 0xCB
    assert flat[12:20] == b"\x0b" * 8
    assert noise[12:20] == b"\x0a" * 8


def test_a_large_packet_has_a_long_head() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4096, 4096, 4), np.uint8)
    packet = packet_of(TEXTURES["hapq"], pixels)
    assert struct.unpack("<II", packet[:8]) == (0xCF << 24, len(packet) - 8)


def test_without_cramjam_it_is_one_line(tmp_path: Path) -> None:
    assert importlib.util.find_spec("cramjam"), "the tests need it"
    program = (
        "import sys; from pathlib import Path; sys.modules['cramjam'] = None\n"
        "from dreamstream.errors import RecordError\n"
        "from dreamstream.record import Encoding, check_output\n"
        "try: check_output(Path('x.mov'), encoding=Encoding('hapq'))\n"
        "except RecordError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == "x.mov: hapq needs cramjam: pip install 'dreamstream[hap]'\n", done.stderr


def test_hap_has_no_hardware_and_goes_into_mov_alone(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="none here encodes hap"):
        check_output(tmp_path / "x.mov", encoding=Encoding("hap", encoder="hardware"))
    with pytest.raises(RecordError, match=r"--codec hap does not go into \.mkv"):
        check_output(tmp_path / "x.mkv", encoding=Encoding("hap"))
    write(tmp_path / "one.mov", [Frame(np.zeros((8, 8, 3), np.uint8), 1, 0.0)], encoding=Encoding("hap"))
    assert len(decoded(tmp_path / "one.mov")) == 1
