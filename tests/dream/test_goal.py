from typing import Any

import numpy as np
import pytest

from dreamstream.caffe import parse_net
from dreamstream.dream import Aim, Goal, LayerMap, describe
from dreamstream.dream.objectives import L2, Channels, Class, Direction, Guide, Sum
from dreamstream.errors import NetError, ParamError
from dreamstream.maths import smoothstep
from dreamstream.nets import Image, Objective, Preprocessing
from dreamstream.nets.torch_net import TorchNet
from dreamstream.params import Params
from dreamstream.size import Size
from tests.fakes import CLASSIFIER, classifier, classifier_spec, picture, pooled, tiny_net

CANVAS = picture(48, 64)
SIZE = Size.of(CANVAS)


def plain(**params: Any) -> Params:
    """Return params with the notebook's objective."""
    return Params(**{"variety": 0.0, **params})


def goal_of(guide: bool = True) -> Goal:
    return Goal(classifier(), "fc", picture(40, 56, seed=2) if guide else None)


def climbed(goal: Goal, params: Params, canvas: Image) -> Objective:
    """What is climbed at the canvas' own size."""
    return goal.at_octaves(params, canvas)(Size.of(canvas))


def parts_of(objective: Objective) -> dict[Objective, float]:
    assert isinstance(objective, Sum)
    return {part: weight for weight, part in objective.parts}


def test_a_plain_layer_is_the_notebook_s_objective() -> None:
    assert climbed(goal_of(), plain(layer="conv2"), CANVAS) == L2("conv2")


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"channels": "3"}, Channels("conv2", (3,))),
        ({"channels": "3,1"}, Channels("conv2", (3, 1))),
        ({"channels": "7,13,2", "layer": "conv2"}, Channels("conv2", (1, 2))),
        ({"channels": "13", "layer": "conv1"}, Channels("conv1", (5,))),
        ({"class_name": "3 cat", "class_share": 1}, Class("fc", 3)),
        ({"class_name": "3 cat", "class_share": 0}, L2("conv2")),
        ({"second": "conv1", "second_share": 1}, L2("conv1")),
        ({"second": "conv1", "second_share": 0}, L2("conv2")),
        ({"guide_on": True, "guide_share": 0}, L2("conv2")),
        ({"pick": "weak", "pick_count": 3}, L2("conv2", 0, "weak", 3)),
        ({"pick": "weak", "channels": "3"}, Channels("conv2", (3,))),
    ],
)
def test_a_lone_part_is_climbed_as_it_is(params: dict[str, object], expected: Objective) -> None:
    wanted = Params.model_validate({"layer": "conv2", "variety": 0, **params})
    assert climbed(goal_of(), wanted, CANVAS) == expected


def test_a_share_is_a_part_of_what_is_seen() -> None:
    net = classifier()
    params = plain(layer="conv2", second="conv1:1,conv2:3", second_share=0.4, class_name="2", class_share=0.5)
    objective = climbed(Goal(net, "fc"), params, CANVAS)
    assert isinstance(objective, Sum)
    moved = [float(np.abs(net.input_gradient(CANVAS, Sum((part,)))[0]).mean()) for part in objective.parts]
    assert [part for _, part in objective.parts] == [L2("conv2"), L2("conv1"), L2("conv2"), Class("fc", 2)]
    assert moved == pytest.approx([0.3, 0.05, 0.15, 0.5], rel=1e-3)


def test_pulls_are_measured_once() -> None:
    net = classifier()
    made = Goal(net, "fc")
    params = plain(layer="conv2", class_name="2")
    first = climbed(made, params, CANVAS)
    assert climbed(made, params, picture(48, 64, seed=5)) == first
    other = climbed(Goal(net, "fc"), params, picture(48, 64, seed=5))
    assert other != first, "another show measures on its own canvas"


def directed(made: Goal, aim: Aim | None = None, **params: Any) -> Direction:
    alone = plain(layer="conv2", **{"direction_share": 1.0, **params})
    objective = made.at_octaves(alone, CANVAS, aim)(SIZE)
    assert isinstance(objective, Direction)
    return objective


