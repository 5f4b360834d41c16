"""One measurement of `benchmarks/card.py`, in a process of its own: what fails there fails alone.

    python -m benchmarks.card_case '{"kind": "speed", "way": "device", ...}'

Prints its results as one line of JSON, last.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
import torch
from pydantic import BaseModel

from benchmarks.dreamer import measure
from benchmarks.eager_dream import EagerDream
from dreamstream.bench.machine import finish
from dreamstream.bench.random_entry import random_entry
from dreamstream.dreamer import Dreamer
from dreamstream.errors import NetError
from dreamstream.frame import Pixels
from dreamstream.nets import find_net, load_spec
from dreamstream.nets.eager import EagerNet, tf32
from dreamstream.process import memory_used
from dreamstream.ring import Ring
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.worker import Worker

WAYS = {
    "device": {"canvas_on": "device"},
    "host": {"canvas_on": "host"},
    "before": {"canvas_on": "host", "plan": "reference", "precision": "fp32"},
    "eager": {},
}
"""The whole dream on the device; on the host but its gradients; the same by autograd; the rival."""
PARTS = {
    "transform": ("source mix", "transform"),
    "gradient": ("  gradient",),
    "shaping, stabilise": ("  shaped", "stabilise"),
    "copy out": ("frame out",),
}
SEEN = 8  # frames that a screen looks at
_MOST = 600  # frames
_BLUR = 0.02  # of the height: what is left below it is the picture's composition


class Case(BaseModel):
    """What is measured, of which net on which canvas, for so many seconds."""

    kind: str = "speed"
    way: str = "device"
    net: str = "efficientnet_lite0"
    layer: str = "block9"
    size: Size = Size(1920, 1080)
    device: str = "cuda"
    seconds: float = 5.0
    frames: int = 30
    precision: str = "auto"


def open_stage(case: Case, stack: ExitStack, way: str) -> Stage:
    """Return a stage with 3 octaves of 2 iterations; a net whose weights are not here has random ones."""
    given = {"layer": case.layer, "octaves": 3, "iterations": 2, "fps_target": 0}
    usual = {"size": case.size, "net": case.net, "device": case.device, "precision": case.precision}
    settings = Settings.model_validate(usual | WAYS[way] | {"params": given})
    try:
        entry = find_net(case.net)
    except NetError:
        folder = stack.enter_context(TemporaryDirectory(prefix="dreamstream-"))
        entry = random_entry(settings, [case.size], Path(folder))
    stage = Stage(settings, entry=entry)
    stack.callback(stage.close)
    return stage


def open_eager(stage: Stage) -> EagerDream:
    entry, settings = stage.playing.net.entry, stage.playing.settings
    net = EagerNet(load_spec(entry), entry.preprocessing, settings.device)
    return EagerDream(net, stage.playing.sources[0].read(), stage.store.snapshot())


def timed(step: Callable[[], object], device: str, seconds: float, most: int) -> list[float]:
    """Return how long each frame took, in seconds; two frames are made in any case."""
    finish(device)
    marks = [time.perf_counter()]
    while len(marks) < 3 or (len(marks) <= most and marks[-1] - marks[0] < seconds):
        step()
        marks.append(time.perf_counter())
    finish(device)
    marks[-1] = time.perf_counter()  # what was still under way counts
    return [float(gap) for gap in np.diff(marks)]


def memory(device: str) -> float:
    """Return MiB: the most that torch had of the card, or what the process has of the machine."""
    return (torch.cuda.max_memory_allocated() if device == "cuda" else 1e6 * memory_used()) / 2**20


def speed(case: Case) -> dict[str, Any]:
    with ExitStack() as stack:
        stage = open_stage(case, stack, case.way)
        dreamer = open_eager(stage) if case.way == "eager" else stage.open_dreamer()
        if case.way == "before":
            stack.enter_context(tf32())  # as it was: torch's own way
        device = dreamer.device if isinstance(dreamer, EagerDream) else dreamer.network.device
        timed(dreamer.step, device, case.seconds / 2, 20)  # plans, graphs and memory are made
        gaps = timed(dreamer.step, device, case.seconds, _MOST)
        result = {
            "fps": len(gaps) / sum(gaps),
            "p99_ms": 1000 * float(np.quantile(gaps, 0.99)),
            "frames": len(gaps),
            "memory_mib": memory(device),
        }
        return result | ({"shares": shares(dreamer, len(gaps))} if isinstance(dreamer, Dreamer) else {})


def shares(dreamer: Dreamer, frames: int) -> dict[str, float]:
    """Return the percentage of a frame's time by part."""
    times = measure(dreamer, min(frames, 30), warm_up=0)
    whole = sum(times["whole step"])
    parts = {
        part: 100 * sum(sum(times.get(name, [])) for name in names) / whole for part, names in PARTS.items()
    }
    return parts | {"rest": 100 - sum(parts.values())}


