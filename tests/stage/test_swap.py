"""Swaps in real shows: another net, canvas and source, and the same show again from its score."""

import gc
import json
import weakref
from collections.abc import Callable
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dreamstream.caffe import parse_net, write_caffemodel
from dreamstream.errors import DreamstreamError, ScoreError
from dreamstream.frame import Frame
from dreamstream.live.commands import take_file
from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowSettings
from dreamstream.live.state import StateReader
from dreamstream.nets import catalog
from dreamstream.params import Params
from dreamstream.score import Score, read_score, records
from dreamstream.size import LARGEST, SMALLEST, Size, neighbour
from dreamstream.stage import Settings, Stage
from dreamstream.stage.chosen_net import ChosenNet, NetChoice
from dreamstream.stage.player import ScorePlayer
from dreamstream.stage.session import settings_of, settings_to_play
from dreamstream.stage.swap import OneMoreSource, OtherCanvas, OtherNet, swap_of
from tests.fakes import PATIENCE, TINY, classifier_spec, picture, tiny_spec
from tests.record.films import film, write
from tests.shows import AllMessages, ended

Requests = dict[int, Callable[[Show], object]]
SIDE = st.integers(32, 2000)
_MOST = 4000  # frames after which a swap that has not come will not come


@pytest.fixture
def tiny(tiny: Settings, tmp_path: Path) -> Settings:
    write_caffemodel(classifier_spec(), tmp_path / "classifier.caffemodel")
    Image.fromarray(picture(60, 90, 5).astype(np.uint8)).save(tmp_path / "other.png")
    params = {"ease": 0.5, "fps_target": 20.0, "layer": "conv2"}
    return tiny.changed(size=Size(96, 64), params=params)


def played(
    settings: Settings, path: Path, requests: Requests, after: int = 12, **how: object
) -> tuple[list[Frame], list[str], Show]:
    """Run a show; each request is made when the one before is done, at the frame of its number or later.

    It ends so many frames `after` the last one is done.
    """
    show = Show(Stage(settings), ShowSettings(score=path, **how), told := AllMessages())  # type: ignore[arg-type]
    reader = show.ring.reader()
    show.start()
    seen: list[Frame] = []
    left = dict(sorted(requests.items()))
    while after and (frame := reader.read(PATIENCE)) is not None:
        seen.append(frame)
        assert len(seen) < _MOST
        if not show.swapper.preparing:
            due = next((at for at in left if at <= frame.index), None)
            if due is not None:
                left.pop(due)(show)
            elif not left:
                after -= 1
    return ended(show, reader, seen), told.texts, show


def assert_same(frames: list[Frame], score: Score) -> None:
    assert not score.problems
    dreamer = ScorePlayer(score, Stage(settings_of(score)), exact=True).open_dreamer()
    for before in frames[: score.last]:
        again = dreamer.step()
        assert before.size == again.size
        assert before.pixels.tobytes() == again.pixels.tobytes(), f"frame {before.index} differs"
        assert (before.warp is None) == (again.warp is None)


def swaps(score: Score) -> list[records.Swap]:
    return [event for event in score.events if isinstance(event, records.Swap)]


def kinds(score: Score) -> list[str]:
    return [next(iter(asdict(event.swap))) for event in swaps(score)]


@pytest.mark.parametrize("tiles", [1, 2])
def test_all_kinds_of_swaps_come_again_bit_for_bit(
    tiles: int, tiny: Settings, film: Path, tmp_path: Path
) -> None:
    tiny = tiny.changed(params={**tiny.params, "tile_memory": tiles})
    requests: Requests = {
        5: lambda show: show.swapper.canvas(1),
        15: lambda show: show.swapper.net(str(tmp_path / "classifier.caffemodel")),
        25: lambda show: show.swapper.source(str(tmp_path / "other.png")),
        30: lambda show: show.swapper.canvas(-1),
        40: lambda show: show.swapper.source(str(film)),
        50: lambda show: show.stage.store.change(class_name="3", second="conv1"),
        60: lambda show: show.swapper.canvas(-1),
        75: lambda show: show.stage.store.nudge("next_source", 1),
        85: lambda show: show.swapper.step_net(1),
        95: lambda show: show.stage.store.nudge("restart", 1),
    }
    frames, told, show = played(tiny, tmp_path / "show.jsonl", requests)
    score = read_score(tmp_path / "show.jsonl")
    assert kinds(score)[:5] == ["canvas", "net", "source", "canvas", "source"]
    assert {frame.size for frame in frames} == {(96, 64), (138, 92)}
    assert "96x64 is the smallest canvas there is" in told
    assert "net classifier.caffemodel: conv2" in told
    assert show.stage.playing.settings.sources[-1] == str(film)
    assert_same(frames, score)


