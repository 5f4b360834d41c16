"""Converting: a recording into another format, cut, scaled, backwards, in a loop, at another rate.

reading -> cut -> scaled -> film
"""

from dataclasses import replace
from itertools import islice
from pathlib import Path

from rich.console import Console

from dreamstream.errors import RecordError
from dreamstream.offline.film import VIDEO_FPS, Film, OutputSettings
from dreamstream.record import Reading, edits, keeps_alpha
from dreamstream.sources import files_read
from dreamstream.tell import counted


def convert(
    source: Path,
    output: OutputSettings,
    console: Console,
    begin: float = 0.0,
    end: float | None = None,
    width: int | None = None,
) -> int:
    """Write a recording from second `begin` to `end`, `width` px wide; return how many frames that are.

    What it has of an alpha stays, where the output can have one. Raises RecordError.
    """
    reading = Reading(source)
    if end is not None and end <= begin:
        raise RecordError(f"--to {end:g} is not after --from {begin:g}")
    if output.alpha and output.alpha.against:
        raise RecordError(
            f"--alpha {output.alpha.text}: {source} does not have its source; render and replay do"
        )
    clear = output.alpha is None and reading.alpha
    if clear and not keeps_alpha(output.path, output.encoding):
        clear = False
        what = output.encoding.codec or output.path.suffix
        console.print(f"{what} carries no alpha: what is transparent in {source} is on black", markup=False)
    encoding = replace(output.encoding, patient=True, alpha=output.encoding.alpha or clear)
    output = replace(output, encoding=encoding)
    output.check(files_read(source))
    film = Film(output, console)
    last = min(end or reading.seconds, reading.seconds or end or 0.0)
    frames = edits.cut(reading.frames(begin, clear), begin, end)
    if loop := output.looped:
        frames = islice(edits.steady(frames, output.timing.fps or VIDEO_FPS), loop.frames)
    frames = film.follow(frames, f"reading {source.name}", max(0.0, last - begin) or None, by_time=True)
    written = film.write(frames if width is None else edits.scaled(frames, width))
    if not written:
        raise RecordError(f"{source}: no frame between the seconds that --from and --to name")
    if reading.torn:
        console.print(f"{source} is cut off: what is there was converted")
    console.print(f"converted {counted(written, 'frame')} to {output.path}")
    return written