def test_a_direction_is_a_unit_vector_of_channels_taken_modulo_the_layer_s_count() -> None:
    assert np.allclose(directed(goal_of(), direction="1:3+8:-4").vector, [0, 0.6, -0.8, 0, 0, 0])
    assert np.allclose(directed(goal_of(), direction="1+7").vector, [0, 1, 0, 0, 0, 0])
    assert directed(goal_of(), direction="1", focus=3).focus == 3
    for nothing in ("1:0", "1+7:-1"):
        assert climbed(goal_of(), plain(layer="conv2", direction=nothing), CANVAS) == L2("conv2")


def test_a_direction_may_have_places_of_the_layer_s_map() -> None:
    made = Goal(classifier())
    layer_map = LayerMap.of(np.array([[0, 0, 0, 0.6, 0.8, 0]]))
    made.take_map("conv2", layer_map)
    (place,) = layer_map.vectors
    assert np.allclose(directed(made, direction="m0").vector, place)
    assert np.allclose(directed(made, direction="m0+4:-0.8").vector, [0, 0, 0, 1, 0, 0], atol=0.01)
    assert made.message == ""
    assert np.allclose(directed(made, direction="1+m7").vector, np.eye(6)[1])
    assert made.message == "direction: the map of conv2 has no place 'm7'; there are m0 to m0"
    assert climbed(made, plain(layer="conv1", direction="m0"), CANVAS) == L2("conv1")
    assert made.message == "direction: no place 'm0': there is no map of conv1"
    made.check(plain(layer="conv2", direction="m0+5"), SIZE)
    made.check(plain(layer="conv1", direction="m0", roam=1), SIZE)  # their map may come later
    with pytest.raises(NetError, match="no place 'm7'"):
        made.check(plain(layer="conv2", direction="1+m7"), SIZE)
    with pytest.raises(NetError, match="layer 'conv2' has no channel 6; there are 6, from 0"):
        made.check(plain(layer="conv2", direction="6"), SIZE)


def test_a_roam_strays_from_the_layer_to_the_places_of_its_map() -> None:
    made = goal_of(guide=False)
    made.take_map("conv2", LayerMap.of(np.eye(6)[:3]))
    whole = climbed(made, plain(layer="conv2", roam=1), CANVAS)
    assert isinstance(whole, Direction)
    assert whole.vector.max() == 1
    half = parts_of(climbed(made, plain(layer="conv2", roam=0.5), CANVAS))
    assert [type(part) for part in half] == [L2, Direction]
    assert len(made.new_pulls()) == 2
    assert made.new_maps() == {}, "that of a score is none that was made here"
    assert climbed(made, plain(layer="conv1", roam=1), CANVAS) == L2("conv1")
    assert made.message == "roam: there is no map of conv1"
    made.take_map("conv1", LayerMap.of(np.eye(6)))
    assert climbed(made, plain(layer="conv1", roam=1), CANVAS) == L2("conv1"), "it has 8 channels"


def test_what_measures_a_roam_is_made_ready_before_its_map_is_there() -> None:
    network = classifier()
    asked: list[tuple[Size, tuple[str, ...]]] = []

    def prepare(size: Size, layers: tuple[str, ...]) -> bool:
        asked.append((size, layers))
        return True

    network.prepare = prepare  # type: ignore[method-assign,assignment]
    small = Size(32, 24)
    assert Goal(network).prepare(plain(layer="conv2", roam=0.5), CANVAS, [small])
    assert asked == [(Size.of(CANVAS), ("conv2",)), (small, ("conv2",))]


def test_a_share_of_a_direction_mixes_it_with_the_layer_and_its_pull_is_measured_once() -> None:
    made = goal_of(guide=False)
    params = plain(layer="conv2", direction="1", direction_share=0.25, channels=(2,))
    parts = parts_of(climbed(made, params, CANVAS))
    assert [type(part) for part in parts] == [Channels, Direction]
    assert len(made.new_pulls()) == 2
    climbed(made, params.model_copy(update={"direction": "2"}), CANVAS)
    assert made.new_pulls() == {}, "however it turns"
    assert climbed(made, params.model_copy(update={"direction_share": 0}), CANVAS) == Channels("conv2", (2,))
    alone = directed(made, direction="1", channels=(2,), second="conv1", second_share=0)
    assert np.array_equal(alone.vector, np.eye(6)[1])


