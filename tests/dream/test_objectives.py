import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dreamstream.dream import ascend, objectives
from dreamstream.dream.objectives import L2, Channels, Class, Direction, Guide, Sum, picked
from dreamstream.errors import NetError
from dreamstream.nets import Objective, Preprocessing
from dreamstream.params import Params
from tests.fakes import classifier, classifier_spec, picture

RNG = np.random.default_rng(3)
FEATURES = RNG.normal(size=(6, 11)).astype(np.float32)
BLOBS = {
    "conv1": RNG.normal(size=(1, 8, 7, 9)),
    "conv2": RNG.normal(size=(1, 6, 4, 5)),
    "fc": RNG.normal(size=(1, 5)),
}
TILTED = RNG.normal(size=6)
TILTED /= np.linalg.norm(TILTED)
PLAIN: list[Objective] = [
    L2("conv2"),
    Channels("conv2", (1,)),
    Channels("conv2", (0, 5, 3)),
    Class("fc", 4),
    Guide("conv2", FEATURES),
    Direction("conv2", TILTED),
    Direction("conv2", -TILTED, 2.5),
    Guide("fc", FEATURES[:5]),
    Direction("fc", np.eye(5)[3], 1.0),
]
PICKED = [
    L2("conv2", 0.7, "weak", 2),
    L2("conv2", 0, "strong", 3),
    L2("conv1", 1, "average", 4),
    L2("fc", 1, "weak", 2),
]
MIXED = Sum(((1.0, L2("conv2")), (0.5, Channels("conv1", (2, 3))), (2.0, Class("fc", 1))))


def norm(seed: np.ndarray) -> float:
    return float(np.sqrt((seed * seed).sum()))


@pytest.mark.parametrize("objective", PLAIN, ids=repr)
def test_the_seed_is_the_gradient_of_the_value(objective: Objective) -> None:
    (layer,) = objective.layers
    blob = torch.from_numpy(BLOBS[layer]).requires_grad_()
    features = getattr(objective, "features", None)
    if features is not None:
        objective = Guide(layer, features.astype(np.float64))
    value, seeds = objective.seed({layer: blob})
    (gradient,) = torch.autograd.grad(value, blob)
    assert torch.allclose(gradient, seeds[layer], atol=1e-12)
    assert seeds[layer].shape == blob.shape


@pytest.mark.parametrize("focus", [0, 0.5, 1, 2, 8])
def test_a_direction_s_seed_is_its_value_s_gradient_by_finite_differences(focus: float) -> None:
    objective, blob = Direction("conv2", TILTED, focus), BLOBS["conv2"]
    _, seeds = objective.seed({"conv2": blob})
    for _ in range(20):
        along = RNG.normal(size=blob.shape)
        higher, lower = (objective.seed({"conv2": blob + by * along})[0] for by in (1e-6, -1e-6))
        expected = float((seeds["conv2"] * along).sum())
        assert (higher - lower) / 2e-6 == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_direction_with_focus_draws_most_where_it_is_seen_already() -> None:
    blob = np.zeros((1, 6, 1, 3))
    blob[0, :, 0, 0], blob[0, 0, 0, 1], blob[0, :, 0, 2] = 2 * TILTED, 50, -TILTED
    plain, focused = (Direction("x", TILTED, focus).seed({"x": blob})[1]["x"][0, :, 0] for focus in (0, 2))
    assert np.allclose(plain, TILTED[:, None], atol=1e-12)
    assert np.allclose(focused[:, 0], TILTED, atol=1e-6), "there already, however loud it is"
    assert np.allclose(focused[:, 2], 0.01 * TILTED), "and hardly where all is against it"


def test_a_direction_that_nothing_sounds_in_hands_over_to_the_whole_layer() -> None:
    blob = np.abs(BLOBS["conv2"])
    blob[:, 2] = 0
    for focus in (0, 2):
        for vector in (np.eye(6)[2], -np.eye(6)[2]):
            value, seeds = Direction("conv2", vector, focus).seed({"conv2": blob})
            assert value == 0
            assert np.array_equal(seeds["conv2"], blob)


