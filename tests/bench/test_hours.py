"""Hours of a dream on a clock of frames: what is told of them, and a real one on a small net."""

import json
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dreamstream import cli
from dreamstream.bench.hours import Hours, Minute
from dreamstream.bench.hours_report import Report, Span, picture
from dreamstream.dreamer.signature import Signature
from dreamstream.pictures.vitals import Vitals
from dreamstream.size import Size
from dreamstream.stage import Settings

ALIVE = Vitals(120, 50, 60, 0, 0.95, 7, 5, 0.3)
DEAD = replace(ALIVE, change=0.0)


def minute(number: int, seed: int, in_common: int | None = 3, vitals: Vitals = ALIVE) -> Minute:
    """One of random colours and channels, the same for the same seed."""
    rng = np.random.default_rng(seed)
    colours, detail = rng.dirichlet(np.full(64, 0.1)), rng.dirichlet(np.full(20, 0.5))
    powers = {"a": rng.random(112).astype(np.float32)}
    signature = Signature(colours.astype(np.float32), detail.astype(np.float32), 0.02, powers)
    column, thumbnail = (np.full((96, width, 3), number, np.uint8) for width in (1, 160))
    return Minute(number, signature, vitals, in_common, 0.5, "zoom", "a", column, thumbnail)


def test_a_night_that_stays_new_and_alive_misses_nothing() -> None:
    report = Report([minute(n, n, 8 if n == 7 else 5) for n in range(1, 21)], "a")
    assert report.misses == []
    assert [span.name for span in report.spans] == ["0 to 5", "5 to 10", "10 to 15", "15 to 20"]
    assert report.as_json()["in_common"] == {"median": 5, "worst": 8}
    assert report.table().row_count == 4


def test_hours_are_its_rows_where_there_are_many_minutes() -> None:
    report = Report([minute(n, n) for n in range(1, 131)], "a")
    assert [span.name for span in report.spans] == ["0 to 60", "60 to 120", "120 to 130"]


@pytest.mark.parametrize(
    ("night", "miss"),
    [
        ([minute(n, n, 6) for n in range(1, 21)], "repeats itself: a median of 6"),
        ([minute(n, n, 9 if n == 12 else 2) for n in range(1, 21)], "repeats itself: 9 in common at the"),
        ([minute(n, n, 2, DEAD if 4 < n < 10 else ALIVE) for n in range(1, 21)], "dead for 5 minutes: still"),
        ([minute(n, n % 5) for n in range(1, 11)], "minutes 0 to 5 and 5 to 10 are alike: 0.00 apart"),
    ],
)
def test_what_a_night_must_not_do_is_told(night: list[Minute], miss: str) -> None:
    assert [miss in line for line in Report(night, "a").misses] == [True]


def test_four_dead_minutes_and_frames_that_fail_are_told_apart() -> None:
    night = [minute(n, n, None, DEAD if n % 5 else ALIVE) for n in range(1, 21)]
    assert Report(night, "a").misses == []
    assert Report(night, "a", failures=2).misses == ["2 frames failed"]
    assert Report([], "a").misses == []


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=5), st.lists(st.integers(0, 9), min_size=1, max_size=5)
)
def test_spans_are_alike_where_each_minute_has_its_like(ones: list[int], others: list[int]) -> None:
    one, other = (Span([minute(n, seed) for n, seed in enumerate(seeds, 1)]) for seeds in (ones, others))
    assert 0 <= one.distance(other) == other.distance(one) <= 1
    assert (one.distance(other) < 1e-6) == (set(ones) == set(others))


