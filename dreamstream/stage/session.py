"""A session as its score keeps it: a stage and its net -> a plain record -> settings again.

Files are named by their whole path and a checksum, `auto` is recorded as what was chosen.
"""

import hashlib
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from dreamstream import __version__
from dreamstream.errors import NetError, ScoreError, UsageError
from dreamstream.nets import Network, check_machine, is_net_file
from dreamstream.params import TABLE
from dreamstream.places import project_folder
from dreamstream.score import Score, records
from dreamstream.sources import files_read, is_word, shown_source
from dreamstream.stage.settings import Settings
from dreamstream.stage.stage import Stage

_WHOLE = 64 * 2**20  # bytes up to which all of a file is read for its checksum
_END = 2**20
_MACHINE = ("device", "canvas_on", "threads", "precision", "tile")
"""How this machine computes: a live show that plays a score is given that beside it."""


def describe_session(stage: Stage, network: Network) -> dict[str, Any]:
    """Return what a show began with, but for its params; reads files for their checksums."""
    playing = stage.playing
    settings, entry, other = playing.settings, playing.net.entry, stage.given.other
    sources = [absolute_source(text) for text in settings.sources]
    mask = absolute_source(str(settings.mask)) if settings.mask else records.SourceSwap("")
    return {
        "version": __version__,
        **({"project": str(folder)} if (folder := project_folder()) else {}),
        "begun": datetime.now().astimezone().isoformat(timespec="seconds"),
        **absolute_net(playing.record()),
        "sources": [source.source for source in sources],
        "guide": str(settings.guide.absolute()) if settings.guide else "",
        "mask": mask.source,
        "transforms": [str(path.absolute()) for path in settings.transforms],
        "device": network.device,
        "canvas_on": stage.canvas_on(network),
        "precision": network.precision,
        "threads": network.most_threads or settings.threads,
        "checksums": {
            "weights": checksum(entry.caffemodel),
            "structure": checksum(entry.prototxt) if entry.prototxt else "",
            "sources": [source.checksum for source in sources],
            "guide": checksum(settings.guide) if settings.guide else "",
            "mask": mask.checksum,
            "other_net": checksum(other.entry.caffemodel) if other is not None else "",
            "transforms": [checksum(path) for path in settings.transforms],
        },
    }