@pytest.mark.parametrize("objective", [*PLAIN, MIXED, L2("conv2", 0.7), L2("fc", 0.7), *PICKED], ids=repr)
def test_numpy_and_torch_agree(objective: Objective) -> None:
    blobs = {name: BLOBS[name].astype(np.float32) for name in objective.layers}
    before = {name: blob.copy() for name, blob in blobs.items()}
    value, seeds = objective.seed(blobs)
    channels_last = {
        name: torch.from_numpy(blob).contiguous(
            memory_format=torch.channels_last if blob.ndim == 4 else torch.contiguous_format
        )
        for name, blob in blobs.items()
    }
    other, tensors = objective.seed(channels_last)
    assert float(value) == pytest.approx(float(other), rel=1e-4)
    for name in objective.layers:
        assert isinstance(seeds[name], np.ndarray)
        assert np.allclose(seeds[name], tensors[name].numpy(), atol=1e-5)
        assert seeds[name].dtype == np.float32
        assert np.array_equal(blobs[name], before[name]), "activations are left alone"


@pytest.mark.parametrize("objective", [*PLAIN[:7], Class("fc", 0)], ids=repr)
def test_the_image_s_gradient_is_that_of_the_value_by_finite_differences(objective: Objective) -> None:
    net, image = classifier(), picture(24, 32)
    gradient, _ = net.input_gradient(image, objective)
    along = gradient / np.abs(gradient).max()  # in grey levels: the tiny net is nearly linear over 0.25
    higher = net.input_gradient(image + np.float32(0.25) * along, objective)[1]
    lower = net.input_gradient(image - np.float32(0.25) * along, objective)[1]
    expected = 0.5 * float((gradient * along).sum())
    assert higher - lower == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("objective", [*PLAIN[:7], MIXED], ids=repr)
def test_three_steps_and_the_value_rose(objective: Objective, rng: np.random.Generator) -> None:
    net, image = classifier(), picture()
    dreamt = ascend(net, image, objective, Params(octaves=1, iterations=3), rng)
    value = net.input_gradient(dreamt, objective)[1]
    assert isinstance(value, float)
    assert np.isfinite(value)
    assert value > net.input_gradient(image, objective)[1]


@pytest.mark.usefixtures("caffe")
@pytest.mark.parametrize("objective", [*PLAIN[:7], MIXED], ids=repr)
def test_real_caffe_climbs_the_same_way(objective: Objective) -> None:
    from dreamstream.nets.pycaffe_net import PycaffeNet

    how, image = Preprocessing((127.0, 127.0, 127.0), 1 / 128, "RGB", 1), picture(30, 41)
    theirs, their_value = PycaffeNet(classifier_spec(), how).input_gradient(image, objective)
    ours, value = classifier().input_gradient(image, objective)
    assert their_value == pytest.approx(value, rel=1e-4)
    assert np.abs(theirs - ours).max() <= 1e-5 * np.abs(ours).max()


@pytest.mark.parametrize("loud", [1e-3, 1.0, 1e4])
def test_a_sum_s_weights_hold_however_loud_a_layer_is(loud: float) -> None:
    blobs = {**BLOBS, "conv2": BLOBS["conv2"] * loud}
    _, seeds = MIXED.seed(blobs)
    assert norm(seeds["conv2"]) == pytest.approx(1.0, rel=1e-6)
    assert norm(seeds["conv1"]) == pytest.approx(0.5, rel=1e-6)
    assert norm(seeds["fc"]) == pytest.approx(2.0, rel=1e-6)


