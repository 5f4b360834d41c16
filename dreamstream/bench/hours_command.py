"""`dreamstream health --hours`: dreams on, shows how far it is, and prints and draws what came of it.

Ctrl-C ends it early: what was dreamt until then is printed.
"""

import json
import sys
import time
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from dreamstream.bench.hours import BEFORE, FPS, Hours
from dreamstream.bench.hours_report import Report, picture
from dreamstream.frame import Frame
from dreamstream.record.pictures import check_new_png, save_snapshot
from dreamstream.stage import Settings


def run_hours(
    settings: Settings,
    console: Console,
    hours: float,
    path: Path | None = None,
    as_json: bool = False,
) -> bool:
    """Dream so many hours' worth of frames; return whether the dream stayed new and alive.

    `path` is where the picture goes. KeyboardInterrupt is raised again at the end; raises UsageError or
    RecordError for a picture that cannot be written, before anything is dreamt.
    """
    if path is not None:
        check_new_png(path, "--picture")
    aside = Console(stderr=True, markup=False, highlight=False)
    night = Hours(settings, max(round(hours * 3600 * FPS), 1), lambda text, key="": aside.print(text))
    stopped = None
    try:
        with closing(night.stage):
            _dream(night, aside)
    except KeyboardInterrupt as error:
        stopped = error
    report = Report(night.minutes, night.layer, night.failures)
    if as_json:
        sys.stdout.write(json.dumps({"stopped": bool(stopped), **report.as_json()}, indent=2) + "\n")
    else:
        _print(report, night, console)
    if path is not None and night.minutes:
        save_snapshot(path, Frame(picture(night.minutes), 0, 0.0), {})
    if stopped:
        raise stopped
    return not report.misses


def _dream(night: Hours, aside: Console) -> None:
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=aside, transient=True) as progress:
        task, began = progress.add_task("loading the net", total=night.frames), time.monotonic()
        for number in night.run():
            rate = number / max(time.monotonic() - began, 1e-6)
            last = night.minutes[-1].in_common if night.minutes else None
            old = "" if last is None else f", {last} in common with {BEFORE} minutes before"
            text = f"minute {len(night.minutes)}, {rate:.0f} frames a second{old}"
            progress.update(task, completed=number, description=text)


def _print(report: Report, night: Hours, console: Console) -> None:
    if not night.minutes:
        console.print("not a minute was dreamt: there is nothing to tell")
        return
    console.print(report.table())
    console.print(
        f"in common: of the loudest channels of {night.layer}, with those of 6,000 frames before; "
        "what all of it means: docs/hours.md"
    )
    if not report.all.in_common:
        console.print(f"too short to say whether it stays new: that takes more than {BEFORE} minutes")
    for miss in report.misses or ["it stayed new and alive"] * bool(report.all.in_common):
        console.print(miss)
