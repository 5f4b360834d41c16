"""Music videos: routes move a render by its frames' times, to a track that is in the film."""

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from rich.console import Console

from dreamstream.cli import main
from dreamstream.controls import Route
from dreamstream.errors import UsageError
from dreamstream.offline.film import OutputSettings
from dreamstream.offline.music import Music
from dreamstream.offline.render import render
from dreamstream.offline.replay import Replay, ReplaySettings, run_replay
from dreamstream.score import Timeline, read_score
from dreamstream.sound import Track
from dreamstream.stage import Settings, Stage
from tests.isf.files import written
from tests.record.films import read
from tests.record.test_sound import heard, seen
from tests.sound.servers import clicks, write_sound
from tests.stage.test_session import played


def route(signal: str, to: str = "step", **more: Any) -> Route:
    return Route(signal=signal, to=to, **more)


def moved(
    settings: Settings, frames: int, *routes: Route, fps: float = 10.0, track: Track | None = None
) -> list[Any]:
    """Return what the first route's param is in each frame."""
    stage = Stage(settings)
    music, values = Music(stage, routes, fps, track), []
    for index in range(1, frames + 1):
        music.cue(SimpleNamespace(index=index))  # type: ignore[arg-type]
        values.append(stage.store.snapshot()[routes[0].to])
    stage.close()
    return values


def rendered(settings: Settings, output: Path, frames: int | None, *routes: Route, **more: Any) -> Path:
    track = more.pop("track", None)
    render(Stage(settings), frames, OutputSettings(output, **more), Console(quiet=True), routes, track)
    return output


def test_a_sequence_goes_on_with_the_frames_times(tiny: Settings) -> None:
    assert moved(tiny, 6, route("seq:0,1:0.2s", low=1, high=5)) == [1, 1, 5, 5, 1, 1]
    assert moved(tiny, 4, route("seq:0,1:0.2s", low=1, high=5), fps=5.0) == [1, 5, 1, 5]


def test_waves_on_the_beat_and_envelopes_go_by_the_frames_too(tiny: Settings) -> None:
    on_beat = tiny.changed(params={"bpm": 60.0})
    assert moved(on_beat, 3, route("lfo:square:1beat", low=0, high=4), fps=2.0) == [4, 0, 4]
    follows = route("seq:0,1:0.5s", low=0, high=10, attack=0.2)
    values = moved(tiny, 8, follows)
    assert values[4] == 0
    assert values[5] == pytest.approx(10 * (1 - np.exp(-0.1 / 0.2)), abs=0.01)


def test_the_tempo_is_the_tracks_and_beats_fall_on_its_clicks(tiny: Settings, tmp_path: Path) -> None:
    track = Track(write_sound(tmp_path / "x.wav", clicks(16.0, *np.arange(0.25, 16, 0.5))))
    saw = route("lfo:saw:1beat", low=0, high=10)
    phases = np.array(moved(tiny, 15 * 50, saw, fps=50.0, track=track))[12 * 50 :]
    beats = 12 + np.flatnonzero(np.diff(phases) < -5) / 50
    assert len(beats) in (5, 6, 7)
    assert np.all(np.abs(beats % 0.5 - 0.25) < 0.06)


def test_the_autopilot_plays_a_render_the_same_each_time(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path / "config")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "taste.toml").write_text("[phrase]\nminutes = 0.05\nmorph = 1")
    flown = tiny.changed(params={"autopilot": True})
    films = [
        [shown.pixels for shown in read(rendered(settings, tmp_path / f"{name}.mkv", 60, fps=5.0))]
        for name, settings in {"a": flown, "b": flown, "c": flown.changed(seed=2), "d": tiny}.items()
    ]
    assert np.array_equal(films[0], films[1])
    assert not np.array_equal(films[0], films[2])
    assert not np.array_equal(films[0], films[3])


def test_a_frame_that_is_tried_again_has_the_same(tiny: Settings) -> None:
    stage = Stage(tiny)
    music = Music(stage, [route("lfo:saw:1s", low=0, high=10)], 10.0)
    for index in (1, 2, 2, 2):
        music.cue(SimpleNamespace(index=index))  # type: ignore[arg-type]
    assert stage.store.snapshot().step == pytest.approx(1.0)
    stage.close()


