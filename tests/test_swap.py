"""Swaps in real shows: another net, canvas and source, and the same show again from its score."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from dreamstream.caffe import write_caffemodel
from dreamstream.frame import Frame
from dreamstream.replay import Conductor
from dreamstream.score import Score, read_score
from dreamstream.session import settings_of
from dreamstream.show import Show, ShowSettings
from dreamstream.stage import Settings, Stage
from tests.fakes import classifier_spec, picture, tiny_spec

Wishes = dict[int, Callable[[Show], object]]
_MOST = 4000  # frames after which a swap that has not come will not come


@pytest.fixture
def tiny(tmp_path: Path) -> Settings:
    write_caffemodel(tiny_spec(), tmp_path / "tiny.caffemodel")
    write_caffemodel(classifier_spec(), tmp_path / "classifier.caffemodel")
    Image.fromarray(picture(60, 90, 5).astype(np.uint8)).save(tmp_path / "other.png")
    params = {"ease": 0.5, "fps_target": 20.0, "layer": "conv2"}
    return Settings(net=str(tmp_path / "tiny.caffemodel"), size=(96, 64), device="cpu", params=params)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    for seed in range(12):
        writer.write(picture(48, 64, seed).astype(np.uint8))
    writer.release()
    return path


def played(
    settings: Settings, path: Path, wishes: Wishes, **how: object
) -> tuple[list[Frame], list[str], Show]:
    """Run a show; each wish is told when the one before is done, at the frame of its number or later."""
    show = Show(Stage(settings), ShowSettings(score=path, **how))  # type: ignore[arg-type]
    reader = show.ring.reader()
    show.start()
    seen: list[Frame] = []
    told: list[str] = []
    left = dict(sorted(wishes.items()))
    after = 12
    while after and (frame := reader.read(60)) is not None:
        seen.append(frame)
        assert len(seen) < _MOST
        told += show.swapper.messages()
        if not show.swapper.awaited:
            due = next((at for at in left if at <= frame.index), None)
            if due is not None:
                left.pop(due)(show)
            elif not left:
                after -= 1
    result = show.end()
    while (frame := reader.read(60)) is not None:
        seen.append(frame)
    assert result.error is None
    assert not result.failures
    assert [frame.index for frame in seen] == list(range(1, len(seen) + 1)), "none was missed"
    return seen, told + show.swapper.messages(), show


def assert_same(frames: list[Frame], score: Score) -> None:
    assert not score.problems
    dreamer = (conductor := Conductor(score, Stage(settings_of(score)))).conduct(conductor._stage.open_net())
    for before in frames[: score.last]:
        again = dreamer.step()
        assert before.size == again.size
        assert before.pixels.tobytes() == again.pixels.tobytes(), f"frame {before.index} differs"
        assert (before.warp is None) == (again.warp is None)


def swaps(score: Score) -> list[str]:
    return [next(iter(event.value)) for event in score.events if event.kind == "swap"]


def test_all_kinds_of_swaps_come_again_bit_for_bit(tiny: Settings, film: Path, tmp_path: Path) -> None:
    wishes: Wishes = {
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
    frames, told, show = played(tiny, tmp_path / "show.jsonl", wishes)
    score = read_score(tmp_path / "show.jsonl")
    assert swaps(score)[:5] == ["canvas", "net", "source", "canvas", "source"]
    assert {frame.size for frame in frames} == {(96, 64), (138, 92)}
    assert "96x64 is the smallest canvas there is" in told
    assert "net classifier.caffemodel: conv2" in told
    assert show.stage.settings.sources[-1] == str(film)
    assert_same(frames, score)
