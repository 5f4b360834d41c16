"""Scenes: a preset, and other subjects, motions and colours than lately."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dreamstream.autopilot import Helm, Pulse
from dreamstream.autopilot.lately import Lately
from dreamstream.autopilot.scenes import Scene, Scenes
from dreamstream.autopilot.taste import Taste
from dreamstream.effects import EFFECTS
from dreamstream.knobs import EFFECTS_CHAIN, links_of
from dreamstream.params import TABLE, ParamStore
from dreamstream.params.presets import PRESET_PARAMS, Preset
from dreamstream.params.second import mixed_layers
from dreamstream.params.terms import terms_of
from dreamstream.transforms import TRANSFORMS
from tests.autopilot.nights import COUNT, LAYERS

PRESET = Preset(name="reef", params={"transform": "flow+ripple:0.5", "effects": "mirror:0.5"})

CLASSES = ("1 goldfish", "483 castle", "7")


def taste_of(path: Path, **tables: dict[str, Any]) -> Taste:
    """The program's taste with other values."""
    base = Taste.read().model_dump()
    return Taste.model_validate({name: {**table, **tables.get(name, {})} for name, table in base.items()})


def helm(loud: tuple[int, ...] = ()) -> Helm:
    store = ParamStore(choices={"transform": list(TRANSFORMS), "effects": ["none", *EFFECTS]})
    plain = {name: TABLE[name].default for name in PRESET_PARAMS}
    return Helm(
        store,
        lambda: [PRESET],
        lambda preset: {**plain, "layer": LAYERS[2], **preset.params},
        lambda: LAYERS,
        lambda layer: COUNT,
        lambda values, seconds: store.change(**values),
        lambda: None,
        Pulse,
        loud=lambda layer: loud,
        classes=lambda: CLASSES,
    )


def climbed(scene: Scene) -> set[int]:
    """The channels that a scene climbs."""
    return {int(term.name) for term in terms_of(scene.values["direction"]) if term.weight > 0}


def scenes_of(helm: Helm, taste: Taste, count: int = 40, seed: int = 1) -> Iterator[Scene]:
    """Scenes two minutes apart."""
    lately = Lately()
    scenes = Scenes(helm, lately, random.Random(seed))
    for number in range(count):
        scene = scenes.large(PRESET, taste, 120.0 * number)
        for kind, name in scene.uses:
            lately.use(kind, name, 120.0 * number)
        helm.store.change(**scene.values)  # all of it can be
        yield scene


def test_without_straying_a_scene_is_the_preset(tmp_path: Path) -> None:
    never: dict[str, Any] = {"often": 0.0}
    kinds = ("layers", "directions", "roam", "classes", "second", "transforms", "palettes", "effects")
    tables = {
        **dict.fromkeys(kinds, never),
        "directions": {"often": 0.0, "fatigue": 0.0, "fatigue_time": 60.0},
    }
    taste = taste_of(tmp_path, presets={"stray": 0.0}, **tables)
    own = helm()
    for scene in scenes_of(own, taste):
        assert scene.values == {name: own.values(PRESET)[name] for name in scene.values}
        assert {*own.values(PRESET)} - {*scene.values} == {"brightness", "contrast", "gamma", "colour"}


def test_subjects_change_from_scene_to_scene(tmp_path: Path) -> None:
    always: dict[str, Any] = {"often": 1.0}
    taste = taste_of(tmp_path, layers={**always, "shallowest": 0.0}, directions={**always, "channels": 4})
    found = [*scenes_of(helm(), taste)]
    layers = [scene.values["layer"] for scene in found]
    assert {*layers} == {*LAYERS}
    assert sum(before == after for before, after in pairwise(layers)) < 4
    lately: dict[str, list[set[int]]] = {layer: [] for layer in LAYERS}
    for scene in found:
        lately[scene.values["layer"]].append(climbed(scene))
    again = [len(one & two) for each in lately.values() for one, two in pairwise(each)]
    assert sum(again) / len(again) < 4 * 4 / COUNT, "less than by chance"


def test_what_was_loud_is_no_subject(tmp_path: Path) -> None:
    taste = taste_of(tmp_path, directions={"often": 1.0})
    for scene in scenes_of(helm(loud=tuple(range(12))), taste):
        assert climbed(scene) and min(climbed(scene)) >= 12
        away = {int(term.name) for term in terms_of(scene.values["direction"]) if term.weight < 0}
        assert len(away) == 6 and away <= {*range(12)}
    for scene in scenes_of(helm(loud=tuple(range(COUNT))), taste):
        assert climbed(scene), "where all were, any is"


