"""A score of a project that was moved: its files are where the project is now.

a score's records, the project's folder then and now -> the same records, their paths within it renamed
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from dreamstream.places import project_of
from dreamstream.score import records

_Value = TypeVar("_Value")


class Moved:
    """What becomes of the paths of a score that lies at `path`, and that was begun in the folder `then`."""

    def __init__(self, path: Path, then: object) -> None:
        now = project_of(path)
        self._then = self._now = Path()
        if isinstance(then, str) and then and now is not None:
            self._then, self._now = Path(then), now

    def value(self, value: _Value) -> _Value:
        """Return a text, or a list or dict of some, with the paths within the project as they are now."""
        if self._then == self._now:
            return value
        found: Any = value
        match value:
            case str() if value.startswith("isf:"):
                found = f"isf:{self.value(value.removeprefix('isf:'))}"
            case str() if Path(value).is_relative_to(self._then):
                found = str(self._now / Path(value).relative_to(self._then))
            case list():
                found = [self.value(each) for each in value]
            case dict():
                found = {name: self.value(each) for name, each in value.items()}
        return found  # type: ignore[no-any-return]

    def event(self, event: records.Event) -> records.Event:
        """Return an event with such paths; those of swaps and shaders have some."""
        match event:
            case records.Shader(path=path):
                return replace(event, path=self.value(path))
            case records.Swap(swap=records.NetSwap(net=net)):
                return replace(event, swap=records.NetSwap(self.value(net)))
            case records.Swap(swap=records.OtherNetSwap(other_net=net) as swap):
                return replace(event, swap=replace(swap, other_net=self.value(net)))
            case records.Swap(swap=records.SourceSwap(source=source) as swap):
                return replace(event, swap=replace(swap, source=self.value(source)))
        return event