def test_a_direction_comes_by_its_share_and_turns_by_the_aim() -> None:
    made = goal_of(guide=False)
    none, one, two = (
        plain(layer="conv2", direction=direction, direction_share=1.0, ease=0.2)
        for direction in ("", "1", "2")
    )
    coming = Aim.of(none).next(one).next(one)
    assert [type(part) for part in parts_of(made.at_octaves(one, CANVAS, coming)(SIZE))] == [L2, Direction]
    there = coming.next(one).next(one)
    assert np.array_equal(directed(made, there, direction="1").vector, np.eye(6)[1])
    turning = directed(made, there.next(two).next(two), direction="2").vector
    assert np.allclose(turning, (np.eye(6)[1] + np.eye(6)[2]) / 2**0.5)


def test_the_guide_is_looked_at_once_a_layer() -> None:
    made = goal_of()
    params = plain(layer="conv2", guide_on=True)
    guide = climbed(made, params, CANVAS)
    assert isinstance(guide, Guide)
    expected = classifier().activations(picture(40, 56, seed=2), "conv2").reshape(6, -1)
    assert np.array_equal(guide.features, expected)
    assert climbed(made, params, CANVAS) is guide
    assert climbed(made, params.model_copy(update={"layer": "conv1"}), CANVAS) is not guide
    assert climbed(made, params, CANVAS) is guide
    assert climbed(goal_of(guide=False), params, CANVAS) == L2("conv2")


def test_a_guide_s_features_are_bounded() -> None:
    net, large = classifier(), picture(200, 300)
    made, blob = Goal(net, guide=large), net.activations(large, "conv1")
    guide = climbed(made, plain(layer="conv1", guide_on=True), CANVAS)
    assert isinstance(guide, Guide)
    assert guide.features.shape == (8, 2048)
    assert (guide.features[:, 0] == blob[:, 0, 0]).all()
    assert (guide.features[:, -1] == blob[:, -1, -1]).all()
    inner = climbed(made, plain(layer="fc", guide_on=True), CANVAS)
    assert isinstance(inner, Guide)
    assert inner.features.shape == (5, 1), "an inner product has one place"


def test_a_share_of_the_guide_mixes_it_with_the_layer() -> None:
    params = plain(layer="conv2", guide_on=True, guide_share=0.25, channels=(1,))
    parts = parts_of(climbed(goal_of(), params, CANVAS))
    assert [type(part) for part in parts] == [Channels, Guide]


def test_channels_are_counted_by_running_the_net() -> None:
    made = Goal(tiny_net())
    assert (made.channel_count("conv1", SIZE), made.channel_count("conv2", SIZE)) == (8, 6)
    made.check(plain(layer="conv2", channels=(5,)), SIZE)
    with pytest.raises(NetError, match="layer 'conv2' has no channel 6; there are 6, from 0"):
        made.check(plain(layer="conv2", channels=(0, 6)), SIZE)


def test_a_class_that_the_picture_s_size_bars_is_left_out_and_told() -> None:
    net = pooled(7)
    made, params = Goal(net, "fc"), plain(layer="conv2", class_name="2", class_share=1, octaves=1)
    right, wrong = picture(48, 64), picture(10, 12)
    assert climbed(made, params, right) == Class("fc", 2)
    assert made.message == ""
    assert climbed(made, params, wrong) == L2("conv2")
    assert "a class cannot be dreamt at 12x10" in made.message
    assert made.message.endswith("this picture is too small to reach it; a larger --size helps")
    at = made.at_octaves(params, right)  # a small octave does without, and nobody need be told
    assert (at(Size(64, 48)), at(Size(12, 10)), made.message) == (Class("fc", 2), L2("conv2"), "")
    shared = made.at_octaves(params.model_copy(update={"class_share": 0.5}), right)
    assert isinstance(shared(Size(64, 48)), Sum)
    assert shared(Size(12, 10)) == L2("conv2")
    with pytest.raises(NetError, match="a class cannot be dreamt at 12x10"):
        made.check(params, Size.of(wrong))
    made.check(params, Size.of(right))
    assert climbed(made, params.model_copy(update={"class_name": ""}), wrong) == L2("conv2")
    assert made.message == ""


