"""A real show, its score, and the same show again."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from dreamstream.caffe import write_caffemodel
from dreamstream.errors import NetError, ScoreError, SourceError, UsageError
from dreamstream.frame import Frame
from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowSettings
from dreamstream.record.pictures import save_snapshot
from dreamstream.score import Score, copy_score, read_score, records
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.stage.player import ScorePlayer
from dreamstream.stage.session import checksum, differences, on_this_machine, settings_of, settings_to_play
from dreamstream.transforms import Field
from tests.fakes import CLASSIFIER, PATIENCE, classifier_spec, picture
from tests.isf.files import written
from tests.moving import panned, with_figure
from tests.shows import ended

Changes = dict[int, dict[str, object]]


def played(settings: Settings, path: Path, frames: int, changes: Changes) -> list[Frame]:
    """Run a live show that is changed once these frames are seen; return what came out of its ring.

    It ends so many frames after the last change has taken effect: a net may take its time to be ready for it.
    """
    stage = Stage(settings)
    show = Show(stage, ShowSettings(score=path))
    reader = show.ring.reader()
    show.start()
    seen: list[Frame] = []
    left = frames
    while left and (frame := reader.read(PATIENCE)) is not None:
        seen.append(frame)
        if frame.index in changes:
            stage.store.change(**changes[frame.index])
        if frame.index > max(changes, default=0) and show.params_of(frame) == stage.store.snapshot():
            left -= 1
    return ended(show, reader, seen)


def replayed(score: Score) -> Iterator[Frame]:
    stage = Stage(settings_of(score))
    dreamer = ScorePlayer(score, stage, exact=True).open_dreamer()
    for _ in range(score.last):
        yield dreamer.step()


def assert_same(frames: list[Frame], score: Score) -> None:
    for before, after in zip(frames, replayed(score), strict=True):
        assert before.index == after.index
        assert before.pixels.tobytes() == after.pixels.tobytes(), f"frame {before.index} differs"
        assert (before.warp is None) == (after.warp is None)


def test_a_real_show_is_dreamt_again_bit_for_bit(tmp_path: Path, precision: str) -> None:
    settings = Settings(
        sources=("clouds", "noise"),
        size=Size(96, 64),
        device="cpu",
        precision=precision,
        params={"fps_target": 240.0, "iterations": 3},
    )
    changes: Changes = {
        8: {"transform": "rotate"},
        15: {"layer": "block5"},
        22: {"restart": 1},
        30: {"second": "block3"},
        40: {"next_source": 1, "mix": 0.1},
        48: {"transform": "zoom+random-roll", "amount": 2.0},
        60: {"transform": "sine-roll", "every": 3, "wave": 7.0, "octaves": 3, "iterations": 2},
        70: {"class_name": "goldfish", "ease": 0.25},
        80: {"transform": "swirl", "restart": 2},
    }
    frames = played(settings, tmp_path / "show.jsonl", 30, changes)
    score = read_score(tmp_path / "show.jsonl")
    assert not score.problems
    assert any(isinstance(event, records.Effort) and event.effort for event in score.events), (
        "240 a second are too many"
    )
    changed = {name for event in score.events if isinstance(event, records.Change) for name in event.change}
    assert changed >= {"transform", "layer", "restart", "next_source", "amount", "class_name", "mix"}
    assert_same(frames, score)


def test_a_film_and_a_guide_and_transforms_of_one_s_own_come_again(
    tiny: Settings, film: Path, tmp_path: Path
) -> None:
    Image.fromarray(picture(90, 30).astype(np.uint8)).save(tmp_path / "guide.png")
    own = tmp_path / "own.py"
    own.write_text("def lift(canvas, params, tick):\n    return canvas * 0.98 + tick.rng.uniform(0, 4)\n")
    settings = tiny.changed(
        sources=(str(film), "noise"),
        guide=tmp_path / "guide.png",
        transforms=(own,),
        params={"transform": "lift", "mix": 0.2, "guide_share": 0.5},
    )
    changes: Changes = {
        9: {"next_source": 1},
        17: {"next_source": 2},
        25: {"restart": 1},
        33: {"transform": "zoom"},
    }
    frames = played(settings, tmp_path / "show.jsonl", 20, changes)
    score = read_score(tmp_path / "show.jsonl")
    assert isinstance(score.at(1)[0], records.SourcePlace | records.Threads)
    places = [event for event in score.events if isinstance(event, records.SourcePlace)]
    assert places[0] == records.SourcePlace(places[0].frame, 0, 1)
    assert_same(frames, score)


def test_what_was_painted_where_a_film_moved_and_by_a_mask_comes_again(
    tiny: Settings, film: Path, tmp_path: Path
) -> None:
    Image.fromarray(picture(30, 90).astype(np.uint8)).save(tmp_path / "mask.png")
    settings = tiny.changed(
        sources=(str(film), "noise"), mask=tmp_path / "mask.png", params={"source_speed": 1.0, "mix": 0.2}
    )
    changes: Changes = {
        7: {"paint": "motion"},
        14: {"mix": 0.0, "paint_size": 0.7},
        21: {"next_source": 1, "ease": 0.25},
        28: {"next_source": 2},
        40: {"paint": "mouse", "paint_x": 0.2, "tile_memory": 2},
        46: {"restart": 1, "paint": "motion"},
    }
    frames = played(settings, tmp_path / "show.jsonl", 15, changes)
    score = read_score(tmp_path / "show.jsonl")
    assert (score.start["mask"], score.params["paint"]) == (str(tmp_path / "mask.png"), "mask")
    assert_same(frames, score)
    Image.fromarray(picture(30, 90, 5).astype(np.uint8)).save(tmp_path / "mask.png")
    stage = Stage(settings_of(score))
    assert any("mask.png: is not the file that it was" in line for line in differences(score, stage))
    stage.close()


def test_what_was_painted_by_a_generator_comes_again(tiny: Settings, tmp_path: Path) -> None:
    body = "void main() { gl_FragColor = vec4(vec3(step(isf_FragNormCoord.x, 2.0 * TIME)), 1.0); }"
    path = written(tmp_path / "sweep.fs", body, [])
    settings = tiny.changed(mask=Path(f"isf:{path}"))
    frames = played(settings, tmp_path / "show.jsonl", 10, {5: {"octaves": 1}})
    score = read_score(tmp_path / "show.jsonl")
    assert (score.start["mask"], score.params["paint"]) == (f"isf:{path}", "mask")
    assert_same(frames, score)
    stage = Stage(settings_of(score))
    assert differences(score, stage) == []
    stage.close()
    with pytest.raises(SourceError, match="noise: is no mask; a picture's file is needed, or isf:NAME"):
        Stage(tiny.changed(mask=Path("noise")))


def test_a_walk_along_layers_comes_again_with_its_pulls(tmp_path: Path) -> None:
    settings = Settings(size=Size(96, 64), device="cpu", params={"fps_target": 30.0, "octaves": 1})
    changes: Changes = {
        5: {"walk": "block3,block5,block9", "walk_time": 1.0},
        15: {"walk_time": 0.5},
        40: {"walk": "block5,block2,block5", "tile_memory": 2},
    }
    frames = played(settings, tmp_path / "show.jsonl", 40, changes)
    score = read_score(tmp_path / "show.jsonl")
    pulls = {part for event in score.events if isinstance(event, records.Pull) for part in event.pull}
    assert len(pulls) == 4
    assert_same(frames, score)


def test_a_show_that_turned_into_another_comes_again(tiny: Settings, tmp_path: Path) -> None:
    show = Show(Stage(tiny.changed(params={"ease": 0.5})), ShowSettings(score=tmp_path / "show.jsonl"))
    stage, hands, reader, seen = show.stage, Hands(show), show.ring.reader(), list[Frame]()
    stage.store.change(morph_time=0.5)
    show.start()
    while (frame := reader.read(PATIENCE)) is not None and hands.going:
        seen.append(frame)
        if frame.index == 5:
            hands.press("morph.7")
        if frame.index > 5 and hands.morph.to is None:
            break
        hands.turn()
    hands.close()
    frames = ended(show, reader, seen)
    assert stage.preset is stage.shelf.keys()["7"]
    score = read_score(tmp_path / "show.jsonl")
    chains = {event.change.get("transform") for event in score.events if isinstance(event, records.Change)}
    assert len(chains) > 3, "it went over by and by"
    assert_same(frames, score)


def test_two_nets_in_turn_come_again(tiny: Settings, tmp_path: Path) -> None:
    write_caffemodel(classifier_spec(), tmp_path / "other.caffemodel")
    (tmp_path / "other.prototxt").write_text(CLASSIFIER)
    settings = tiny.changed(other_net=str(tmp_path / "other.prototxt"), params={"fps_target": 120.0})
    changes: Changes = {
        9: {"tile_memory": 2, "other_layer": "conv1"},
        17: {"other_every": 3, "second": "conv1"},
        25: {"other_every": 1},
        33: {"other_every": 4, "transform": "random-roll"},
    }
    frames = played(settings, tmp_path / "show.jsonl", 20, changes)
    score = read_score(tmp_path / "show.jsonl")
    assert score.start["other_net"] == str(tmp_path / "other.prototxt")
    assert score.params["other_every"] == 2
    assert_same(frames, score)


def test_a_film_that_played_in_real_time_is_read_at_the_same_places_again(
    tiny: Settings, film: Path, tmp_path: Path
) -> None:
    settings = tiny.changed(sources=(str(film), str(film)), params={"mix": 0.4, "source_speed": 1.0})
    changes: Changes = {
        9: {"restart": 1},
        13: {"source_speed": 0.0},
        17: {"source_speed": 2.5},
        21: {"next_source": 1},
        25: {"next_source": 2, "restart": 2},
    }
    frames = played(settings, tmp_path / "show.jsonl", 12, changes)
    score = read_score(tmp_path / "show.jsonl")
    assert any(isinstance(event, records.SourcePlace) for event in score.events)
    assert_same(frames, score)


def test_a_film_that_was_followed_and_left_alone_comes_again(tiny: Settings, tmp_path: Path) -> None:
    """Somebody goes through, nobody is there, and it cuts to somebody else, round and round."""
    moving = with_figure(8).pictures
    shots = [*moving, *moving[-1:] * 8, *panned(4).pictures]
    for number, each in enumerate(shots):
        Image.fromarray(np.rint(each).astype(np.uint8)).save(tmp_path / f"{number:02}.png")
    settings = tiny.changed(
        sources=(str(tmp_path),),
        params={"mix": 0.1, "follow": 1.0, "attract": 0.25, "ease": 0.5, "transform": "none"},
    )
    changes: Changes = {12: {"follow": 0.5}, 24: {"attract": 0.0}, 30: {"attract": 0.2, "transform": "zoom"}}
    frames = played(settings, tmp_path / "show.jsonl", 20, changes)
    assert sum(isinstance(frame.warp, Field) for frame in frames) > 20
    assert_same(frames, read_score(tmp_path / "show.jsonl"))


def test_the_start_says_what_was_there_and_not_auto(tiny: Settings, film: Path, tmp_path: Path) -> None:
    settings = tiny.changed(sources=(str(film), "clouds"), device="auto", precision="auto")
    played(settings, tmp_path / "show.jsonl", 2, {})
    start = read_score(tmp_path / "show.jsonl").start
    assert start["device"] in ("cpu", "cuda", "mps")
    assert start["precision"] in ("fp32", "bf16")
    assert start["checksums"]["sources"] == [checksum(film), ""]
    assert start["checksums"]["weights"] == checksum(Path(tiny.net.net))
    assert Path(start["sources"][0]).is_absolute()


def test_what_is_another_file_now_is_told(tiny: Settings, film: Path, tmp_path: Path) -> None:
    played(tiny.changed(sources=(str(film),)), tmp_path / "show.jsonl", 2, {})
    score = read_score(tmp_path / "show.jsonl")
    assert differences(score, Stage(settings_of(score))) == []
    film.write_bytes(film.read_bytes() + b"more")
    (told,) = differences(score, Stage(settings_of(score)))
    assert "film.avi: is not the file that it was" in told
    older = replace(score, start={**score.start, "version": "0.0.1"})
    assert "0.0.1" in differences(older, Stage(settings_of(score)))[1]


def test_the_checksum_of_a_large_file_looks_at_its_ends_and_length(tmp_path: Path) -> None:
    path = tmp_path / "large"
    sums = set()
    for end in (b"a", b"b", b"bb"):
        with path.open("wb") as file:
            file.truncate(65 * 2**20)
            file.seek(0, 2)
            file.write(end)
        sums.add(checksum(path))
    assert len(sums) == 3
    assert all(text.startswith("sha256-ends:") for text in sums)
    assert checksum(tmp_path / "none") == ""


def test_a_start_that_says_too_little_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "show.jsonl"
    path.write_text('{"start": {"format": 1, "seed": 3, "params": {}}}\n')
    with pytest.raises(ScoreError, match=r"show.jsonl: its start does not say what is needed \('sources'\)"):
        settings_of(read_score(path))


def test_a_score_is_played_in_a_live_show_which_writes_its_own(tiny: Settings, tmp_path: Path) -> None:
    changes: Changes = {6: {"transform": "rotate"}, 12: {"restart": 1, "mix": 0.1}}
    played(tiny, tmp_path / "show.jsonl", 12, changes)
    score = read_score(tmp_path / "show.jsonl")
    stage = Stage(settings_to_play(score, Settings(device="cpu", params={"hud": True})))
    show = Show(stage, ShowSettings(score=tmp_path / "own.jsonl", frames=score.last + 5, play=score))
    reader = show.ring.reader()
    show.start()
    while reader.read(PATIENCE) is not None:
        pass
    assert show.end().error is None
    own = read_score(tmp_path / "own.jsonl")
    assert own.params["hud"]

    def changes(score: Score) -> list[records.Change]:
        return [event for event in score.events if isinstance(event, records.Change)]

    assert changes(own) == changes(score)
    assert "show.jsonl is played to its end; the dream goes on" in show.messages.lines


def test_what_a_played_score_brings_itself_is_not_given_again(tiny: Settings, tmp_path: Path) -> None:
    played(tiny, tmp_path / "show.jsonl", 1, {})
    score = read_score(tmp_path / "show.jsonl")
    for given, words in ((Settings(size=Size(64, 48)), "size"), (Settings(params={"zoom": 0.1}), "zoom")):
        with pytest.raises(UsageError, match=f"brings its own {words}"):
            settings_to_play(score, given)
    for name, value in (("threads", 2), ("precision", "bf16"), ("tile", 128)):
        assert getattr(settings_to_play(score, Settings(**{name: value})), name) == value


def test_each_recording_has_its_score_beside_it(tiny: Settings, tmp_path: Path) -> None:
    records = (tmp_path / "x.mkv", tmp_path / "pictures")
    show = Show(Stage(tiny), ShowSettings(records, tmp_path / "show.jsonl", frames=12))
    reader = show.ring.reader()
    show.start()
    while reader.read(PATIENCE) is not None:
        pass
    show.end()
    for name in ("x", "pictures"):
        lines = (tmp_path / f"{name}.jsonl").read_text().splitlines()
        assert '"first": 1, "last": 12' in lines[-1]
        assert lines[:-1] == (tmp_path / "show.jsonl").read_text().splitlines()
    assert read_score(tmp_path / "x.jsonl").last == 12


@pytest.mark.parametrize("force", [False, True])
def test_copies_of_the_score_are_made_beside_the_screen_s_thread(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    threads = []

    def copied(*arguments: Any) -> Path | None:
        threads.append(threading.current_thread())
        return copy_score(*arguments)

    monkeypatch.setattr("dreamstream.live.score_copies.copy_score", copied)
    records = (tmp_path / "x.mkv", tmp_path / "x.gif")
    show = Show(Stage(tiny), ShowSettings(records, tmp_path / "show.jsonl", frames=3, force=force))
    show.start()
    reader = show.ring.reader()
    while reader.read(PATIENCE) is not None:
        pass
    show.end()
    assert {path.name for path in tmp_path.glob("x*.jsonl")} == {"x.jsonl", "x-2.jsonl"}
    assert len(threads) == 2 and threading.main_thread() not in threads


def test_a_snapshot_carries_the_show_up_to_itself(tiny: Settings, tmp_path: Path) -> None:
    show = Show(Stage(tiny), ShowSettings(score=tmp_path / "show.jsonl", frames=9))
    reader = show.ring.reader()
    show.start()
    frames = []
    while (frame := reader.read(PATIENCE)) is not None:
        frames.append(frame)
    save_snapshot(tmp_path / "x.png", frames[5], show.copies.entry(frames[5]))
    show.end()
    score = read_score(tmp_path / "x.png")
    assert score.last == 6
    *_, last = replayed(score)
    with Image.open(tmp_path / "x.png") as image:
        assert np.array_equal(np.asarray(image), last.pixels)


def test_a_show_that_never_began_leaves_no_score(tiny: Settings, tmp_path: Path) -> None:
    show = Show(Stage(tiny), ShowSettings(score=tmp_path / "show.jsonl"))
    assert (tmp_path / "show.jsonl").exists()
    show.end()
    assert not (tmp_path / "show.jsonl").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a card")
def test_a_show_from_a_card_is_dreamt_on_the_cpu_where_there_is_none() -> None:
    possible, less = on_this_machine(Settings(device="cuda"))
    assert possible == Settings(device="cpu")
    assert len(less) == 1
    assert on_this_machine(Settings(device="cpu")) == (Settings(device="cpu"), [])
    with pytest.raises(NetError, match="'cuda' is not available here"):
        Stage(Settings(device="cuda"))
