"""What the newest frames were made into (a texture, other pixels), so that each is made once."""

from collections.abc import Callable
from typing import Generic, TypeVar

from dreamstream.frame import Frame

_MOST = 4
T = TypeVar("T")


class FrameCache(Generic[T]):
    """Keeps the form of four frames; the one that was not used for longest makes room.

    `make` takes a frame and what has made room for it, if anything has, to be written over.
    """

    def __init__(self, make: Callable[[Frame, T | None], T]) -> None:
        self._make = make
        self._forms: dict[int, tuple[Frame, T]] = {}

    def __call__(self, frame: Frame) -> T:
        """Return the frame's form, made where it is not there."""
        held = self._forms.pop(frame.index, None)
        if held is None and len(self._forms) >= _MOST:
            held = self._forms.pop(next(iter(self._forms)))
        if held is None or held[0] is not frame:
            held = frame, self._make(frame, held[1] if held else None)
        self._forms[frame.index] = held  # at the end: the newest used
        return held[1]

    def clear(self) -> list[T]:
        """Forget all frames, and return their forms."""
        forms = [form for _, form in self._forms.values()]
        self._forms.clear()
        return forms
