"""The autopilot on a fake clock: it flies, lets go, and never sticks."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

from dreamstream.transforms import TRANSFORMS
from tests.autopilot.nights import Night

HOUR = 3600.0
GOOD = {f"good{number}": "" for number in range(6)}
BAD = {name: name for name in ("missing", "odd", "frozen", "raising", "black", "boring")}
BOUND = 120.0  # seconds that the taste has a scene play at most


def gaps(night: Night, begin: float, end: float) -> list[float]:
    """The seconds between scenes that came in this time."""
    times = [when - 100 for when, _ in night.plays if begin <= when - 100 <= end]
    return [after - before for before, after in pairwise(times)]


def played(night: Night, begin: float, end: float) -> Counter[str]:
    return Counter(name for when, name in night.plays if begin <= when - 100 < end)


def test_a_day_of_presets_that_go_wrong_never_sticks(tmp_path: Path) -> None:
    night = Night(tmp_path, {**GOOD, **BAD})
    shelf = night.presets
    night.until(2 * HOUR)
    assert max(gaps(night, 0, 2 * HOUR)) <= BOUND + 1
    night.beats = lambda: (night.clock() - 100) * 2  # 120 beats a minute
    night.store.change(bpm=120)
    night.until(4 * HOUR)
    stands = night.beats()
    night.beats = lambda: stands  # the music stops
    night.until(5 * HOUR)
    night.beats = lambda: (night.clock() - 100) * 3 % 1000  # and begins anew, again and again
    night.until(6 * HOUR)
    night.beats, _ = (lambda: float("inf")), night.store.change(bpm=0)
    night.taste.write_text("[phrase]\nminutes = ")
    night.until(8 * HOUR)
    assert sum("taste.toml: not TOML" in text for text in night.told) == 1
    night.taste.write_text("[phrase]\nminutes = 1.0")
    night.until(10 * HOUR)
    assert BOUND / 2 - 1 <= max(gaps(night, 8 * HOUR + 300, 10 * HOUR)) <= BOUND / 2 + 1
    night.taste.unlink()
    night.presets = []  # an empty shelf: transforms by themselves
    night.until(12 * HOUR)
    assert len(played(night, 10.1 * HOUR, 12 * HOUR)) >= 8
    assert not played(night, 10.1 * HOUR, 12 * HOUR).keys() & {*GOOD, *BAD}
    night.presets = shelf
    night.until(24 * HOUR)
    assert max(gaps(night, 0, 24 * HOUR)) <= BOUND + 1
    changes = [after - before for before, after in pairwise(night.goes)]
    assert max(changes) <= BOUND + 1
    assert {*night.autopilot.quarantined} == {*BAD}
    counts = Counter(name for _, name in night.plays)
    assert all(counts[name] == 1 for name in ("frozen", "raising", "black"))
    assert 1 <= counts["boring"] <= 2  # in the first minutes there is no past that it could bore by
    assert not counts["missing"] and not counts["odd"]
    hours = (*range(10), *range(13, 24))
    assert all(played(night, hour * HOUR, (hour + 1) * HOUR).keys() >= GOOD.keys() for hour in hours)
    left = [text for text in night.told if "not played again" in text]
    assert sorted(text.split()[2].strip(":") for text in left) == ["black", "boring", "frozen", "raising"]
    assert not any("goes on" in text for text in night.told), "nothing came out of a turn"


def test_where_all_go_wrong_the_oldest_comes_back(tmp_path: Path) -> None:
    night = Night(tmp_path, BAD)
    night.until(3 * HOUR)
    assert max(gaps(night, 0, 3 * HOUR)) <= BOUND + 1
    assert all(count > 5 for count in Counter(name for _, name in night.plays).values())
    assert len(Counter(name for _, name in night.plays)) == 4


def test_where_nothing_can_be_played_what_plays_is_varied(tmp_path: Path) -> None:
    night = Night(tmp_path, {"missing": "missing", "odd": "odd"})
    night.until(HOUR)
    assert night.plays and not {name for _, name in night.plays} - TRANSFORMS.keys()
    assert len(night.told) == 2, "each is told once"
    night.wrong = dict.fromkeys(("missing", "odd", *TRANSFORMS), "odd")
    night.until(1.1 * HOUR)
    scenes = len(night.plays)
    night.until(2 * HOUR)
    assert scenes == len(night.plays)
    assert night.autopilot.line.startswith("autopilot: what plays, next in ")
    assert len(night.goes) > 100


def test_a_hand_has_the_helm_at_once_and_the_autopilot_minutes_later(tmp_path: Path) -> None:
    night = Night(tmp_path, GOOD)
    night.until(70)
    assert night.autopilot.line == f"autopilot: {night.playing}, next in 0:51"
    night.store.change(zoom=0.5)
    night.autopilot.touch()
    night.second()
    assert night.stopped == 1
    scenes, changes = len(night.plays), len(night.goes)
    night.until(170)
    night.store.change(freeze=True, blackout=True)
    night.autopilot.touch()
    night.second()
    assert night.autopilot.line == "autopilot: your hand; takes the helm in 3:00"
    night.until(170 + 178)
    assert (len(night.plays), len(night.goes)) == (scenes, changes)
    assert night.store.hand.zoom == 0.5
    night.until(170 + 182)
    assert len(night.plays) == scenes + 1
    assert not night.store.hand.freeze and not night.store.hand.blackout


def test_with_0_minutes_it_stays_the_hand_s_until_the_key(tmp_path: Path) -> None:
    night = Night(tmp_path, GOOD)
    night.store.change(autopilot_after=0)
    night.until(10)
    night.autopilot.touch()
    night.until(HOUR)
    assert len(night.plays) == 1
    assert night.autopilot.line == "autopilot: your hand"
    night.store.change(autopilot=False)
    night.second()
    assert night.autopilot.line == ""
    night.store.change(autopilot=True)
    night.second()
    assert len(night.plays) == 2


def test_switched_off_it_does_nothing(tmp_path: Path) -> None:
    night = Night(tmp_path, GOOD)
    night.store.change(autopilot=False)
    before = night.store.hand
    night.until(HOUR)
    assert night.store.hand is before and not night.goes
    assert not night.board.wanted, "nothing is measured for it"


def test_the_same_seed_picks_the_same_and_another_seed_another(tmp_path: Path) -> None:
    nights = [Night(tmp_path, GOOD, seed) for seed in (1, 1, 2)]
    for night in nights:
        night.until(HOUR)
    assert nights[0].store.hand == nights[1].store.hand != nights[2].store.hand
    assert nights[0].plays == nights[1].plays != nights[2].plays


def test_what_is_liked_comes_twice_as_often_and_is_kept(tmp_path: Path) -> None:
    night = Night(tmp_path, GOOD)
    night.until(10)
    liked = night.playing
    assert night.autopilot.like() == f"liked: {liked} comes more often"
    night.until(10 * HOUR)
    counts = Counter(name for _, name in night.plays)
    others = [count for name, count in counts.items() if name != liked]
    assert counts[liked] >= 1.8 * max(others)
    again = Night(tmp_path, GOOD)
    again.until(5 * HOUR)
    counts = Counter(name for _, name in again.plays)
    assert counts.most_common(1)[0][0] == liked


def test_nothing_is_liked_where_nothing_has_a_name(tmp_path: Path) -> None:
    night = Night(tmp_path, GOOD)
    assert "Return keeps it as a preset" in night.autopilot.like()
    assert night.autopilot.like("reef") == "liked: reef comes more often"


def test_names_that_are_not_there_are_told_once(tmp_path: Path) -> None:
    (tmp_path / "taste.toml").write_text("[effects]\npick = ['miror']\n[presets]\nleave_out = ['god1']")
    night = Night(tmp_path, GOOD)
    night.until(HOUR)
    assert sorted(night.told) == [
        f"{tmp_path / 'taste.toml'}: [effects]: no 'miror' here; did you mean 'mirror'?",
        f"{tmp_path / 'taste.toml'}: [presets]: no 'god1' here; did you mean 'good1'?",
    ]


def test_a_scene_morphs_in_and_jumps_only_where_that_is_asked(tmp_path: Path) -> None:
    night = Night(tmp_path, GOOD)
    night.until(HOUR)
    assert night.spans == {20.0, 5.0}
    (tmp_path / "taste.toml").write_text("[phrase]\njump = true")
    jumps = Night(tmp_path, GOOD)
    jumps.until(HOUR)
    assert jumps.spans == {0.0}


def test_what_goes_wrong_in_a_turn_is_told_once_a_minute_and_tried_again(
    tmp_path: Path,
) -> None:
    night = Night(tmp_path, GOOD)
    night.until(10)

    def fails() -> float:
        raise OSError("the clock is gone")

    night.beats = fails
    night.until(130, step=0.1)
    assert night.told.count("autopilot: the clock is gone; it goes on") == 2
    night.beats = lambda: float("inf")
    night.until(130 + BOUND)
    assert len(night.plays) >= 2


def test_twice_dead_it_begins_again_from_the_source(tmp_path: Path) -> None:
    night = Night(tmp_path, {"one": "black", "two": "black", "three": "black"})
    night.until(100)
    assert night.store.hand.restart >= 1
