"""The map of a real net's layer."""

from itertools import combinations

import numpy as np
import pytest

from dreamstream.dream import LayerMap, map_layer
from dreamstream.errors import NetError
from dreamstream.nets import Network
from tests.fakes import classifier, picture, pooled


@pytest.fixture(scope="module")
def block5(lite0: Network) -> LayerMap:
    return map_layer(lite0, "block5")


def test_the_places_of_the_default_net_are_unlike_each_other(block5: LayerMap) -> None:
    vectors = block5.vectors
    assert 40 <= len(vectors) <= 48
    assert vectors.shape[1] == 80
    alike = np.abs(vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
    assert np.median(alike) < 0.15
    assert alike.max() < 0.7
    loudest = [set(np.abs(vector).argsort()[-16:]) for vector in vectors]
    shared = [len(one & other) for one, other in combinations(loudest, 2)]
    assert np.median(shared) <= 4, "3.2 by chance"


def test_a_place_is_what_its_pictures_excite_most(lite0: Network) -> None:
    pictures = [picture(192, 192, seed) for seed in range(4)]
    layer_map = map_layer(lite0, "block5", pictures)
    blobs = np.concatenate([lite0.activations(each, "block5").reshape(80, -1) for each in pictures], axis=1)
    along = layer_map.vectors @ (blobs - blobs.mean(axis=1, keepdims=True))
    peaks = along.max(axis=1) / along.std(axis=1)
    assert peaks.min() > 2, "each place is somewhere in them"


def test_a_classifier_s_layers_have_maps_too() -> None:
    assert map_layer(classifier(), "fc").vectors.shape == (1, 5)
    pictures = (picture(seed=seed) for seed in range(40))
    assert map_layer(classifier(), "fc", pictures).vectors.shape == (10, 5)


def test_a_layer_that_no_small_picture_reaches_is_one_clear_line() -> None:
    with pytest.raises(NetError, match="too small"):
        map_layer(pooled(500), "fc")
    with pytest.raises(NetError, match="nothing"):
        map_layer(classifier(), "nothing")


def test_pictures_that_show_nothing_are_one_clear_line() -> None:
    with pytest.raises(NetError, match="conv2: all pictures look the same to it"):
        map_layer(classifier(), "conv2", [np.full((40, 40, 3), 127, np.float32)])


def test_it_can_be_given_up() -> None:
    def give_up() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        map_layer(classifier(), "conv2", check=give_up)