@pytest.mark.parametrize("count", [1, 8, 20])
def test_the_picture_has_a_column_for_each_minute_and_the_thumbnails_below(count: int) -> None:
    drawn = picture([minute(n, n) for n in range(1, count + 1)])
    strip = drawn[0, :, 0]
    assert np.flatnonzero(np.diff(strip[strip > 0])).size == count - 1
    assert list(drawn[100, 80::164, 0]) == list(range(1, min(count, 8) + 1))
    assert drawn.shape[0] == 96 + 100 * -(-count // 8)


def small(tiny: Settings, *flags: str) -> list[str]:
    """The words of a command that is soon done."""
    net = ["--net", tiny.net.net, "--size", "32x32", "--iterations", "1", "--octaves", "1"]
    return ["health", *net, *flags]


def test_hours_are_dreamt_told_and_drawn(
    tiny: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "night.png"
    flags = ("--hours", "0.1", "--transform", "zoom+rotate", "--picture", str(drawn), "--json")
    with pytest.raises(SystemExit) as caught:
        cli.main(small(tiny, *flags))
    told = json.loads(capsys.readouterr().out)
    assert caught.value.code == (1 if told["misses"] else 0)
    assert told["stopped"] is False
    assert [each["minute"] for each in told["minutes"]] == [1, 2, 3, 4, 5, 6]
    assert [each["in_common"] is None for each in told["minutes"]] == [True] * 5 + [False]
    assert {each["transform"] for each in told["minutes"]} == {"zoom+rotate"}
    assert all(0 <= each["new5"] <= 1 for each in told["minutes"][1:])
    assert all(0 <= each["alive"] <= 1 for each in told["minutes"])
    with Image.open(drawn) as image:
        assert image.height == 196


def test_ctrl_c_tells_what_there_is(
    tiny: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["import signal", "seen = []", "def mine(canvas):", "    seen.append(0)"]
    lines += [
        "    if len(seen) == 1300:",
        f"        signal.raise_signal({signal.SIGINT.value})",
        "    return canvas",
    ]
    (tmp_path / "own.py").write_text("\n".join(lines))
    flags = ("--hours", "1", "--transforms", str(tmp_path / "own.py"), "--transform", "mine")
    with pytest.raises(SystemExit) as caught:
        cli.main(small(tiny, *flags))
    assert caught.value.code == 130
    assert "0 to 1 " in capsys.readouterr().out


def test_an_autopilot_plays_where_it_is_on_the_same_night_each_time(tiny: Settings) -> None:
    params = {"autopilot": True, "iterations": 1, "octaves": 1}
    nights = [Hours(tiny.changed(size=Size(32, 32), params=params), 1200) for _ in range(2)]
    begun = nights[0].stage.store.snapshot()
    for night in nights:
        assert list(night.run()) == list(range(1, 1201))
    one, other = (night.minutes[0] for night in nights)
    assert np.array_equal(one.signature.colours, other.signature.colours)
    assert np.array_equal(one.column, other.column)
    assert nights[0].stage.store.snapshot() == nights[1].stage.store.snapshot() != begun


def test_a_preset_s_routes_move_the_hours(
    tiny: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path)
    (tmp_path / "presets").mkdir()
    route = '[[route]]\nsignal = "seq:0.2,0.8:2s"\nto = "step"\nlow = 0\nhigh = 10\n'
    (tmp_path / "presets" / "moved.toml").write_text(route)
    night = Hours(tiny.changed(size=Size(32, 32), preset="moved", params={"octaves": 1}), 81)
    store = night.stage.store
    assert [store.snapshot().step for number in night.run() if number % 40 == 1] == [2, 8, 2]


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (("--picture", "x.png"), "--picture tells of --hours"),
        (("--json",), "--json tells of --hours"),
        (("--hours", "1", "--frames", "9"), "not allowed with"),
        (("--hours", "1", "--picture", "x.jpg"), "ends in .png"),
        (("--hours", "1", "--picture", "none/x.png"), "there is no folder none"),
        (("--hours", "1", "--transform", "zoom,rotate"), "one --transform or --preset"),
        (("--hours", "1", "--transform", "zom"), "no transform 'zom'"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(
    flags: tuple[str, ...], word: str, tiny: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(small(tiny, *flags))
    assert caught.value.code == 2
    assert word in " ".join(capsys.readouterr().err.split())
