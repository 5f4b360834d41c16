"""`dreamstream health`: dreams with each transform and preset for long, and says which pictures stay alive.

    settings, trials -> a dreamer each, on one net -> vitals at frame 30 and at the last -> a verdict

`Vitals.verdict` says where a picture is dead, or as good as dead.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dreamstream.dreamer import Dreamer
from dreamstream.errors import DreamError
from dreamstream.frame import Pixels
from dreamstream.pictures import HOST
from dreamstream.stage import Settings, Stage

_EARLY = 30  # the frame that is judged first
_RECENT = 10  # frames whose changes are averaged
_LONG = 200  # frames in which the shapes ought to have changed
_COARSE = 4  # px that are averaged before a change is measured
_COLUMNS = {
    "luma": ".0f",
    "contrast": ".0f",
    "colour": ".0f",
    "clipped": ".1%",
    "change": ".1f",
    "steady": ".2f",
    "entropy": ".1f",
    "smooth": ".2f",
}
"""The vitals in the table, with their formats."""


@dataclass(frozen=True)
class Vitals:
    """How a picture is; in grey levels where nothing else is said.

    `luma` is the mean, `contrast` the standard deviation, `entropy` (bits) that of the luma's 256 values;
    `colour` is the colourfulness M3 of Hasler and Süsstrunk (2003, 'Measuring colourfulness in natural
    images'); `clipped` the share of pixels with a channel at 0 or 255; `smooth` the correlation of the luma
    of neighbouring pixels; `change` the mean difference of successive pictures, averaged over 4×4 px, where
    grain does not count; `steady` the correlation, averaged likewise, of the luma with that of a picture 200
    frames before.
    """

    luma: float
    contrast: float
    colour: float
    clipped: float
    smooth: float
    entropy: float
    change: float
    steady: float

    @staticmethod
    def of(pictures: Sequence[Pixels], before: Pixels | None = None) -> "Vitals":
        """Return those of the last picture (H×W×3, uint8); `change` is the mean over all.

        `change` is 0 where there is only one, `steady` without a picture `before`.
        """
        newest = pictures[-1].astype(np.float32)
        light = HOST.luma(newest)
        coarse = [_coarse(picture) for picture in pictures]
        changes = [float(np.abs(after - before).mean()) for before, after in pairwise(coarse)]
        ends = (pictures[-1] == 0) | (pictures[-1] == 255)
        return Vitals(
            luma=float(light.mean()),
            contrast=float(light.std()),
            colour=_colourfulness(newest),
            clipped=float(ends.any(axis=2).mean()),
            smooth=_smooth(light),
            entropy=_entropy(light),
            change=float(np.mean(changes)) if changes else 0.0,
            steady=_steady(coarse[-1], _coarse(before)) if before is not None else 0.0,
        )

    def verdict(self) -> str:
        """Return what is wrong, or `alive`."""
        noise = "grey noise" if self.colour < 10 else "noise"
        wrong = {
            "black": self.luma < 20,
            "white": self.luma > 235,
            "flat": self.contrast < 8,
            noise: self.smooth < 0.75,
            "clipped": self.clipped > 0.5,
            "grey": self.colour < 5,
            "garish": self.colour > 150,  # a vivid photograph's is about 100
            "still": self.change < 0.5 or self.steady > 0.95,
        }
        return ", ".join(name for name, applies in wrong.items() if applies) or "alive"


def run_health(
    settings: Settings,
    console: Console,
    chains: Sequence[str] = (),
    presets: Sequence[str] = (),
    frames: int = 1000,
) -> bool:
    """Dream with each chain and preset, print the table, and return whether all are alive.

    Without chains and presets: with each transform by itself, and every preset. Ctrl-C prints what there is.
    """
    stage = Stage(settings)
    trials = trial_params(stage, chains, presets)
    network = stage.open_net()
    table = Table("dreamt with", box=None, header_style="bold", padding=(0, 1, 0, 0))
    for column in ("frame", *_COLUMNS):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("verdict")
    alive = True
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            for name, params in trials.items():
                stage.store.change(**params)
                task = progress.add_task(name, total=frames)
                for index, vitals, verdict in watch(stage.dreamer_on(network), frames):
                    progress.update(task, completed=index)
                    if vitals or verdict:
                        values = (
                            format(getattr(vitals, column), digits) if vitals else "-"
                            for column, digits in _COLUMNS.items()
                        )
                        table.add_row(name, str(index), *values, verdict)
                        alive = alive and (index < frames or verdict == "alive")
                progress.remove_task(task)
    finally:
        stage.close()
        console.print(table)
    return alive


def trial_params(
    stage: Stage, chains: Sequence[str] = (), presets: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return each trial's params by its name; raises for a name that is not known, before a net loads."""
    if not (chains or presets):
        chains, presets = list(stage.transforms), [preset.name for preset in stage.shelf.presets]
    start = stage.store.snapshot().model_dump()
    trials = {}
    for chain in chains:
        params = stage.store.change(**{**start, "transform": chain})
        trials[params.transform] = params.model_dump()
    for name in presets:
        stage.recall(stage.shelf.find(name))
        params = stage.store.change(**stage.playing.settings.params)  # flags go before the preset
        trials[f"preset {name}"] = params.model_dump()
    return trials


def watch(dreamer: Dreamer, frames: int) -> Iterator[tuple[int, Vitals | None, str]]:
    """Dream; give each frame's index, and at frame 30 and the last also its vitals and the verdict.

    Where a dream or a transform fails, that is the end, and the verdict says why.
    """
    past: deque[Pixels] = deque(maxlen=_LONG + 1)
    for index in range(1, frames + 1):
        try:
            past.append(dreamer.step().pixels)
        except DreamError as error:
            yield frames, None, f"failed at frame {index}: {error}"
            return
        if dreamer.fault:
            yield frames, None, dreamer.fault
            return
        vitals = None
        if index in (_EARLY, frames):
            vitals = Vitals.of([*past][-_RECENT - 1 :], past[0] if index > _LONG else None)
        yield index, vitals, vitals.verdict() if vitals else ""


def _coarse(picture: Pixels) -> NDArray[np.float32]:
    height, width = (side // _COARSE * _COARSE for side in picture.shape[:2])
    blocks = picture[:height, :width].reshape(height // _COARSE, _COARSE, width // _COARSE, _COARSE, 3)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)


def _steady(after: NDArray[np.float32], before: NDArray[np.float32]) -> float:
    """Return how much two pictures' lumas correlate; 1 where one of them is flat."""
    first, second = (HOST.luma(np.ascontiguousarray(picture)).ravel() for picture in (before, after))
    if min(first.std(), second.std()) < 1e-3:
        return 1.0
    return float(np.corrcoef(first, second)[0, 1])


def _colourfulness(picture: NDArray[np.float32]) -> float:
    red, green, blue = np.moveaxis(picture, 2, 0)
    warmth, tint = red - green, (red + green) / 2 - blue
    return float(np.hypot(warmth.std(), tint.std()) + 0.3 * np.hypot(warmth.mean(), tint.mean()))


def _smooth(light: NDArray[np.float32]) -> float:
    """Return the correlation with the pixels to the right and below; 1 for a flat picture."""
    away = light - light.mean()
    variance = float(np.square(away).mean())
    if variance < 1e-3:
        return 1.0
    beside = float((away[:, 1:] * away[:, :-1]).mean())
    below = float((away[1:] * away[:-1]).mean())
    return (beside + below) / 2 / variance


def _entropy(light: NDArray[np.float32]) -> float:
    counts = np.bincount(np.rint(light).astype(np.int64).ravel(), minlength=256)
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())
