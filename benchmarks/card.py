"""The whole dream on a graphics card, beside the host's canvas and beside eager PyTorch: one run, one report.

    python -m benchmarks.card [--minutes 12] [--tests] [--soak MINUTES] [--json FILE]
    python -m benchmarks.card --device cpu --quick        # the same on a CPU, small and short

Prints Markdown as it goes, what matters most first; each measurement has a process of its own, so that none
takes another one with it, and what there is no time for is left out and said. Ways: `device` (canvas and
gradient on the card), `eager` (plain PyTorch, all of it on the card), `before` (canvas on the host, gradient
by autograd on the card), `host` (the same, the gradient by the compiled plan). Rates are dreamed frames a
second, each copied out as a picture; 3 octaves of 2 iterations. Shares are by the clock of where the
canvas is: a card's events, or the host's.
"""

import argparse
import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.card_case import PARTS, Case
from dreamstream.bench.machine import card, card_text, machine_lines
from dreamstream.errors import NetError
from dreamstream.nets.device import pick_device
from dreamstream.size import Size

ROOT = Path(__file__).parent.parent
LITE0, GOOGLENET = ("efficientnet_lite0", "block9"), ("bvlc_googlenet", "inception_4c/output")
SIZES = (Size(1920, 1080), Size(1280, 720), Size(3840, 2160))
SMALL = (Size(320, 180), Size(224, 126), Size(448, 252))
WAYS = ("eager", "device", "before", "host")
_OPENING = 90.0  # seconds a measurement may take beside its frames: loading, plans, graphs
_LEAST = 15.0  # seconds below which none is begun


class Report:
    """What is printed, and kept for JSON; runs measurements until the time is over."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.results: list[dict[str, Any]] = []
        self.rates: dict[tuple[str, Size, str], float] = {}
        """Dreamed frames a second by net, canvas and way."""
        self._end = time.monotonic() + 60 * options.minutes

    def say(self, *lines: str) -> None:
        print(*lines, sep="\n", flush=True)

    def head(self, title: str, *cells: str) -> None:
        self.say("", f"### {title}", "")
        self.row(*cells)
        self.row(*["---"] * len(cells))

    def row(self, *cells: str) -> None:
        self.say(f"| {' | '.join(cells)} |")

    def extend(self, minutes: float) -> None:
        self._end = max(self._end, time.monotonic()) + 60 * minutes

    def case(self, **given: Any) -> dict[str, Any]:
        """Measure a case; nothing where that failed, or would take too long, which is said."""
        case = Case.model_validate({"device": self.options.device, "seconds": self.options.seconds} | given)
        what = f"{case.kind}, {case.way}, {case.net}, {case.size}"
        command = [sys.executable, "-m", "benchmarks.card_case", case.model_dump_json()]
        said = self.program(what, command, 3 * case.seconds + _OPENING)
        result: dict[str, Any] = json.loads(said.splitlines()[-1]) if said else {}
        if result:
            self.keep(case.model_dump(mode="json") | {"result": result})
        return result

    def program(
        self, what: str, command: Sequence[str], most: float = math.inf, shown: int = 1, **more: Any
    ) -> str:
        """Return what a program prints; nothing where it fails or takes longer than it may.

        That is said, with so many of its last lines. Raises TimeoutError where no time is left.
        """
        limit = min(most, self._end - time.monotonic())
        if limit < _LEAST:
            raise TimeoutError(f"{what}: left out with the rest of its section, the time is over")
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        try:
            ended = subprocess.run(command, cwd=ROOT, text=True, timeout=limit, check=False, **pipes | more)
        except subprocess.TimeoutExpired:
            self.say(f"{what}: ended after {limit:.0f} s")
            return ""
        if ended.returncode:
            lines = ((ended.stderr or "").strip() or ended.stdout.strip()).splitlines()
            self.say(f"{what}: failed", *lines[-shown:])
            return ""
        return str(ended.stdout)

    def keep(self, result: dict[str, Any]) -> None:
        self.results.append(result)
        if self.options.json:
            facts = {"machine": machine_lines(), "card": card(self.options.device)}
            self.options.json.write_text(json.dumps(facts | {"results": self.results}, indent=2) + "\n")


def speeds(report: Report, cases: Sequence[tuple[tuple[str, str], Size]]) -> None:
    """Print a row for each way; eager's is first, as the others are held against it."""
    names = ["net", "canvas", "way", "dreamed fps", "times eager", "p99, ms", "memory, MiB", *PARTS, "rest"]
    report.head("Dreamed frames, no window", *names)
    for ((net, layer), size), way in product(cases, WAYS):
        result = report.case(way=way, net=net, layer=layer, size=size)
        if not result:
            continue
        report.rates[net, size, way] = result["fps"]
        shares = result.get("shares", {})
        report.row(
            *(net, str(size), way, f"{result['fps']:.2f}", times_eager(report, net, size, way)),
            *(f"{result['p99_ms']:.1f}", f"{result['memory_mib']:.0f}"),
            *(f"{shares[part]:.0f} %" if part in shares else "-" for part in (*PARTS, "rest")),
        )


def times_eager(report: Report, net: str, size: Size, way: str) -> str:
    rate, eager = (report.rates.get((net, size, each)) for each in (way, "eager"))
    return f"{rate / eager:.2f}" if rate and eager else "-"


