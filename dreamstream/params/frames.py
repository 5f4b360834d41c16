"""Frames: how many of them a time of the params takes. Frames count, not time: a replay dreams the same."""

from dreamstream.params.table import Params

_RATE = 20.0  # dreamed frames a second where no rate is kept


def frames_in(seconds: float, params: Params) -> int:
    """Return how many frames that many seconds are: of the rate that is kept, or of a usual one."""
    return round(seconds * (params.fps_target or _RATE))


def ease_frames(params: Params) -> int:
    """Return how many frames a change takes by `ease`; with the beat it is as long as whole beats."""
    return _frames_in_beats(params.ease, params)


def way_frames(seconds: float, params: Params) -> int:
    """Return how many frames the way from one place or layer to the next takes; the beat counts likewise."""
    return max(1, _frames_in_beats(seconds, params))


def _frames_in_beats(seconds: float, params: Params) -> int:
    if params.quantise != "off" and params.bpm and seconds:
        beat = 60 / params.bpm
        seconds = max(1, round(seconds / beat)) * beat
    return frames_in(seconds, params)
