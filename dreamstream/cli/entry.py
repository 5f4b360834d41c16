"""The command line: arguments -> settings -> app.

    dreamstream [live] [SOURCE ...]      the show
    dreamstream render SOURCE -o OUT     the same, into a file, no frame dropped
    dreamstream replay SCORE -o OUT      a show again from its score, at any size
    dreamstream score [SCORE]            what is in a score; which ones there are
    dreamstream convert IN OUT           a recording into another format, backwards, cut, in a loop
    dreamstream bench                    how fast it dreams here
    dreamstream health                   which transforms and presets keep the picture alive
    dreamstream transforms | effects | layers [NET] | nets | presets | keys | displays
    dreamstream nets fetch NAME          a net's weights, into the cache

Nothing heavy is imported before the arguments are known to be right.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from dreamstream.cli.flags import settings_of_flags
from dreamstream.cli.parser import parsed
from dreamstream.cli.recording import encoding_of, run_convert_command
from dreamstream.cli.scores import chosen_score, run_replay_command, run_score_command
from dreamstream.errors import DreamstreamError, UsageError, reason
from dreamstream.process import prepare

if TYPE_CHECKING:
    from rich.console import Console

    from dreamstream.live.show import Show, ShowResult, ShowSettings
    from dreamstream.score import Score

_NO_DISPLAY_SECONDS = 10.0


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 when all went well, 2 with one line of what is wrong."""
    prepare()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in (*_COMMANDS, "-h", "--help", "--version"):
        words.insert(0, "live")
    try:
        options = parsed(words)
        code = _COMMANDS[options.command](options)
    except DreamstreamError as error:
        code = _complain(str(error))
    except OSError as error:  # permissions, names too long: whatever no room has a better word for
        code = _complain(f"{error.filename or ''}: {reason(error)}")
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _complain(text: str) -> int:
    """Write what is wrong as one line, and return the exit code for it."""
    sys.stderr.write(f"dreamstream: {' '.join(text.split())}\n")
    return 2


def _live(options: argparse.Namespace) -> int:
    from dreamstream.controls import keys_hint
    from dreamstream.display import WindowSettings, check_display
    from dreamstream.live.face import open_face
    from dreamstream.live.run import run_headless, run_window
    from dreamstream.live.show import Show
    from dreamstream.stage import Stage

    timed = {"format": "%(relativeCreated)6d ms  %(message)s", "level": logging.INFO}
    logging.basicConfig(**timed if options.verbose else {"format": "%(message)s"})
    logging.getLogger(__name__).info("program loaded")
    console = _console()
    settings, play, score = chosen_score(options, settings_of_flags(options), console)
    headless, show_settings = _show_settings(options, play, score, console)
    if not headless:
        check_display(options.display)
    if settings.threads is None and settings.engine == "caffe" and not headless:
        cores = os.cpu_count() or 1
        settings = settings.changed(threads=max(1, cores - 1))  # one is the screen's
    stage = Stage(settings)
    show = Show(stage, show_settings)
    with open_face(show, console, options.keys, options.operator, options.status) as face:
        _announce(console, show, "until Ctrl-C" if headless else keys_hint(face.keys))
        if headless:
            result = run_headless(show, face)
        else:
            window = WindowSettings(options.window, options.display, options.opengl)
            result = run_window(show, window, face)
    return _report(console, result)


def _show_settings(
    options: argparse.Namespace, play: "Score | None", score: Path | None, console: "Console"
) -> "tuple[bool, ShowSettings]":
    """Return whether there is no window, and what is recorded of the show: all where there is no display."""
    from dataclasses import replace

    from dreamstream.display import display_missing
    from dreamstream.live.show import ShowSettings
    from dreamstream.record import Timing, free_path

    show_settings = ShowSettings(
        tuple(path for what, path in options.record if what == "dream"),
        score,
        options.frames,
        options.seconds,
        options.force,
        play,
        timing=Timing(options.record_fps, held=options.record_fps is not None),
        encoding=encoding_of(options),
        keep=0.0 if options.headless else options.keep,
        screens=tuple(path for what, path in options.record if what == "screen"),
        screen_size=options.record_size,
    )
    headless, why = options.headless, "--headless"
    if not headless and (why := display_missing()):
        headless = True
    if headless and show_settings.screens:
        raise UsageError(f"--record screen:{show_settings.screens[0]}: there is no screen to record ({why})")
    if headless and not options.headless:
        records = show_settings.records or (free_path(Path(), "dream", ".mp4"),)
        ends = options.frames or options.seconds
        seconds = options.seconds if ends else _NO_DISPLAY_SECONDS
        show_settings = replace(show_settings, records=records, seconds=seconds, keep=0.0)
        console.print(f"no display ({why}): dreaming without a window instead")
    return headless, show_settings


