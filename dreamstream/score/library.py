"""The library: where scores are kept that nobody named, newest first."""

import contextlib
import logging
import re
from datetime import datetime
from pathlib import Path

from dreamstream.errors import reason
from dreamstream.places import free_path, state_folder

_log = logging.getLogger(__name__)

_MOST = 200  # scores that are kept; the oldest go

_NAME = re.compile(r"\d{8}-\d{6}(-\d+)?\.jsonl")


def scores_folder() -> Path:
    """Return the folder of the scores that sessions write by themselves, there or not."""
    return state_folder() / "scores"


def own_score() -> Path | None:
    """Return a free path, named by date and time, where a session writes its score, with room made for it.

    None where it cannot, and the log says why.
    """
    folder = scores_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = free_path(folder, f"{datetime.now():%Y%m%d-%H%M%S}", ".jsonl")
    except OSError as error:
        _log.warning("no score is kept: %s: %s", error.filename or folder, reason(error))
        return None
    with contextlib.suppress(OSError):
        for old in newest_scores()[_MOST - 1 :]:
            old.unlink(missing_ok=True)
    return path


def newest_scores() -> list[Path]:
    """Return the scores of the folder, newest first; files with other names are nobody's to list."""
    paths = [path for path in scores_folder().glob("*.jsonl") if _NAME.fullmatch(path.name)]
    # a second's first score has no number: 20260504-210000, 20260504-210000-2, ...
    return sorted(paths, key=lambda path: (path.stem[:15], int(path.stem[16:] or 1)), reverse=True)
