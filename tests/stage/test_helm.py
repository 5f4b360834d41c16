"""The stage's helm: what the autopilot is given to play."""

from dreamstream.autopilot import Helm, Pulse
from dreamstream.controls.tempo import Tempo
from dreamstream.params.presets import Preset
from dreamstream.stage import Settings, Stage
from dreamstream.stage.helm import helm_of
from dreamstream.stage.morph import Morph


def helm_at(stage: Stage) -> Helm:
    morph = Morph(stage, Tempo(stage.clock, stage.store), stage.clock)
    return helm_of(stage, morph, Pulse, lambda layer: ())


def test_what_a_flag_says_holds_in_every_scene_but_for_what_is_picked(tiny: Settings) -> None:
    stage = Stage(tiny.changed(params={"octaves": 1, "mix": "0.3", "transform": "rotate", "hud": True}))
    helm = helm_at(stage)
    before = stage.store.hand
    values = helm.values(Preset(name="own", params={"octaves": 2, "transform": "hue"}))
    assert (values["octaves"], values["mix"], values["transform"]) == (1, 0.3, "hue")
    assert "hud" not in values
    assert stage.store.hand is before


def test_layers_are_those_worth_a_dream_with_their_channels(tiny: Settings) -> None:
    helm = helm_at(Stage(tiny))
    assert [(layer, helm.channels(layer)) for layer in helm.layers()] == [("conv1", 8), ("conv2", 6)]
    assert helm.channels("nothing") == 0