def parity(report: Report) -> None:
    names = "frames", "mean grey levels", "low-passed correlation"
    report.head("The device's canvas against the host's", *names)
    for frames, apart in report.case(kind="parity", size=report.options.sizes[1]).items():
        report.row(frames, f"{apart['grey_levels']:.3f}", f"{apart['correlation']:.5f}")


def shows(report: Report) -> None:
    """Print what the real program says of itself, with a window where there is a display, and without."""
    from benchmarks.show import FIGURES  # it needs pygame, which the rest does without

    size = report.options.sizes[0]
    report.head(f"The program, {size}, Lite0", "canvas", "shown in", *FIGURES)
    with display() as environment:
        windows = ["--headless", *([f"--window={size}"] if environment is not None else [])]
        for canvas, window in product(("device", "host"), windows):
            show(report, canvas, window, environment or {}, FIGURES)
    if environment is None:
        report.say("no window: there is no display, and no Xvfb")


def drawings(report: Report) -> None:
    size = report.options.sizes[0]
    names = "screen/s", "p99, ms", "dreamed/s"
    report.head(f"Drawn off screen and read back, {size}, Lite0", "canvas", *names, "by")
    for way in ("device", "host"):
        if result := report.case(kind="drawn", way=way, size=size):
            report.row(way, *(f"{result[name]:.1f}" for name in names), result["by"])


def show(
    report: Report, canvas: str, window: str, environment: Mapping[str, str], figures: Mapping[str, str]
) -> None:
    options, seconds = report.options, 2 * report.options.seconds
    command = [sys.executable, "-m", "dreamstream", "live", "-v", "--no-score", "--seconds", f"{seconds:g}"]
    command += ["--size", str(options.sizes[0]), "--device", options.device, "--canvas", canvas, window]
    command += ["--octaves", "3", "--iterations", "2", "--fps-target", "0", "--layer", LITE0[1]]
    run = partial(report.program, f"show, {canvas}, {window}", command, seconds + _OPENING)
    if said := run(env={**os.environ, **environment}, stderr=subprocess.STDOUT):
        found = {name: match[1] if (match := re.search(how, said)) else "-" for name, how in figures.items()}
        report.keep({"kind": "show", "canvas": canvas, "window": window, "result": found})
        report.row(canvas, window.lstrip("-"), *found.values())


@contextmanager
def display() -> Iterator[dict[str, str] | None]:
    """Give what a program needs to open a window: the display that is here, or an Xvfb; None without."""
    from dreamstream.display import display_missing

    if not display_missing():
        yield {}
        return
    if shutil.which("Xvfb") is None:
        yield None
        return
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            name = pipe.readline().strip()
        yield {"DISPLAY": f":{name}"} if name else None
    finally:
        server.terminate()
        server.wait()


def tests(report: Report) -> None:
    """Run the suite's tests of the device."""
    report.say("", "### Tests on the device", "")
    command = [sys.executable, "-m", "pytest", "-m", "device", "-rf", "--tb=line", "-p", "no:cacheprovider"]
    environment = {**os.environ, "DREAMSTREAM_TEST_DEVICE": report.options.device}
    if said := report.program("tests", command, shown=40, env=environment):
        report.say(said.strip().splitlines()[-1])


def soak(report: Report) -> None:
    size, minutes = report.options.sizes[0], report.options.soak
    report.head(f"Soak, {size}, Lite0", "tenth", "dreamed fps", "longest, ms", "memory, MiB", "deviation")
    report.extend(minutes + _OPENING / 60)
    result = report.case(kind="soak", size=size, seconds=60 * minutes)
    for number, tenth in enumerate(result.get("tenths", ()), 1):
        report.row(str(number), *(f"{value:.1f}" for value in tenth.values()))


def targets(report: Report) -> None:
    net, size = LITE0[0], SIZES[0]
    report.head("Targets, on one H100 or H200", f"{net} at {size}", "target", "measured")
    rate = report.rates.get((net, size, "device"))
    report.row("dreamed fps", "≥ 60", f"{rate:.1f}" if rate else "-")
    report.row("times eager", "≥ 5", times_eager(report, net, size, "device"))


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", choices=("cuda", "mps", "cpu"), default="cuda")
    parser.add_argument("--minutes", type=float, default=12.0, help="for all but the soak (default: 12)")
    parser.add_argument("--seconds", type=float, help="of each measurement's frames (default: 5; quick: 1)")
    parser.add_argument("--quick", action="store_true", help="small canvases")
    parser.add_argument("--tests", action="store_true", help="run the suite's tests of the device, too")
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        pick_device(options.device)
    except NetError as error:
        parser.error(f"{error}; --device cpu --quick tries it")
    options.seconds = options.seconds or (1.0 if options.quick else 5.0)
    options.sizes = SMALL if options.quick else SIZES
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    options = parsed(arguments)
    report = Report(options)
    facts = card(options.device)
    report.say(*machine_lines(), card_text(facts) if facts else "on the CPU")
    first, *others = [(net, size) for net in (LITE0, GOOGLENET) for size in options.sizes]
    sections: list[Callable[[], None]] = [
        lambda: speeds(report, [first]),
        lambda: parity(report),
        lambda: speeds(report, others),
        lambda: shows(report),
        lambda: drawings(report),
        *([lambda: tests(report)] if options.tests else []),
        *([lambda: soak(report)] if options.soak else []),
        lambda: targets(report),
    ]
    for section in sections:
        try:
            section()
        except TimeoutError as error:
            report.say(str(error))
        except Exception as error:  # the rest is to be measured all the same
            report.say(f"failed: {error!r}")


if __name__ == "__main__":
    main()
