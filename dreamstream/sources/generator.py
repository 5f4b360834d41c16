"""A generator of the Interactive Shader Format as a source: a picture each time, by frames, not a clock."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dreamstream.errors import DisplayError, ShaderError, SourceError, nearest
from dreamstream.frame import Canvas
from dreamstream.isf import Head, Role, read_isf
from dreamstream.isf.knobs import SUFFIX, effects_folder, isf_files, isf_name, values_of
from dreamstream.knobs import Knobs
from dreamstream.size import Size
from dreamstream.sources.source import Source

if TYPE_CHECKING:
    from dreamstream.isf.offscreen import OffScreen

_RATE = 30.0  # pictures a second of its own time


class Generator(Source):
    """A file by its effect's name, or by its path; the inputs stand as the params of that name do.

    Raises SourceError where it cannot be drawn. What is clear is black.
    """

    moving = True

    def __init__(self, text: str, size: Size) -> None:
        self._head, self._size, self._knobs = generator_of(text), size, Knobs()
        self._name = isf_name(self._head.path)
        self._screen = _opened(self._head)
        self.place, self._moment = -1, -1 / _RATE  # of its own time, seconds
        self._passed: float | None = None

    def read(self) -> Canvas:
        """See `Source`."""
        from dreamstream.isf.program import Given

        before, seconds, self._passed = self.place, self._passed, None
        if seconds is None or before < 0:
            self.place += 1
            self._moment = self.place / _RATE
        else:
            self._moment += seconds
            self.place = max(round(self._moment * _RATE), before)
        self.jumped = self.place != before + 1
        given = Given(values=values_of(self._name, self._head, self._knobs), seconds=self.place / _RATE)
        try:
            drawn = self._screen.draw(self._size, given).astype(np.float32)
        except ShaderError as error:
            raise SourceError(str(error)) from error
        return np.ascontiguousarray(drawn[..., :3] * (drawn[..., 3:] / 255))

    def turn(self, knobs: Knobs) -> None:
        """See `Source`."""
        self._knobs = knobs

    def elapse(self, seconds: float) -> None:
        """See `Source`."""
        self._passed = seconds

    def seek(self, place: int) -> None:
        """Have the next `read` give the picture of this number; backwards what persists begins anew."""
        if place <= self.place:
            self._screen.forget()
        self.place = place - 1
        self._moment = self.place / _RATE

    def resized(self, size: Size) -> Source:
        """Return itself: its next picture has the size."""
        self._size = size
        return self

    def close(self) -> None:
        """Let go of the context."""
        self._screen.close()


def generator_of(text: str) -> Head:
    """Return the head of the generator of a name, or of a path; SourceError says what is wrong with it."""
    files = isf_files(effects_folder())
    path = Path(text) if text.endswith(SUFFIX) else files.get(text)
    if path is None:
        raise SourceError(f"isf:{text}: a generator's name or file is needed; {nearest(text, files)}")
    try:
        head = read_isf(path)
    except ShaderError as error:
        raise SourceError(f"isf:{text}: {error}") from error
    if head.role is not Role.GENERATOR:
        raise SourceError(f"isf:{text}: a {head.role.value}, which needs pictures; a generator is needed")
    return head


def _opened(head: Head) -> "OffScreen":
    from dreamstream.isf.offscreen import OffScreen

    try:
        return OffScreen(head)
    except (DisplayError, ShaderError) as error:
        raise SourceError(str(error)) from error
