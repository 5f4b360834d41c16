"""What a screen showed at its own times goes through a score's file, and comes back."""

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dreamstream.params import TABLE, Params
from dreamstream.score import Score, ScoreWriter, ScreenTimes, Timeline, copy_score, read_score, thin_score
from dreamstream.score.records import Change, End, Frozen, Screen, Snapshot, Start, Time, line_of, parse_line
from dreamstream.score.screen import NUMBERS, PARAMS, ScreenNotes
from tests.fakes import frame

STARTED = 40.0
FIRST = Params(brightness=1.5)
SCREEN = 1 / 60


def moved(number: int) -> dict[str, Any]:
    """Params at a screen frame, and the dream's: a wave, noise, steps; all come to rest after 3 s."""
    seconds, draw = min(number * SCREEN, 3.0), random.Random(min(number, 180) // 3)
    return {
        "brightness": 1.5 + math.sin(2 * seconds),
        "trail_time": draw.uniform(0, 2),
        "hue_speed": 30.0 * (int(seconds) % 2),
        "effects": "none" if seconds % 2 < 1 else "mirror+hue-turn",
        "blackout": 1.2 < seconds < 1.3,
        "bpm": 120.0 if seconds > 1 else 0.0,
        "zoom": 0.01 * seconds,
        "hud": seconds > 2,
    }


def show(path: Path, screen_frames: int = 300) -> list[tuple[float, Params, float, float | None]]:
    """Write a show of 20 dreamed frames a second; return what its screen showed, and when."""
    score, seen = ScoreWriter(path, force=True), []
    score.start({"seed": 5, "opened": -2.5}, FIRST, STARTED)
    for number in range(1, screen_frames + 1):
        now = STARTED + number * SCREEN
        params = FIRST.model_copy(update=moved(number))
        place, beat = number / 3 - 1.4, None if number < 60 else STARTED + 0.25 + number // 60
        assert score.screen is not None
        score.screen.see(now, params, math.ceil(place), place, beat)
        if number % 3 == 0:
            score.changed(number // 3, params)
            score.dreamt(frame(number // 3, time=now))
        seen.append((now - STARTED, params, place, None if beat is None else beat - STARTED))
    assert score.close() == ""
    return seen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "show.jsonl"


def test_all_that_the_screen_showed_comes_back_at_its_times(path: Path) -> None:
    seen = show(path)
    score = read_score(path)
    assert not score.problems
    assert score.opened == -2.5
    times, timeline = ScreenTimes(score.params, score.events), Timeline(score, as_shown=True)
    for seconds, params, place, beat in seen:
        then = Params.model_validate({**score.params, **times.params(round(seconds, 3) + 1e-6)})
        for name in ("effects", "blackout", "bpm"):
            assert then[name] == params[name], (name, seconds)
        assert then.brightness == pytest.approx(params.brightness, abs=4 / 256)
        assert then["hue_speed"] == pytest.approx(params["hue_speed"], abs=0.1)
        assert then["trail_time"] == pytest.approx(params["trail_time"], abs=20 / 256)
        assert times.beat(seconds + 0.001) == (None if beat is None else pytest.approx(beat, abs=1e-3))
        assert timeline.place(seconds) == pytest.approx(place, abs=0.15)
        assert timeline.time(place) == pytest.approx(seconds, abs=0.01)
    assert then.brightness == pytest.approx(params.brightness, abs=1e-4), "what rests is exact"


def test_changes_of_dreamed_frames_have_all_but_the_screen_s_numbers(path: Path) -> None:
    show(path)
    score = read_score(path)
    changed = {name for event in score.events if isinstance(event, Change) for name in event.change}
    assert changed == set(moved(1)) - {"brightness", "trail_time", "hue_speed"}
    told = {name for event in score.events if isinstance(event, Screen) for name in event.screen}
    assert told == set(moved(1)) - {"zoom", "hud"}


def test_where_nobody_tells_of_a_screen_the_changes_have_its_numbers(path: Path) -> None:
    score = ScoreWriter(path)
    score.start({}, FIRST, STARTED)
    score.changed(3, FIRST.model_copy(update={"brightness": 2.0}))
    score.close()
    read = read_score(path)
    assert read.events == (Change(3, {"brightness": 2.0}),)
    assert ScreenTimes(read.params, read.events).params(1.0) == {}
    assert read.opened == 0.0


walks = st.lists(
    st.tuples(st.integers(50, 3000), st.floats(0, 4), st.floats(-180, 180), st.integers(1, 3)),
    min_size=1,
    max_size=60,
)


@given(walks)
@example([(2391, 0.0, 0.0, 1), (50, 0.0, 0.0, 1)])
def test_any_walk_comes_back_within_a_part_of_its_range(walk: list[tuple[int, float, float, int]]) -> None:
    notes, time, seen = ScreenNotes(FIRST, STARTED), 0, []
    for passed, brightness, angle, way in walk:
        time += passed
        values = {"brightness": brightness, "hue_angle": angle, "mirror_way": way}
        notes.see(STARTED + time / 1000, FIRST.model_copy(update=values), 1)
        seen.append((time / 1000, values))
    notes.end()
    lines = [parse_line(line_of(note)) for note in notes.records]
    times = ScreenTimes(FIRST.model_dump(), [each for each in lines if isinstance(each, Screen)])
    for seconds, values in seen:
        then = FIRST.model_dump() | times.params(seconds + 1e-6)
        assert then["mirror_way"] == values["mirror_way"]
        for name in ("brightness", "hue_angle"):
            info = TABLE[name]
            assert info.high is not None
            assert info.low is not None
            part = abs(then[name] - values[name]) / (info.high - info.low)
            assert part <= 1 / 256 + 1e-4


def test_what_stands_still_takes_no_line_and_a_change_a_few_corners(path: Path) -> None:
    score = ScoreWriter(path)
    score.start({}, FIRST, STARTED)
    assert score.screen is not None
    for number in range(1, 60 * 60):
        params = FIRST if number < 1800 else FIRST.model_copy(update={"gamma": 2.0})
        score.screen.see(STARTED + number * SCREEN, params, 1)
    score.close()
    (note,) = read_score(path).events
    assert isinstance(note, Screen)
    (before, after) = note.corners(note.screen["gamma"])
    assert before == (pytest.approx(29.983), 1.0)
    assert after == (pytest.approx(30.0), 2.0)


def test_ten_params_that_never_rest_stay_within_the_cap(path: Path) -> None:
    names, draw, minutes = sorted(NUMBERS)[:10], random.Random(3), 2
    score = ScoreWriter(path)
    score.start({}, FIRST, STARTED)
    assert score.screen is not None
    for number in range(1, 60 * 60 * minutes):
        noise = {name: draw.uniform(TABLE[name].low or 0, TABLE[name].high or 0) for name in names}
        score.screen.see(STARTED + number * SCREEN, FIRST.model_copy(update=noise), 1, number / 3)
    score.close()
    assert path.stat().st_size * 60 / minutes < 20e6, "an hour"


def test_it_goes_on_from_place_to_place_where_the_show_was_frozen(path: Path) -> None:
    notes = [Screen(4, 1.0, {}, [0, 3.4, 100, 5.4, 2100, 5.4, 2200, 7.4])]
    times = [Time(3, 0.95), Time(8, 3.2), Frozen(6, 2.0)]
    score = Score(path, {}, FIRST.model_dump(), (*notes, *times), 9)
    shown, done = Timeline(score, as_shown=True), Timeline(score)
    assert [shown.place(seconds) for seconds in (1.0, 1.05, 1.1, 2.0, 3.1, 3.15)] == pytest.approx(
        [3.4, 4.4, 5.4, 5.4, 5.4, 6.4]
    )
    assert shown.time(6) == pytest.approx(3.13)
    assert [done.place(seconds) for seconds in (0.95, 3.2)] == [3.0, 8.0]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"screen": {"zom": [0, 1]}}, "no param 'zom' of the screen here"),
        ({"screen": {"zoom": [0, 1]}}, "no param 'zoom' of the screen here"),
        ({"screen": {"gamma": [0, 1, 2]}}, "gamma should be pairs"),
        ({"screen": {"gamma": [0, "1"]}}, "gamma should be pairs"),
        ({"screen": {"gamma": [0, float("nan")]}}, "gamma should be pairs"),
        ({"screen": {"effects": ["0", "mirror"]}}, "effects should be pairs"),
        ({"screen": {"palette": [0, "beige"]}}, "no palette 'beige'"),
        ({"screen": {"blackout": [0, "perhaps"]}}, "blackout cannot be"),
        ({"screen": {"gamma": 3}}, "damaged (screen.gamma should be a valid list"),
        ({"screen": {}, "shown": [0, None]}, "damaged (shown should be pairs of numbers)"),
        ({"screen": {}, "beat": [0]}, "damaged (beat should be pairs of numbers)"),
        ({"screen": {}, "at": None}, "damaged (at should be a valid number"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_left_out(
    path: Path, line: dict[str, Any], problem: str
) -> None:
    show(path, 30)
    with path.open("a") as file:
        good = {"hue_speed": [0, 99.0]}
        file.write(json.dumps({"frame": 3, "at": 7.0, **line}) + "\n")
        file.write(json.dumps({"frame": 3, "at": 8.0, "screen": good}) + "\n")
    score = read_score(path)
    (said,) = score.problems
    assert said.startswith(f"line {path.read_text().count(chr(10)) - 1}")
    assert problem in said
    times = ScreenTimes(score.params, score.events)
    assert times.params(9.0)["hue_speed"] == 99.0
    Timeline(score, as_shown=True).place(8.5)


def test_numbers_beyond_a_range_are_cut_to_it(path: Path) -> None:
    notes = (Screen(1, 0.0, {"gamma": [1000, -7, 2000, 1e9]}),)
    times = ScreenTimes(FIRST.model_dump(), notes)
    assert times.params(1.0) == {"gamma": TABLE["gamma"].low}
    assert times.params(5.0) == {"gamma": TABLE["gamma"].high}


def test_copies_and_pictures_carry_it_up_to_their_frame(path: Path, tmp_path: Path) -> None:
    show(path)
    copy = copy_score(path, tmp_path / "film.mp4", (1, 50))
    assert copy is not None
    (tmp_path / "thin.jsonl").write_text(thin_score(path, 50))
    whole = ScreenTimes(FIRST.model_dump(), read_score(path).events)
    for each in (copy, tmp_path / "thin.jsonl"):
        score = read_score(each)
        assert (score.last, score.problems) == (50, ())
        times = ScreenTimes(score.params, score.events)
        for seconds in (0.5, 1.0, 2.2, 2.55):
            assert times.params(seconds) == whole.params(seconds)
        assert Timeline(score, as_shown=True).place(2.5) == pytest.approx(2.5 * 20 - 1.4, abs=0.15)


def test_a_picture_of_a_long_show_leaves_out_what_the_screen_did(path: Path) -> None:
    show(path, 60)
    corners = [value for number in range(200) for value in (5 * number, number / 100)]
    with path.open("a") as file:
        for number in range(1000):
            file.write(line_of(Screen(20, 3.0 + number, {"gamma": corners})))
    thin = thin_score(path, 20)
    kinds = {type(parse_line(line)) for line in thin.splitlines()}
    assert path.stat().st_size > 1_000_000 > len(thin)
    assert kinds == {Start, Change, Time, End, Snapshot}


def test_every_param_of_the_screen_is_known_to_a_params_table() -> None:
    assert set(PARAMS) <= set(TABLE)
    assert {"brightness", "hue_speed", "trail_time"} <= {*NUMBERS} < {*PARAMS}
    assert not {"bpm", "effects", "fullscreen", "zoom"} & {*NUMBERS}
