"""The score: the log of a session as JSON Lines, written as it goes, and read to play it again."""

from dreamstream.score.library import KEPT, new_score_path, newest_scores, scores_folder, tidy
from dreamstream.score.reader import Event, Score, read_score
from dreamstream.score.timeline import Timeline
from dreamstream.score.writer import FORMAT, ScoreWriter

__all__ = [
    "FORMAT",
    "KEPT",
    "Event",
    "Score",
    "ScoreWriter",
    "Timeline",
    "new_score_path",
    "newest_scores",
    "read_score",
    "scores_folder",
    "tidy",
]
