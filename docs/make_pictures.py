"""Make the pictures of this folder: a contact sheet and a short GIF, by the program itself.

    .venv/bin/python docs/make_pictures.py

Each row of the sheet is one stream: its source, then the frames named below.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import imageio.v3 as imageio
import numpy as np

FOLDER = Path(__file__).parent
SIZE = "320x180"
SHOWN = (1, 30, 90, 180, 300)
STREAMS = [
    ["--seed", "3", "--transform", "zoom", "--layer", "block9"],
    ["--seed", "8", "--transform", "vertical-stretch", "--layer", "block11"],
    ["--seed", "5", "--transform", "rotate", "--layer", "block8"],
    ["--seed", "11", "--transform", "random-roll", "--layer", "block10"],
]


def render(output: Path, *options: str) -> None:
    command = [sys.executable, "-m", "dreamstream", "render", "clouds", "-o", str(output), "--size", SIZE]
    subprocess.run([*command, *options], check=True)


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, stream in enumerate(STREAMS):
            frames = Path(scratch) / f"stream{number}"
            render(frames, "--frames", str(max(SHOWN)), *stream)
            rows.append(np.hstack([imageio.imread(frames / f"{index:08d}.png") for index in SHOWN]))
    imageio.imwrite(FOLDER / "contact-sheet.jpg", np.vstack(rows), quality=82)
    zoom = ["--seed", "3", "--transform", "zoom", "--layer", "block9", "--size", "256x144"]
    render(FOLDER / "zoom.gif", "--frames", "45", "--force", *zoom)


if __name__ == "__main__":
    main()
