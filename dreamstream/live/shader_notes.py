"""Shaders that come to a show: their params appear, and its score says where they are.

the shelf found something new (main thread) -> params, actions · a record of each (the dreamer's thread)
"""

from collections import deque
from collections.abc import Callable

from dreamstream.dreamer import Listener
from dreamstream.effects import ShaderFile
from dreamstream.errors import ShaderError
from dreamstream.frame import Frame
from dreamstream.score import records
from dreamstream.stage import Stage
from dreamstream.tell import Tell


class ShaderNotes(Listener):
    """Follows the stage's shelf of effects; `note` writes a record into the score."""

    def __init__(self, stage: Stage, note: Callable[[records.Event], None], tell: Tell) -> None:
        self._stage, self._note, self._tell = stage, note, tell
        self._looks, self._files = stage.effects.looks, stage.effects.users
        self._come: deque[tuple[str, ShaderFile]] = deque()

    def turn(self) -> bool:
        """Return whether something came or changed, and have its params then; for the main thread.

        What is damaged is told with its line.
        """
        shelf = self._stage.effects
        if self._looks == shelf.looks:
            return False
        self._looks = shelf.looks
        self._stage.take_shaders()
        for name, file in shelf.users.items():
            if file.is_isf and self._files.get(name) != file:
                self._look_at(name, file)
        self._files = shelf.users
        return True

    def _look_at(self, name: str, file: ShaderFile) -> None:
        if name not in self._files:
            self._come.append((name, file))
        what = self._stage.effects.called(name)
        try:
            file.head()
        except ShaderError as error:
            self._tell(f"{what}: {error}", what)
        else:
            self._tell("", what)

    def dreamt(self, frame: Frame) -> None:
        """See `Listener`. Scores are read for these first: they may stand behind what turns their params."""
        while self._come:
            name, file = self._come.popleft()
            self._note(records.Shader(frame.index, name, str(file.path.absolute())))
