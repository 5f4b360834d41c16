"""`dreamstream live`: the show, in a window or without one."""

import argparse
import contextlib
import gc
import logging
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser, complain
from dreamstream.cli.flags import (
    add_controls,
    add_dream,
    add_keys,
    add_params,
    add_routes,
    settings_of_flags,
    wanted_of,
)
from dreamstream.cli.output import FORMATS, add_encoding, encoding_of
from dreamstream.errors import UsageError
from dreamstream.size import Size
from dreamstream.tell import counted

if TYPE_CHECKING:
    from dreamstream.live.hands import Hands
    from dreamstream.live.show import Show, ShowResult, ShowSettings
    from dreamstream.stage import Settings

_NO_DISPLAY_SECONDS = 10.0


def _add_arguments(parser: Parser) -> None:
    help = "pictures, films, folders, URLs, camera[:N], ndi:NAME, screen, noise or clouds (default: clouds)"
    parser.add_argument("sources", nargs="*", default=["clouds"], metavar="SOURCE", help=help)
    _add_show(parser.add_argument_group("show"))
    add_controls(parser.add_argument_group("controls"))
    _add_recording(parser.add_argument_group("recording and sending"))
    add_dream(parser, precision="auto", size="what keeps the rate")
    add_params(parser, live=True)


def _add_show(show: "argparse._ArgumentGroup") -> None:
    help = "window size (default: 960x540)"
    show.add_argument("--window", type=values.size, default=Size(960, 540), metavar="WxH", help=help)
    help = "which of `dreamstream displays` (default: 0)"
    show.add_argument("--display", type=values.displays, default=(0,), metavar="N[,N]", help=help)
    flag = argparse.BooleanOptionalAction
    help = "draw with OpenGL or not (default: what is cheaper)"
    show.add_argument("--opengl", action=flag, help=help)
    help = "a second window: preview, params and keys"
    show.add_argument("--operator", action="store_true", help=help)
    help = "the show's state in the terminal (default: yes)"
    show.add_argument("--status", action=flag, default=True, help=help)
    add_keys(show)
    add_routes(show)
    show.add_argument("--headless", action="store_true", help="no window")
    score = show.add_mutually_exclusive_group()
    help = "play this score; write it if new, or with --force"
    score.add_argument("--score", type=values.path, metavar="PATH", help=help)
    help = "write no score (else each session writes one)"
    score.add_argument("--no-score", action="store_true", help=help)
    show.add_argument("--frames", type=values.count, metavar="N", help="stop after N dreamed frames")
    show.add_argument("--seconds", type=values.positive, metavar="S", help="stop S seconds after the first")
    show.add_argument("-v", "--verbose", action="store_true", help="log what happens, in ms since the start")


def _add_recording(group: "argparse._ArgumentGroup") -> None:
    help = f"record the dream, or (screen:) what the screen shows, to {FORMATS} (repeatable)"
    name = "[screen:]PATH"
    group.add_argument("--record", type=values.recorded, action="append", default=[], metavar=name, help=help)
    help = "a constant rate (default: as dreamt; the screen: 30)"
    group.add_argument("--record-fps", type=values.positive, metavar="F", help=help)
    help = "of the screen's recordings (default: the window's)"
    group.add_argument("--record-size", type=values.size, metavar="WxH", help=help)
    help = "seconds that Shift+R can save (default: 30; 0: none)"
    group.add_argument("--keep", type=values.seconds, default=30.0, metavar="S", help=help)
    add_encoding(group)
    help = "send it on, live (repeatable; `dreamstream outputs`)"
    name = "KIND:WHERE"
    group.add_argument("--out", type=values.target, action="append", default=[], metavar=name, help=help)


def _run(options: Options, console: Console) -> int:
    gc.disable()  # until the first dreamed frame: while all is being loaded there is nothing to throw away
    from dreamstream.controls import keys_hint
    from dreamstream.display import WindowSettings, check_display, display_missing
    from dreamstream.live.run import run_headless, run_window
    from dreamstream.live.show import Show
    from dreamstream.live.terminal import open_status
    from dreamstream.stage import Stage

    timed = {"format": "%(relativeCreated)6d ms  %(message)s", "level": logging.INFO}
    logging.basicConfig(**timed if options.verbose else {"format": "%(message)s"})
    logging.getLogger(__name__).info("program loaded")
    settings, show_settings = _settings(options, console)
    no_window = "--headless" if options.headless else display_missing()
    if no_window:
        show_settings = _without_window(show_settings, no_window, options.headless)
        if not options.headless:
            console.print(f"no display ({no_window}): dreaming without a window instead")
    else:
        for display in options.display:
            check_display(display)
        if settings.threads is None and settings.engine == "caffe":
            settings = settings.changed(threads=max(1, (os.cpu_count() or 1) - 1))  # one is the screen's
    show = Show(Stage(settings), show_settings)
    hands, keys = _hands(show, options, window=not no_window)
    with open_status(console, options.status) as offer:
        try:
            _announce(console, show, "until Ctrl-C" if no_window else keys_hint(keys))
            for text in hands.controls.welcomes:
                console.print(text, soft_wrap=True)
        except OSError:  # standard output is full: nothing was dreamt, and no score is left
            hands.close()
            show.end()
            raise
        if no_window:
            result = run_headless(show, hands, offer)
        else:
            window = WindowSettings(options.window, options.display[0], options.opengl, options.display[1:])
            result = run_window(show, window, hands, keys, options.operator, offer)
    return _report(console, result)


