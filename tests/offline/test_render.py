from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import imageio.v3 as imageio
import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from dreamstream.caffe import write_caffemodel
from dreamstream.errors import ParamError, RecordError, UsageError
from dreamstream.frame import Frame
from dreamstream.offline.film import OutputSettings
from dreamstream.offline.render import render
from dreamstream.params import Params
from dreamstream.record import Encoding, alpha_of
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.fakes import FakeClock, open_times, picture, tiny_spec
from tests.moving import SIZE, texture, with_figure
from tests.record.films import difference, write


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "tiny.caffemodel"
    write_caffemodel(tiny_spec(), path)
    return Settings(net=str(path), size=Size(64, 48), device="cpu", params={"step": 4.0})


def rendered(settings: Settings, output: Path, frames: int | None, **options: object) -> None:
    stage = Stage(settings, FakeClock(), render=True)
    render(stage, frames, OutputSettings(output, **options), Console(quiet=True))  # type: ignore[arg-type]


def pictures(folder: Path) -> list[np.ndarray]:
    return [imageio.imread(path) for path in sorted(folder.iterdir())]


def test_every_frame_is_kept_and_they_differ(settings: Settings, tmp_path: Path) -> None:
    rendered(settings, tmp_path / "out", frames=9)
    frames = pictures(tmp_path / "out")
    assert len(frames) == 9
    assert all(np.abs(a.astype(int) - b).mean() > 0.5 for a, b in pairwise(frames))


def test_reversed_is_the_same_backwards_and_leaves_nothing_behind(settings: Settings, tmp_path: Path) -> None:
    rendered(settings, tmp_path / "forth", frames=7)
    rendered(settings, tmp_path / "back", frames=7, reverse=True)
    forth, back = pictures(tmp_path / "forth"), pictures(tmp_path / "back")
    assert len(back) == 7
    assert all(np.array_equal(a, b) for a, b in zip(forth, reversed(back), strict=True))
    assert {p.name for p in tmp_path.iterdir()} == {"forth", "back", "tiny.caffemodel"}


def test_a_loop_of_bars_is_as_long_as_they_are_at_the_renders_tempo(
    settings: Settings, tmp_path: Path
) -> None:
    asked = settings.changed(params={**settings.params, "bpm": 150})
    rendered(asked, tmp_path / "loop", None, loop_bars=0.5, fps=10.0)
    rendered(asked, tmp_path / "film", 16)
    loop, film = pictures(tmp_path / "loop"), pictures(tmp_path / "film")
    assert len(loop) == 8, "two beats at 150 are 0.8 s"
    assert len(film) == 16, "and as many lead in"
    assert difference(loop[-1], film[7]) < difference(loop[-1], film[15])
    with pytest.raises(UsageError, match="--loop-bars 2 needs a tempo, as in --bpm 128"):
        rendered(settings, tmp_path / "none", None, loop_bars=2)


@pytest.mark.parametrize("mix", [0.0, 0.3])
def test_an_alpha_of_change_is_that_against_the_source(
    settings: Settings, tmp_path: Path, mix: float
) -> None:
    """A still that flows in, and one that is only begun with; the first frame has changed least."""
    source = tmp_path / "source.png"
    Image.fromarray(picture(48, 64).astype(np.uint8)).save(source)
    params = {**settings.params, "mix": mix, "transform": "zoom", "zoom": 0.05}
    asked = settings.changed(sources=(str(source),), params=params)
    change = alpha_of("change")
    rendered(asked, tmp_path / "out", 5, alpha=change, encoding=Encoding(alpha=True))
    rendered(asked, tmp_path / "opaque", 5)
    coloured = pictures(tmp_path / "out")
    assert all(
        np.array_equal(a[..., :3], b) for a, b in zip(coloured, pictures(tmp_path / "opaque"), strict=True)
    )
    for pixels in coloured:
        (expected,) = change.on(iter([Frame(pixels[..., :3], 1, 0.0)]), lambda: picture(48, 64).round())
        assert np.abs(pixels[..., 3].astype(int) - expected.pixels[..., 3]).max() <= 8
    seen = [pixels[..., 3].mean() for pixels in coloured]
    assert 0 < seen[0] < seen[-1] or mix


