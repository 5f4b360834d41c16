"""`dreamstream health`: dreams with each transform and preset for long, and says which pictures stay alive.

    settings, trials -> a dreamer each, on one net -> vitals at frame 30 and at the last -> a verdict

`Vitals.verdict` says where a picture is dead, or as good as dead.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dreamstream.dreamer import Dreamer
from dreamstream.errors import DreamError
from dreamstream.frame import Pixels
from dreamstream.pictures.vitals import LONG, RECENT, Vitals
from dreamstream.stage import Settings, Stage

_EARLY = 30  # the frame that is judged first
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
    past: deque[Pixels] = deque(maxlen=LONG + 1)
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
            vitals = Vitals.of([*past][-RECENT - 1 :], past[0] if index > LONG else None)
        yield index, vitals, vitals.verdict() if vitals else ""
