"""Sources: where pictures come from.

a word or a path -> SOURCES or a file -> Source -> canvases
"""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dreamstream.errors import SourceError, nearest
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.apart import Apart
from dreamstream.sources.camera import Camera
from dreamstream.sources.cover import cover
from dreamstream.sources.crops import crops, crops_of
from dreamstream.sources.feed import Feed
from dreamstream.sources.film import Film
from dreamstream.sources.footage import open_footage
from dreamstream.sources.generator import Generator, generator_of
from dreamstream.sources.ndi import check_ndi
from dreamstream.sources.picture import files_read, pictures_in
from dreamstream.sources.screen import check_screen
from dreamstream.sources.shot import Footage, Shot
from dreamstream.sources.source import Source
from dreamstream.sources.spout import check_spout
from dreamstream.sources.still import Still, clouds, noise
from dreamstream.sources.stream import SCHEMES, check_url, shown_url
from dreamstream.sources.syphon import check_syphon

__all__ = [
    "Feed",
    "Footage",
    "Shot",
    "Source",
    "Still",
    "check_source",
    "cover",
    "crops",
    "crops_of",
    "files_read",
    "is_live",
    "is_word",
    "open_footage",
    "open_picture",
    "open_source",
    "pictures_in",
    "shown_source",
]

_log = logging.getLogger(__name__)

_SHORTEST = 32


def open_source(text: str, size: Size, seed: int, drawn: Size | None = None) -> Source:
    """Open what `text` names: a word of SOURCES (`camera:1` for the second camera), a URL, a file, a folder.

    `size` is that of the canvases, `drawn` the one that noise is drawn at, where it is to be the noise of
    another canvas. Raises SourceError.
    """
    check_source(text)
    if is_word(text):
        word, _, argument = text.partition(":")
        return SOURCES[word](size, seed, drawn, argument)
    film = Film(text, size, open_footage(Path(text)))
    if not film.only_one:
        return film
    return Still(film.read(), at=lambda other: open_source(text, other, seed))


def open_picture(text: str, pixels: int) -> Canvas:
    """Return a picture file, scaled to about so many pixels in its own shape; SourceError if it is none.

    No side is shorter than 32 pixels, for a net's sake. Of several pictures it is the first, which is said.
    """
    if Path(text).is_dir():
        raise SourceError(f"{text}: a folder; a picture is needed")
    shots = open_footage(Path(text)).shots()
    picture = next(shots).whole()
    if next(shots, None) is not None:
        _log.warning("%s: has several pictures; the first is taken", text)
    before = Size.of(picture)
    scale = (pixels / before.area) ** 0.5
    longest = max(_SHORTEST, pixels // _SHORTEST)
    return cover(picture, Size(*(min(max(_SHORTEST, round(side * scale)), longest) for side in before)))


def is_word(text: str) -> bool:
    """Return whether `text` is a word of SOURCES, and not a file."""
    word, _, argument = text.partition(":")
    return word in SOURCES and not (argument and Path(text).exists())


def is_live(text: str) -> bool:
    """Return whether `text` names what gives its pictures once: they cannot be read again for a replay."""
    return is_word(text) and text.partition(":")[0] in LIVE


def shown_source(text: str) -> str:
    """Return what `text` names for everybody to see: a URL without a name and a password."""
    return shown_url(text) if text.partition(":")[0] in SCHEMES else text


def check_source(text: str) -> None:
    """Raise SourceError at once for what is neither a word nor an existing file or folder of pictures."""
    word, _, argument = text.partition(":")
    if is_word(text):
        if word in SCHEMES:
            check_url(text)
        elif word in _CHECKS:
            _CHECKS[word](argument)
        return
    if Path(text).is_file():
        return
    if Path(text).is_dir():
        pictures_in(Path(text))
        return
    words = [word for word in SOURCES if word not in SCHEMES]
    if "://" in text:
        raise SourceError(f"{text}: no stream that can be read; those that can begin with {_URLS}")
    hint = nearest(text, words) if not Path(text).suffix else "check the path"
    raise SourceError(f"{text}: no such file, not a URL, and not one of {', '.join(words)}; {hint}")


def _stream(scheme: str, size: Size, seed: int, drawn: Size | None, argument: str) -> Source:
    url = f"{scheme}:{argument}"
    return Apart("stream", url, shown_url(url), size)


def _apart(word: str, size: Size, seed: int, drawn: Size | None, argument: str) -> Source:
    return Apart(word, argument, f"{word}:{argument}".rstrip(":"), size)


_CHECKS: dict[str, Callable[[str], object]] = {
    "screen": check_screen,
    "ndi": check_ndi,
    "spout": check_spout,
    "syphon": check_syphon,
    "isf": generator_of,
}
"""What raises SourceError for what cannot stand behind a word."""
_APART = "screen", "ndi", "spout", "syphon"

SOURCES: dict[str, Callable[[Size, int, Size | None, str], Source]] = {
    "clouds": lambda size, seed, drawn, argument: clouds(size, seed),
    "noise": lambda size, seed, drawn, argument: noise(size, seed, drawn),
    "camera": lambda size, seed, drawn, argument: Camera(argument, size),
    "isf": lambda size, seed, drawn, argument: Generator(argument, size),
    **{word: partial(_apart, word) for word in _APART},
    **{scheme: partial(_stream, scheme) for scheme in SCHEMES},
}
LIVE = {"camera", *_APART, *SCHEMES}
_URLS = ", ".join(f"{scheme}://" for scheme in SCHEMES)
