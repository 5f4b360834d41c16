import numpy as np
import pytest

from dreamstream.dream import Look, stabilise
from dreamstream.dream.palette import made_small, pulled
from dreamstream.effects import PALETTES
from dreamstream.params import TABLE, Params
from tests.fakes import picture

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def toned(canvas: np.ndarray) -> np.ndarray:
    small = made_small(canvas)
    return small - (small @ LUMA)[..., None]


def test_the_source_s_own_colours_come_back_and_the_shapes_stay() -> None:
    source, canvas = picture(96, 160, 1), picture(96, 160, 2)
    held = canvas
    for _ in range(30):
        held = pulled(held, made_small(source), Params(held_palette="source", palette_pull=0.2))
    # far colours are cut at 0 and 255 on the way, so that they come near, and not to the last level
    assert np.abs(toned(held) - toned(source)).mean() < 0.2 * np.abs(toned(canvas) - toned(source)).mean()
    assert np.abs(made_small(held) @ LUMA - made_small(canvas) @ LUMA).mean() < 4


@pytest.mark.parametrize("name", PALETTES)
def test_every_palette_has_colours_from_dark_to_light_that_pictures_come_to(name: str) -> None:
    colours = np.array([list(bytes.fromhex(text.removeprefix("#"))) for text in PALETTES[name]])
    assert (np.diff(colours @ LUMA) > 0).all()
    canvas = np.clip(picture(96, 160), 30, 225)
    once = pulled(canvas, made_small(canvas), Params(held_palette=name, palette_pull=1.0))
    assert once.shape == canvas.shape
    assert 0 <= once.min() <= once.max() <= 255
    again = pulled(once, made_small(canvas), Params(held_palette=name, palette_pull=1.0))
    assert np.abs(again - once).mean() < 0.35 * max(np.abs(once - canvas).mean(), 1)


def test_the_flag_knows_every_palette() -> None:
    assert TABLE["held_palette"].choices == ("none", "source", *PALETTES)


def test_no_palette_is_no_work_and_without_hold_a_palette_holds_still() -> None:
    canvas = picture(96, 160)
    assert pulled(canvas, made_small(canvas), Params()) is canvas
    look, params = Look.of(picture(96, 160, 1)), Params(hold=0, held_palette="ember")
    held = stabilise(canvas, look, params, np.random.default_rng(0))
    assert np.array_equal(held, pulled(canvas, look.small, params))


@pytest.mark.parametrize("shape", [(1, 1), (7, 300), (300, 7), (33, 71)])
def test_any_size_and_any_canvas_is_pulled(shape: tuple[int, int], rng: np.random.Generator) -> None:
    for level in (0, 255):
        flat = np.full((*shape, 3), level, np.float32)
        for name in ("source", "neon"):
            held = pulled(flat, made_small(picture(96, 160)), Params(held_palette=name))
            assert held.shape == flat.shape
            assert np.isfinite(held).all()
