"""How many files of the Interactive Shader Format in a folder compile and draw, and what some look like.

    python -m benchmarks.isf FOLDER [--sheet FILE] [--names "Bad TV" ...] [--picture FILE] [--size 160x90]

Draws each three times, without a window, over a picture; prints a line for each that fails, and the share of
the others. `--sheet` writes one picture of 20, each above what it says of itself; the first is what they see.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import moderngl
import numpy as np
from PIL import Image, ImageDraw

from dreamstream.cli import values
from dreamstream.errors import ShaderError
from dreamstream.isf import Head, Kind, read_isf
from dreamstream.isf.buffers import texture_of
from dreamstream.isf.context import close_off_screen, off_screen_context
from dreamstream.isf.program import Given, Program
from dreamstream.places import own_folder
from dreamstream.size import Size

CHOSEN = (
    *("Bad TV", "ASCII Art", "CMYK Halftone", "Color Invert", "Edges", "Kaleidoscope", "Mirror", "Pixellate"),
    *("Sepia Tone", "Thermal Camera", "Twirl", "Bump Distortion", "Multi Pass Gaussian Blur", "Sketch"),
    *("Checkerboard", "Color Bars", "Linear Gradient", "Star", "FFT Filled Waveform", "Wipe Left"),
)
"""Filters, generators, what hears, and a transition, of the format's own set."""

_TIMES, _SHOT = 3, Size(320, 180)  # draws of each; pixels of one in the sheet
_TEXT, _COLUMNS = 44, 5  # pixels below each
_VALUES = {"progress": 0.4}  # of transitions: half-way
_TURNED: dict[str, dict[str, float]] = {
    "Edges": {"intensity": 3.0},
    "Twirl": {"amount": 0.7, "radius": 0.4},
}
"""What the sheet has otherwise than files at first: by 50 edges are white noise, by 0 nothing is twirled."""


def drawn(
    gl: moderngl.Context, head: Head, picture: np.ndarray, size: Size, times: int, **turned: float
) -> np.ndarray:
    """Return what a file draws over a picture (H×W×4, bytes), the last of several: H×W×3."""
    program, seen = Program(gl, head), texture_of(gl, picture)
    other = texture_of(gl, np.ascontiguousarray(picture[:, ::-1]))
    images = [each.name for each in head.inputs if each.kind is Kind.IMAGE]
    pictures = {name: other if name == "endImage" else seen for name in images}
    bands = tuple(0.5 + 0.5 * np.cos(np.arange(24) / 3))
    for number in range(times):
        texture = program.draw(size, Given(pictures, {**_VALUES, **turned}, number / 30, bands))
    kind = np.float32 if texture.dtype == "f4" else np.uint8
    read = np.frombuffer(texture.read(alignment=1), kind).reshape(*texture.size[::-1], 4)[::-1]
    scaled = read.astype(np.float32) * (255 if kind is np.float32 else 1)
    return np.asarray(np.clip(np.nan_to_num(scaled[..., :3] * scaled[..., 3:] / 255), 0, 255), np.uint8)


def tried(gl: moderngl.Context, paths: Sequence[Path], picture: np.ndarray, size: Size) -> int:
    """Return how many files compile and draw; print what is wrong with the others."""
    good = 0
    for path in paths:
        try:
            drawn(gl, read_isf(path), picture, size, _TIMES)
            good += 1
        except ShaderError as error:
            print(error)
        gl.gc()
    return good


def sheet(gl: moderngl.Context, paths: Sequence[Path], picture: np.ndarray) -> Image.Image:
    """Return the pictures of files, each above its name and description; the first is what they see."""
    shown = [("what they see", picture[..., :3])]
    for path in paths:
        head = read_isf(path)
        text = f"{path.stem} ({head.role.value}): {head.description or '-'}"
        shown.append((text, drawn(gl, head, picture, _SHOT, 30, **_TURNED.get(path.stem, {}))))
        gl.gc()
    rows = -(-len(shown) // _COLUMNS)
    whole = Image.new("RGB", (_COLUMNS * _SHOT.width, rows * (_SHOT.height + _TEXT)))
    for number, (text, pixels) in enumerate(shown):
        x, y = number % _COLUMNS * _SHOT.width, number // _COLUMNS * (_SHOT.height + _TEXT)
        whole.paste(Image.fromarray(np.ascontiguousarray(pixels)), (x, y))
        lines = "\n".join(text[begin : begin + 52] for begin in range(0, min(len(text), 156), 52))
        ImageDraw.Draw(whole).text((x + 2, y + _SHOT.height + 1), lines, fill="white")
    return whole


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--names", nargs="+", default=CHOSEN)
    parser.add_argument("--picture", type=Path, default=own_folder("docs") / "effects" / "mirror.jpg")
    parser.add_argument("--size", type=values.size, default=Size(160, 90))
    options = parser.parse_args()
    with Image.open(options.picture) as file:
        left = file.crop((0, 0, min(file.width, file.height * _SHOT.width // _SHOT.height), file.height))
        picture = np.asarray(left.convert("RGBA").resize(_SHOT), np.uint8)
    gl = off_screen_context()
    paths = sorted(options.folder.glob("*.fs"))
    good = tried(gl, paths, picture, options.size)
    print(f"{good} of {len(paths)} compile and draw ({100 * good / max(len(paths), 1):.1f} %)")
    if options.sheet:
        there = [path for path in paths if path.stem in options.names]
        sheet(gl, there, picture).save(options.sheet)
    close_off_screen(gl)


if __name__ == "__main__":
    main()
