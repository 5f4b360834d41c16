"""The flow: eddies without end that neither gather nor part, for it is the curl of a smooth noise.

seed -> plane waves -> a stream function, drifting in time -> its curl, by one matrix product

The curl of any function has no divergence (Bridson, Houriham, Nordenstam, Curl-Noise for Procedural
Fluid Flow, 2007). The noise is a sum of plane waves of random directions, so that sine and cosine are needed
of each row and each column, and not of each pixel.
"""

from functools import lru_cache

import numpy as np

from dreamstream.size import Size
from dreamstream.transforms.transform import CommonKnobs, Tick, Transforms, knob
from dreamstream.transforms.warp import Field, Warp

_WAVES = 8

TRANSFORMS = Transforms()


class FlowKnobs(CommonKnobs):
    """Part of Params."""

    flow: float = knob(1.5, "shift, root mean square", 0, 64, 0.25, "px", length=True)
    eddy: float = knob(160.0, "size of two eddies", 8, 4096, 10, "px", length=True)


@TRANSFORMS.warp("eddies that drift", "flow", "eddy", "cycle")
def flow(size: Size, params: FlowKnobs, tick: Tick) -> Warp:
    """Displace by (dψ/dy, -dψ/dx), ψ = Σ sin(kx·x + ky·y + speed·time + phase); `flow` is its RMS."""
    along, speeds, phases = _waves(tick.seed)
    kx, ky = 2 * np.pi / params.eddy * along
    times = 2 * np.pi * speeds * tick.index / params.cycle + phases
    of_columns = np.arange(size.width)[:, None] * kx + times
    of_rows = np.arange(size.height)[:, None] * ky
    rows = np.hstack([np.cos(of_rows), -np.sin(of_rows)]).astype(np.float32)
    waves = np.stack([np.cos(of_columns), np.sin(of_columns)])  # cos(a+b) = cos a · cos b - sin a · sin b
    curl = np.stack([ky, -kx]) / np.sqrt((kx**2 + ky**2).sum() / 2) * params.flow * params.amount
    columns = np.einsum("swk,dk->skwd", waves, curl).reshape(2 * _WAVES, -1).astype(np.float32)
    return Field((rows @ columns).reshape(*size.shape, 2))


@lru_cache(maxsize=4)
def _waves(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the waves' directions times their rates (2×N), their speeds and their phases."""
    rng = np.random.default_rng((seed, 0))
    angles = np.pi * (np.arange(_WAVES) + rng.uniform(0, 1, _WAVES)) / _WAVES
    rates = rng.uniform(0.6, 1.3, _WAVES)
    speeds = rng.choice([-1, 1], _WAVES) * rng.uniform(0.4, 1.0, _WAVES)
    return rates * np.stack([np.cos(angles), np.sin(angles)]), speeds, rng.uniform(0, 2 * np.pi, _WAVES)
