"""`dreamstream bench`: takes the turns, says where it is, and tells what came of them.

Ctrl-C ends it early: what was measured until then is told.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from dreamstream import __version__
from dreamstream.bench.bench import Bench, BenchSettings, Report
from dreamstream.bench.figures import SizeResult
from dreamstream.bench.machine import machine, machine_lines
from dreamstream.stage import Settings

_LABEL, _CELL, _NARROW = 34, 18, 15  # columns of text at most: a row's name, a canvas, and one on two lines


def run_bench(
    settings: Settings,
    bench_settings: BenchSettings,
    console: Console,
    as_json: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    """Measure and print: a table, or one JSON object; KeyboardInterrupt is raised again at the end."""
    stopped = False
    with Bench(settings, bench_settings, clock) as bench:
        facts, lines = machine(), machine_lines()
        report = Report({}, {})
        try:
            with _progress() as say:
                say.update(Text("loading the net"), refresh=True)
                report = bench.open()
                for result, number in bench.measure(report):
                    where = f"{result.size}: turn {number} of {bench_settings.turns}"
                    say.update(Text(where), refresh=True)
        except KeyboardInterrupt:
            stopped = True
        if report.facts and as_json:
            sys.stdout.write(json.dumps(as_object(report, facts, stopped), indent=2) + "\n")
        elif report.facts:
            print_report(report, lines, console)
    if stopped:
        raise KeyboardInterrupt


def print_report(report: Report, machine_lines: list[str], console: Console) -> None:
    """Print the machine, the net, and a row for each figure with a column for each canvas."""
    facts = report.facts
    for line in machine_lines:
        console.print(line)
    ways = [facts["engine"], *filter(None, [facts["plan"]]), facts["precision"]]
    engine = f"{' '.join(ways)} on {facts['device']}, {facts['threads']} threads"
    console.print(f"{facts['net']} ({facts['weights']}), layer {facts['layer']}: {engine}")
    screen = facts["screen"] or f"none ({facts['no_screen_because']})"
    console.print(f"screen: {screen}")
    results = [result for result in report.results if result.turns]
    console.print()
    fitting = max(1, (console.width - _LABEL) // _NARROW)
    for at in range(0, len(results), fitting):
        console.print(_table(results[at : at + fitting], report.rows, console.width))
        console.print()
    turns = {len(result.turns) for result in results}
    count = f"{min(turns)} to {max(turns)}" if len(turns) > 1 else "".join(map(str, turns)) or "no"
    console.print(f"medians (quartiles) of {count} turns; what they mean: docs/bench.md")


def as_object(report: Report, machine: dict[str, Any], stopped: bool) -> dict[str, Any]:
    """Return the same as one JSON object; units are in the keys' names."""
    return {
        "dreamstream": __version__,
        "machine": machine,
        **report.facts,
        "stopped": stopped,
        "canvases": [_result_object(result, report.rows) for result in report.results if result.turns],
    }


def _table(results: list[SizeResult], rows: Mapping[str, str], width: int) -> Table:
    """Return the table; where the terminal is narrow, all quartiles stand below their medians."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("canvas", no_wrap=True)
    between = " " if width >= _LABEL + _CELL * len(results) else "\n"
    for result in results:
        table.add_column(str(result.size), justify="right")
    for name, row in rows.items():
        spreads = [result.spread(name) for result in results]
        table.add_row(row, *(between.join(spread.words()) if spread else "-" for spread in spreads))
    return table


def _result_object(result: SizeResult, rows: Iterable[str]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name in rows:
        spread = result.spread(name)
        figures[name] = spread and {
            "median": spread.median,
            "lower_quartile": spread.low,
            "upper_quartile": spread.high,
        }
    return {
        "width_px": result.size.width,
        "height_px": result.size.height,
        "turns": len(result.turns),
        "gradient_step_gflop": result.gflop,
        **figures,
    }


def _progress() -> Live:
    """Return a line on the terminal that moves only when told to: a thread of its own would be measured."""
    return Live(console=Console(stderr=True), auto_refresh=False, transient=True)
