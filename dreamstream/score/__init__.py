"""The score: the log of a session as JSON Lines, written as it goes, and read to play it again."""

from dreamstream.score.copies import copy_score, score_text, thin_score
from dreamstream.score.library import new_score_path, newest_scores, own_score, scores_folder, tidy
from dreamstream.score.reader import PNG_ENTRY, Score, read_score
from dreamstream.score.timeline import Timeline
from dreamstream.score.writer import ScoreWriter

__all__ = [
    "PNG_ENTRY",
    "Score",
    "ScoreWriter",
    "Timeline",
    "copy_score",
    "new_score_path",
    "newest_scores",
    "own_score",
    "read_score",
    "score_text",
    "scores_folder",
    "thin_score",
    "tidy",
]
