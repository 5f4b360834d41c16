"""Copies of a show's score: one beside each recording that has ended, and what its snapshots carry."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dreamstream.errors import DreamstreamError
from dreamstream.frame import Frame
from dreamstream.process import go_as_usual
from dreamstream.record import RecordStatus
from dreamstream.score import PNG_ENTRY, copy_score, thin_score
from dreamstream.tell import Tell


class ScoreCopies:
    """Copies the score at `path`, if there is one; the files that the show `reads` are not replaced."""

    def __init__(self, path: Path | None, force: bool, reads: Sequence[Path], tell: Tell) -> None:
        self._path, self._force, self._reads, self._tell = path, force, reads, tell
        self._copied: set[Path] = set()  # recordings
        self._copies: list[Path] = []
        # one at a time: two must not take the same free name
        self._executor = ThreadPoolExecutor(1, "score", go_as_usual)

    def put_beside(self, ended: Sequence[RecordStatus]) -> None:
        """Put a copy beside each recording that has ended; the operator is told if one fails.

        In a thread of its own: the score of a long show is read in a tenth of a second.
        """
        if self._path is None:
            return
        for status in ended:
            if status.written and status.path not in self._copied:
                self._copied.add(status.path)
                self._executor.submit(self._copy, self._path, status)

    def entry(self, frame: Frame) -> dict[str, str]:
        """Return the score up to a frame as a snapshot carries it; empty where there is none, or too long.

        It reads the whole score: not for a thread that draws.
        """
        try:
            text = thin_score(self._path, frame.index) if self._path is not None else ""
        except DreamstreamError as error:  # the picture is what matters
            self._tell(str(error))
            return {}
        return {PNG_ENTRY: text} if text else {}

    def close(self) -> None:
        """Wait until all are written."""
        self._executor.shutdown()

    def _copy(self, score: Path, status: RecordStatus) -> None:
        span = status.first, status.last
        try:
            if copy := copy_score(score, status.path, span, self._force, (*self._copies, *self._reads)):
                self._copies.append(copy)
        except Exception as error:  # the recording itself is there, and the show goes on
            self._tell(str(error))