def test_actions_are_done_and_what_only_a_show_has_is_named(tiny: Settings) -> None:
    flip = route("seq:0,1:0.1s", "transform.add")
    assert moved(tiny, 2, route("seq:0:1s"), flip)
    names = ["brightness", "snapshot", "effect.mirror.hold", "step"]
    stage = Stage(tiny)
    music = Music(stage, [route("seq:0,1:0.1s", name) for name in names], 10.0)
    assert music.left_out == names[:3]
    stage.close()


def test_no_routes_leave_a_render_as_it_was(tiny: Settings, tmp_path: Path) -> None:
    track = Track(write_sound(tmp_path / "x.wav", clicks(1.0, 0.2)))
    off = tiny.changed(params={"routes": False})
    plain = rendered(tiny, tmp_path / "a.mkv", 5)
    other = rendered(off, tmp_path / "b.mkv", 5, route("seq:1:1s", high=9), track=track)
    assert seen(plain) == seen(other)


def test_a_film_is_as_long_as_its_track_and_the_same_each_time(tiny: Settings, tmp_path: Path) -> None:
    track = Track(write_sound(tmp_path / "x.flac", clicks(1.1, 0.5)))
    wave = route("lfo:sine:0.5s", low=0, high=12)
    films = [rendered(tiny, tmp_path / f"{name}.mp4", None, wave, track=track) for name in "ab"]
    times, _ = seen(films[0])
    assert len(times) == 28
    assert heard(films[0])[0] == pytest.approx(0.5, abs=0.005)
    assert films[0].read_bytes() == films[1].read_bytes()


@pytest.mark.parametrize("signal", ["dream:motion", "dream:novelty", "dream:brightness", "camera:motion"])
def test_a_render_moves_by_what_it_has_dreamt_the_same_each_time(
    signal: str, tiny: Settings, tmp_path: Path, film: Path
) -> None:
    settings = tiny.changed(sources=(str(film),), params={"mix": 0.2})
    by_itself = route(signal, low=0, high=12)
    films = [rendered(settings, tmp_path / f"{name}.mkv", 8, by_itself) for name in "ab"]
    still = rendered(settings, tmp_path / "c.mkv", 8, route("seq:0:1s", low=0, high=12))
    assert seen(films[0]) == seen(films[1])
    assert seen(films[0]) != seen(still)


