"""Every error that a person can cause or meet, in one tree."""

import difflib
from collections.abc import Collection, Iterable

_FULL = (
    *("out of memory", "not enough memory", "can't allocate memory", "ALLOC_FAILED"),
    *("unable to find an engine", "STATUS_NOT_INITIALIZED"),  # cuDNN's and cuBLAS's ways to say it
    *("Insufficient memory", "Unable to allocate"),
)
"""What torch, OpenCV and NumPy say, of any device, where there is no more memory."""


class DreamstreamError(Exception):
    """The root. Its text is one line for the person at the keyboard: what, where, what would be right."""


class UsageError(DreamstreamError):
    """The command line asks for something that cannot be."""


class ParamError(DreamstreamError):
    """A parameter's name is unknown or its value out of range."""


class PresetError(DreamstreamError):
    """A preset is unknown, cannot be read or written, or has something wrong in it."""


class NetError(DreamstreamError):
    """A net cannot be read, built or run."""


class TooSmallError(NetError):
    """A picture is too small to reach a layer of the net."""

    def __init__(self, text: str = "this picture is too small to reach it") -> None:
        super().__init__(text)


class OutOfMemoryError(NetError):
    """There is not enough memory for a gradient where it is computed; a smaller picture needs less."""


class JoinError(NetError):
    """Branches of a net cannot be joined at a picture's size; `axes` are those in which it may be larger."""

    def __init__(self, text: str, axes: Collection[int] = ()) -> None:
        super().__init__(text)
        self.axes = axes


class TransformError(DreamstreamError):
    """A file of transforms cannot be read, or one of them fails where it must not."""


class SourceError(DreamstreamError):
    """A source cannot be opened or has no pictures."""


class DreamError(DreamstreamError):
    """A dream went wrong: the gradient is empty or not a number."""


class ControlError(DreamstreamError):
    """A file of keys cannot be read, or there is no action of a name."""


class SoundError(DreamstreamError):
    """A sound device or a file's sound cannot be found or heard."""


class RecordError(DreamstreamError):
    """A recording cannot be opened or written."""


class OutputError(DreamstreamError):
    """An output is of no known kind, cannot be opened, or takes no more pictures."""


class ScoreError(DreamstreamError):
    """A score cannot be read or played."""


class ShaderError(DreamstreamError):
    """A person's shader cannot be read, compiled or drawn."""


class DisplayError(DreamstreamError):
    """No window or no OpenGL can be had."""


def reason(error: BaseException) -> str:
    """Return what went wrong: where the system refused, in its own words."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the closest of the known names: `did you mean 'x'?`, or lists them."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=len(names) or 1, cutoff=0.5)
    if close:
        return f"did you mean '{min(close, key=lambda other: _away(other, name))}'?"
    shown = ", ".join(names[:12])
    return f"known: {shown}{', …' if len(names) > 12 else ''}"


def _away(name: str, meant: str) -> tuple[bool, float, int]:
    """Return how far a name is from another: the same letters in another order are nearer than any other."""
    ratio = difflib.SequenceMatcher(None, name, meant).ratio()
    return sorted(name) != sorted(meant), -ratio, abs(len(name) - len(meant))


def is_full(error: BaseException | str) -> bool:
    """Return whether an error, or its text, says that there was no more memory."""
    return isinstance(error, MemoryError) or any(words in str(error) for words in _FULL)