def test_a_sum_s_gradient_is_the_weighted_sum_of_its_parts_own() -> None:
    net, image = classifier(), picture(24, 32)
    parts = [(0.3, L2("conv1")), (0.7, L2("conv2"))]
    whole, _ = net.input_gradient(image, Sum(tuple(parts)))
    expected = np.zeros_like(whole)
    for weight, part in parts:
        blob = net.activations(image, part.layer)
        expected += weight / norm(blob) * net.input_gradient(image, part)[0]
    assert np.allclose(whole, expected, atol=1e-5 * np.abs(expected).max())


def test_parts_of_one_layer_add_up_and_sums_can_hold_sums() -> None:
    parts = (L2("conv2"), Channels("conv2", (1,)))
    value, seeds = Sum(((1.0, parts[0]), (3.0, parts[1]))).seed(BLOBS)
    values, own = zip(*(part.seed(BLOBS) for part in parts), strict=True)
    norms = [norm(seed["conv2"]) for seed in own]
    assert np.allclose(seeds["conv2"], own[0]["conv2"] / norms[0] + 3 * own[1]["conv2"] / norms[1])
    assert value == pytest.approx(values[0] / norms[0] + 3 * values[1] / norms[1])
    nested = Sum(((2.0, MIXED), (1.0, parts[0])))
    assert nested.layers == ("conv2", "conv1", "fc")
    total = np.sqrt(sum(norm(seed) ** 2 for seed in Sum(((2.0, MIXED),)).seed(BLOBS)[1].values()))
    assert total == pytest.approx(2.0)


def test_a_silent_part_leaves_the_others_alone() -> None:
    blobs = {**BLOBS, "conv2": np.zeros((1, 6, 4, 5))}
    value, seeds = MIXED.seed(blobs)
    assert np.isfinite(value)
    assert not seeds["conv2"].any()
    assert norm(seeds["fc"]) == pytest.approx(2.0)


@given(
    arrays(
        np.float32,
        st.tuples(st.just(3), st.integers(1, 6), st.integers(1, 6)),
        elements=st.floats(-9, 9, width=32),
    ),
    arrays(np.float32, st.tuples(st.just(3), st.integers(1, 9)), elements=st.floats(-9, 9, width=32)),
    st.integers(1, 40),
)
def test_a_guide_s_seed_is_the_best_fit_at_each_position_however_it_is_cut(
    blob: np.ndarray, features: np.ndarray, products: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objectives, "_PRODUCTS", products)
        value, seeds = Guide("x", features).seed({"x": blob[None]})
    best = np.einsum("chw,cn->hwn", blob.astype(float), features).max(-1)
    chosen = np.einsum("chw,chw->hw", blob.astype(float), seeds["x"][0])
    assert np.allclose(chosen, best, atol=1e-3), "no other feature fits better"
    assert all((column == features.T).all(1).any() for column in seeds["x"][0].reshape(3, -1).T), (
        "and each is one of the guide's"
    )
    assert value == pytest.approx(best.sum(), abs=0.05)


def test_a_guide_for_a_large_picture_takes_little_memory() -> None:
    blob = np.ones((1, 4, 256, 256), np.float32)
    guide = Guide("x", RNG.normal(size=(4, 2048)).astype(np.float32))
    tracemalloc.start()
    guide.seed({"x": blob})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64e6, "all products at once would be 537 MB"


def test_silent_channels_hand_over_to_the_whole_layer() -> None:
    blob = np.abs(BLOBS["conv2"])
    blob[:, 2] = 0
    value, seeds = Channels("conv2", (2,)).seed({"conv2": blob})
    assert value == 0
    assert np.array_equal(seeds["conv2"], blob)
    _, seeds = Channels("conv2", (2, 3)).seed({"conv2": blob})
    assert sorted(set(np.nonzero(seeds["conv2"])[1])) == [2, 3], "one that sounds is enough"


