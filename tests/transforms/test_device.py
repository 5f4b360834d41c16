"""The transforms on the device against the host's: within a grey level, motions within 1e-3 px."""

import weakref
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from dreamstream.frame import Canvas
from dreamstream.knobs import links_of
from dreamstream.params import Params
from dreamstream.pictures import HOST, on, pictures_on
from dreamstream.size import Size
from dreamstream.transforms import TRANSFORMS, Affine, Field, Tick, Warp, colours, distort
from dreamstream.transforms.chain import then
from dreamstream.transforms.own import own_transforms
from tests.device import NAME
from tests.fakes import picture

pytestmark = pytest.mark.device
DEVICE = pictures_on(NAME)
SIZE = Size(72, 54)
GREY_LEVEL, PIXEL = 1.0, 1e-3


def field(still_motion: Affine | None = None) -> Field:
    y, x = np.mgrid[: SIZE.height, : SIZE.width].astype(np.float32)
    return Field(np.stack([3 * np.sin(y / 15), 3 * np.cos(x / 15)], -1), still_motion=still_motion)


def columns() -> Field:
    down = np.arange(SIZE.width) % 7
    return Field(np.stack([0 * down, down], -1)[None].astype(np.float32), wrap=True)


def there(warp: Warp) -> Warp:
    """Return the same warp with its field on the device."""
    if isinstance(warp, Affine):
        return warp
    return Field(DEVICE.of(warp.vectors), warp.wrap, warp.still_motion)


def apart(warp: Warp, other: Warp) -> float:
    """Return by how many pixels two warps on the host differ at most, which are of one kind."""
    if isinstance(warp, Affine) and isinstance(other, Affine):
        return float(np.abs(warp.matrix - other.matrix).max())
    assert isinstance(warp, Field)
    assert isinstance(other, Field)
    assert warp.vectors.dtype == other.vectors.dtype == np.float32
    assert warp.vectors.shape == other.vectors.shape
    assert warp.wrap == other.wrap
    return float(np.abs(warp.vectors - other.vectors).max())


TURN = Affine(np.array([[0.97, -0.09, 3.2], [0.08, 1.02, -4.1]]))
WARPS: dict[str, Warp] = {
    "affine": TURN,
    "field": field(),
    "columns": columns(),
    "fold": field(still_motion=TURN),
}
STEEPEST = {"affine": 0, "field": 0.2, "columns": 6}  # from pixel to pixel


@pytest.mark.parametrize("cubic", [False, True])
@pytest.mark.parametrize("name", WARPS)
def test_a_warp_moves_a_canvas_where_it_is(name: str, cubic: bool) -> None:
    canvas = picture(*SIZE.shape)
    moved = WARPS[name].apply(canvas, cubic)
    for warp in (WARPS[name], there(WARPS[name])):  # a field of the host's is brought there
        for _ in range(2):  # once kept
            assert np.abs(DEVICE.host(warp.apply(DEVICE.of(canvas), cubic)) - moved).max() < 0.5
    assert np.array_equal(there(WARPS[name]).apply(canvas, cubic), moved)


@pytest.mark.parametrize("name", WARPS)
def test_a_warp_lands_as_what_is_seen_of_it(name: str) -> None:
    assert WARPS[name].landing()() is WARPS[name].motion
    warp = there(WARPS[name])
    landed = warp.landing()()
    assert warp.landing()() is landed
    if isinstance(landed, Field):
        assert np.array_equal(landed.vectors, WARPS[name].vectors)
        assert not landed.vectors.flags.writeable
        assert landed.wrap == warp.wrap
    else:
        assert landed is warp.motion


@pytest.mark.parametrize("make", [replace, there])
@pytest.mark.parametrize("name", ["field", "columns"])
def test_a_warp_that_has_landed_is_let_go_at_once(name: str, make: Callable[[Warp], Warp]) -> None:
    """It is as large as several frames: too large to wait until Python looks for what only holds itself."""
    warp = make(WARPS[name])
    warp.apply(DEVICE.of(picture(*SIZE.shape)))
    warp.landing()()
    gone = weakref.ref(warp)
    del warp
    assert gone() is None


@pytest.mark.parametrize("first", ["affine", "field", "columns"])
@pytest.mark.parametrize("second", ["affine", "field", "columns"])
def test_two_warps_are_one_where_the_canvas_is(first: str, second: str) -> None:
    host = then(WARPS[first], WARPS[second], SIZE)
    for one in (WARPS[first], there(WARPS[first])):
        for other in (WARPS[second], there(WARPS[second])):
            both = then(one, other, SIZE, DEVICE).landing()()
            # OpenCV reads the first field at whole 32nds of a pixel
            assert apart(both, host) < PIXEL + STEEPEST[first] / 64