def test_another_net_dreams_in_turn_with_whatever_net_and_canvas_there_are(
    tiny: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "other.caffemodel"
    write_caffemodel(classifier_spec(), other)
    settings = tiny.changed(other_net=str(other), params={**tiny.params, "other_every": 2, "tile_memory": 2})
    requests: Requests = {
        5: lambda show: show.swapper.canvas(1),
        15: lambda show: show.swapper.net(str(tmp_path / "classifier.caffemodel")),
        25: lambda show: show.stage.store.change(other_layer="conv2"),
        30: lambda show: show.swapper.canvas(-1),
        40: lambda show: show.swapper.step_net(1),
        50: lambda show: show.stage.store.change(other_every=3),
    }
    frames, _, show = played(settings, tmp_path / "show.jsonl", requests)
    score = read_score(tmp_path / "show.jsonl")
    assert kinds(score)[:3] == ["canvas", "net", "canvas"]
    params = show.stage.store.snapshot()
    assert (params.other_every, params.other_layer) == (3, "conv2")
    assert show.stage.playing.settings.other_net == str(other)
    assert_same(frames, score)


def test_the_net_in_turn_is_another_from_a_frame_on_and_comes_again(tiny: Settings, tmp_path: Path) -> None:
    """From none to one, to the same as a file, and back; what the show's own net dreams goes on."""
    requests: Requests = {
        5: lambda show: show.swapper.step_net(1, other=True),
        15: lambda show: show.stage.store.change(other_every=3),
        25: lambda show: show.swapper.other_net(str(tmp_path / "classifier.caffemodel")),
        35: lambda show: show.stage.store.change(other_layer="conv1"),
        45: lambda show: show.swapper.canvas(1),
        55: lambda show: show.swapper.step_net(-1, other=True),
        60: lambda show: show.swapper.other_net("nothing.caffemodel"),
        65: lambda show: show.swapper.net(str(tmp_path / "classifier.caffemodel")),
    }
    frames, told, show = played(tiny, tmp_path / "show.jsonl", requests)
    score = read_score(tmp_path / "show.jsonl")
    assert kinds(score) == ["other_net", "other_net", "canvas", "other_net", "net"]
    first, second = (each.swap for each in swaps(score)[:2])
    assert first == records.OtherNetSwap("efficientnet_lite0", first.checksum)  # type: ignore[union-attr]
    assert second == records.OtherNetSwap(str(tmp_path / "classifier.caffemodel"), second.checksum)  # type: ignore[union-attr]
    changes = [event.change for event in score.events if isinstance(event, records.Change)]
    every = [change["other_every"] for change in changes if "other_every" in change]
    assert every == [2, 3]
    assert "classifier.caffemodel in turn" in told
    assert any(line.startswith("no swap to nothing.caffemodel in turn: nothing.caffemodel") for line in told)
    assert show.stage.store.snapshot().other_layer == "", "the net has no such layer"
    assert_same(frames, score)


def test_a_score_with_swaps_plays_in_a_live_show(tiny: Settings, film: Path, tmp_path: Path) -> None:
    requests: Requests = {
        4: lambda show: show.swapper.canvas(1),
        8: lambda show: show.swapper.net(str(tmp_path / "classifier.caffemodel")),
        12: lambda show: show.swapper.source(str(film)),
        16: lambda show: show.stage.store.change(class_name="2"),
    }
    played(tiny, tmp_path / "show.jsonl", requests)
    score = read_score(tmp_path / "show.jsonl")
    stage = Stage(settings_to_play(score, Settings(device="cpu")))
    show = Show(stage, ShowSettings(score=tmp_path / "own.jsonl", frames=score.last, play=score))
    reader = show.ring.reader()
    show.start()
    while reader.read(PATIENCE) is not None:
        pass
    assert show.end().error is None
    assert show.player is not None
    assert show.player.playing, show.messages.lines
    own = read_score(tmp_path / "own.jsonl")
    assert swaps(own) == swaps(score)
    assert stage.playing.settings.size == (138, 92)
    assert stage.playing.net.entry.name == "classifier"
    assert stage.store.snapshot().class_name == "2"


def test_a_recording_goes_on_at_its_first_size(tiny: Settings, tmp_path: Path) -> None:
    requests: Requests = {5: lambda show: show.swapper.canvas(1), 12: lambda show: show.swapper.canvas(1)}
    records = tmp_path / "x.mkv", tmp_path / "pictures", tmp_path / "x.gif", tmp_path / "x.webp"
    frames, _, _ = played(tiny, tmp_path / "show.jsonl", requests, records=records)
    assert len({frame.size for frame in frames}) == 3
    pictures = sorted((tmp_path / "pictures").glob("*.png"))
    assert len(pictures) == len(frames)
    for path, frame in zip(pictures, frames, strict=True):
        with Image.open(path) as image:
            assert image.size == (96, 64)
            wanted = cv2.resize(frame.pixels, (96, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
            assert np.abs(np.asarray(image, np.float32) - wanted).mean() < 1
    capture = cv2.VideoCapture(str(tmp_path / "x.mkv"))
    count = 0
    while (read := capture.read())[0]:
        count += 1
        assert read[1].shape == (64, 96, 3)
    assert count == len(frames)
    for name in ("x.gif", "x.webp"):
        with Image.open(tmp_path / name) as image:
            assert image.size == (96, 64)


def test_what_fails_is_told_and_changes_nothing(tiny: Settings, tmp_path: Path) -> None:
    (tmp_path / "torn.caffemodel").write_bytes(b"no net")
    (tmp_path / "text.png").write_text("no picture")
    broken = tiny_spec().with_blobs(
        {"conv1": (np.full((8, 3, 3, 3), np.nan, np.float32), np.zeros(8, np.float32))}
    )
    write_caffemodel(broken, tmp_path / "broken.caffemodel")
    requests: Requests = {
        4: lambda show: show.swapper.net(str(tmp_path / "torn.caffemodel")),
        6: lambda show: show.swapper.net("nonet"),
        8: lambda show: show.swapper.source(str(tmp_path / "text.png")),
        10: lambda show: show.swapper.source(str(tmp_path / "none.png")),
        12: lambda show: show.swapper.net(str(tmp_path / "broken.caffemodel")),
    }
    tiny = tiny.changed(params={**tiny.params, "fps_target": 0.0})  # no pace, which goes by the clock
    frames, told, show = played(tiny, tmp_path / "show.jsonl", requests)
    assert [message.partition(":")[0] for message in told] == [
        "no swap to torn.caffemodel",
        "no swap to nonet",
        "no swap to text.png",
        "no swap to none.png",
        "no swap to broken.caffemodel",
    ]
    assert all("\n" not in message for message in told)
    assert swaps(read_score(tmp_path / "show.jsonl")) == []
    assert show.stage.playing.settings == tiny
    plain, _, _ = played(tiny, tmp_path / "plain.jsonl", {len(frames) - 12: lambda show: None})
    for before, after in zip(frames[:10], plain, strict=False):
        assert np.array_equal(before.pixels, after.pixels)


def test_a_net_that_the_canvas_does_not_reach_is_not_gone_to(tiny: Settings, tmp_path: Path) -> None:
    """Its only layer has windows of 41 pixels, and the canvas 33 rows."""
    text = TINY.replace("kernel_size: 3 pad: 1 stride: 2", "kernel_size: 41")
    weights = {"conv1": np.ones((8, 3, 3, 3)), "conv2": np.ones((6, 8, 41, 41))}
    blobs = {name: (w.astype(np.float32), np.zeros(len(w), np.float32)) for name, w in weights.items()}
    write_caffemodel(parse_net(text, "wide").with_blobs(blobs), tmp_path / "wide.caffemodel")
    settings = tiny.changed(size=Size(64, 33), params={"octaves": 1, "layer": "conv2"})
    requests: Requests = {3: lambda show: show.swapper.net(str(tmp_path / "wide.caffemodel"))}
    frames, told, show = played(settings, tmp_path / "show.jsonl", requests)
    assert told[0].startswith("no swap to wide.caffemodel: ")
    assert "too small" in told[0]
    assert show.stage.playing.settings.net == tiny.net
    assert show.stage.playing.net.choice == tiny.net
    assert frames[-1].index > 3, "the dream goes on"
    assert not swaps(read_score(tmp_path / "show.jsonl"))


def test_the_newest_request_wins(tiny: Settings, tmp_path: Path) -> None:
    def requests_at_once(show: Show) -> None:
        show.swapper.net(str(tmp_path / "none.caffemodel"))
        show.swapper.net(str(tmp_path / "classifier.caffemodel"))
        show.swapper.canvas(1)
        show.swapper.canvas(1)
        assert "preparing classifier.caffemodel" in show.swapper.preparing
        assert "preparing a canvas of 192x128" in StateReader(show, Hands(show)).read().pace

    frames, told, show = played(tiny, tmp_path / "show.jsonl", {5: requests_at_once})
    assert show.stage.playing.settings.size == (192, 128)
    assert {frame.size for frame in frames} == {(96, 64), (192, 128)}, "no other on the way"
    assert show.stage.playing.net.entry.name == "classifier"
    assert not [message for message in told if message.startswith("no swap")]


def test_the_picture_goes_on_over_a_swap(tiny: Settings, tmp_path: Path) -> None:
    params = {**tiny.params, "step": 0.5, "transform": "none", "hold": 0.0, "grain": 0.0}
    requests: Requests = {
        6: lambda show: show.swapper.canvas(1),
        14: lambda show: show.swapper.net(str(tmp_path / "classifier.caffemodel")),
        22: lambda show: show.swapper.canvas(-1),
    }
    frames, _, _ = played(tiny.changed(params=params), tmp_path / "show.jsonl", requests)
    small = [
        cv2.resize(frame.pixels, (24, 16), interpolation=cv2.INTER_AREA).astype(float) for frame in frames
    ]
    moves = [np.abs(after.astype(float) - before).mean() for before, after in pairwise(small)]
    assert max(moves) < 6, "no frame is cut to"
    assert all(frame.warp is not None for frame in frames)


def test_a_source_flows_in_and_the_last_of_it_is_the_new_look(tiny: Settings, tmp_path: Path) -> None:
    params = {
        **tiny.params,
        "step": 0.0,
        "transform": "none",
        "hold": 0.0,
        "grain": 0.0,
        "restless": 0.0,
        "ease": 1.0,
    }
    requests: Requests = {5: lambda show: show.swapper.source(str(tmp_path / "other.png"))}
    frames, _, show = played(tiny.changed(params=params), tmp_path / "show.jsonl", requests, after=30)
    (event,) = swaps(read_score(tmp_path / "show.jsonl"))
    goal = show.stage.playing.sources[-1].read()
    far = [np.abs(frame.pixels - goal).mean() for frame in frames[event.frame - 2 : event.frame + 20]]
    assert all(after <= before + 0.5 for before, after in pairwise(far))
    assert far[-1] < 0.06 * far[0]
    largest = max(before - after for before, after in pairwise(far))
    assert largest < 0.35 * far[0], "it does not cut"


def test_memory_does_not_grow_over_swaps(tiny: Settings, tmp_path: Path) -> None:
    def one_more(show: Show) -> None:
        show.swapper.step_net(1)

    seen: list[weakref.ref[object]] = []

    def note(show: Show) -> None:
        assert show._playing is not None
        seen.append(weakref.ref(show._playing.network))
        one_more(show)

    requests: Requests = {5: lambda show: show.swapper.net(str(tmp_path / "classifier.caffemodel"))}
    requests |= dict.fromkeys(range(10, 20), note)
    _, told, show = played(tiny, tmp_path / "show.jsonl", requests)
    assert len([message for message in told if message.startswith("net ")]) == 11
    gc.collect()
    assert show._playing is not None
    left = {id(ref()) for ref in seen if ref() is not None} - {id(show._playing.network)}
    assert not left, "nets that are played no more are let go of"


def test_a_real_net_follows_the_real_default(tmp_path: Path) -> None:
    if not catalog()["efficientnet_lite1"].is_here():
        pytest.skip("the weights of efficientnet_lite1 are not here")
    settings = Settings(size=Size(96, 64), device="cpu", params={"layer": "block9", "class_name": "goldfish"})
    requests: Requests = {
        6: lambda show: show.swapper.step_net(1),
        16: lambda show: show.swapper.canvas(1),
        26: lambda show: show.swapper.step_net(-1),
    }
    frames, _, show = played(settings, tmp_path / "show.jsonl", requests)
    score = read_score(tmp_path / "show.jsonl")
    assert kinds(score) == ["net", "canvas", "net"]
    assert show.stage.playing.net.entry.name == "efficientnet_lite0"
    assert show.stage.store.snapshot().class_name == "1 goldfish"
    assert_same(frames, score)


def test_params_of_one_net_are_carried_to_another() -> None:
    lite0 = ChosenNet(NetChoice(net="efficientnet_lite0"))
    lite1 = ChosenNet(NetChoice(net="efficientnet_lite1"))
    params = Params(layer="block9", channels=(3,), second="block3", class_name="1 goldfish")
    values = lite1.carried(params, lite0)
    assert values["channels"] == ()
    assert values["second"] == ""
    assert values["class_name"] == "1 goldfish"
    assert values["layer"] in lite1.entry.highlights
    depth = lite0.layers.depth("block9")
    assert abs(lite1.layers.depth(values["layer"]) - depth) < 0.08
    assert lite0.carried(params, lite0)["channels"] == (3,)


def test_a_preset_after_a_swap_is_the_new_nets(tiny: Settings, tmp_path: Path) -> None:
    requests: Requests = {
        5: lambda show: show.swapper.net(str(tmp_path / "classifier.caffemodel")),
        10: lambda show: show.stage.recall(show.stage.shelf.presets[0]),
    }
    _, _, show = played(tiny, tmp_path / "show.jsonl", requests)
    assert show.stage.preset is show.stage.shelf.presets[0]
    assert show.stage.store.snapshot().layer in show.stage.playing.net.layers.layers


def test_files_are_dropped(tiny: Settings, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[params]\nzoom = 0.07\n")
    show = Show(Stage(tiny), ShowSettings())
    assert "mine" in take_file(str(tmp_path / "mine.toml"), show)
    assert show.stage.store.snapshot().zoom == 0.07
    with pytest.raises(DreamstreamError, match=r"show.jsonl: a score; it is played by: dreamstream --score"):
        take_file(str(tmp_path / "show.jsonl"), show)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DreamstreamError, match="a folder with no picture in it"):
        take_file(str(tmp_path / "empty"), show)
    take_file(str(tmp_path / "classifier.caffemodel"), show)
    take_file(str(tmp_path / "other.png"), show)
    assert show.swapper.preparing == "preparing classifier.caffemodel, preparing other.png"
    assert take_file(str(tmp_path), show) == f"source {tmp_path.name}"
    show.end()


def test_what_a_show_is_writing_is_no_source_until_it_is_finished(tiny: Settings, tmp_path: Path) -> None:
    record, score = tmp_path / "film.mp4", tmp_path / "show.jsonl"
    write(record, film(3))
    (tmp_path / "link.mp4").symlink_to(record)
    (tmp_path / "hard.mp4").hardlink_to(record)
    show = Show(Stage(tiny), ShowSettings(records=(record,), score=score, force=True), told := AllMessages())
    reader = show.ring.reader()
    show.start()
    for path in (record, tmp_path / "link.mp4", tmp_path / "hard.mp4", tmp_path / "." / "film.mp4", score):
        with pytest.raises(DreamstreamError, match="this show is writing it"):
            take_file(str(path), show)
    seen = [reader.read(PATIENCE) for _ in range(2)]
    assert "recording ended" in show.recordings.toggle()
    while show.recordings.writing:
        seen.append(reader.read(PATIENCE))
    take_file(str(record), show)
    while show.swapper.preparing:
        seen.append(reader.read(PATIENCE))
    ended(show, reader, [frame for frame in seen if frame is not None])
    assert told.texts[-1] == "film.mp4"
    assert show.stage.playing.settings.sources[-1] == str(record)


@given(st.builds(Size, SIDE, SIDE), st.lists(st.sampled_from([-1, 1]), max_size=12))
def test_the_ladder_of_canvases(first: Size, steps: list[int]) -> None:
    sizes = [first]
    for step in steps:
        sizes.append(neighbour(sizes[-1], step, first))
    for before, after, step in zip(sizes, sizes[1:], steps, strict=False):
        assert (before.area < after.area) == (step > 0) or before == after
        if before != after:
            assert neighbour(after, -step, first) == before, "back again"
            assert after == first or (min(after) >= SMALLEST and max(after) <= LARGEST)
            assert after.width / after.height == pytest.approx(first.width / first.height, rel=0.05)
            assert after == first or (after.width % 2 == after.height % 2 == 0)


def test_records_of_swaps_are_read_or_refused() -> None:
    assert swap_of(records.CanvasSwap((64, 48))) == OtherCanvas(Size(64, 48))
    assert swap_of(records.SourceSwap("clouds")) == OneMoreSource("clouds")
    chosen = ChosenNet(NetChoice(net="efficientnet_lite0"))
    request = swap_of(records.NetSwap(chosen.record()))
    assert isinstance(request, OtherNet)
    assert ChosenNet(request.choice).entry.preprocessing == chosen.entry.preprocessing
    with pytest.raises(ScoreError):
        swap_of(records.NetSwap({"net": "x"}))
    for swap in ({"canvas": [3]}, {}):
        with pytest.raises(ValueError, match="swap"):
            records.parse_line(json.dumps({"frame": 1, "swap": swap}))