def test_a_render_moves_by_what_was_seen_minutes_ago_the_same_each_time(
    tiny: Settings, tmp_path: Path
) -> None:
    for signal, fps, frames in (("dream:new5", 1.0, 90), ("dream:alive", 25.0, 110)):
        by_itself = route(signal, low=0, high=12)
        films = [rendered(tiny, tmp_path / f"{fps}{name}.mkv", frames, by_itself, fps=fps) for name in "ab"]
        rest = route("seq:0:1s", low=0, high=12)
        still = rendered(tiny, tmp_path / f"{fps}c.mkv", frames, rest, fps=fps)
        assert seen(films[0]) == seen(films[1])
        assert seen(films[0]) != seen(still)


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
@pytest.mark.parametrize("fps", [10.0, 25.0, 60.0])
def test_a_flash_is_seen_with_the_click_that_it_follows(
    tiny: Settings, tmp_path: Path, suffix: str, fps: float
) -> None:
    track = Track(write_sound(tmp_path / "x.flac", clicks(2.0, 0.73, 1.37)))
    still = tiny.changed(params={"step": 0.0, "transform": "none", "smooth": 0.0, "variety": 0.0})
    flash = route("sound:onset", low=0, high=20)
    path = rendered(still, tmp_path / f"x{suffix}", None, flash, track=track, fps=fps)
    with av.open(str(path)) as container:
        shown = [(frame.time, frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]
    moves = [(b[0], np.abs(b[1].astype(float) - a[1]).mean()) for a, b in pairwise(shown)]
    first = next(time for time, move in moves if move > 6)  # noise that is left alone: 2
    assert abs(first - heard(path)[0]) <= 1 / fps


def test_formats_without_sound_move_by_it_and_say_so(tiny: Settings, tmp_path: Path) -> None:
    track = Track(write_sound(tmp_path / "x.wav", clicks(0.5, 0.2)))
    with (tmp_path / "said").open("w") as said:
        render(Stage(tiny), None, OutputSettings(tmp_path / "x.gif"), Console(file=said), (), track)
    assert "x.gif can carry no sound" in (tmp_path / "said").read_text().replace("\n", " ")
    with av.open(str(tmp_path / "x.gif")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 8  # 70 ms each


def test_a_replay_has_the_track_from_where_its_first_frame_was_in_the_show(
    tiny: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "show.jsonl"
    played(tiny, path, 40, {})
    timeline = Timeline(read_score(path))
    begin, click = timeline.time(11) - timeline.time(1), timeline.time(21) - timeline.time(1)
    track = write_sound(tmp_path / "x.wav", clicks(click + 1, click))
    for name, fps in {"a": None, "b": 25.0}.items():
        output = OutputSettings(tmp_path / f"{name}.mkv", fps=fps)
        settings = ReplaySettings(path, output, sound=track, first=11, effects=False)
        run_replay(settings, Console(quiet=True))
        assert heard(output.path)[0] == pytest.approx(click - begin, abs=0.01)
    assert heard(output.path)[1] == pytest.approx(timeline.time(40) - timeline.time(11), abs=0.1)
    with pytest.raises(UsageError, match=r"\.gif carries no sound"):
        Replay(ReplaySettings(path, OutputSettings(tmp_path / "x.gif"), sound=track))


def test_shaders_hear_the_track_of_a_replay(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path / "config")
    (folder := tmp_path / "config" / "shaders").mkdir(parents=True)
    body = "void main() { gl_FragColor = vec4(vec3(IMG_NORM_PIXEL(heard, vec2(0.5)).r), 1.0); }"
    written(folder / "loud.fs", body, [{"NAME": "heard", "TYPE": "audioFFT"}])
    path = tmp_path / "show.jsonl"
    played(tiny.changed(params={"effects": "loud", "flash_guard": False}), path, 60, {})
    timeline = Timeline(read_score(path))
    click = (timeline.time(60) - timeline.time(1)) / 2
    track = write_sound(tmp_path / "x.wav", clicks(click + 1, click))
    output = OutputSettings(tmp_path / "a.mkv", fps=200.0)
    run_replay(ReplaySettings(path, output, sound=track), Console(quiet=True))
    light = np.array([each.pixels.mean() for each in read(output.path)])
    at = int(click * 200)
    assert light[: at - 4].max() < 20
    assert light[at : at + 12].max() > 150


@pytest.mark.parametrize("backwards", [{"reverse": True}, {"loop_blend": 2}, {"loop_bars": 1, "bpm": 60}])
def test_a_film_that_goes_otherwise_than_its_track_is_refused(
    tiny: Settings, tmp_path: Path, backwards: dict[str, Any]
) -> None:
    track = Track(write_sound(tmp_path / "x.wav", clicks(0.5, 0.2)))
    with pytest.raises(UsageError, match="leave one out"):
        rendered(tiny, tmp_path / "x.mp4", None, track=track, **backwards)
    assert not (tmp_path / "x.mp4").exists()


def test_a_preset_brings_its_routes_into_a_render_behind_one_s_own(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path)
    (tmp_path / "presets").mkdir()
    strong = '[[route]]\nsignal = "seq:0,1:0.1s"\nto = "step"\nlow = 0\nhigh = 9\n'
    (tmp_path / "presets" / "bare.toml").write_text("")
    (tmp_path / "presets" / "strong.toml").write_text(strong)
    (tmp_path / "strong.toml").write_text(strong)
    (tmp_path / "weak.toml").write_text(strong.replace("9", "0"))

    def pixels(preset: str, *more: str) -> list[np.ndarray]:
        path = tmp_path / f"{preset}{len(list(tmp_path.iterdir()))}"
        words = [
            "render",
            "clouds",
            "--net",
            tiny.net.net,
            "--size",
            "64x48",
            "--frames",
            "4",
            "-o",
            str(path),
        ]
        with pytest.raises(SystemExit) as ended:
            main([*words, "--preset", preset, *more])
        assert ended.value.code == 0
        return [each.pixels for each in read(path)]

    moved = pixels("strong")
    assert all(map(np.array_equal, moved, pixels("bare", "--routes-file", str(tmp_path / "strong.toml"))))
    assert not np.array_equal(moved[-1], pixels("bare")[-1])
    own = pixels("strong", "--routes-file", str(tmp_path / "weak.toml"))
    assert all(map(np.array_equal, own, pixels("bare", "--routes-file", str(tmp_path / "weak.toml"))))
