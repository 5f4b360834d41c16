"""What other threads see of the stage while a show goes over to other nets, canvases and sources."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from dreamstream.caffe import write_caffemodel
from dreamstream.errors import NetError
from dreamstream.size import Size
from dreamstream.stage import NetChoice, Playing, Settings, Stage
from dreamstream.stage.swap import OneMoreSource, OtherCanvas, OtherNet, Swap
from tests.fakes import classifier_spec


def together(playing: Playing) -> bool:
    """Return whether the settings name the net and the sources that are played."""
    settings = playing.settings
    return settings.net == playing.net.choice and len(settings.sources) == len(playing.sources)


def test_no_other_thread_ever_sees_parts_of_different_swaps(tiny: Settings, tmp_path: Path) -> None:
    write_caffemodel(classifier_spec(), tmp_path / "classifier.caffemodel")
    stage = Stage(tiny.changed(params={"layer": "conv2"}))
    dreamer = stage.open_dreamer()
    seen: list[Playing] = []

    def look(frame: FrameType, event: str, argument: Any) -> Any:
        """Look as another thread may, before every line that is run."""
        if not seen or seen[-1] is not stage.playing:
            seen.append(stage.playing)
        return look

    other = NetChoice(net=str(tmp_path / "classifier.caffemodel"))
    swaps: list[Swap] = [
        OtherNet(other),
        OneMoreSource("noise"),
        OtherNet(tiny.net),
        OtherCanvas(Size(96, 64)),
    ]
    for swap in swaps:
        swap.open(stage)
    for swap in swaps:
        before = sys.gettrace()
        sys.settrace(look)
        try:
            assert swap.apply(stage, dreamer)
        finally:
            sys.settrace(before)
    assert all(map(together, seen))
    assert [playing.net.entry.name for playing in seen] == [
        "tiny",
        "classifier",
        "classifier",
        "tiny",
        "tiny",
    ]
    assert stage.playing.settings.sources == ("clouds", "noise")
    assert stage.store.snapshot().layer in stage.playing.net.layers.layers
    assert dreamer.step().size == (96, 64)


def test_a_swap_that_fails_changes_nothing(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(tiny.changed(params={"layer": "conv2"}))
    dreamer, playing, params = stage.open_dreamer(), stage.playing, stage.store.snapshot()

    def fail(*arguments: object, **more: object) -> bool:
        raise NetError("no gradient")

    monkeypatch.setattr(dreamer, "switch", fail)
    for swap in (OtherCanvas(Size(96, 64)), OtherNet(tiny.net)):
        swap.open(stage)
        with pytest.raises(NetError):
            swap.apply(stage, dreamer)
    assert stage.playing is playing
    assert stage.store.snapshot() is params
