"""Converting: a recording into another format, cut, scaled, backwards, in a loop, at another rate.

reading -> cut -> scaled -> film
"""

from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from dreamstream.errors import RecordError
from dreamstream.offline.film import Film, OutputSettings
from dreamstream.record import Reading, edits


@dataclass(frozen=True)
class ConvertSettings:
    """What becomes of `source`: from second `begin` to `end`, `width` px wide."""

    source: Path
    output: OutputSettings
    begin: float = 0.0
    end: float | None = None
    width: int | None = None


def convert(settings: ConvertSettings, console: Console) -> int:
    """Read, edit and write all frames, and return how many; raises RecordError."""
    source, output, begin, end = settings.source, settings.output, settings.begin, settings.end
    reading = Reading.of(source)
    if output.path.resolve() == source.resolve():
        raise RecordError(f"{output.path}: is the source itself; take another name for the output")
    if end is not None and end <= begin:
        raise RecordError(f"--to {end:g} is not after --from {begin:g}")
    output.check()
    film = Film(replace(output, encoding=replace(output.encoding, patient=True)), console)
    last = min(end or reading.seconds, reading.seconds or end or 0.0)
    frames = edits.cut(reading.frames(begin), begin, end)
    frames = film.follow(frames, f"reading {source.name}", max(0.0, last - begin) or None, by_time=True)
    written = film.write(frames if settings.width is None else edits.scaled(frames, settings.width))
    if not written:
        raise RecordError(f"{source}: no frame between the seconds that --from and --to name")
    if reading.torn:
        console.print(f"{source} is cut off: what is there was converted")
    console.print(f"converted {written} frames to {output.path}")
    return written
