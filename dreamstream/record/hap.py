"""HAP: pictures that a graphics card shows as they are, for media servers; FFmpeg's muxer, our own encoder.

    pixels -> bands of blocks -> textures (on several threads) -> snappy -> one packet: heads, tables, chunks

A band is a chunk, which players unpack on a thread of its own. Format:
https://github.com/Vidvox/hap/blob/master/documentation/HapVideoDRAFT.md
"""

import io
import os
import struct
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dreamstream.frame import Pixels
from dreamstream.record.blocks import Blocks, dxt1, dxt5, planes_of, ycocg_dxt5
from dreamstream.size import Size

_CHUNKED, _NONE, _SNAPPY = 0xC0, 0x0A, 0x0B  # how a packet is compressed, and each of its chunks
_INSTRUCTIONS, _COMPRESSORS, _SIZES = 0x01, 0x02, 0x03
_BANDS = 8  # at the most: a 720p picture's has 23 rows of blocks
_LEAST_ROWS = 8


@dataclass(frozen=True)
class Texture:
    """One kind of HAP: the four letters of its codec in a file, its number in a packet's head, its blocks."""

    tag: str
    kind: int
    blocks: Callable[[Pixels], Blocks]


TEXTURES: Mapping[str, Texture] = {
    "hap": Texture("Hap1", 0x0B, lambda pixels: dxt1(planes_of(pixels)[:3])),
    "hapalpha": Texture("Hap5", 0x0E, lambda pixels: _with_alpha(pixels)),
    "hapq": Texture("HapY", 0x0F, lambda pixels: ycocg_dxt5(planes_of(pixels)[:3])),
}


def packet_of(texture: Texture, pixels: Pixels, pool: ThreadPoolExecutor | None = None) -> bytes:
    """Return one picture (H×W×4) as a packet of HAP."""
    from cramjam import snappy

    whole = _padded(pixels)
    rows = whole.shape[0] // 4
    bands = np.array_split(whole.reshape(rows, 4, *whole.shape[1:]), max(1, min(_BANDS, rows // _LEAST_ROWS)))

    def chunk(band: Pixels) -> tuple[int, bytes]:
        texels = np.ascontiguousarray(texture.blocks(band.reshape(-1, *whole.shape[1:]))).tobytes()
        packed = bytes(snappy.compress_raw(texels))
        return (_SNAPPY, packed) if len(packed) < len(texels) else (_NONE, texels)

    compressors, chunks = zip(*(pool.map if pool else map)(chunk, bands), strict=True)
    sizes = struct.pack(f"<{len(chunks)}I", *map(len, chunks))
    tables = _section(_COMPRESSORS, bytes(compressors)) + _section(_SIZES, sizes)
    return _section(_CHUNKED | texture.kind, b"".join([_section(_INSTRUCTIONS, tables), *chunks]))


class HapStream:
    """A stream of HAP in a container of PyAV's, which encodes as PyAV's own do."""

    def __init__(
        self, container: Any, codec: str, rate: Fraction, size: Size, time_base: Fraction, threads: int
    ) -> None:
        self._texture, self._time_base = TEXTURES[codec], time_base
        self._duration = max(
            1, round(1 / rate / time_base)
        )  # of the last: the others end where the next begin
        self._stream = _stream_like_another(container, rate, size)
        self._stream.codec_tag, self._stream.time_base = self._texture.tag, time_base
        self._pool = ThreadPoolExecutor(threads or os.cpu_count(), "hap") if threads != 1 else None

    def encode(self, picture: Any = None) -> list[Any]:
        """Return a picture's packet; without a picture end its threads."""
        import av

        if picture is None:
            if self._pool is not None:
                self._pool.shutdown()
            return []
        packet = av.Packet(packet_of(self._texture, picture.to_ndarray(), self._pool))
        packet.stream, packet.time_base = self._stream, self._time_base
        packet.pts = packet.dts = picture.pts
        packet.duration = self._duration
        packet.is_keyframe = True
        return [packet]


def _stream_like_another(container: Any, rate: Fraction, size: Size) -> Any:
    """Return a stream of HAP in a container, after one of a file in memory.

    PyAV makes no others without an encoder of FFmpeg's whose four letters can be said.
    """
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mov") as output:
        stream = output.add_mux_stream("hap", rate, width=size.width, height=size.height)
        packet = av.Packet(b"any")
        packet.stream, packet.time_base, packet.pts, packet.dts = stream, 1 / rate, 0, 0
        output.mux(packet)
    file.seek(0)
    with av.open(file) as template:
        return container.add_stream_from_template(template.streams.video[0], opaque=True)


def _with_alpha(pixels: Pixels) -> Blocks:
    *colours, alpha = planes_of(pixels)
    return dxt5(colours, alpha)


def _padded(pixels: Pixels) -> Pixels:
    """Return whole blocks: the last row and column are there more than once where the sides are odd."""
    height, width = pixels.shape[:2]
    rest = (-height % 4, -width % 4)
    if rest == (0, 0):
        return np.ascontiguousarray(pixels)
    return np.pad(pixels, ((0, rest[0]), (0, rest[1]), (0, 0)), mode="edge")


def _section(kind: int, data: bytes) -> bytes:
    """Return a section of a packet: a short head where its size fits into three bytes, else a long one."""
    if len(data) < 2**24:
        return struct.pack("<I", len(data) | kind << 24) + data
    return struct.pack("<II", kind << 24, len(data)) + data