def _hands(show: "Show", options: Options, window: bool) -> "tuple[Hands, dict[str, str]]":
    """Return what plays a show, its controls open, and its keys; a score that is played has no routes."""
    from dreamstream.controls import read_keys
    from dreamstream.controls.routefile import RouteFile, own_routes
    from dreamstream.live.controls import open_controls, show_routes
    from dreamstream.live.hands import Hands

    file = None
    if show.settings.play is None:
        read = partial(show_routes, options.routes_file, window, options.sound is not None)
        file = RouteFile(options.routes_file or own_routes(), read)
    with contextlib.ExitStack() as refused:  # no source stays open, and no empty score is left
        refused.callback(show.end)
        hands = Hands(show, file=file, controls=partial(open_controls, wanted=wanted_of(options, window)))
        refused.callback(hands.close)
        keys, problems = read_keys(options.keys, hands.actions)
        refused.pop_all()
    for problem in problems:
        show.messages.tell(problem)
    return hands, keys


def _settings(options: Options, console: Console) -> "tuple[Settings, ShowSettings]":
    """Return what is dreamt, which a score that is played brings itself, and how the show runs."""
    from dreamstream.controls.keyfile import own_file
    from dreamstream.controls.routefile import own_routes
    from dreamstream.live.show import ShowSettings
    from dreamstream.mapping import own_mapping
    from dreamstream.record import Timing, check_encoder
    from dreamstream.score import own_score, read_score
    from dreamstream.stage.session import settings_to_play

    settings, played, path = settings_of_flags(options), None, options.score
    heard = [Path(options.sound)] if options.sound else []
    if path is not None and path.is_file() and not options.force:
        played, path = read_score(path), None
        settings = settings_to_play(played, settings, settings_of_flags(options.usual))
        for problem in played.problems:
            console.print(f"{played.path}: {problem}")
    if not options.record:  # those by key are to be had, too
        check_encoder(encoding_of(options))
    if path is None and not options.no_score:
        path = own_score()
    show_settings = ShowSettings(
        records=tuple(path for picture, path in options.record if picture == "dream"),
        score=path,
        frames=options.frames,
        seconds=options.seconds,
        force=options.force,
        play=played,
        timing=Timing(options.record_fps, options.loop or 0, real_time=options.record_fps is not None),
        encoding=encoding_of(options),
        keep=options.keep,
        screens=tuple(path for picture, path in options.record if picture == "screen"),
        screen_size=options.record_size,
        reads=(options.keys or own_file(), options.routes_file or own_routes(), own_mapping(), *heard),
        grows=options.size is None and played is None,
        outs=tuple(options.out),
        hears=options.sound is not None,
    )
    return settings, show_settings


def _without_window(settings: "ShowSettings", reason: str, headless: bool) -> "ShowSettings":
    """Return the settings of a show that nobody watches: no key could save the last seconds.

    Where that is for lack of a display, and not asked for, it is recorded, and ends.
    """
    from dreamstream.places import free_path

    if settings.screens:
        raise UsageError(f"--record screen:{settings.screens[0]}: there is no screen to record ({reason})")
    if shown := [target.shown for target in settings.outs if target.picture == "screen"]:
        raise UsageError(f"--out screen:{shown[0]}: there is no screen to send ({reason})")
    settings = replace(settings, keep=0.0)
    if headless:
        return settings
    records = settings.records or (free_path(Path(), "dream", ".mp4"),)
    ends = settings.frames or settings.seconds
    return replace(settings, records=records, seconds=settings.seconds if ends else _NO_DISPLAY_SECONDS)


def _announce(console: Console, show: "Show", hint: str) -> None:
    from dreamstream.sources import shown_source

    playing, params = show.stage.playing, show.stage.store.snapshot()
    settings, net = playing.settings, playing.net.entry.name
    limits = [
        f"for {show.settings.seconds:g} s" if show.settings.seconds else "",
        f"for {counted(show.settings.frames, 'frame')}" if show.settings.frames else "",
    ]
    hint = " ".join(filter(None, limits)) or hint
    pace = f", kept at {params.fps_target:g} fps" if params.fps_target else ""
    sources = ", ".join(map(shown_source, settings.sources))
    console.print(
        f"dreaming {sources} at {settings.size}: {net} {params.layer}, {params.transform}{pace}; {hint}"
    )


def _report(console: Console, result: "ShowResult") -> int:
    """Say what was dreamt and recorded, and what went wrong; return the exit code."""
    dream = result.dream
    if dream.frames or result.error is None:
        frames = counted(dream.frames, "frame")
        console.print(
            f"dreamt {frames} in {dream.seconds:.1f} s: {dream.mean_rate:.1f} a second"
            + (f", {dream.failures} failed" if dream.failures else "")
            + (f"; screen {result.screen}" if result.screen else "")
        )
    code = 0
    for record in result.records:
        if record.failure:
            cut = f" (recording cut off after {counted(record.written, 'frame')})" if record.written else ""
            code = complain(record.failure + cut)
            continue
        lost = f", {record.dropped} dropped" if record.dropped else ""
        if record.written:
            console.print(f"recorded {record.path}: {counted(record.written, 'frame')}{lost}")
        else:
            console.print(f"nothing recorded to {record.path}: no frame came")
    if result.error is not None:
        code = complain(str(result.error))
    if result.stuck:  # a thread in the middle of importing cannot be joined, and all files are finished
        sys.stdout.flush()
        os._exit(code)
    return code


COMMAND = Command("live", "play the show (the default command)", _run, _add_arguments)
