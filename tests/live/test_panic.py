"""Panic: where it goes back to, and that it is calm there."""

from pathlib import Path

import pytest

from dreamstream.caffe import write_caffemodel
from dreamstream.live.commands import PROVED, LastGood, panic
from dreamstream.params.presets import Preset
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.fakes import TINY, tiny_spec

A, B = Preset(name="a", params={"transform": "rotate"}), Preset(name="b", params={"transform": "blur"})


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path / "config")
    write_caffemodel(tiny_spec(), tmp_path / "tiny.caffemodel")
    (tmp_path / "tiny.prototxt").write_text(TINY)
    return Stage(Settings(net=str(tmp_path / "tiny.prototxt"), size=Size(64, 48), params={"wave": "9"}))


def test_a_preset_is_good_once_it_has_played_for_a_while_without_a_fault() -> None:
    last = LastGood()
    last.observe(A, 0, 0.0)
    last.observe(A, 0, PROVED - 0.1)
    assert last.good is None
    last.observe(A, 1, PROVED)
    last.observe(A, 1, 2 * PROVED - 0.1)
    assert last.good is None, "a fault begins the wait anew"
    last.observe(A, 1, 2 * PROVED)
    assert last.good is A
    last.observe(B, 1, 2 * PROVED)
    last.observe(B, 2, 4 * PROVED)
    assert last.good is A
    last.observe(B, 2, 5 * PROVED)
    assert last.good is B


def test_what_has_no_name_is_no_preset() -> None:
    last, none = LastGood(), Preset(name="")
    for now in (0.0, 100.0):
        last.observe(none, 0, now)
    assert last.good is None


def test_panic_goes_to_the_last_good_preset_and_calms_the_screen(stage: Stage) -> None:
    begun = stage.store.snapshot()
    stage.effects.transitions.append("wipe")
    wild = {"effects": "mirror+strobe", "brightness": 3.0, "gamma": 0.3, "blackout": True, "freeze": True}
    stage.store.change(**wild, transition="wipe", bpm=140, fullscreen=True, transform="blur", hud=True)
    loud = A.model_copy(update={"params": {**A.params, "effects": "strobe", "brightness": 2.0}})
    assert panic(stage, loud, begun, stage.playing.net) == "panic: back to preset a"
    params = stage.store.snapshot()
    assert (params.transform, params.effects, params.brightness, params.gamma) == ("rotate", "none", 1.0, 1.0)
    assert not (params.blackout or params.freeze)
    assert params.transition == "none", "what was fled from is not seen a moment longer"
    assert (params.bpm, params.fullscreen, params.hud) == (140, True, True)


def test_without_a_good_preset_it_goes_to_the_beginning(stage: Stage) -> None:
    begun = stage.store.snapshot()
    stage.store.change(transform="blur+sobel", octaves=7, effects="mirror", wave=30, restart=2)
    bad = Preset(name="bad", params={"layer": "of another net"})
    for good in (None, bad):
        assert panic(stage, good, begun, stage.playing.net) == "panic: back to what the show began with"
        assert stage.store.snapshot() == begun.model_copy(update={"restart": 2, "routes": False})