def parity(case: Case) -> dict[str, Any]:
    """Return how far both canvases' frames are apart, after one frame and after `frames`, in float32."""
    case = case.model_copy(update={"precision": "fp32"})  # halves would be further apart than the canvases
    with ExitStack() as stack:
        dreamers = [open_stage(case, stack, way).open_dreamer() for way in ("device", "host")]
        result = {}
        for number in range(1, case.frames + 1):
            one, other = (dreamer.step().pixels for dreamer in dreamers)
            if number in (1, case.frames):
                grey = float(np.abs(one.astype(np.float32) - other).mean())
                result[str(number)] = {"grey_levels": grey, "correlation": correlation(one, other)}
        return result


def correlation(one: Pixels, other: Pixels) -> float:
    """Return how alike the compositions are: 1 where they are the same."""
    blur = _BLUR * len(one)
    low = [cv2.GaussianBlur(pixels.astype(np.float32), (0, 0), blur).ravel() for pixels in (one, other)]
    return float(np.corrcoef(low[0], low[1])[0, 1])


def soak(case: Case) -> dict[str, Any]:
    """Dream for `seconds`; return the rate and the memory of each tenth, and what is wrong with a picture."""
    with ExitStack() as stack:
        dreamer = open_stage(case, stack, case.way).open_dreamer()
        timed(dreamer.step, dreamer.network.device, 5.0, 100)
        tenths = []
        for _ in range(10):
            gaps = timed(dreamer.step, dreamer.network.device, case.seconds / 10, sys.maxsize)
            pixels = dreamer.step().pixels
            tenths.append(
                {
                    "fps": len(gaps) / sum(gaps),
                    "longest_ms": 1000 * max(gaps),
                    "memory_mib": memory(dreamer.network.device),
                    "deviation": float(pixels.std()),
                }
            )
        return {"tenths": tenths}


def drawn(case: Case) -> dict[str, Any]:
    """Dream on a thread, and draw it without a display, 60 times a second: by EGL, each picture read back."""
    from dreamstream.display import Picture, Playhead
    from dreamstream.display.offscreen import open_off_screen

    with ExitStack() as stack:
        stage = open_stage(case, stack, case.way)
        dreamer, painter, ring = stage.open_dreamer(), open_off_screen(stage.effects), Ring(SEEN)
        stack.callback(painter.close)
        timed(lambda: ring.put(dreamer.step()), dreamer.network.device, case.seconds / 2, 20)
        playhead, params = Playhead(time.monotonic), stage.store.snapshot()

        def dream(stopping: threading.Event) -> None:
            while not stopping.is_set():
                ring.put(dreamer.step())

        def draw() -> None:
            now = time.monotonic()
            painter.draw(playhead.moment(ring.latest(SEEN)), case.size, Picture(params, now))
            time.sleep(max(0.0, 1 / 60 - (time.monotonic() - now)))

        before, worker = ring.statistics().put, Worker("dreamer", dream).start()
        gaps = timed(draw, "cpu", case.seconds, sys.maxsize)
        dreamed = (ring.statistics().put - before) / sum(gaps)
        worker.stop()
        screen = {"screen/s": len(gaps) / sum(gaps), "p99, ms": 1000 * float(np.quantile(gaps, 0.99))}
        return {"by": painter.name, "dreamed/s": dreamed} | screen


KINDS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "speed": speed,
    "parity": parity,
    "drawn": drawn,
    "soak": soak,
}


def main() -> None:
    case = Case.model_validate_json(sys.argv[1])
    print(json.dumps(KINDS[case.kind](case)))


if __name__ == "__main__":
    main()