def test_a_second_layer_or_a_guide_that_the_size_bars_is_left_out_and_told() -> None:
    net = pooled(7)
    small, large = picture(10, 12), picture(48, 64)
    params = plain(layer="conv2", second="pool", octaves=1)
    made = Goal(net, "fc")
    assert isinstance(climbed(made, params, large), Sum)
    assert climbed(made, params, small) == L2("conv2")
    assert "pool cannot be dreamt at 12x10" in made.message
    with pytest.raises(NetError, match="pool cannot be dreamt at 12x10"):
        made.check(params, Size.of(small))
    led = Goal(net, guide=small)
    assert climbed(led, plain(layer="pool", guide_on=True), large) == L2("pool")
    assert "the guide cannot be dreamt" in led.message


def test_it_says_whether_a_smaller_size_still_reaches_all_that_is_dreamt() -> None:
    made = Goal(pooled(7), "fc")
    params, small = plain(layer="conv2"), Size(12, 10)
    assert made.reaches(params, small, SIZE)
    for more in ({"class_name": "2"}, {"second": "pool"}, {"layer": "pool"}):
        assert not made.reaches(params.model_copy(update=more), small, SIZE), more
        assert made.reaches(params.model_copy(update=more), Size(40, 32), SIZE), more
    lost = params.model_copy(update={"class_name": "2"})
    assert made.reaches(lost, small, small), "what the canvas itself bars cannot be lost"


def test_a_layer_that_the_smallest_octave_does_not_reach_is_told_at_the_start() -> None:
    made = Goal(pooled(20))
    made.check(plain(layer="pool", octaves=1), Size(64, 48))
    with pytest.raises(NetError, match=r"pool cannot be dreamt at the smallest octave, .* or --octaves 1"):
        made.check(plain(layer="pool", octaves=3), Size(64, 48))
    for octaves in (1, 3):  # what the canvas itself does not reach, fewer octaves do not mend
        with pytest.raises(NetError, match=r"^pool cannot be dreamt at 36x36: ") as caught:
            made.check(plain(layer="pool", octaves=octaves), Size(36, 36))
        assert "octaves" not in str(caught.value)


def test_tiles_that_would_lose_something_are_told_at_the_start() -> None:
    made = Goal(pooled(40), "fc")
    for more in ({"layer": "pool"}, {"layer": "conv2", "class_name": "1"}):
        made.check(plain(**more, octaves=1, tile_memory=2), Size(96, 96))
        with pytest.raises(NetError, match=r"tiles of 64x64 are too small .* a smaller --tile-memory"):
            made.check(plain(**more, octaves=1, tile_memory=3), Size(96, 96))
    made.check(plain(layer="conv2", octaves=1, tile_memory=3), Size(96, 96))


def test_what_is_wrong_but_not_the_size_is_told_as_it_is() -> None:
    spec = classifier_spec()
    short = {layer.name: layer.blobs for layer in spec.layers} | {"fc": spec.layer("fc").blobs[:1]}
    made = Goal(TorchNet(spec.with_blobs(short), Preprocessing(), "cpu"), "fc")
    with pytest.raises(NetError, match=r"layer 'fc'.*needs 2 weight blobs and has 1") as caught:
        made.check(plain(layer="conv2", class_name="1"), SIZE)
    assert "larger" not in str(caught.value)


def test_guides_that_are_no_longer_kept_are_not_held_by_their_pulls() -> None:
    made = Goal(tiny_net(), guide=picture(30, 40))
    for layer in ("conv1", "relu1", "conv2"):
        climbed(made, plain(layer=layer, guide_on=True, guide_share=0.5), CANVAS)
    pulls = made.new_pulls()
    assert pulls
    assert all(isinstance(part, str) for part in pulls)