def test_every_second_scene_has_a_thing_of_the_net_s_to_be_seen(tmp_path: Path) -> None:
    found = [*scenes_of(helm(), Taste.read(), count=60)]
    things = [scene.values for scene in found if scene.values["class_name"]]
    assert len(things) > 60 / 2 and {values["class_name"] for values in things} == {*CLASSES}
    assert all(values["roam"] == 0 and 0.28 <= values["class_share"] <= 0.4 for values in things)
    for scene in scenes_of(helm(), taste_of(tmp_path, classes={"often": 1.0, "pick": ["castle"]})):
        assert scene.values["class_name"] == "483 castle"
    for scene in scenes_of(replace(helm(), classes=lambda: ()), Taste.read()):
        assert not scene.values["class_name"], "a net that is no classifier has none"


def test_a_scene_keeps_the_preset_s_effects_and_has_at_most_one_more(tmp_path: Path) -> None:
    taste = taste_of(tmp_path, effects={"often": 1.0})
    for scene in scenes_of(helm(), taste):
        names = [link.name for link in links_of(scene.values["effects"], EFFECTS_CHAIN)]
        assert names[0] == "mirror" and len(names) == 2 and names[1] in taste.effects.pick


def test_a_small_change_is_small_and_one_thing(tmp_path: Path) -> None:
    taste = taste_of(tmp_path, palettes={"often": 1.0}, effects={"often": 1.0})
    own, lately = helm(), Lately()
    scenes = Scenes(own, lately, random.Random(2))
    scene = scenes.large(PRESET, taste, 0.0)
    kinds = set()
    for number in range(40):
        other = scenes.small(scene, taste, float(number))
        changed = {name for name in other.values if other.values[name] != scene.values[name]}
        assert (
            changed <= {"transform"} or changed <= {"effects"} or changed <= {"held_palette", "palette_pull"}
        )
        assert changed
        kinds |= changed
        scene = other
        scales = [abs(link.scale) for link in links_of(scene.values["transform"])]
        assert scales[0] <= 1.24 and scales[1] <= 0.62, "it does not wander off"
    assert {"transform", "effects", "held_palette"} <= kinds


@pytest.mark.parametrize("seed", range(5))
def test_layers_stray_only_as_far_as_the_taste_lets_them(tmp_path: Path, seed: int) -> None:
    taste = taste_of(tmp_path, layers={"often": 1.0, "shallowest": 0.0}, presets={"stray": 0.2})
    assert {scene.values["layer"] for scene in scenes_of(helm(), taste, seed=seed)} == {*LAYERS[1:4]}


def test_one_layer_without_channels_that_are_known_is_played_as_it_is(tmp_path: Path) -> None:
    bare = replace(helm(), layers=lambda: LAYERS[2:3], channels=lambda layer: 0)
    for scene in scenes_of(bare, Taste.read()):
        values = scene.values
        assert (values["layer"], values["direction"], values["second"]) == (LAYERS[2], "", "")


def test_the_net_s_own_layer_has_its_share_of_every_scene_and_others_theirs_of_the_rest(
    tmp_path: Path,
) -> None:
    at_home = replace(helm(), home=lambda: LAYERS[2])
    taste = taste_of(tmp_path, second={"often": 0.5, "home": 0.6})
    counts = set()
    for scene in scenes_of(at_home, taste):
        mixed, share = mixed_layers(scene.values["second"]), scene.values["second_share"]
        whole = sum(each.weight for each in mixed)
        assert mixed[0].layer == LAYERS[2]
        assert share * mixed[0].weight / whole == pytest.approx(0.6, abs=0.01)
        counts.add(len(mixed))
    assert counts == {1, 2}


def test_what_a_preset_mixes_in_keeps_its_parts_beside_the_net_s_own_layer(tmp_path: Path) -> None:
    preset = Preset(name="mixed", params={"second": f"{LAYERS[0]}:3,{LAYERS[1]}/4&7", "second_share": 0.5})
    at_home = replace(helm(), home=lambda: LAYERS[2])
    taste = taste_of(tmp_path, second={"often": 0.0, "home": 0.6})
    values = Scenes(at_home, Lately(), random.Random(1)).large(preset, taste, 0.0).values
    mixed = mixed_layers(values["second"])
    assert [each.name for each in mixed] == [LAYERS[2], LAYERS[0], f"{LAYERS[1]}/4&7"]
    assert values["second_share"] == 0.8
    assert [each.weight for each in mixed] == pytest.approx([1, 0.25, 0.083], abs=1e-3)


def test_without_a_share_of_its_own_the_net_s_layer_is_left_out(tmp_path: Path) -> None:
    at_home = replace(helm(), home=lambda: LAYERS[2])
    taste = taste_of(tmp_path, second={"often": 0.0, "home": 0.0})
    assert {scene.values["second"] for scene in scenes_of(at_home, taste)} == {""}