def test_a_video_has_the_rate_and_a_gif_the_delay_and_loop(settings: Settings, tmp_path: Path) -> None:
    rendered(settings, tmp_path / "x.mp4", frames=5, fps=12.5)
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert float(container.streams.video[0].average_rate or 0) == 12.5
        assert sum(1 for _ in container.decode(video=0)) == 5
    rendered(settings, tmp_path / "x.gif", frames=5, loop=1)
    with Image.open(tmp_path / "x.gif") as image:
        assert (image.n_frames, image.info["duration"], "loop" in image.info) == (5, 70, False)


def test_a_delay_in_hundredths_is_the_gif_s_and_a_video_s_rate(settings: Settings, tmp_path: Path) -> None:
    for delay in (2, 4, 30):
        rendered(settings, tmp_path / f"{delay}.gif", frames=3, delay=delay)
        with Image.open(tmp_path / f"{delay}.gif") as image:
            assert (image.info["duration"], image.info["loop"]) == (10 * delay, 0)
    rendered(settings, tmp_path / "x.mp4", frames=3, delay=8)
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert float(container.streams.video[0].average_rate or 0) == 12.5


def test_a_preset_says_how_it_is_written_unless_the_render_does(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path)
    (tmp_path / "presets").mkdir()
    text = '[params]\ntransform = "rotate"\n[render]\nreverse = true\nloop = 1\ndelay = 12'
    text += "\n[render.params]\nangle = 5.0"
    (tmp_path / "presets" / "back.toml").write_text(text)
    back = settings.changed(preset="back")
    rendered(back, tmp_path / "x.gif", frames=4)
    with Image.open(tmp_path / "x.gif") as image:
        assert (image.info["duration"], "loop" in image.info) == (120, False)
    rendered(back, tmp_path / "y.gif", frames=4, fps=20, loop=0, reverse=False)
    with Image.open(tmp_path / "y.gif") as image:
        assert (image.info["duration"], image.info["loop"]) == (50, 0)
    rendered(back, tmp_path / "back", frames=4)
    rendered(back, tmp_path / "forth", frames=4, reverse=False)
    flags = {**settings.params, "transform": "rotate", "angle": 5.0}
    rendered(settings.changed(params=flags), tmp_path / "flags", frames=4)
    back_, forth, by_flags = (pictures(tmp_path / name) for name in ("back", "forth", "flags"))
    assert all(np.array_equal(a, b) for a, b in zip(reversed(back_), forth, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(forth, by_flags, strict=True))
    angles = [Stage(back, render=in_file).store.snapshot().angle for in_file in (False, True)]
    given = Stage(back.changed(params={"angle": 2.0}), render=True).store.snapshot().angle
    assert (angles, given) == ([Params().angle, 5.0], 2.0)


def test_what_is_there_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "x.gif").write_bytes(b"precious")
    with pytest.raises(RecordError, match="--force"):
        rendered(settings, tmp_path / "x.gif", frames=2)
    assert (tmp_path / "x.gif").read_bytes() == b"precious"


def test_a_render_takes_its_time_whatever_the_rate(settings: Settings, tmp_path: Path) -> None:

    class SlowClock(FakeClock):
        def __call__(self) -> float:
            self.advance(1.0)
            return self.now

    paced = settings.changed(params={**settings.params, "fps_target": 20.0})
    render(Stage(paced, SlowClock()), 9, OutputSettings(tmp_path / "slow"), Console(quiet=True))
    rendered(settings, tmp_path / "fast", frames=9)
    pairs = zip(pictures(tmp_path / "slow"), pictures(tmp_path / "fast"), strict=True)
    assert all(np.array_equal(slow, fast) for slow, fast in pairs)


def test_settings_that_cannot_be_are_found_before_anything_loads(settings: Settings) -> None:

    with pytest.raises(ParamError, match="did you mean 'conv2'"):
        Stage(settings.changed(params={"layer": "conv3"}))


def test_a_moving_source_is_mixed_in_unless_asked_otherwise(settings: Settings, tmp_path: Path) -> None:
    rendered(settings, tmp_path / "film.mp4", frames=3)
    film = settings.changed(sources=(str(tmp_path / "film.mp4"),))
    assert Stage(film).store.snapshot().mix > 0
    assert Stage(film.changed(params={"mix": 0.0})).store.snapshot().mix == 0
    assert Stage(settings).store.snapshot().mix == 0


