"""`dreamstream score`: a score as a table, or the newest ones there are."""

from datetime import datetime
from pathlib import Path

from rich.console import Console

from dreamstream.cli.tables import new_table
from dreamstream.errors import ScoreError
from dreamstream.knobs import value_text
from dreamstream.score import Score, Timeline, newest_scores, read_score, records, scores_folder
from dreamstream.tell import counted

_SHOWN = 20


def print_score(console: Console, path: Path) -> None:
    """Print what a session began with, each thing that came, and what is wrong with the file."""
    score = read_score(path)
    start, timeline = score.start, Timeline(score)
    canvas = "x".join(map(str, start.get("canvas", ())))
    console.print(
        f"{path}: dreamstream {start.get('version', '?')}, started {start.get('begun', '?')}\n"
        f"{', '.join(map(str, start.get('sources', ())))} at {canvas}, seed {start.get('seed', '?')}: "
        f"{start.get('net', '?')} {score.params['layer']}, {score.params['transform']}; "
        f"{start.get('precision', '?')} on {start.get('device', '?')}\n"
        f"{counted(score.last, 'frame')} in {_clock(timeline.time(score.last))}"
    )
    table = new_table("frame", "time", "event", numbers=("frame", "time"))
    for event in score.events:
        if text := _description(event):
            table.add_row(str(event.frame), _clock(timeline.time(event.frame)), text)
    if table.row_count:
        console.print(table)
    for problem in score.problems:
        console.print(problem)


def print_scores(console: Console) -> None:
    """Print the newest scores that sessions wrote by themselves."""
    paths = newest_scores()
    if not paths:
        console.print(f"no scores yet in {scores_folder()}: every live show writes one")
        return
    columns = ("score", "started", "frames", "time", "changes", "dream")
    table = new_table(*columns, numbers=("frames", "changes"))
    for path in paths[:_SHOWN]:
        try:
            table.add_row(path.name, *_row(read_score(path)))
        except ScoreError as error:
            table.add_row(path.name, "", "", "", "", str(error).removeprefix(f"{path}: "))
    console.print(table)
    more = f" ({len(paths) - _SHOWN} older ones are there, too)" if len(paths) > _SHOWN else ""
    console.print(f"they are in {scores_folder()}{more}")


def _row(score: Score) -> tuple[str, ...]:
    try:
        started = f"{datetime.fromisoformat(str(score.start.get('begun'))):%Y-%m-%d %H:%M}"
    except ValueError:
        started = "?"
    changes = sum(isinstance(event, records.Change) for event in score.events)
    sources = ", ".join(Path(str(text)).name for text in score.start.get("sources", ()))
    dream = f"{sources}: {Path(str(score.start.get('net', '?'))).name} {score.params['layer']}"
    return started, str(score.last), _clock(Timeline(score).time(score.last)), str(changes), dream


def _description(event: records.Event) -> str:
    """Return what came, in words; empty for what a replay needs, and nobody reads."""
    match event:
        case records.Change(change=values):
            return ", ".join(f"{name} {value_text(value) or 'none'}" for name, value in values.items())
        case records.Swap(swap=records.NetSwap(net=net)):
            return f"net {Path(str(net.get('net', '?'))).name}"
        case records.Swap(swap=records.OtherNetSwap(other_net=name)):
            return f"another net in turn, {Path(name).name}"
        case records.Swap(swap=records.CanvasSwap(canvas=(width, height))):
            return f"canvas {width}x{height}"
        case records.Swap(swap=records.SourceSwap(source=source)):
            return f"one more source, {Path(source).name}"
        case records.Effort(effort=None):
            return "all that is asked for again"
        case records.Effort(effort=records.EffortDone() as done):
            share = "" if done.scale == 1 else f", {done.scale:.0%} size".replace("%", " %")
            tiles = "" if done.tiles == 1 else f", 1 of {done.tiles}×{done.tiles} tiles"
            return f"only octaves {done.octaves}, iterations {done.iterations}{tiles}{share}"
        case records.Frozen(frozen=seconds):
            return f"stood still for {seconds:.1f} s"
        case records.SourcePlace(source=source, place=place):
            return f"source {source} read at its picture {place}"
        case records.Failed(failed=why):
            return f"failed, and was tried again: {why}"
        case _:
            return ""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(seconds, 0.0), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:04.1f}" if hours else f"{minutes}:{rest:04.1f}"