@pytest.mark.parametrize("name", WARPS)
def test_a_warp_is_told_for_another_size_and_in_part(name: str) -> None:
    size = Size(2 * SIZE.width, SIZE.height // 2)
    warp, device = WARPS[name], there(WARPS[name])
    assert apart(device.at(SIZE, size).landing()(), warp.at(SIZE, size).motion) < PIXEL
    assert apart(device.part(0.3).landing()(), warp.part(0.3)) < PIXEL


SIZES = [Size(97, 53), Size(64, 112)]
AMOUNTS, FRAMES = (1, -0.5, 2.5), (1, 7, 17)
ONLY_ON_THE_HOST = {"median", "bilateral", "pixel-sort"}


def rough(size: Size) -> Canvas:
    """A canvas with fine detail, some of it beyond white and black, as cubic interpolation leaves it."""
    noise = np.random.default_rng(3).normal(0, 60, (*size.shape, 3))
    return np.asarray(picture(*size.shape) + ndimage.gaussian_filter(noise, (0.8, 0.8, 0)), np.float32)


def distorted(params: Params, index: int, size: Size) -> tuple[Canvas, float]:
    """Return how far a canvas is off that is distorted on the device, and its motion in pixels."""
    motion, host = distort(rough(size), params, Tick.of(5, index))
    moved, device = distort(DEVICE.of(rough(size)), params, Tick.of(5, index, DEVICE))
    return np.abs(DEVICE.host(device) - host), apart(moved.landing()(), motion)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_transform_does_on_a_device_what_it_does_on_the_host(name: str, size: Size) -> None:
    for amount, index in product(AMOUNTS, FRAMES):
        off, by = distorted(Params(transform=name, amount=amount, beat=1), index, size)
        bound = GREY_LEVEL / (2 if name in colours.TRANSFORMS else 1)
        # of two values that are as near either may be taken
        assert (off > bound).mean() <= (1e-3 if name == "palette-flatten" else 0)
        assert by < PIXEL


@pytest.mark.parametrize(
    "chain",
    [
        "zoom+swirl+sine-roll",
        "ripple+flow+rotate",
        "sine-roll+rotate+edges-kept",
        "column-roll+row-roll+hue",
        "kaleidoscope+median+ripple",
        "mirror+pixel-sort+tilt",
        "blur+mobius:0.5+emboss",
    ],
)
def test_a_chain_does_on_a_device_what_it_does_on_the_host(chain: str) -> None:
    for index in FRAMES:
        off, by = distorted(Params(transform=chain, sort_share=1.0), index, SIZES[0])
        assert (off > GREY_LEVEL).mean() <= (0.01 if "sort" in chain else 0)  # a run may end a pixel beside
        # OpenCV reads the first of two fields at whole 32nds of a pixel, and columns jump by several
        assert by < PIXEL + (6 if "roll" in chain else 1) / 64


@pytest.mark.parametrize("name", TRANSFORMS.keys() - ONLY_ON_THE_HOST)
def test_a_transform_waits_for_no_device(name: str) -> None:
    """On torch's device without numbers all is done but what would have to look at one."""
    nowhere = pictures_on("meta")
    _, canvas = distort(nowhere.of(rough(SIZE)), Params(transform=name, beat=1), Tick.of(5, 7, nowhere))
    assert canvas.shape == (*SIZE.shape, 3)


def test_what_only_the_host_has_says_so() -> None:
    assert {name for name, transform in TRANSFORMS.items() if transform.host} == ONLY_ON_THE_HOST


def test_a_transform_of_one_s_own_gets_an_array(tmp_path: Path) -> None:
    path = tmp_path / "my.py"
    path.write_text("""
import numpy as np

def darker(canvas):
    assert isinstance(canvas, np.ndarray)
    canvas /= 2

def shift(size):
    return np.full((*size, 2), 3)
""")
    transforms = {**TRANSFORMS, **own_transforms(path, TRANSFORMS)}
    chain = links_of("darker+shift")
    motion, host = distort(rough(SIZE), Params(), Tick.of(5, 1), chain, transforms)
    moved, device = distort(DEVICE.of(rough(SIZE)), Params(), Tick.of(5, 1, DEVICE), chain, transforms)
    assert [transforms[link.name].fault() for link in chain] == ["", ""]
    assert np.abs(DEVICE.host(device) - host).max() <= GREY_LEVEL
    assert apart(moved.landing()(), motion) < PIXEL


@pytest.mark.parametrize("name", ["swirl", "ripple", "flow", "kaleidoscope"])
def test_a_field_is_made_where_the_canvas_is(name: str) -> None:
    make = TRANSFORMS[name].warp
    assert make is not None
    for p in (HOST, DEVICE):
        warp = make(SIZE, Params(), Tick.of(5, 1, p))
        assert isinstance(warp, Field)
        assert on(warp.vectors) is p
