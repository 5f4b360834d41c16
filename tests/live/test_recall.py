"""Presets in a show: recalled in one change, saved, stepped through."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dreamstream.errors import PresetError
from dreamstream.knobs import param
from dreamstream.live.commands import preset_commands
from dreamstream.params import TABLE
from dreamstream.params.presets import PRESET_PARAMS, Preset, users_folder
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.fakes import picture


@pytest.fixture
def tiny(tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path / "config")
    return tiny


def own(name: str, text: str) -> None:
    users_folder().mkdir(parents=True, exist_ok=True)
    (users_folder() / f"{name}.toml").write_text(text)


def changes(stage: Stage) -> list[dict[str, Any]]:
    """What the store is changed by from now on."""
    seen: list[dict[str, Any]] = []
    change = stage.store.change

    def heard(**values: Any) -> Any:
        seen.append(values)
        return change(**values)

    stage.store.change = heard  # type: ignore[method-assign]
    return seen


def test_flags_win_over_the_preset_and_the_preset_over_defaults(tiny: Settings) -> None:
    own("mine", 'depth = 1\n[params]\ntransform = "rotate"\noctaves = 1\nangle = 3.0')
    params = Stage(tiny.changed(preset="mine", params={"angle": "5"})).store.snapshot()
    assert (params.transform, params.octaves, params.angle, params.layer) == ("rotate", 1, 5.0, "conv2")
    named = Stage(tiny.changed(preset="mine", params={"layer": "conv1"})).store.snapshot()
    assert named.layer == "conv1"
    with pytest.raises(PresetError, match="no preset 'yours'"):
        Stage(tiny.changed(preset="yours"))


def test_recall_is_one_change_and_leaves_the_show_s_own_alone(tiny: Settings) -> None:
    stage = Stage(tiny)
    kept = {"fps_target": 30.0, "hud": True, "fill": True, "restart": 2, "next_source": 1, "freeze": True}
    assert set(kept).isdisjoint(PRESET_PARAMS)
    begun = stage.store.snapshot()
    stage.store.change(**kept, octaves=4, wave=9.0, layer="conv2")
    seen = changes(stage)
    preset_commands(stage)["preset.4"]()
    assert len(seen) == 1
    params = stage.store.snapshot()
    assert params == begun.model_copy(update={**kept, **stage.shelf.find("column-rolling").params})


def test_a_preset_that_does_not_fit_changes_nothing(tiny: Settings) -> None:
    own("far", '[params]\noctaves = 5\nlayer = "block9"')
    stage = Stage(tiny)
    before = stage.store.snapshot()
    with pytest.raises(PresetError, match="preset far: no layer 'block9'"):
        stage.recall(stage.shelf.find("far"))
    assert stage.store.snapshot() is before
    assert stage.preset.name == ""
    with pytest.raises(PresetError, match="preset far: no layer 'block9'"):
        Stage(tiny.changed(preset="far"))
    assert Stage(tiny.changed(preset="far", params={"layer": "conv1"})).store.snapshot().octaves == 5


def test_what_a_recall_would_set_is_told_and_nothing_changed(tiny: Settings) -> None:
    stage = Stage(tiny)
    before = stage.store.snapshot()
    values = stage.values_of(Preset(name="one", params={"transform": "rotate"}))
    assert stage.store.snapshot() is before
    assert {*values} == {*PRESET_PARAMS}
    assert stage.recall(Preset(name="one", params={"transform": "rotate"})) == before.model_copy(
        update=values
    )
    with pytest.raises(PresetError, match="preset far: no layer 'block9'"):
        stage.values_of(Preset(name="far", params={"layer": "block9"}))


def test_a_preset_may_leave_the_layer_to_the_net(tiny: Settings) -> None:
    own("any", '[params]\nlayer = ""')
    assert Stage(tiny.changed(preset="any")).store.snapshot().layer == Stage(tiny).store.snapshot().layer


def test_next_and_previous_go_round_from_where_the_show_is(tiny: Settings) -> None:
    stage = Stage(tiny.changed(preset="vertical-stretch"))
    commands = preset_commands(stage)
    assert commands["preset.next"]().startswith("preset vertical-stretch-reversed: ")
    assert commands["preset.previous"]().startswith("preset vertical-stretch: ")
    assert commands["preset.previous"]().startswith("preset basic-zoom: ")
    last = stage.shelf.presets[-1].name
    assert commands["preset.previous"]().startswith(f"preset {last}")


def test_a_preset_that_cannot_be_played_here_does_not_bar_the_way_to_those_behind_it(tiny: Settings) -> None:
    stage = Stage(tiny)
    one, guided, odd, two = (
        Preset(name="one"),
        Preset(name="guided", params={"guide_on": True}),
        Preset(name="odd", params={"layer": "block9"}),
        Preset(name="two"),
    )
    stage.shelf.presets[:] = [one, guided, odd, two]
    commands = preset_commands(stage)
    commands["preset.next"]()
    told = commands["preset.next"]()
    assert stage.preset is two
    assert "preset two; left out: preset guided: no guide picture" in told
    assert "preset odd: no layer 'block9'" in told
    commands["preset.previous"]()
    assert stage.preset is one
    stage.shelf.presets[:] = [guided, odd]
    with pytest.raises(PresetError, match="preset guided: no guide picture"):
        commands["preset.next"]()
    assert stage.preset is one


def test_what_is_played_is_saved_told_and_recalled(tiny: Settings) -> None:
    stage = Stage(tiny)
    commands = preset_commands(stage)
    stage.store.change(transform="zoom+rotate:0.5", layer="conv2", channels="3", fps_target=9, hud=True)
    played = stage.store.snapshot()
    message = commands["preset.save"]()
    path = users_folder() / "user-1.toml"
    assert str(path) in message
    text = path.read_text()
    assert all(f"\n{name} = " not in text for name in TABLE if name not in PRESET_PARAMS)
    commands["preset.1"]()
    assert stage.store.snapshot() != played
    stage.recall(stage.shelf.find("user-1"))
    assert stage.store.snapshot() == played
    again = Stage(tiny.changed(preset="user-1")).store.snapshot()
    assert again.model_dump(include=set(PRESET_PARAMS)) == played.model_dump(include=set(PRESET_PARAMS))


def test_shaders_as_they_are_at_first_are_in_no_preset(tiny: Settings, own_table: None) -> None:
    stage = Stage(tiny)
    fields = {
        f"isf_{name}": (float, param(0.5, name, 0, 1, 0.1, group="effect", clamp=True)) for name in "ab"
    }
    stage.store.grow(fields)
    stage.store.change(isf_b=1.0)
    preset_commands(stage)["preset.save"]()
    text = (users_folder() / "user-1.toml").read_text()
    assert "isf_b = 1.0" in text
    assert "isf_a" not in text
    stage.store.change(isf_a=0.0, isf_b=0.0)
    params = stage.recall(stage.shelf.find("user-1"))
    assert (params["isf_a"], params["isf_b"]) == (0.5, 1.0)


def test_the_screen_goes_to_a_preset_by_the_transition_if_one_is_chosen(tiny: Settings) -> None:
    stage = Stage(tiny)
    stage.effects.transitions.append("wipe")
    preset = stage.shelf.presets[0]
    assert stage.recall(preset).transitions == 0
    stage.store.change(transition="wipe")
    assert [stage.recall(preset).transitions for _ in range(2)] == [1, 2]
    assert stage.store.snapshot().transition == "wipe", "it is the show's own, and no preset's"


def test_what_is_saved_at_a_digit_is_recalled_by_it_now_and_later(tiny: Settings) -> None:
    own("zzz", 'key = "4"\n[params]\ntransform = "hue"')
    stage = Stage(tiny)
    commands = preset_commands(stage)
    for angle in (3.0, 7.0):  # the second time in place of the first
        stage.store.change(transform="rotate", angle=angle)
        assert "preset key-4 saved" in commands["preset.save.4"]()
        commands["preset.1"]()
        assert commands["preset.4"]().startswith("preset key-4")
        assert stage.store.snapshot().angle == angle
    assert [preset.name for preset in stage.shelf.presets].count("key-4") == 1
    assert [path.name for path in sorted(users_folder().iterdir())] == ["key-4.toml", "zzz.toml"]
    later = Stage(tiny)
    preset_commands(later)["preset.4"]()
    assert later.store.snapshot() == stage.store.snapshot()


def test_what_is_saved_anew_under_its_name_is_recalled_by_its_name(tiny: Settings) -> None:
    own("key-4", 'key = "4"\n[params]\nangle = 3.0')
    stage = Stage(tiny)
    commands = preset_commands(stage)
    stage.store.change(transform="rotate", angle=7.0)
    commands["preset.save.4"]()
    commands["preset.1"]()
    commands["preset.to.key-4"]()
    assert stage.store.snapshot().angle == 7.0


def test_on_another_net_a_saved_preset_has_a_layer_as_deep(tiny: Settings) -> None:
    stage = Stage(tiny)
    stage.store.change(layer="conv2", channels="3")
    preset_commands(stage)["preset.save"]()
    other = Stage(Settings(size=Size(64, 48), preset="user-1"))
    assert (other.store.snapshot().layer, other.store.snapshot().channels) == ("block15", ())


def test_a_key_without_a_preset_says_so(tiny: Settings) -> None:
    stage = Stage(tiny)
    stage.shelf.presets[:] = [Preset(name="only", key="1")]
    preset_commands(stage)["preset.1"]()
    with pytest.raises(PresetError, match="no preset has the key 2"):
        preset_commands(stage)["preset.2"]()


def test_the_guide_and_a_moving_source_stay_unless_the_preset_says_otherwise(
    tiny: Settings, tmp_path: Path
) -> None:
    Image.fromarray(picture(30, 30).astype(np.uint8)).save(tmp_path / "guide.png")
    stage = Stage(tiny.changed(guide=tmp_path / "guide.png"))
    assert stage.recall(Preset(name="plain")).guide_on
    assert not stage.recall(Preset(name="off", params={"guide_on": False})).guide_on
    with pytest.raises(PresetError, match="preset on: no guide picture"):
        Stage(tiny).recall(Preset(name="on", params={"guide_on": True}))
    stage.playing.sources[0].moving = True  # type: ignore[misc]
    assert stage.recall(Preset(name="plain")).mix > 0
    assert stage.recall(Preset(name="none", params={"mix": 0.0})).mix == 0
