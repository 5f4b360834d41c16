"""`dreamstream bench`: takes the turns, shows how far it is, and prints what was measured.

Ctrl-C ends it early: what was measured until then is printed.
"""

import json
import sys
import time
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from dreamstream import __version__
from dreamstream.bench.bench import Bench, BenchSettings
from dreamstream.bench.figures import SizeResult
from dreamstream.bench.machine import card_text, machine, machine_lines
from dreamstream.bench.probe import Clock
from dreamstream.stage import Settings
from dreamstream.tell import counted

_LABEL, _CELL, _NARROW = 34, 18, 15  # columns of text at most: a row's name, a canvas, and one on two lines


def run_bench(
    settings: Settings,
    bench_settings: BenchSettings,
    console: Console,
    as_json: bool = False,
    clock: Clock = time.perf_counter,
) -> None:
    """Measure and print: a table, or one JSON object; KeyboardInterrupt is raised again at the end."""
    stopped = None
    with Bench(settings, bench_settings, clock) as bench:
        facts = machine()
        try:
            # a line that moves only on request: a thread of its own would be measured
            with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as progress:
                progress.update(Text("loading the net"), refresh=True)
                bench.open()
                for result, number in bench.measure():
                    place = f"{result.size}: turn {number} of {bench_settings.turns}"
                    progress.update(Text(place), refresh=True)
        except KeyboardInterrupt as error:
            stopped = error
    if bench.facts and as_json:
        sys.stdout.write(json.dumps(_json_object(bench, facts, bool(stopped)), indent=2) + "\n")
    elif bench.facts:
        _print(bench, facts, console)
    if stopped:
        raise stopped


def _print(bench: Bench, machine: dict[str, Any], console: Console) -> None:
    """Print the machine, the net, and a row for each figure with a column for each canvas."""
    facts = bench.facts
    for line in machine_lines(machine):
        console.print(line)
    engine = " ".join(filter(None, (facts["engine"], facts["plan"], facts["precision"])))
    card = f" ({card_text(facts['card'])})" if facts["card"] else ""
    places = f"on {facts['device']}{card}, canvas on the {facts['canvas']}"
    engine = f"{engine} {places}, {counted(facts['threads'], 'thread')}"
    console.print(f"{facts['net']} ({facts['weights']}), layer {facts['layer']}: {engine}")
    screen = facts["screen"] or f"none ({facts['no_screen_because']})"
    console.print(f"screen: {screen}\n")
    results = [result for result in bench.results if result.turns]
    fitting = max(1, (console.width - _LABEL) // _NARROW)
    for first in range(0, len(results), fitting):
        console.print(_table(results[first : first + fitting], bench.rows, console.width))
        console.print()
    turns = [len(result.turns) for result in results] or [0]
    fewest = "" if min(turns) == max(turns) else f"{min(turns)} to "
    count = counted(max(turns), "turn")
    console.print(f"medians (quartiles) of {fewest}{count}; what they mean: docs/bench.md")


def _table(results: list[SizeResult], rows: dict[str, str], width: int) -> Table:
    """Return the table; where the terminal is narrow, all quartiles stand below their medians."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("canvas", no_wrap=True)
    between = " " if width >= _LABEL + _CELL * len(results) else "\n"
    for result in results:
        table.add_column(str(result.size), justify="right")
    for name, row in rows.items():
        spreads = [result.spread(name) for result in results]
        table.add_row(row, *(between.join(spread.cells()) if spread else "-" for spread in spreads))
    return table


def _json_object(bench: Bench, machine: dict[str, Any], stopped: bool) -> dict[str, Any]:
    """Return what was measured as one JSON object; units are in the keys' names."""
    return {
        "dreamstream": __version__,
        "machine": machine,
        **bench.facts,
        "stopped": stopped,
        "canvases": [
            {
                "width_px": result.size.width,
                "height_px": result.size.height,
                "turns": len(result.turns),
                "gradient_step_gflop": result.gflop,
                **{name: (spread := result.spread(name)) and asdict(spread) for name in bench.rows},
            }
            for result in bench.results
            if result.turns
        ],
    }
