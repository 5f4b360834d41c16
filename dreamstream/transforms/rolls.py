"""The rolls: each column or row shifted by itself, round the border, by whole pixels: nothing is lost.

shifts, one a column or row -> Field

`roll_group` makes neighbours go together, `even_twice` sends every second of them twice as far.
"""

import numpy as np

from dreamstream.knobs import param
from dreamstream.size import Size
from dreamstream.transforms.transform import CommonKnobs, Tick, Transforms, knob
from dreamstream.transforms.warp import Field, Warp

TRANSFORMS = Transforms()
_RANDOM = ("random_low", "random_high", "roll_group", "even_twice")


class RollKnobs(CommonKnobs):
    """Part of Params."""

    roll: float = knob(1 / 15, "shift for each column or row (the article: 1/15)", -4, 4, 1 / 60, "px")
    wave: float = knob(4.0, "greatest shift", 0, 256, 0.5, "px", length=True)
    random_low: int = knob(-5, "lowest shift", -256, 256, 1, "px", length=True)
    random_high: int = knob(5, "highest shift", -256, 256, 1, "px", length=True)
    roll_group: int = knob(1, "columns or rows that go together", 1, 512, 1, length=True)
    even_twice: bool = param(False, "every second twice as far", group="transform")
    roll_turn: int = knob(1, "frames of columns, then of rows", 1, 1000, 1, "frames")


@TRANSFORMS.warp("roll each column further than the last", "roll", "roll_group")
def column_roll(size: Size, params: RollKnobs, tick: Tick) -> Warp:
    """Roll column n down by n/15 rows: whole rows, as `np.roll` does."""
    return _roll_columns(_steady(size.width, params))


@TRANSFORMS.warp("roll each row further than the last", "roll", "roll_group")
def row_roll(size: Size, params: RollKnobs, tick: Tick) -> Warp:
    """Roll row n to the right by n/15 columns: the column roll on its side."""
    return _roll_rows(_steady(size.height, params))


@TRANSFORMS.warp("roll the columns along a sine", "wave", "period", "roll_group")
def sine_roll(size: Size, params: RollKnobs, tick: Tick) -> Warp:
    """Roll each column by a sine of its number (the article's Dogesine)."""
    phase = 2 * np.pi * _numbers(size.width, params) / params.period
    return _roll_columns(np.rint(params.wave * params.amount * np.sin(phase)))


@TRANSFORMS.warp("roll each column at random", *_RANDOM)
def random_roll(size: Size, params: RollKnobs, tick: Tick) -> Warp:
    """Roll each column by a random number of rows between two bounds."""
    return _roll_columns(_random(size.width, params, tick))


@TRANSFORMS.warp("roll each row at random", *_RANDOM)
def random_rows(size: Size, params: RollKnobs, tick: Tick) -> Warp:
    """Roll each row by a random number of columns between two bounds."""
    return _roll_rows(_random(size.height, params, tick))


@TRANSFORMS.warp("roll columns and rows at random, in turn", *_RANDOM, "roll_turn")
def turning_roll(size: Size, params: RollKnobs, tick: Tick) -> Warp:
    """Roll columns and rows at random in turn, `roll_turn` frames of each; of those that are distorted."""
    if (tick.index // params.every - 1) // params.roll_turn % 2 == 0:
        return random_roll(size, params, tick)
    return random_rows(size, params, tick)


def _numbers(count: int, params: RollKnobs) -> np.ndarray:
    """Return the number of each column; in a group all have the first one's."""
    return np.arange(count) // params.roll_group * params.roll_group


def _steady(count: int, params: RollKnobs) -> np.ndarray:
    return np.floor(_numbers(count, params) * params.roll * params.amount + 1e-6)


def _random(count: int, params: RollKnobs, tick: Tick) -> np.ndarray:
    low, high = sorted((params.random_low, params.random_high))
    groups = -(-count // params.roll_group)
    shifts = tick.rng.integers(low, high, groups, endpoint=True)
    if params.even_twice:
        shifts[::2] *= 2
    return np.asarray(np.rint(params.amount * shifts.repeat(params.roll_group)[:count]))


def _roll_columns(down: np.ndarray) -> Field:
    return Field(np.stack([np.zeros_like(down), -down], axis=-1)[None].astype(np.float32), wrap=True)


def _roll_rows(right: np.ndarray) -> Field:
    return Field(np.stack([-right, np.zeros_like(right)], axis=-1)[:, None].astype(np.float32), wrap=True)
