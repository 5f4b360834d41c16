"""`dreamstream map`: the table and the contact sheet."""

import io
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
from rich.console import Console

from dreamstream.bench.grid import grid
from dreamstream.bench.map_table import run_map, table_of
from dreamstream.dream import LayerMap
from dreamstream.errors import DreamstreamError
from dreamstream.size import Size
from dreamstream.stage import Settings, maps


@pytest.fixture
def settings(tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(maps, "cache_folder", lambda: tmp_path / "cache")
    return tiny.changed(params={"layer": "conv2"}, size=Size(40, 32))


def test_a_place_is_listed_with_its_loudest_channels_and_the_place_most_like_it() -> None:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(table_of(LayerMap.of(np.array([[0, 2, -1], [1, 0, 0], [0, 2, 1.0]]))))
    lines = captured.get().splitlines()
    assert lines[1].split() == ["m0", "1:0.89", "2:-0.45", "0:0.00", "m2", "(0.59)"]
    assert lines[2].split()[:2] == ["m1", "0:1.00"]


def test_a_sheet_has_a_dream_at_each_place(settings: Settings, tmp_path: Path) -> None:
    console = Console(record=True, width=100, file=io.StringIO())
    run_map(settings, console, tmp_path / "sheet.png", frames=4)
    places = sum(line.startswith("m") for line in console.export_text().splitlines())
    sheet = imageio.imread(tmp_path / "sheet.png")
    rows = -(-places // 8)
    assert places > 8
    assert sheet.shape == (rows * 36 - 4, 8 * 44 - 4, 3)
    first, second = sheet[:32, :40], sheet[:32, 44:84]
    assert min(first.std(), second.std()) > 5
    assert np.abs(first.astype(int) - second).mean() > 3


@pytest.mark.parametrize("name", ["sheet.jpg", "there.png", "no/folder.png"])
def test_a_sheet_that_cannot_be_written_is_told_first(settings: Settings, tmp_path: Path, name: str) -> None:
    (tmp_path / "there.png").touch()
    with pytest.raises(DreamstreamError, match=name):
        run_map(settings, Console(quiet=True), tmp_path / name)
    assert not (tmp_path / "cache").exists()


def test_pictures_are_laid_in_rows_of_eight() -> None:
    pictures = [np.full((2, 3, 3), number + 1, np.uint8) for number in range(9)]
    whole = grid(pictures)
    assert whole.shape == (2 + 4 + 2, 8 * 7 - 4, 3)
    assert (whole[0, 7, 0], whole[6, 0, 0], whole[6, 3, 0]) == (2, 9, 0)
    assert grid([]).size == 0
