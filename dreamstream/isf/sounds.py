"""What is heard, as a picture one row high, as shaders of the format take it.

bands (0..1, low to high) -> audioFFT: their strengths, drawn out to so many samples
                          -> audio: a wave that has these bands in it, about a half
"""

import numpy as np
from numpy.typing import NDArray

from dreamstream.isf.inputs import Input, Kind

_CYCLES = 0.75  # of the lowest band along a row; each next band has half as many more
_TURNS = 0.6  # of a wave a second, so that it moves as a real one does


def sound_row(given: Input, bands: tuple[float, ...], seconds: float) -> NDArray[np.float32]:
    """Return a row of samples (1×N×4, the same in red, green and blue); silence without bands."""
    places = (np.arange(given.samples) + 0.5) / given.samples
    heard = np.array(bands or (0.0,), np.float64)
    if given.kind is Kind.FFT:
        centres = (np.arange(len(heard)) + 0.5) / len(heard)
        values = np.interp(places, centres, heard)
    else:
        values = 0.5 + 0.5 * _wave(heard, places, seconds)
    row = np.ones((1, given.samples, 4), np.float32)
    row[0, :, :3] = values[:, None]
    return row


def _wave(heard: NDArray[np.float64], places: NDArray[np.float64], seconds: float) -> NDArray[np.float64]:
    """Return a wave, -1..1, with a sine for each band, as strong as that is."""
    cycles = _CYCLES * 1.3 ** np.arange(len(heard))
    phases = np.outer(cycles, places) + (_TURNS * cycles * seconds)[:, None]
    weight = heard / max(float(heard.sum()), 1.0)
    return np.asarray(weight @ np.sin(2 * np.pi * phases), np.float64)
