"""Small files of the Interactive Shader Format, and a context to draw them in."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

PLAIN = "void main() { gl_FragColor = IMG_THIS_PIXEL(inputImage); }"
PICTURE: dict[str, Any] = {"NAME": "inputImage", "TYPE": "image"}


def written(
    path: Path, body: str = PLAIN, inputs: Sequence[Mapping[str, Any]] | None = None, **head: Any
) -> Path:
    """Write a file with a head of JSON, by default a filter that changes nothing, and return its path."""
    record = {"ISFVSN": "2", "INPUTS": [PICTURE] if inputs is None else list(inputs), **head}
    path.write_text(f"/*{json.dumps(record, indent=1)}*/\n{body}\n", encoding="utf-8")
    return path


def ramp(width: int, height: int) -> np.ndarray:
    """A picture (H×W×4, bytes) whose red rises to the right, and whose green rises downwards."""
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return np.dstack([x, y, np.full_like(x, 64), np.full_like(x, 255)]).round().astype(np.uint8)
