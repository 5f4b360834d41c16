"""Encoders: FFmpeg's, with the options that each is given, by the codec that they write.

HARDWARE, SOFTWARE: codec -> Encoder ...

All are set to give out each picture at once: no look-ahead, no B frames. So a killed process loses the last
picture. VAAPI is left out: its encoders take pictures that are in the graphics card's memory already, and
PyAV cannot bring them there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from dreamstream.record.writer import USUAL_QUALITY, Encoding
from dreamstream.size import Size


@dataclass(frozen=True, eq=False)
class Encoder:
    """One of FFmpeg's encoders: its options when time is short and when it is not, its pixel formats.

    `hurried` replaces some of the quick ones where pictures are large and come at a screen's rate.
    `quality` turns 1..100 into the option that the encoder has for it. `alpha` is the pixel format of
    pictures that have one, where it carries that. Sides become multiples of `sides`: two for coarser colours.
    """

    name: str
    always: Mapping[str, str] = field(default_factory=dict)
    quick: Mapping[str, str] = field(default_factory=dict)
    patient: Mapping[str, str] = field(default_factory=dict)
    quality: Callable[[int], Mapping[str, str]] = lambda quality: {}
    hurried: Mapping[str, str] = field(default_factory=dict)
    format: str = "yuv420p"
    alpha: str = ""
    sides: Size = Size(2, 2)

    @property
    def rgb(self) -> bool:
        """Whether it takes red, green and blue as they are."""
        return not self.format.startswith(("yuv", "nv"))

    def size(self, size: Size) -> Size:
        """Return the size that it writes pictures of a size at: each side a multiple of its own."""
        return Size(*(-(-side // unit) * unit for side, unit in zip(size, self.sides, strict=True)))

    def options(self, encoding: Encoding, patient: bool) -> dict[str, str]:
        """Return FFmpeg's options."""
        quick = {**self.quick, **self.hurried} if encoding.hurry else self.quick
        return {**self.always, **(self.patient if patient else quick), **self.quality(encoding.quality)}


def _falling(name: str, usual: int, lowest: int, highest: int) -> Callable[[int], Mapping[str, str]]:
    """Return a scale of the option `name`, where less is better: `usual` at the usual quality."""

    def scale(quality: int) -> Mapping[str, str]:
        return {name: str(min(max(round(usual + (USUAL_QUALITY - quality) * 0.4), lowest), highest))}

    return scale


_FILM_SCANS = ("low", "medium", "high", "film1", "film2", "film3", "film3+")
_ALL_BUT_LOSSLESS = 90


def _film_scan(quality: int) -> Mapping[str, str]:
    """Return CineForm's name of a quality: film2, its usual one for films, at the usual quality."""
    return {"quality": _FILM_SCANS[min(quality // 18, len(_FILM_SCANS) - 1)]}


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
# At preset 10 SVT-AV1 4.1 stands still now and then, for good, within its first ten pictures, all its threads
# asleep: in 4 of 7,200 films of ten pictures on a busy machine of 2 cores, and in none of 23,000 at 7, 8
# and 9. 8 takes a third longer than 10 did (35 ms of one core for 720p, not 26) and a sixth fewer bytes.
# libaom, which PyAV's own FFmpeg lacks, comes second.
_SVT_AV1 = Encoder(
    "libsvtav1",
    {"svtav1-params": "pred-struct=1", "g": "600"},
    {"preset": "8"},
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
_ANY_SIDES = Size(1, 1)
_PRORES = Encoder(
    "prores_ks",
    {"vendor": "apl0"},
    quality=lambda q: {"profile": "hq" if q >= USUAL_QUALITY else "standard"},
    format="yuv422p10le",
)
_PRORES_4444 = Encoder(
    "prores_ks",
    {"vendor": "apl0", "alpha_bits": "8"},
    quality=lambda q: {"profile": "4444" if q <= _ALL_BUT_LOSSLESS else "4444xq"},
    format="yuv444p10le",
    alpha="yuva444p10le",
    sides=_ANY_SIDES,
)
_CINEFORM = Encoder("cfhd", quality=_film_scan, format="gbrp12le", alpha="gbrap12le", sides=Size(16, 1))
_QTRLE = Encoder("qtrle", {"g": "1"}, format="rgb24", alpha="argb", sides=_ANY_SIDES)
_HAP = Encoder("hap", format="rgba", sides=_ANY_SIDES)
_HAP_ALPHA = replace(_HAP, name="hapalpha", alpha="rgba")
_HAP_Q = replace(_HAP, name="hapq")
_DXV = Encoder("dxv", format="rgba", sides=_ANY_SIDES)
_FFV1 = Encoder(
    "ffv1",
    {"level": "3", "g": "1", "slices": "4", "slicecrc": "1"},
    format="bgr0",
    alpha="bgra",
    sides=_ANY_SIDES,
)

SOFTWARE: dict[str, tuple[Encoder, ...]] = {
    "h264": (_X264,),
    "hevc": (_X265,),
    "vp9": (_VP9,),
    "av1": (_SVT_AV1, _AOM_AV1),
    "prores": (_PRORES,),
    "prores4444": (_PRORES_4444,),
    "cineform": (_CINEFORM,),
    "qtrle": (_QTRLE,),
    "hap": (_HAP,),
    "hapalpha": (_HAP_ALPHA,),
    "hapq": (_HAP_Q,),
    "dxv": (_DXV,),
    "ffv1": (_FFV1,),
}