def _announce(console: "Console", show: "Show", hint: str) -> None:
    settings, params = show.stage.settings, show.stage.store.snapshot()
    limits = [
        f"for {show.settings.seconds:g} s" if show.settings.seconds else "",
        f"for {show.settings.frames} frames" if show.settings.frames else "",
    ]
    hint = " ".join(limit for limit in limits if limit) or hint
    pace = f", kept at {params.fps_target:g} fps" if params.fps_target else ""
    console.print(
        f"dreaming {', '.join(settings.sources)} at {settings.size}: {show.stage.entry.name} {params.layer}, "
        f"{params.transform}{pace}; {hint}"
    )


def _report(console: "Console", result: "ShowResult") -> int:
    if result.frames or result.error is None:
        console.print(
            f"dreamt {result.frames} frames in {result.seconds:.1f} s: {result.rate:.1f} a second"
            + (f", {result.failures} failed" if result.failures else "")
            + ("" if result.screen_rate is None else f"; screen {result.screen_rate:.1f} a second")
        )
    code = 0
    for record in result.records:
        if record.failure:
            cut = f" (recording cut off after {record.written} frames)" if record.written else ""
            code = _complain(record.failure + cut)
            continue
        lost = f", {record.dropped} dropped" if record.dropped else ""
        if record.written:
            console.print(f"recorded {record.path}: {record.written} frames{lost}")
        else:
            console.print(f"nothing recorded to {record.path}: no frame came")
    if result.error is not None:
        code = _complain(str(result.error))
    if result.stuck:  # a thread in the middle of importing cannot be joined, and all files are finished
        sys.stdout.flush()
        os._exit(code)
    return code


def _render(options: argparse.Namespace) -> int:
    from dreamstream.offline.render import RenderSettings, render
    from dreamstream.stage import Stage

    if Path(options.sources[0]).exists() and options.output.resolve() == Path(options.sources[0]).resolve():
        raise UsageError(f"{options.output}: is the source itself; take another name for the output")
    settings = RenderSettings(
        output=options.output,
        frames=options.frames,
        fps=options.fps,
        delay=options.delay,
        reverse=options.reverse,
        loop=options.loop,
        force=options.force,
        loop_blend=options.loop_blend,
        encoding=encoding_of(options),
    )
    render(Stage(settings_of_flags(options)), settings, _console())
    return 0


def _bench(options: argparse.Namespace) -> int:
    from dreamstream.bench.bench import SIZES, BenchSettings
    from dreamstream.bench.command import run_bench

    sizes, against = (tuple(dict.fromkeys(given)) for given in (options.sizes or SIZES, options.against))
    settings = BenchSettings(sizes, options.turns, against, options.random_weights, options.window)
    run_bench(settings_of_flags(options), settings, _console(), options.json)
    return 0


def _health(options: argparse.Namespace) -> int:
    from dreamstream.bench.health import HealthSettings, run_health

    settings = HealthSettings(options.chains, options.presets, options.frames)
    return 0 if run_health(settings_of_flags(options), settings, _console()) else 1


def _list(printer: str) -> Callable[[argparse.Namespace], int]:
    def command(options: argparse.Namespace) -> int:
        from dreamstream.cli import tables
        from dreamstream.nets import DEFAULT_NET

        console = _console()
        if printer == "layers":
            tables.print_layers(console, options.net or DEFAULT_NET)
        elif printer in ("transforms", "presets"):
            getattr(tables, f"print_{printer}")(console, options.files)
        elif printer == "keys":
            tables.print_keys(console, options.file, options.actions)
        else:
            getattr(tables, f"print_{printer}")(console)
        return 0

    return command


def _nets(options: argparse.Namespace) -> int:
    if options.action == "fetch":
        from dreamstream.cli.fetch import fetch

        fetch(options.net, options.sha256, options.url, _console())
        return 0
    return _list("nets")(options)


def _console() -> "Console":
    from rich.console import Console

    # into a file or a pipe nothing need be cut to the width of a terminal
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120
    return Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty(), width=width)


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "live": _live,
    "render": _render,
    "replay": lambda options: run_replay_command(options, _console()),
    "score": lambda options: run_score_command(options, _console()),
    "convert": lambda options: run_convert_command(options, _console()),
    "bench": _bench,
    "health": _health,
    "transforms": _list("transforms"),
    "layers": _list("layers"),
    "nets": _nets,
    "effects": _list("effects"),
    "presets": _list("presets"),
    "keys": _list("keys"),
    "displays": _list("displays"),
}