def test_a_layer_of_one_axis_has_channels_to_count() -> None:
    text = CLASSIFIER + 'layer { name: "flat" type: "Reshape" bottom: "fc" top: "flat" reshape_param '
    spec = parse_net(text + "{ shape { dim: -1 } } }", "flat").with_blobs(
        {layer.name: layer.blobs for layer in classifier_spec().layers}
    )
    assert Goal(TorchNet(spec, Preprocessing(), "cpu")).channel_count("flat", SIZE) == 1


def test_a_class_needs_a_classifier() -> None:
    made, params = Goal(tiny_net()), plain(layer="conv2", class_name="2")
    assert climbed(made, params, CANVAS) == L2("conv2")
    assert "no classifier" in made.message


def test_a_class_without_a_number_is_told() -> None:
    with pytest.raises(ParamError, match="'goldfish': a number is needed"):
        climbed(goal_of(), plain(layer="conv2", class_name="goldfish"), CANVAS)


def test_channels_of_a_layer_are_mixed_in() -> None:
    params = plain(layer="conv2", second="conv1/1&13:3,conv1", second_share=0.4)
    shares = {each: share for share, each in goal_of()._parts(params, SIZE)}  # before its pulls are measured
    expected = {L2("conv2"): 0.6, Channels("conv1", (1, 5)): 0.3, L2("conv1"): 0.1}
    assert shares == pytest.approx(expected)


def test_what_is_dreamt_is_told_in_a_few_words() -> None:
    assert describe(plain(layer="conv2"), 6, True) == ""
    params = plain(channels=(8, 3), guide_on=True, second="conv1", class_name="1 goldfish")
    mixed = "guide × {}  + conv1 × 0.5  class 1 goldfish × 0.5"
    assert describe(params, 6, True) == mixed.format("1, in place of the layer")
    shared = params.model_copy(update={"guide_share": 0.6})
    assert describe(shared, 6, True) == "channel 2, 3 of 6  " + mixed.format(0.6)
    assert "guide" not in describe(params, 6, False)
    assert describe(plain(channels=(8,)), None, False) == "channel 8"
    assert describe(plain(roam=0.5), None, False) == "roam × 0.5"
    towards = plain(channels=(8,), direction="1+m3:0.5", direction_share=1.0)
    assert describe(towards, 6, False) == "direction 1+m3:0.5 × 1"
    half = towards.model_copy(update={"direction_share": 0.5})
    assert describe(half, 6, False) == "channel 2 of 6  direction 1+m3:0.5 × 0.5"
    assert describe(half.model_copy(update={"guide_on": True}), 6, True) == "guide × 1, in place of the layer"


def test_a_walk_is_dreamt_in_the_layer_s_place_by_shares_of_what_is_seen() -> None:
    params, canvas = plain(layer="conv1", walk="conv1,conv2", walk_time=1.0), picture(48, 64)
    goal, aim = goal_of(), Aim.of(params)
    for frame in range(20):
        found = parts_of(goal.at_octaves(params, canvas, aim)(Size(64, 48)))
        pulled = {part.layers[0]: weight * goal._pulls.of(part, canvas) for part, weight in found.items()}
        share = pulled["conv2"] / sum(pulled.values())
        assert share == pytest.approx(np.clip(smoothstep(frame / 20), 0.001, 0.999))
        aim = aim.next(params)
    assert describe(params, None, guided=False) == "walk conv1,conv2"


def test_a_layer_of_the_walk_that_the_size_bars_is_told_at_the_start_and_left_out_live() -> None:
    made, small = Goal(pooled(7)), picture(10, 12)
    params = plain(layer="conv1", walk="conv1,conv2,pool", octaves=1)
    with pytest.raises(NetError, match="walk: pool cannot be dreamt at 12x10"):
        made.check(params, Size.of(small))
    later = Aim(params, Aim.of(params).turns, walked=1.5)
    assert made.at_octaves(params, small, later)(Size.of(small)) == L2("conv2")
    assert "walk: pool" in made.message
    assert not made.reaches(params, Size.of(small), SIZE)
    assert made.reaches(params, Size(40, 32), SIZE)
