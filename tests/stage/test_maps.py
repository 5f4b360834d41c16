"""Maps of layers: made when they are needed, kept, and in the score."""

import logging
import os
import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from dreamstream.dream import LayerMap
from dreamstream.errors import ScoreError, SourceError
from dreamstream.frame import Frame
from dreamstream.score import ScoreWriter, read_score, records
from dreamstream.stage import Settings, Stage, flowed, maps
from dreamstream.stage.maps import StageMaps, kept_map
from dreamstream.stage.session import describe_session
from tests.fakes import PATIENCE, picture
from tests.stage.test_session import Changes, assert_same, replayed


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own; the maps in it."""
    monkeypatch.setattr(maps, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache" / "maps"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of pictures."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed in range(3):
        cv2.imwrite(str(folder / f"{seed}.png"), picture(90, 120, seed).astype(np.uint8))
    return folder


def made(settings: Settings, layer: str = "conv2", folder: Path | None = None) -> LayerMap:
    return kept_map(Stage(settings).playing.net.entry, layer, folder)


def test_a_map_is_made_once_and_kept_by_net_layer_and_pictures(
    tiny: Settings, folder: Path, cache: Path
) -> None:
    first = made(tiny)
    (file,) = cache.iterdir()
    stamp = file.stat().st_mtime_ns
    assert made(tiny).text == first.text
    assert file.stat().st_mtime_ns == stamp, "it was read"
    others = [made(tiny, "conv1"), made(tiny, folder=folder)]
    cv2.imwrite(str(folder / "9.png"), picture(seed=9).astype(np.uint8))
    others.append(made(tiny, folder=folder))
    assert len({other.text for other in (first, *others)}) == 4
    assert len(list(cache.iterdir())) == 4


def test_the_oldest_maps_go(tiny: Settings, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "_KEPT", 2)
    cache.mkdir(parents=True)
    for age in range(4):
        file = cache / f"{age}.json"
        file.touch()
        os.utime(file, (1000 - age, 1000 - age))
    made(tiny)
    assert sorted(path.name[:4] for path in cache.iterdir()) == ["0.js", "tiny"]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"{}", b'{"places": 0, "vectors": ""}', b'{"places": 3, "vectors": "AAAA"}']
)
def test_a_damaged_file_is_made_anew_with_a_line(
    tiny: Settings, cache: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    first = made(tiny)
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert made(tiny).text == first.text
    assert file.read_bytes() == whole
    (line,) = (record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING)
    assert str(file) in line
    assert "made anew" in line


def test_where_it_cannot_be_kept_it_is_made_all_the_same(
    tiny: Settings, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache.parent.write_text("no folder")
    assert made(tiny).places
    assert "could not be kept" in caplog.text


def test_a_broken_picture_is_left_out_with_a_line(
    tiny: Settings, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = made(tiny, folder=folder)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    assert made(tiny, folder=folder).text == whole.text
    (line,) = (record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING)
    assert "broken.jpg" in line
    for path in folder.glob("*.png"):
        path.unlink()
    with pytest.raises(SourceError, match="no picture in it can be read"):
        made(tiny, folder=folder)


def test_a_folder_without_pictures_is_told_at_the_start(tiny: Settings, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"tiny\.prototxt: Not a directory"):
        Stage(tiny.changed(map_from=tmp_path / "tiny.prototxt"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="no picture in it"):
        Stage(tiny.changed(map_from=tmp_path / "empty"))


def test_live_nobody_waits_for_a_map(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    go, make = threading.Event(), maps.kept_map

    def late(*arguments: object) -> LayerMap:
        assert go.wait(PATIENCE)
        return make(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(maps, "kept_map", late)
    stage = Stage(tiny.changed(params={"roam": 1.0, "layer": "conv2"}))
    dreamer = stage.dreamer_on(stage.open_net(), live=True)
    dreamer.step()
    assert dreamer.message == "roam: a map of conv2 is being made"
    go.set()
    stage._makers[0]._making.join(PATIENCE)  # type: ignore[union-attr]
    dreamer.step()
    assert dreamer.message == ""
    stage.close()


def test_a_map_that_fails_is_a_line_and_no_end(tiny: Settings, folder: Path) -> None:
    stage = Stage(tiny.changed(map_from=folder, params={"roam": 1.0, "layer": "conv2"}))
    for path in folder.iterdir():
        path.write_bytes(b"no picture")
    dreamer = stage.dreamer_on(stage.open_net())
    dreamer.step()
    assert dreamer.message == f"roam: there is no map of conv2: {folder}: no picture in it can be read"


def test_a_map_that_is_no_longer_wanted_is_given_up(tiny: Settings) -> None:
    maker = StageMaps(Stage(tiny).playing.net.entry, waits=False)
    assert isinstance(maker.map_of("conv2"), str)
    maker.close()
    assert maker._making is not None
    assert not maker._making.alive


def shown(stage: Stage, path: Path, frames: int, changes: Changes, live: bool = False) -> list[Frame]:
    """Dream with changes, each after a frame; write a score."""
    network, writer = stage.open_net(), ScoreWriter(path)
    writer.start(describe_session(stage, network), stage.store.snapshot())
    dreamer = stage.dreamer_on(network, [writer], live=live)
    seen = []
    for index in range(1, frames + 1):
        seen.append(dreamer.step())
        writer.dreamt(seen[-1])
        stage.store.change(**changes.get(index, {}))
    writer.close()
    stage.close()
    return seen


def test_a_replay_needs_neither_cache_nor_pictures(
    tiny: Settings, folder: Path, cache: Path, tmp_path: Path
) -> None:
    path = tmp_path / "show.jsonl"
    settings = tiny.changed(map_from=folder, params={"layer": "conv2", "roam_time": 1.0})
    changes: Changes = {3: {"roam": 0.6}, 9: {"direction": "m1+0:0.5"}, 12: {"layer": "conv1"}}
    frames = shown(Stage(settings), path, 24, changes)
    found = [event for event in read_score(path).events if isinstance(event, records.Map)]
    assert [(event.frame, event.layer) for event in found] == [(4, "conv2"), (13, "conv1")]
    for file in (*folder.iterdir(), *cache.iterdir()):
        file.unlink()
    assert_same(frames, read_score(path))
    assert not list(cache.iterdir())


def test_a_replay_has_a_map_from_the_frame_on_that_the_show_had_it(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, settings = tmp_path / "show.jsonl", tiny.changed(params={"layer": "conv2", "roam": 1.0})
    layer_map = made(tiny)
    stage = Stage(settings)

    def late(maker: StageMaps, layer: str) -> LayerMap | str:
        return layer_map if stage.store.snapshot().grain == 2 else "not yet"

    monkeypatch.setattr(StageMaps, "map_of", late)
    frames = shown(stage, path, 12, {5: {"grain": 2.0}}, live=True)
    (found,) = (event for event in read_score(path).events if isinstance(event, records.Map))
    assert found.frame == 6
    assert_same(frames, read_score(path))


def test_a_score_s_map_that_is_damaged_or_another_net_s(tiny: Settings, tmp_path: Path) -> None:
    stage = Stage(tiny.changed(params={"layer": "conv2", "roam": 1.0}))
    shown(stage, tmp_path / "show.jsonl", 4, {})
    score = read_score(tmp_path / "show.jsonl")
    (found,) = (event for event in score.events if isinstance(event, records.Map))
    others = [event for event in score.events if event is not found]
    with pytest.raises(ScoreError, match=r"frame 1: the map of conv2: 3 numbers are no map of 2 places"):
        list(replayed(replace(score, events=(replace(found, places=2, vectors="f39/"), *others))))
    small = LayerMap.of(np.eye(3))
    other = replace(found, places=3, vectors=small.text)
    assert len(list(replayed(replace(score, events=(other, *others))))) == 4


def test_of_what_flows_in_a_map_is_made_and_made_anew(
    tiny: Settings, film: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flowed, "_EACH", 1)
    monkeypatch.setattr(maps, "_ANEW", 30)
    path, params = tmp_path / "show.jsonl", {"layer": "conv2", "roam": 1.0, "mix": 0.3}
    stage = Stage(tiny.changed(sources=(str(film),), map_from=Path("source"), params=params))
    frames = shown(stage, path, 60, {})
    found = [event for event in read_score(path).events if isinstance(event, records.Map)]
    assert [event.frame for event in found] == [flowed.ENOUGH, flowed.ENOUGH + 30]
    assert found[0].vectors != found[1].vectors
    assert not cache.exists()
    assert_same(frames, read_score(path))


def test_while_nothing_has_flowed_in_there_is_no_map_and_a_line(tiny: Settings) -> None:
    stage = Stage(tiny.changed(map_from=Path("source"), params={"layer": "conv2", "roam": 1.0}))
    dreamer = stage.dreamer_on(stage.open_net())
    dreamer.step()
    assert dreamer.message == "roam: a map of conv2 is made once 20 s of a film or camera have flowed in"


def test_what_flowed_in_is_kept_small_and_for_minutes() -> None:
    kept = flowed.Flowed()
    large = [np.full((720, 1280, 3), level, np.float32) for level in range(4)]
    for frame in range(20 * 200):
        kept.flowed_in(frame, large[frame // 20 % 4])
    pictures = kept.pictures()
    assert (kept.count, len(pictures)) == (200, 150)
    assert sum(picture.nbytes for picture in pictures) < 32e6
    assert [int(picture.max()) for picture in pictures[-4:]] == [0, 1, 2, 3]
    tall = flowed.Flowed()
    tall.flowed_in(1, np.zeros((90, 60, 3), np.float32))
    assert tall.pictures()[0].shape == (90, 60, 3)
