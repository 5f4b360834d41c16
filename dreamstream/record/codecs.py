"""Codecs: which go into which container, and the encoders that write them, hardware before software.

    (suffix, codec) -> Encoder ... , the first that opens

FFmpeg has encoders of hardware that is not here, and of cards that have none (as the H100): whether one opens
is found by trying, once.

All are set to give out each picture at once: no look-ahead, no B frames. So a killed process loses the last
picture. VAAPI is left out: its encoders take pictures that are in the graphics card's memory already, and
PyAV cannot bring them there.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from dreamstream.errors import RecordError, reason
from dreamstream.record.writer import USUAL_QUALITY, Encoding

_LOSSLESS = "bgr0"
_SMALL = 256  # pixels a side that any encoder takes


@dataclass(frozen=True, eq=False)
class Encoder:
    """One of FFmpeg's encoders: its options when time is short and when it is not, its pixel format.

    `hurried` replaces some of the quick ones where pictures are large and come at a screen's rate.
    `quality` turns 1..100 into the option that the encoder has for it.
    """

    name: str
    always: Mapping[str, str] = field(default_factory=dict)
    quick: Mapping[str, str] = field(default_factory=dict)
    patient: Mapping[str, str] = field(default_factory=dict)
    quality: Callable[[int], Mapping[str, str]] = lambda quality: {}
    hurried: Mapping[str, str] = field(default_factory=dict)
    format: str = "yuv420p"

    @property
    def rgb(self) -> bool:
        """Whether it takes the picture as it is, red, green and blue, at any size."""
        return self.format == _LOSSLESS

    def options(self, encoding: Encoding, patient: bool) -> dict[str, str]:
        """Return FFmpeg's options."""
        quick = {**self.quick, **self.hurried} if encoding.hurry else self.quick
        return {**self.always, **(self.patient if patient else quick), **self.quality(encoding.quality)}


@dataclass(frozen=True)
class Container:
    """FFmpeg's name of a file format, the codecs that players expect in it, and a sound's; its options.

    Those with a sound are `sounding`.
    """

    format: str
    codecs: tuple[str, ...]
    options: Mapping[str, str]
    sound: str
    sounding: Mapping[str, str]


def _falling(name: str, usual: int, lowest: int, highest: int) -> Callable[[int], Mapping[str, str]]:
    """Return a scale of the option `name`, where less is better: `usual` at the usual quality."""

    def scale(quality: int) -> Mapping[str, str]:
        return {name: str(min(max(round(usual + (USUAL_QUALITY - quality) * 0.4), lowest), highest))}

    return scale


def _nvenc(codec: str) -> Encoder:
    always = {"rc": "vbr", "b": "0", "bf": "0", "delay": "0", "zerolatency": "1", "forced-idr": "1"}
    return Encoder(f"{codec}_nvenc", always, {"preset": "p4"}, {"preset": "p6"}, _falling("cq", 19, 1, 51))


def _qsv(codec: str) -> Encoder:
    always = {"bf": "0", "async_depth": "1", "forced_idr": "1"}
    quality = _falling("global_quality", 19, 1, 51)
    return Encoder(f"{codec}_qsv", always, {"preset": "veryfast"}, {}, quality, format="nv12")


def _videotoolbox(codec: str) -> Encoder:
    always = {"realtime": "1", "bf": "0"}
    return Encoder(f"{codec}_videotoolbox", always, quality=lambda q: {"b": str(q * 250_000)})


def _amf(codec: str) -> Encoder:
    always = {"usage": "lowlatency", "rc": "cqp", "bf": "0"}
    scale = _falling("qp_i", 19, 0, 51)
    return Encoder(f"{codec}_amf", always, quality=lambda q: {**scale(q), "qp_p": scale(q)["qp_i"]})


HARDWARE: dict[str, tuple[Encoder, ...]] = {
    "h264": (_nvenc("h264"), _videotoolbox("h264"), _qsv("h264"), _amf("h264")),
    "hevc": (_nvenc("hevc"), _videotoolbox("hevc"), _qsv("hevc"), _amf("hevc")),
    "av1": (_nvenc("av1"), _qsv("av1"), _amf("av1")),
    "prores": (Encoder("prores_videotoolbox", format="yuv422p10le"),),
}

_X26X = {"tune": "zerolatency", "forced-idr": "1", "g": "600"}
_VPX_AOM = {"b": "0", "lag-in-frames": "0", "row-mt": "1", "g": "600"}

_QUICK_X26X = {"preset": "superfast"}  # 0.6 of veryfast's time for the same picture, an eighth more bytes
_PATIENT_X26X = {"preset": "medium"}

_X264 = Encoder(
    "libx264", _X26X, _QUICK_X26X, _PATIENT_X26X, _falling("crf", 17, 4, 51), hurried={"preset": "ultrafast"}
)
_QUIET_X265 = {**_X26X, "x265-params": "log-level=error"}
_X265 = Encoder("libx265", _QUIET_X265, _QUICK_X26X, _PATIENT_X26X, _falling("crf", 19, 4, 51))
_VP9 = Encoder(
    "libvpx-vp9",
    _VPX_AOM,
    {"deadline": "realtime", "cpu-used": "8"},
    {"deadline": "good", "cpu-used": "3"},
    _falling("crf", 22, 2, 63),
)
_SVT_AV1 = Encoder(
    "libsvtav1",
    {"svtav1-params": "pred-struct=1", "g": "600"},
    {"preset": "10"},
    {"preset": "7"},
    _falling("crf", 24, 2, 63),
)
_AOM_AV1 = Encoder(
    "libaom-av1",
    _VPX_AOM,
    {"usage": "realtime", "cpu-used": "9"},
    {"cpu-used": "5"},
    _falling("crf", 24, 2, 63),
)
_PRORES = Encoder(
    "prores_ks",
    {"vendor": "apl0"},
    quality=lambda q: {"profile": "3" if q >= 80 else "2"},
    format="yuv422p10le",
)
_FFV1 = Encoder("ffv1", {"level": "3", "g": "1", "slices": "4", "slicecrc": "1"}, format=_LOSSLESS)

