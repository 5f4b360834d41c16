"""Transforms of a person's own: a Python file with one function for each.

    my.py: def name(canvas, ...) -> canvas, or def name(size, ...) -> where to read from    ->    Transforms

A function may take (canvas), (canvas, params) or (canvas, params, tick); one whose first argument is called
`size` (height, width) returns a 2×3 matrix, or displacements of H×W×2. One that fails is off from then on: it
leaves the picture as it is, and says why.
"""

import inspect
import runpy
import traceback
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dreamstream.errors import TransformError, reason
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.transforms.transform import CommonKnobs, Tick, Transform
from dreamstream.transforms.warp import IDENTITY, Affine, Field, Warp

_MOST = 3  # arguments


def own_transforms(path: Path, taken: Collection[str]) -> dict[str, Transform]:
    """Return the transforms of a file, by name; TransformError says what is wrong with it.

    A name that begins with `_` is a helper's; `_` in others is written `-`; none may be in `taken`.
    """
    path = path.absolute()  # as it stands in tracebacks
    try:
        names = runpy.run_path(str(path))
    except (Exception, SystemExit) as error:  # the file is a person's program: anything may go wrong in it
        raise TransformError(f"{path}: {_one_line(error, path)}") from error
    found = {}
    for name, function in names.items():
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        if function.__code__.co_filename != str(path):  # imported there
            continue
        name = name.replace("_", "-")
        if name in taken:
            raise TransformError(f"{path}: there is a transform '{name}' already; another name is needed")
        found[name] = _transform(name, function, path)
    if not found:
        raise TransformError(f"{path}: no functions; one for each transform is needed: def name(canvas)")
    return found


def _transform(name: str, function: Callable[..., Any], path: Path) -> Transform:
    arguments = list(inspect.signature(function).parameters)
    first = arguments[0] if arguments else ""
    if first not in ("canvas", "size") or len(arguments) > _MOST:
        raise TransformError(
            f"{path}: '{function.__name__}' takes ({', '.join(arguments)}); needed is "
            "(canvas, params, tick), or size in place of canvas, or fewer from the left"
        )
    own = _Own(name, function, len(arguments), path)
    help = (inspect.getdoc(function) or f"from {path.name}").splitlines()[0]
    if first == "canvas":
        return Transform(help, (), filter=own.filter, host=True, fault=own.fault)
    return Transform(help, (), warp=own.warp, fault=own.fault)


class _Own:
    """A function that is watched: what it gives is held against what it must be."""

    def __init__(self, name: str, function: Callable[..., Any], count: int, path: Path) -> None:
        self._name, self._function, self._count, self._path = name, function, count, path
        self._fault = ""

    def fault(self) -> str:
        return self._fault

    def filter(self, canvas: Canvas, params: CommonKnobs, tick: Tick) -> Canvas:
        given = canvas.copy(), params, tick  # which it may write to
        result = self._called(given, [canvas.shape], f"the canvas's {_shape(canvas)}")
        if result is None:
            return canvas
        return np.clip(result, 0, 255)  # light without bound leaves the next dream no gradient

    def warp(self, size: Size, params: CommonKnobs, tick: Tick) -> Warp:
        needed = f"2x3 or {size.height}x{size.width}x2"
        result = self._called((size.shape, params, tick), [(2, 3), (*size.shape, 2)], needed)
        if result is None:
            return IDENTITY
        return Affine(result.astype(np.float64)) if result.ndim == 2 else Field(result)

    def _called(self, given: Sequence[Any], shapes: list[tuple[int, ...]], needed: str) -> Canvas | None:
        """Return what the function gives, as numbers in one of the shapes; None where it is off."""
        if self._fault:
            return None
        try:
            result = self._function(*given[: self._count])
            result = given[0] if result is None else result  # a canvas that was written to
            result = np.ascontiguousarray(result, dtype=np.float32)
        except (Exception, SystemExit) as error:
            self._fail(_one_line(error, self._path))
            return None
        if not np.isfinite(result).all():
            self._fail("it gave numbers that are none (NaN or infinite)")
        if result.shape not in shapes:
            self._fail(f"it gave {_shape(result)}; {needed} is needed")
        return None if self._fault else result

    def _fail(self, why: str) -> None:
        self._fault = f"transform {self._name} is off: {why} ({self._path.name})"


def _shape(array: Canvas) -> str:
    return "x".join(map(str, array.shape)) or "a single number"


def _one_line(error: BaseException, path: Path) -> str:
    """Return an error in one line, with the line of the file that it came from."""
    if isinstance(error, SyntaxError) and error.lineno:
        return f"line {error.lineno}: {error.msg}"
    if isinstance(error, OSError) and error.filename == str(path):
        return reason(error)
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    message = (str(error).splitlines() or [""])[0]
    text = f"{type(error).__name__}{': ' if message else ''}{message}"
    return f"line {lines[-1]}: {text}" if lines else text
