"""Which encoder writes a video: the hardware's where it opens, what was asked for, else software.

MPEG-4 stands for hardware that opens, x264 with a preset that there is not for one that does not.
"""

from collections.abc import Mapping
from pathlib import Path

import av
import pytest
from rich.console import Console

from dreamstream.errors import RecordError
from dreamstream.offline.film import Film, OutputSettings
from dreamstream.record import Encoding, Recordings, check_output
from dreamstream.record.encoders import HARDWARE, Encoder
from dreamstream.ring import Ring
from tests.record.films import film, read, write

NEVER = {"preset": "no such preset"}
LISTED = [
    pytest.param(each, codec, id=each.name)
    for codec, encoders in HARDWARE.items()
    for each in encoders
    if each.name in av.codecs_available
]


def codec_in(path: Path) -> str:
    """Return which codec a video is in, and look at all of it."""
    assert len(read(path)) == 5
    with av.open(str(path)) as container:
        return container.streams.video[0].codec_context.name


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    """One encoder of hardware that does not open, and one that does."""
    monkeypatch.setitem(HARDWARE, "h264", (Encoder("libx264", NEVER), Encoder("mpeg4")))


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize(("asked", "codec"), [("", "mpeg4"), ("hardware", "mpeg4"), ("software", "h264")])
def test_hardware_that_opens_goes_first(tmp_path: Path, suffix: str, asked: str, codec: str) -> None:
    encoding = Encoding("h264", encoder=asked)  # type: ignore[arg-type]
    check_output(tmp_path / f"x{suffix}", encoding=encoding)
    write(tmp_path / f"x{suffix}", film(5), encoding=encoding)
    assert codec_in(tmp_path / f"x{suffix}") == codec


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(("asked", "codec"), [("", "h264"), ("hardware", "mpeg4"), ("software", "h264")])
@pytest.mark.parametrize("fps", [None, 10.0])
def test_a_film_that_is_made_offline_is_softwares_unless_asked_for(
    tmp_path: Path, asked: str, codec: str, fps: float | None
) -> None:
    encoding = Encoding(encoder=asked)  # type: ignore[arg-type]
    maker = Film(OutputSettings(tmp_path / "x.mp4", fps=fps, encoding=encoding), Console(quiet=True))
    maker.write(maker.follow(iter(film(5)), "x", 5))
    assert codec_in(tmp_path / "x.mp4") == codec


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(("asked", "codec"), [("", "mpeg4"), ("software", "h264")])
def test_a_recording_by_key_is_by_the_encoder_that_was_asked_for(
    tmp_path: Path, asked: str, codec: str
) -> None:
    ring = Ring(8)
    recordings = Recordings(ring, tmp_path, encoding=Encoding("ffv1", encoder=asked))  # type: ignore[arg-type]
    recordings.toggle()
    for frame in film(5):
        ring.put(frame)
    (status,) = recordings.close()
    assert codec_in(status.path) == codec


def test_what_does_not_open_is_tried_once_and_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def quality(value: int) -> Mapping[str, str]:
        tries.append(value)
        return NEVER

    monkeypatch.setitem(HARDWARE, "h264", (Encoder("libx264", quality=quality),))
    for name in ("one.mp4", "other.mp4"):
        write(tmp_path / name, film(5))
        assert codec_in(tmp_path / name) == "h264"
    assert len(tries) == 1


def test_what_opens_but_not_for_these_pictures_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fussy = Encoder("mpeg4", quality=lambda quality: {"b": "no such rate"} if quality == 70 else {})
    monkeypatch.setitem(HARDWARE, "h264", (fussy,))
    write(tmp_path / "x.mp4", film(5), encoding=Encoding(quality=70))
    assert codec_in(tmp_path / "x.mp4") == "h264"


def test_hardware_that_is_asked_for_and_missing_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HARDWARE, "h264", (Encoder("libx264", NEVER), Encoder("no_such_encoder")))
    line = r"--encoder hardware: none here encodes h264 \(libx264: .*preset.*\); software does"
    for _ in range(2):
        with pytest.raises(RecordError, match=line) as caught:
            check_output(tmp_path / "x.mp4", encoding=Encoding(encoder="hardware"))
        assert "\n" not in str(caught.value)
    with pytest.raises(RecordError, match="none here encodes vp9"):
        check_output(tmp_path / "x.webm", encoding=Encoding(encoder="hardware"))


@pytest.mark.parametrize("name", ["x.gif", "x.webp", "frames"])
def test_a_format_of_no_encoders_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordError, match="--encoder is for videos"):
        check_output(tmp_path / name, encoding=Encoding(encoder="hardware"))


@pytest.mark.parametrize(("encoder", "codec"), LISTED)
@pytest.mark.parametrize("patient", [False, True])
def test_hardwares_options_are_known_to_it(encoder: Encoder, codec: str, patient: bool) -> None:
    """Without the hardware, too: FFmpeg looks at each value before it looks for a card."""

    def error(options: Mapping[str, str]) -> av.FFmpegError | None:
        context = av.CodecContext.create(encoder.name, "w")
        context.width = context.height = 256
        context.pix_fmt, context.options = encoder.format, dict(options)
        try:
            context.open()
        except av.FFmpegError as error:
            return error
        return None

    options = encoder.options(Encoding(codec), patient)
    assert not isinstance(error(options), av.error.ArgumentError)
    for name in options:
        assert isinstance(error({name: "no such value"}), av.error.ArgumentError), name


@pytest.mark.parametrize("codec", ["h264", "hevc", "av1"])
def test_nvenc_has_a_constant_quality_that_follows_ours(codec: str) -> None:
    nvenc = HARDWARE[codec][0]
    options = [nvenc.options(Encoding(codec, quality), patient=False) for quality in (1, 50, 80, 100)]
    assert all((each["rc"], each["b"]) == ("vbr", "0") for each in options)
    assert [int(each["cq"]) for each in options] == [51, 31, 19, 11]
