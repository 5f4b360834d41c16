"""What each objective takes: python benchmarks/objectives.py [--turns 200]

Milliseconds that a gradient step on the default net takes more than with the plain layer (L2 without
variety), of one thread's own time; medians, measured in turns on what the net says of a picture. Then what a
frame takes to be aimed, whatever its steps. At the end a whole gradient between two layers of a walk, beside
that of the deeper one alone, and what painting takes.
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.dream import Aim, Goal, Motion, Painter
from dreamstream.dream.fatigue import Ear
from dreamstream.dream.objectives import L2, Sum
from dreamstream.dream.paint import Weights
from dreamstream.frame import Canvas
from dreamstream.nets import Network, find_net, open_network
from dreamstream.params import PAINTS, Params
from dreamstream.pictures import HOST
from dreamstream.size import Size
from dreamstream.sources import open_source

SIZE = Size(448, 252)
PLAIN = Params(layer="block9", variety=0)
CASES: dict[str, dict[str, Any]] = {
    "variety": {"variety": 1},
    "channels, 2": {"channels": (3, 17)},
    "direction": {"direction": "12+40:-0.5", "focus": 0},
    "direction, focus 2": {"direction": "12+40:-0.5"},
    "direction, half": {"direction": "12+40:-0.5", "direction_share": 0.5},
    "pick strong": {"pick": "strong"},
    "pick average": {"pick": "average"},
    "pick weak": {"pick": "weak"},
    "fatigue": {"fatigue": 1},
    "fatigue, variety": {"fatigue": 1, "variety": 1},
    "all of these": {"fatigue": 1, "variety": 1, "pick": "weak", "direction": "12", "direction_share": 0.5},
}


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds of this thread's own time."""
    started = time.thread_time()
    work()
    return 1000 * (time.thread_time() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", type=int, default=200)
    turns = parser.parse_args().turns
    import torch  # behind the number of its threads

    torch.set_num_threads(1)
    print(*machine_lines(), sep="\n")
    network = open_network(find_net("efficientnet_lite0"), "cpu")
    canvas, goal = open_source("clouds", SIZE, 1).read(), Goal(network)
    blob = torch.from_numpy(network.activations(canvas, "block9"))[None]
    blob = blob.contiguous(memory_format=torch.channels_last)  # as a plan has it
    print(f"\n{SIZE}, block9: {tuple(blob.shape)}   ms more than the plain layer's, of a step   of a frame")
    plain = goal.at_octaves(PLAIN, canvas)(SIZE)
    for name, changes in CASES.items():
        params = PLAIN.model_copy(update=changes)
        ear, aim = Ear(), Aim.of(params)
        ear.hear({"block9": blob})
        aim = aim.heard(ear.powers)
        at = goal.at_octaves(params, canvas, aim)
        objective = (ear.listening(at) if params.fatigue else at)(SIZE)
        goal.at_octaves(params, canvas, aim)
        steps, frames = [], []
        for _ in range(turns):
            rest = timed(lambda: plain.seed({"block9": blob}))
            steps.append(timed(lambda: objective.seed({"block9": blob})) - rest)  # noqa: B023  # at once
            rest = timed(lambda: goal.at_octaves(PLAIN, canvas, Aim.of(PLAIN).next(PLAIN)))
            frames.append(timed(lambda: goal.at_octaves(params, canvas, aim.next(params).heard(ear.powers))))  # noqa: B023
            frames[-1] -= rest
        print(f"  {name:48}{Spread.of(steps).median:8.3f}{Spread.of(frames).median:30.3f}")
    walked(network, canvas, max(turns // 5, 3))
    painted(canvas, turns)


def walked(network: Network, canvas: Canvas, turns: int) -> None:
    """Print what a gradient takes more between two layers than at the deeper one."""
    pair = Sum(((1.0, L2("block5")), (1.0, L2("block9"))))
    more = []
    for at in range(turns + 1):
        rest = timed(lambda: network.input_gradient(canvas, L2("block9")))
        taken = timed(lambda: network.input_gradient(canvas, pair)) - rest
        more += [taken] if at else []  # a plan is built in the first
    print(f"  {'walk between block5 and block9':48}{Spread.of(more).median:8.3f}")


def painted(canvas: Canvas, turns: int) -> None:
    """Print what painting takes of a step, and of a frame whose weights are other ones than before."""
    painter = Painter(canvas)
    for name in PAINTS[1:]:
        motion, steps, frames = Motion.begun(canvas), [], []
        for at in range(turns):
            params = PLAIN.model_copy(
                update={"paint": name, "paint_x": at % 2, "paint_share": 1 - at % 2 / 10}
            )

            def frame() -> Weights | None:
                return painter.weights(params, motion.next(canvas, params), canvas)  # noqa: B023  # at once

            frames.append(timed(lambda: (frame() or HOST.zeros)(SIZE)))
            made = painter.weights(params, motion, canvas)
            assert made is not None
            weights = made(SIZE)
            steps.append(timed(lambda: canvas * HOST.roll(weights, (5, 7))))  # noqa: B023
        print(f"  {'paint ' + name:48}{Spread.of(steps).median:8.3f}{Spread.of(frames).median:30.3f}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