@pytest.mark.parametrize(
    ("speed", "how", "places"),
    [
        (0.0, {}, [1, 2, 3, 4]),
        (1.0, {"fps": 25.0}, [0, 0, 1, 1]),
        (1.0, {"fps": 5.0}, [2, 4, 6, 8]),
        (2.0, {"delay": 10}, [2, 4, 6, 8]),
    ],
)
def test_offline_real_time_is_the_output_s(
    settings: Settings, tmp_path: Path, speed: float, how: dict[str, Any], places: list[int]
) -> None:
    levels = [Image.new("RGB", (96, 32), (20 * at,) * 3) for at in range(10)]
    film = tmp_path / "film.gif"
    levels[0].save(film, save_all=True, append_images=levels[1:], duration=100)
    still = {"mix": 1.0, "step": 0.0, "hold": 0.0, "grain": 0.0, "restless": 0.0, "transform": "none"}
    shown = settings.changed(sources=(str(film),), params={**settings.params, **still, "source_speed": speed})
    rendered(shown, tmp_path / "frames", frames=4, **how)
    means = [picture.mean() for picture in pictures(tmp_path / "frames")]
    assert means == pytest.approx([20 * place for place in places], abs=1.5)


def test_a_film_that_stops_moving_gives_way_to_what_moved_in_it_until_it_moves_again(
    settings: Settings, tmp_path: Path
) -> None:
    figures = with_figure(50).pictures
    room = texture(1, SIZE)
    film = [*figures, *[room] * 150, *figures[:20]]
    write(tmp_path / "film.mkv", [Frame.of(each, i, None, i / 10) for i, each in enumerate(film, 1)])
    bare = {"step": 0.0, "hold": 0.0, "grain": 0.0, "restless": 0.0, "transform": "none", "mix": 1.0}
    params = {**bare, "attract": 0.5}  # 10 frames; it takes 120 to go over, 8 to come back
    rendered(
        settings.changed(sources=(str(tmp_path / "film.mkv"),), size=SIZE, params=params),
        tmp_path / "frames",
        frames=len(film) - 1,
    )
    frames = [picture.astype(np.float32) for picture in pictures(tmp_path / "frames")]

    def away(frame: np.ndarray, *others: np.ndarray) -> float:
        return min(float(np.abs(frame - other).mean()) for other in others)

    live = [away(frame, flowing) < 6 for frame, flowing in zip(frames, film[1:], strict=True)]
    assert all(live[:60]), "while it moves, and until nothing has for so long"
    assert not any(live[130:198])
    assert away(frames[197], *figures) < 6, "who was there"
    assert all(live[208:]), "it moves again"


def test_a_guide_is_dreamt_from_the_start_unless_asked_otherwise(settings: Settings, tmp_path: Path) -> None:
    Image.fromarray((picture(90, 30) * 1).astype(np.uint8)).save(tmp_path / "guide.png")
    guided = settings.changed(guide=tmp_path / "guide.png")
    stage = Stage(guided)
    assert stage.store.snapshot().guide_on
    assert stage.given.guide is not None
    assert stage.given.guide.shape == (96, 32, 3), "as many pixels as the canvas, in its own shape"
    rendered(guided, tmp_path / "guided", frames=2)
    rendered(settings, tmp_path / "plain", frames=2)
    off = guided.changed(params={**guided.params, "guide_on": False})
    rendered(off, tmp_path / "off", frames=2)
    guided_frames, plain, off_frames = (pictures(tmp_path / name) for name in ("guided", "plain", "off"))
    assert not np.array_equal(guided_frames[1], plain[1])
    assert np.array_equal(off_frames[1], plain[1])
    with pytest.raises(ParamError, match="no guide picture"):
        Stage(settings).store.nudge("guide_on", 1)


def test_a_rendered_loop_is_blended(settings: Settings, tmp_path: Path) -> None:
    rendered(settings, tmp_path / "whole", frames=9)
    rendered(settings, tmp_path / "loop", frames=9, loop_blend=3)
    whole, loop = pictures(tmp_path / "whole"), pictures(tmp_path / "loop")
    assert len(loop) == 6
    assert all(np.array_equal(a, b) for a, b in zip(loop[:3], whole[3:6], strict=True))
    last = whole[8] * np.float32(0.25) + whole[2] * np.float32(0.75)
    assert np.abs(loop[5] - last).max() <= 0.5


def test_a_render_that_is_refused_leaves_no_source_open(
    settings: Settings, film: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.mp4").touch()
    stage = Stage(settings.changed(sources=(str(film),)))
    assert open_times(film) or not Path("/proc/self/fd").exists()
    with pytest.raises(RecordError, match="--force"):
        render(stage, 1, OutputSettings(tmp_path / "x.mp4"), Console(quiet=True))
    assert open_times(film) == 0
