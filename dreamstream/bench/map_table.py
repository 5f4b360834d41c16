"""`dreamstream map`: the places of a layer's map, with their loudest channels and a dream at each.

settings -> stage, map -> a row a place; a dreamer that goes from place to place -> contact sheet
"""

from contextlib import closing
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from dreamstream.bench.grid import COLUMNS, grid
from dreamstream.dream import LayerMap
from dreamstream.frame import Frame
from dreamstream.record.pictures import check_new_png, save_snapshot
from dreamstream.stage import Settings, Stage
from dreamstream.stage.maps import kept_map

_LOUDEST = 8  # channels that are listed of a place


def run_map(settings: Settings, console: Console, sheet: Path | None = None, frames: int = 90) -> None:
    """Print the map of the settings' layer; dream so many frames at each of its places for a `sheet`.

    Raises UsageError or RecordError for a sheet that cannot be written, before anything is dreamt.
    """
    if sheet is not None:
        check_new_png(sheet, "--sheet")
    with closing(Stage(settings)) as stage:
        layer = stage.store.snapshot().layer
        layer_map = kept_map(stage.playing.net.entry, layer, settings.map_from)
        console.print(table_of(layer_map))
        console.print(f"as terms: --layer {layer} --direction m0+m1:0.5 (or all of them in turn: --roam 1)")
        if sheet is not None:
            save_snapshot(sheet, Frame(_dreams(stage, layer_map, frames), 0, 0.0), {})
            console.print(f"{sheet}: a dream at each place, m0 first, {COLUMNS} in a row")


def table_of(layer_map: LayerMap) -> Table:
    """Return a row for each place: the channels that it is made of most, and what is most like it."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for head in ("place", "loudest channels", "most like"):
        table.add_column(head, no_wrap=head != "loudest channels")
    vectors, names = layer_map.vectors, list(layer_map.places)
    alike = vectors @ vectors.T - 2 * np.eye(len(vectors))
    for name, vector, likeness in zip(names, vectors, alike, strict=True):
        loudest = np.abs(vector).argsort()[::-1][:_LOUDEST]
        channels = " ".join(f"{channel}:{vector[channel]:.2f}" for channel in loudest)
        nearest = int(likeness.argmax())
        like = f"{names[nearest]} ({likeness[nearest]:.2f})" if len(names) > 1 else ""
        table.add_row(name, channels, like)
    return table


def _dreams(stage: Stage, layer_map: LayerMap, frames: int) -> np.ndarray:
    stage.store.change(direction_share=1.0, focus=0.0, roam=0.0, ease=0.0)
    dreamer, pictures = stage.open_dreamer(), []
    console = Console(stderr=True)
    for number, name in enumerate(track(list(layer_map.places), "dreaming", console=console, transient=True)):
        stage.store.change(direction=name, restart=number)
        pictures.append([dreamer.step() for _ in range(frames)][-1].pixels)
    return grid(pictures)
