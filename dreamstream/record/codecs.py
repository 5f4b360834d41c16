"""Codecs: which go into which container, and the encoders that write them, hardware before software.

    (suffix, codec) -> Encoder ... , the first that opens

FFmpeg has encoders of hardware that is not here, and of cards that have none (as the H100): whether one opens
is found by trying, once.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dreamstream.errors import RecordError, reason
from dreamstream.record.encoders import HARDWARE, SOFTWARE, Encoder
from dreamstream.record.hap import TEXTURES
from dreamstream.record.writer import Encoding

_SMALL = 256  # pixels a side that any encoder takes


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


_FRAGMENTS = {"movflags": "hybrid_fragmented", "frag_duration": "500000"}
"""Fragments of half a second until the file is finished, then an ordinary file with its index."""
_SOUNDING = {**_FRAGMENTS, "movflags": "hybrid_fragmented+delay_moov"}
"""The head comes with the first fragment, and says that a sound's first block comes before the pictures."""
_CLUSTERS = {"cluster_time_limit": "500"}

CONTAINERS: dict[str, Container] = {
    ".mp4": Container("mp4", ("h264", "hevc", "av1", "vp9"), _FRAGMENTS, "aac", _SOUNDING),
    ".mov": Container(
        "mov",
        ("h264", "hevc", "prores", "prores4444", "cineform", "qtrle", "hap", "hapalpha", "hapq", "dxv"),
        _FRAGMENTS,
        "aac",
        _SOUNDING,
    ),
    ".mkv": Container(
        "matroska", ("h264", "hevc", "vp9", "av1", "prores", "ffv1"), _CLUSTERS, "libopus", _CLUSTERS
    ),
    ".webm": Container("webm", ("vp9", "av1"), _CLUSTERS, "libopus", _CLUSTERS),
}

PURPOSES = {
    "h264": "plays everywhere",
    "hevc": "half of h264's size for the same picture",
    "vp9": "the web",
    "av1": "the web, smaller",
    "prores": "editing: 10 bits, half the colours' resolution across (422; HQ from --quality 80)",
    "prores4444": "editing: all colours, and an alpha (4444 XQ from --quality 91)",
    "cineform": "editing, quicker to write: 12 bits of RGB; widths become multiples of 16",
    "qtrle": "every pixel, large; any program that knows QuickTime (Animation)",
    "hap": "media servers: many films at once, from fast disks (pip install dreamstream[hap])",
    "hapalpha": "the same with an alpha, half again as large",
    "hapq": "the same with finer colours, twice as large",
    "dxv": "Resolume; as FFmpeg can: no alpha, slower to write than hap",
    "ffv1": "every pixel, a third of its size",
    "png": "every pixel",
    "jpeg": "small pictures",
}
"""What each codec of videos, and of a folder's pictures, is for."""


def codec_of(path: Path, encoding: Encoding) -> str:
    """Return the codec for a file: the one asked for, or its first that carries what it must.

    Raises RecordError where the file cannot hold it, it carries no alpha and must, FFmpeg lacks it, or
    hardware is asked for that does not open.
    """
    known, asked = CONTAINERS[path.suffix.lower()].codecs, encoding.codec
    if asked and asked not in known:
        raise RecordError(f"{path}: --codec {asked} does not go into {path.suffix}; {_one_of(known)} does")
    carriers = list(filter(carries_alpha, known)) if encoding.alpha else known
    codec = asked or next(iter(carriers), "")
    if codec not in carriers:
        raise no_alpha(path, codec or path.suffix)
    if not any(map(_is_here, (*HARDWARE.get(codec, ()), *SOFTWARE[codec]))):
        if codec in TEXTURES:
            raise RecordError(f"{path}: {codec} needs cramjam: pip install 'dreamstream[hap]'")
        needed = ", ".join(encoder.name for encoder in SOFTWARE[codec])
        raise RecordError(f"{path}: the FFmpeg here cannot encode {codec} ({needed} is needed)")
    check_encoder(replace(encoding, codec=codec))
    return codec


def carries_alpha(codec: str) -> bool:
    """Return whether pictures in a codec may be transparent in places."""
    return codec == "png" or any(encoder.alpha for encoder in SOFTWARE.get(codec, ()))


def no_alpha(path: Path, what: str) -> RecordError:
    """Return the error that a file's codec, or its kind, carries no alpha; it says what does."""
    found = {suffix: list(filter(carries_alpha, each.codecs)) for suffix, each in CONTAINERS.items()}
    carriers = [f"{suffix} ({_one_of(codecs)})" for suffix, codecs in found.items() if codecs]
    return RecordError(
        f"{path}: {what} carries no alpha; {', '.join(carriers)}, .webp or a folder of png does"
    )


def _one_of(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


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
    """Return whether the FFmpeg here has an encoder; the hardware that it needs may still be missing.

    HAP's is our own, and needs cramjam.
    """
    import av

    if encoder.name in TEXTURES:
        return find_spec("cramjam") is not None
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
