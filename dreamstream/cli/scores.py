"""What the command line has for scores: `replay`, `score`, and the score of a live show.

Nothing heavy is imported before the arguments are known to be right.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dreamstream.cli import values
from dreamstream.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from dreamstream.score import Score
    from dreamstream.stage import Settings


def add_live_score(show: argparse._ArgumentGroup) -> None:
    """Add the arguments of a live show's score."""
    score = show.add_mutually_exclusive_group()
    help = "play this score; where it is not there yet (or with --force) write the session's to it"
    score.add_argument("--score", type=values.path, metavar="PATH", help=help)
    help = "write no score (else each session writes one into the user's state folder)"
    score.add_argument("--no-score", action="store_true", help=help)


def add_score(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `score`."""
    help = "a .jsonl, or a snapshot's .png"
    parser.add_argument("score", nargs="?", type=values.path, metavar="SCORE", help=help)


def add_replay(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `replay`."""
    help = "a show's .jsonl, or a snapshot's .png"
    parser.add_argument("score", type=values.path, metavar="SCORE", help=help)
    out = parser.add_argument_group("output")
    help = ".mp4, .mkv, .gif, or a folder for numbered pictures"
    out.add_argument("-o", "--output", type=values.path, required=True, metavar="OUT", help=help)
    help = "a steady rate, tweened (default: each dreamed frame once, at the time that it had)"
    out.add_argument("--fps", type=values.positive, metavar="F", help=help)
    help = "with --fps: the effects and the light that the screen had (default: yes)"
    out.add_argument("--effects", action=argparse.BooleanOptionalAction, help=help)
    help = "the first frame that is written (default: 1)"
    out.add_argument("--from", dest="first", type=values.count, default=1, metavar="F", help=help)
    help = "the last one (default: the show's last)"
    out.add_argument("--to", dest="last", type=values.count, metavar="G", help=help)
    out.add_argument("--force", action="store_true", help="replace files that are there already")
    dream = parser.add_argument_group("dream")
    dream.add_argument("--size", type=values.size, metavar="WxH", help="canvas size (default: the show's)")
    help = "gradient steps an octave: x2, +1 or a number, of each value of the show"
    dream.add_argument("--iterations", type=values.relative, metavar="N", help=help)
    help = "octaves: x2, +2 or a number, of each value of the show"
    dream.add_argument("--octaves", type=values.relative, metavar="N", help=help)
    help = "other sources in place of the show's, in their order (repeatable)"
    dream.add_argument("--source", dest="sources", action="append", default=[], metavar="SOURCE", help=help)
    help = "(default: the show's)"
    dream.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="", help=help)
    dream.add_argument("--precision", choices=("fp32", "bf16"), default="", help=help)


def chosen_score(
    options: argparse.Namespace, settings: "Settings", console: "Console"
) -> "tuple[Settings, Score | None, Path | None]":
    """Return a live show's settings, the score that it plays, if any, and where its own is written."""
    from dreamstream.score import own_score, read_score
    from dreamstream.stage.session import settings_to_play

    play, path = None, options.score
    if path is not None and path.is_file() and not options.force:
        play, path = read_score(path), None
        settings = settings_to_play(play, settings)
        for problem in play.problems:
            console.print(f"{play.path}: {problem}")
    if path is None and not options.no_score:
        path = own_score()
    return settings, play, path


def run_replay_command(options: argparse.Namespace, console: "Console") -> int:
    """Carry `replay` out; return the exit code."""
    from dreamstream.offline.replay import ReplaySettings, run_replay

    if options.effects and options.fps is None:
        raise UsageError("--effects needs --fps F: without it each frame is written as it was dreamt")
    settings = ReplaySettings(
        score=options.score,
        output=options.output,
        size=options.size,
        iterations=options.iterations,
        octaves=options.octaves,
        fps=options.fps,
        first=options.first,
        last=options.last,
        sources=tuple(options.sources),
        device=options.device,
        precision=options.precision,
        force=options.force,
        effects=options.effects is not False,
    )
    run_replay(settings, console)
    return 0


def run_score_command(options: argparse.Namespace, console: "Console") -> int:
    """Carry `score` out; return the exit code."""
    from dreamstream.cli.score_tables import print_score, print_scores

    if options.score is None:
        print_scores(console)
    else:
        print_score(console, options.score)
    return 0
