"""The map of a layer, from activations."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dreamstream.dream import LayerMap
from dreamstream.dream.layer_map import map_of_samples, samples_of

CHANNELS = 12


def samples(rng: np.random.Generator, kinds: int = 5, each: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Return samples of so many kinds, under a channel that is loud in all of them, and the kinds' means."""
    means = np.linalg.qr(rng.normal(size=(CHANNELS, CHANNELS)))[0][:kinds] * 4
    means[:, 0] = 0
    made = np.repeat(means, each, axis=0) + rng.normal(0, 0.3, (kinds * each, CHANNELS))
    made[:, 0] = 50 + rng.normal(0, 30, len(made))
    return made, means


def test_each_kind_has_places_and_what_is_always_loud_leads_to_none(rng: np.random.Generator) -> None:
    made, means = samples(rng)
    vectors = map_of_samples(made).vectors
    along = vectors @ (means - means.mean(axis=0)).T
    assert set(along.argmax(axis=1)) == set(range(len(means)))
    assert np.abs(vectors[:, 0]).max() < 0.2
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_the_same_samples_give_the_same_map_and_like_is_beside_like(rng: np.random.Generator) -> None:
    made, _ = samples(rng)
    first, again = map_of_samples(made), map_of_samples(made.copy())
    assert first.text == again.text
    alike = first.vectors @ first.vectors.T
    beside = np.diag(alike, 1).mean()
    assert beside > alike[np.triu_indices(len(alike), 1)].mean() + 0.2


def test_positions_are_evenly_chosen_of_many_and_a_blob_may_have_none() -> None:
    blobs = [np.arange(3 * 400 * 100, dtype=np.float32).reshape(3, 400, 100)]
    chosen = samples_of(blobs)
    assert chosen.shape == (20_000, 3)
    assert (chosen[0, 0], chosen[-1, 0]) == (0, 39_999)
    assert samples_of([np.ones(5, np.float32), np.zeros(5, np.float32)]).tolist() == [[1] * 5, [0] * 5]


@pytest.mark.parametrize("nothing", [np.zeros((3, 4)), np.ones((100, 4)), np.full((100, 4), np.nan)])
def test_where_there_is_nothing_to_tell_apart_there_is_no_map(nothing: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"too little|look the same"):
        map_of_samples(nothing)


NUMBERS = st.floats(-10, 10, width=32)


@given(arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 40)), elements=NUMBERS))
def test_a_text_gives_the_very_map_and_that_is_what_was_given_to_a_degree(vectors: np.ndarray) -> None:
    vectors[:, 0] += np.where(np.abs(vectors).max(axis=1) < 0.1, 1, 0)  # none is 0
    made = LayerMap.of(vectors)
    again = LayerMap.of_text(len(vectors), made.text)
    assert np.array_equal(again.vectors, made.vectors)
    cosines = (made.vectors * vectors).sum(axis=1) / np.linalg.norm(vectors, axis=1)
    assert cosines.min() > np.cos(np.radians(2))
    assert list(made.places) == [f"m{number}" for number in range(len(vectors))]


@pytest.mark.parametrize(
    ("places", "text", "words"),
    [
        (2, "no base64!", "base64"),
        (2, "é", "base64"),
        (2, "", "no map of 2 places"),
        (3, base64.b64encode(bytes([127] * 4)).decode(), "no map of 3 places"),
        (2, base64.b64encode(bytes([127, 0, 3, 4])).decode(), "127"),
        (1, base64.b64encode(bytes([128, 127])).decode(), "127"),
    ],
)
def test_a_damaged_text_is_one_clear_line(places: int, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        LayerMap.of_text(places, text)
