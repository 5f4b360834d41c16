"""What a score's notes of the screen take: python -m benchmarks.score_size [COUNT ...]

Turns so many routes to the screen's params for minutes, at 60 screen frames and 20 dreamed ones a second,
as fast as it can, and writes a real score: slow waves (2 s), and another number at each screen frame.
"""

import argparse
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from dreamstream.controls.board import Board
from dreamstream.controls.router import Router
from dreamstream.controls.routes import Route
from dreamstream.controls.tempo import Tempo
from dreamstream.frame import Frame
from dreamstream.params import ParamStore
from dreamstream.score import ScoreWriter, read_score
from dreamstream.score.screen import NUMBERS
from dreamstream.size import Size
from dreamstream.sources import open_source

_MINUTES, _SCREEN, _EVERY = 5, 60, 3


def measured(signal: str, count: int) -> str:
    """Return the thread's milliseconds of a screen frame, megabytes and reading of an hour, as text."""
    store, now, times = ParamStore(), [0.0], []
    routes = [Route(signal=signal, to=name) for name in sorted(NUMBERS)[:count]]
    tempo = Tempo(lambda: now[0], store)
    board = Board(lambda: now[0])
    router = Router(routes, board, store, tempo, lambda: now[0], lambda name: None, lambda name: None)
    picture = open_source("clouds", Size(16, 9), 1).read()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "score.jsonl"
        score = ScoreWriter(path)
        score.start({}, store.snapshot())
        for number in range(1, _MINUTES * 60 * _SCREEN):
            now[0] = number / _SCREEN
            router.turn()
            params = store.snapshot()
            started = time.thread_time()
            assert score.screen is not None
            score.screen.see(now[0], params, number // _EVERY, number / _EVERY - 1.4)
            times.append(1000 * (time.thread_time() - started))
            if number % _EVERY == 0:
                score.changed(number // _EVERY, params)
                score.dreamt(Frame.of(picture, number // _EVERY, None, now[0]))
        score.close()
        hour, started = 60 / _MINUTES, time.perf_counter()
        read_score(path)
        reading = hour * (time.perf_counter() - started)
        size = hour * path.stat().st_size / 1e6
    return (
        f"{median(times):.3f} ms a screen frame (p99 {quantiles(times, n=100)[-1]:.3f}), "
        f"an hour {size:.1f} MB, read in {reading:.1f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, default=[0, 1, 10, 25], metavar="COUNT")
    for count in parser.parse_args().counts:
        for name, signal in (("waves", "lfo:sine:2s"), ("noise", "lfo:steps:60hz")):
            print(f"{count:3d} routes, {name}: {measured(signal, count)}")


if __name__ == "__main__":
    main()