SOFTWARE: dict[str, tuple[Encoder, ...]] = {
    "h264": (_X264,),
    "hevc": (_X265,),
    "vp9": (_VP9,),
    "av1": (_SVT_AV1, _AOM_AV1),
    "prores": (_PRORES,),
    "ffv1": (_FFV1,),
}
"""Prores is for editing (10 bits, 4:2:2), ffv1 for keeping: every pixel as it was dreamt."""

_FRAGMENTS = {"movflags": "hybrid_fragmented", "frag_duration": "500000"}
"""Fragments of half a second until the file is finished, then an ordinary file with its index."""
_SOUNDING = {**_FRAGMENTS, "movflags": "hybrid_fragmented+delay_moov"}
"""The head comes with the first fragment, and says that a sound's first block comes before the pictures."""
_CLUSTERS = {"cluster_time_limit": "500"}

CONTAINERS: dict[str, Container] = {
    ".mp4": Container("mp4", ("h264", "hevc", "av1", "vp9"), _FRAGMENTS, "aac", _SOUNDING),
    ".mov": Container("mov", ("h264", "hevc", "prores"), _FRAGMENTS, "aac", _SOUNDING),
    ".mkv": Container(
        "matroska", ("h264", "hevc", "vp9", "av1", "prores", "ffv1"), _CLUSTERS, "libopus", _CLUSTERS
    ),
    ".webm": Container("webm", ("vp9", "av1"), _CLUSTERS, "libopus", _CLUSTERS),
}


def codec_of(path: Path, encoding: Encoding) -> str:
    """Return the codec for a file.

    Raises RecordError where the file cannot hold it, FFmpeg lacks it, or hardware is asked for that does not
    open.
    """
    known = CONTAINERS[path.suffix.lower()].codecs
    codec = encoding.codec or known[0]
    if codec not in known:
        names = f"{', '.join(known[:-1])} or {known[-1]}"
        raise RecordError(f"{path}: --codec {codec} does not go into {path.suffix}; {names} does")
    if not any(map(_is_here, (*HARDWARE.get(codec, ()), *SOFTWARE[codec]))):
        needed = ", ".join(encoder.name for encoder in SOFTWARE[codec])
        raise RecordError(f"{path}: the FFmpeg here cannot encode {codec} ({needed} is needed)")
    check_encoder(replace(encoding, codec=codec))
    return codec


def check_encoder(encoding: Encoding) -> None:
    """Raise RecordError where hardware is asked for that does not open here; no codec is an mp4's."""
    codec = encoding.codec or CONTAINERS[".mp4"].codecs[0]
    if encoding.encoder == "hardware" and (why := _hardware_missing(HARDWARE.get(codec, ()))):
        raise RecordError(f"--encoder hardware: none here encodes {codec} ({why}); software does")


def load_encoders() -> None:
    """Load FFmpeg and try the hardware, which takes a while, so that the first recording begins at once."""
    candidates("h264")


def candidates(codec: str, asked: str = "") -> tuple[Encoder, ...]:
    """Return the encoders to try, in order: those in `hardware` that open, those in `software`, or both."""
    hardware = () if asked == "software" else HARDWARE.get(codec, ())
    software = () if asked == "hardware" else SOFTWARE[codec]
    opening = (each for each in hardware if _is_here(each) and not _fault(each))
    return (*opening, *filter(_is_here, software))


def _is_here(encoder: Encoder) -> bool:
    """Return whether the FFmpeg here has an encoder; the hardware that it needs may still be missing."""
    import av

    os.environ.setdefault("SVT_LOG", "1")  # else SVT-AV1 prints much on the terminal
    try:
        av.Codec(encoder.name, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True


@cache
def _fault(encoder: Encoder) -> str:
    """Return why an encoder does not open on this machine, for a small picture; empty where it does."""
    import av

    context: Any = av.CodecContext.create(encoder.name, "w")
    context.width = context.height = _SMALL
    context.pix_fmt, context.time_base = encoder.format, Fraction(1, 30)
    context.options = encoder.options(Encoding(), patient=False)
    try:
        context.open()
    except (av.FFmpegError, ValueError) as error:
        told = getattr(error, "log", None)  # level, who, what: better than the number that came back
        return f"{encoder.name}: {told[2] if told else reason(error)}".strip(". \n")
    return ""


@cache
def _hardware_missing(encoders: tuple[Encoder, ...]) -> str:
    """Return why none of these opens, in FFmpeg's words; an empty text where one does.

    For the start, while nothing is encoded: PyAV takes FFmpeg's messages with Python's lock held, and the
    threads of encoders that are at work must not wait for it.
    """
    import av

    before = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture(local=False):
            faults = [_fault(encoder) for encoder in encoders if _is_here(encoder)]
    finally:
        av.logging.set_level(before)
    return "" if "" in faults else "; ".join(faults) or "FFmpeg has no such encoder"
