"""What is heard, as signals: sound:level, low, mid, high, flux, bright, beat, onset, band:N, onset:N."""

from dreamstream.controls.board import Board
from dreamstream.controls.tempo import Tempo
from dreamstream.sound.analysis import Heard


def put(heard: Heard, board: Board) -> None:
    """Put what was heard on the board. Onsets and beats are strokes: down for a moment, then they fall."""
    for name in ("level", "low", "mid", "high", "flux", "bright", "onset"):
        board.put(f"sound:{name}", float(getattr(heard, name)))
    board.put("sound:beat", (1 - heard.beat) ** 2 if heard.bpm else 0.0)
    for number, value in enumerate(heard.bands.tolist(), 1):
        board.put(f"sound:band:{number}", value)
    for number, value in enumerate(heard.onsets.tolist(), 1):
        board.put(f"sound:onset:{number}", value)


def follow(heard: Heard, tempo: Tempo, now: float) -> None:
    """Have the tempo follow the beat that was heard, if one was; `now` it was heard, by the tempo's clock."""
    if heard.bpm:
        tempo.follow("sound", heard.bpm, now - heard.beat * 60 / heard.bpm)