def absolute_net(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record of a net, and of whatever else, with its files by their absolute paths."""
    files = {name: Path(record.get(name, "")) for name in ("net", "weights", "classes", "other_net")}
    return {**record, **{name: str(path.absolute()) for name, path in files.items() if path.is_file()}}


def absolute_source(text: str) -> records.SourceSwap:
    """Return the record of a source: a word, without a password; a file by its absolute path and checksum."""
    if is_word(text):
        word, _, name = text.partition(":")
        if word == "isf" and Path(name).is_file():
            return records.SourceSwap(f"isf:{Path(name).absolute()}")
        return records.SourceSwap(shown_source(text))
    path = Path(text).absolute()
    return records.SourceSwap(str(path), checksum(path))


def settings_of(score: Score) -> Settings:
    """Return the settings that a score's session began with; ScoreError where it does not say them."""
    try:
        return Settings.of_record(score.start, score.params)
    except ScoreError as error:
        raise ScoreError(f"{score.path}: its start does not say what is needed ({error})") from error


def on_this_machine(settings: Settings) -> tuple[Settings, list[str]]:
    """Return a show's settings as far as this machine can compute them, and a line where that is not all."""
    cpu = {"device": "cpu", "canvas_on": "auto"}
    for other in ({}, {"precision": "fp32"}, cpu, {**cpu, "precision": "fp32"}):
        possible = settings.changed(**other)
        with suppress(NetError):
            check_machine(possible.device, possible.plan, possible.precision)
            break
    was, now = (f"{each.precision} on {each.device}" for each in (settings, possible))
    less = f"was dreamt in {was}, which is not to be had here: the dream in {now} will differ"
    return possible, [less] if was != now else []


def settings_to_play(score: Score, given: Settings, usual: Settings | None = None) -> Settings:
    """Return the settings of a live show that plays a score; UsageError for what the score brings itself.

    Of what is given the screen's params count, and what says how this machine computes. The rest must be as
    `usual`: as in a project that nobody has asked for anything else.
    """
    usual = usual or Settings()
    known, params = usual.flat(), usual.params
    others = {name for name, value in given.flat().items() if value != known[name]} - {"params", *_MACHINE}
    asked = {name for name, value in given.params.items() if params.get(name) != value}
    others |= {name for name in asked if TABLE[name].group not in ("screen", "pace")}
    if others:
        names = ", ".join(sorted(others))
        raise UsageError(f"{score.path}: the score that is played brings its own {names}; leave yours out")
    played = {name: value for name, value in score.params.items() if TABLE[name].group != "screen"}
    screen = {name: value for name, value in given.params.items() if TABLE[name].group == "screen"}
    machine = {name: getattr(given, name) for name in _MACHINE}
    return settings_of(score).changed(**machine, params={**played, "freeze": False, **screen})


def files_of(score: Score) -> list[Path]:
    """Return the files that playing a score reads beside those that it begins with: its own, its swaps'."""
    swaps = [event.swap for event in score.events if isinstance(event, records.Swap)]
    texts = [text for swap in swaps if isinstance(swap, records.NetSwap) for text in swap.net.values()]
    texts += [swap.other_net for swap in swaps if isinstance(swap, records.OtherNetSwap)]
    texts += [event.path for event in score.events if isinstance(event, records.Shader)]
    found = [score.path, *(Path(text) for text in texts if isinstance(text, str) and Path(text).is_file())]
    for swap in swaps:
        if isinstance(swap, records.SourceSwap) and not is_word(swap.source) and Path(swap.source).exists():
            found += files_read(Path(swap.source))
    return found


def problems_of(score: Score) -> list[str]:
    """Return what a replay of a score would lack, one line each: lines that are damaged, files not here."""
    start = score.start
    named = [*start.get("sources", ()), *start.get("transforms", ())]
    named += [start.get(name, "") for name in ("guide", "mask", "weights", "classes")]
    named += [net for name in ("net", "other_net") if is_net_file(Path(net := start.get(name, "")))]
    for swap in (event.swap for event in score.events if isinstance(event, records.Swap)):
        match swap:
            case records.SourceSwap(source=text):
                named.append(text)
            case records.NetSwap(net={"net": str(text)}) | records.OtherNetSwap(other_net=text):
                named += [text] if is_net_file(Path(text)) else []
    named += [event.path for event in score.events if isinstance(event, records.Shader)]
    missing = [text for text in named if text and not is_word(text) and not Path(text).exists()]
    return [
        f"{score.path}: {what}" for what in (*score.problems, *(f"{text} is not here" for text in missing))
    ]


def differences(score: Score, stage: Stage) -> list[str]:
    """Return what is not as it was when the score was written, one line each."""
    sums = score.start.get("checksums", {})
    settings, entry, other = stage.playing.settings, stage.playing.net.entry, stage.given.other
    files: list[tuple[Any, Path | None]] = [
        (sums.get("weights"), entry.caffemodel),
        (sums.get("structure"), entry.prototxt),
        (sums.get("guide"), settings.guide),
        (sums.get("mask"), settings.mask),
        (sums.get("other_net"), other.entry.caffemodel if other is not None else None),
        *zip(sums.get("transforms", ()), settings.transforms, strict=False),
        *zip(sums.get("sources", ()), map(Path, settings.sources), strict=False),  # words have no checksum
    ]
    swaps = (event.swap for event in score.events if isinstance(event, records.Swap))
    files += ((swap.checksum, Path(swap.source)) for swap in swaps if isinstance(swap, records.SourceSwap))
    found = []
    for known, path in files:
        if known and path is not None and path.is_file() and checksum(path) != known:
            found.append(f"{path}: is not the file that it was; the dream will differ")
    version = score.start.get("version", "?")
    if version != __version__:
        found.append(f"written by dreamstream {version}, this is {__version__}: frames may differ")
    return found


def checksum(path: Path) -> str:
    """Return a file's SHA-256; of a large one that of its length, first and last MiB. Empty if unreadable."""
    try:
        length = path.stat().st_size
        with path.open("rb") as file:
            if length <= _WHOLE:
                return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
            digest = hashlib.sha256(str(length).encode() + file.read(_END))
            file.seek(-_END, 2)
            digest.update(file.read())
    except OSError:
        return ""
    return f"sha256-ends:{digest.hexdigest()}"
