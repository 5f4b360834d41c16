"""The score: the log of a session as JSON Lines, written as it goes, and read to play it again."""

from dreamstream.score.copies import copy_score, thin_score
from dreamstream.score.library import newest_scores, own_score, scores_folder
from dreamstream.score.reader import PNG_ENTRY, Score, read_score
from dreamstream.score.screen_times import ScreenTimes
from dreamstream.score.timeline import Timeline
from dreamstream.score.writer import ScoreWriter

__all__ = [
    "PNG_ENTRY",
    "Score",
    "ScoreWriter",
    "ScreenTimes",
    "Timeline",
    "copy_score",
    "newest_scores",
    "own_score",
    "read_score",
    "scores_folder",
    "thin_score",
]