@pytest.mark.parametrize(
    ("objective", "words"),
    [
        (Channels("conv2", (1, 6)), "layer 'conv2' has no channel 6; there are 6, from 0"),
        (Channels("conv2", (-1,)), "no channel -1"),
        (Class("fc", 1000), "layer 'fc' has no class 1000; there are 5, from 0"),
        (Direction("conv1", TILTED), "layer 'conv1' has 8 channels, the direction 6"),
        (Guide("conv1", FEATURES), "layer 'conv1' has 8 channels, the guide's features 6"),
    ],
)
def test_what_a_layer_does_not_have_is_named(objective: Objective, words: str) -> None:
    with pytest.raises(NetError, match=words):
        classifier().input_gradient(picture(24, 32), objective)


def test_variety_lifts_quiet_channels_and_leaves_the_places_in_each_as_they_are() -> None:
    blob = BLOBS["conv2"] * np.array([8, 4, 2, 1, 0.5, 0]).reshape(1, 6, 1, 1)
    plain, lifted = (L2("conv2", variety).seed({"conv2": blob})[1]["conv2"] for variety in (0, 1))
    loud = np.sqrt((lifted * lifted).mean(axis=(0, 2, 3)))
    assert (
        np.sqrt((plain * plain).mean(axis=(0, 2, 3)))[0]
        > 12 * np.sqrt((plain * plain).mean(axis=(0, 2, 3)))[4]
    )
    assert loud[:4].max() < 2 * loud[:4].min()
    assert not lifted[:, 5].any()  # silence stays silent, and finite
    for channel in range(5):
        ratio = lifted[0, channel] / plain[0, channel]
        assert np.ptp(ratio) < 1e-9 * ratio.max()


@pytest.mark.parametrize(
    ("pick", "channels"), [("strong", {0, 1}), ("weak", {3, 4}), ("average", {1, 2}), ("all", set(range(5)))]
)
@pytest.mark.parametrize("variety", [0.0, 1.0])
def test_picks_are_by_power_and_what_is_silent_is_not_weak(
    pick: str, channels: set[int], variety: float
) -> None:
    blob = np.sign(BLOBS["conv2"]) * np.array([8, 5, 4, 1, 0.5, 0]).reshape(1, 6, 1, 1)
    blob = blob[:, [5, 3, 1, 4, 0, 2]]
    _, seeds = L2("x", variety, pick, 2).seed({"x": blob})
    seed = seeds["x"][:, [4, 2, 5, 1, 3, 0]]
    assert {channel for channel in range(6) if seed[0, channel].any()} == channels
    whole = L2("x", variety).seed({"x": blob})[1]["x"]
    assert np.array_equal(seeds["x"][seeds["x"] != 0], whole[seeds["x"] != 0]), "and as in the whole layer"


@given(arrays(np.float32, 7, elements=st.floats(0, 9, width=32), unique=True), st.integers(1, 9))
def test_as_many_are_picked_as_asked_for_or_as_there_are(power: np.ndarray, count: int) -> None:
    for pick in ("strong", "average", "weak"):
        chosen = picked(power.reshape(1, 7, 1, 1), pick, count)
        assert chosen.shape == (1, 7, 1, 1)
        assert chosen.sum() == min(count, 7)


def test_a_pick_of_nothing_that_sounds_hands_over_to_the_whole_layer() -> None:
    blob = np.zeros((1, 6, 2, 2))
    blob[:, 0] = 1
    _, seeds = L2("x", 0, "average", 3).seed({"x": blob})
    assert np.array_equal(seeds["x"], blob)


def test_weights_are_each_channel_s_own() -> None:
    blob, weights = BLOBS["conv2"], np.linspace(-1, 2, 6).reshape(1, 6, 1, 1)
    plain, weighted = (L2("x", 1, weights=each).seed({"x": blob})[1]["x"] for each in (None, weights))
    assert np.allclose(weighted, plain * weights)
    few = L2("x", 1, weights=weights[:, :5]).seed({"x": blob})[1]["x"]
    assert np.array_equal(few, plain), "of another net's layer"
