"""Films of high dynamic range: what the standards say of single greys, and whole films."""

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.size import Size
from dreamstream.sources import open_footage, open_source
from dreamstream.sources.hdr import HLG, PQ, tone_mapped

PQ_SIGNALS = {1: 0.1499, 10: 0.2997, 50: 0.4403}
"""Light in cd/m², and the signal that ITU-R BT.2100 has for it."""


def mapped(*signal: float, curve: str) -> np.ndarray:
    return tone_mapped(np.full((1, 1, 3), np.array(signal) * 65535, np.float32), curve)[0, 0]


@pytest.mark.parametrize("light", PQ_SIGNALS)
def test_what_is_not_bright_keeps_its_light(light: int) -> None:
    on_screen = 203 * (mapped(PQ_SIGNALS[light], curve=PQ) / 255) ** 2.4
    assert on_screen == pytest.approx([light] * 3, rel=0.01)


def test_hlg_is_what_a_screen_of_1000_candelas_shows() -> None:
    assert 203 * (mapped(0.5, curve=HLG) / 255) ** 2.4 == pytest.approx(
        [1000 * (1 / 12) ** 1.2] * 3, rel=0.01
    )
    assert mapped(0.75, curve=HLG) == pytest.approx(mapped(0.5807, curve=PQ), abs=0.5)  # the reference white


@pytest.mark.parametrize("curve", [PQ, HLG])
def test_brighter_is_never_darker_and_white_is_white(curve: str) -> None:
    greys = np.linspace(0, 65535, 999, dtype=np.float32)[None, :, None].repeat(3, axis=2)
    shown = tone_mapped(greys, curve)[0]
    assert (np.diff(shown[:, 1]) >= -0.01).all()
    assert np.ptp(shown, axis=1).max() < 0.5, "grey stays grey"
    assert (shown[0], shown[-1]) == (pytest.approx(0, abs=0.1), pytest.approx(255, abs=0.1))
    white = shown[np.searchsorted(greys[0, :, 0], 65535 * (0.5807 if curve == PQ else 0.75))]
    assert 215 < white[1] < 240, "there is room above the reference white"


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.sampled_from([PQ, HLG]))
def test_every_colour_is_a_colour_of_a_screen(signal: list[float], curve: str) -> None:
    shown = mapped(*signal, curve=curve)
    assert (shown >= 0).all()
    assert (shown <= 255).all()


@pytest.mark.parametrize(("curve", "number"), [(PQ, 16), (HLG, 18)])
def test_a_film_that_says_so_is_tone_mapped(tmp_path: Path, curve: str, number: int) -> None:
    signal = {PQ: 0.4403, HLG: 0.5}[curve]
    with av.open(str(tmp_path / "x.mp4"), "w") as container:
        stream = container.add_stream("libx265", rate=10, options={"x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, number, 9, 1
        picture = av.VideoFrame(64, 48, "yuv420p10le")
        for plane, level in zip(picture.planes, (64 + round(876 * signal), 512, 512), strict=True):
            plane.update(np.full(plane.buffer_size // 2, level, np.uint16).tobytes())
        for at in range(3):
            picture.pts = at
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    expected = mapped(signal, curve=curve)
    assert open_source(str(tmp_path / "x.mp4"), Size(32, 24), 0).read()[12, 16] == pytest.approx(
        expected, abs=1.5
    )
    whole = next(open_footage(tmp_path / "x.mp4").shots()).whole()
    assert whole.dtype == np.uint8
    assert whole[24, 32] == pytest.approx(expected, abs=2)
