"""Files of the Interactive Shader Format in the user's folder: their names, and their inputs as knobs.

    folder/Bad TV.fs, input noiseLevel -> effect bad-tv, param isf_bad_tv_noise_level

Params are those of the files that are in the folder when the program begins; what comes to a show later
brings its own (`EffectShelf.fields`).
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from dreamstream.errors import ShaderError
from dreamstream.isf.head import Head, Role, read_isf
from dreamstream.isf.inputs import Dial, Input, Kind, Value
from dreamstream.knobs import NONE, Knobs, param
from dreamstream.places import config_folder, own_folder

SUFFIX = ".fs"
_STEPS = 20  # of a knob, from one end to the other


def effects_folder() -> Path:
    """Return the folder of the user's own effects, which may not exist."""
    return config_folder() / "shaders"


def isf_files(folder: Path) -> dict[str, Path]:
    """Return the files of a folder, and of those in it, by the effects' names; of two of a name the first."""
    files: dict[str, Path] = {}
    for path in sorted([*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*/*{SUFFIX}")]):
        files.setdefault(isf_name(path), path)
    return files


def isf_name(path: Path) -> str:
    """Return the name of a file's effect: `bad-tv` of `Bad TV.fs`; the program's own names stay its own."""
    name = _words(path.stem) or "isf"
    return f"{name}-isf" if name in _own_names() else name


def knob_names(name: str, given: Input) -> tuple[str, ...]:
    """Return the params of an input, one for each of its dials."""
    stem = f"isf_{name}_{_words(given.name)}".replace("-", "_")
    return tuple(f"{stem}_{dial.part}".removesuffix("_") for dial in given.dials)


def values_of(name: str, head: Head, params: Knobs) -> dict[str, Value]:
    """Return what an effect's inputs are set to: by their params, where they have them."""
    values = {}
    for each in head.inputs:
        if each.dials:
            turned = [_turned(params, knob) for knob in knob_names(name, each)]
            values[each.name] = each.default if None in turned else each.value_of(turned)
    return values


def isf_fields(files: Mapping[str, Path]) -> dict[str, tuple[type, Any]]:
    """Return the params of files by their names, as fields of a model; a damaged file has none."""
    fields: dict[str, tuple[type, Any]] = {}
    for name, path in files.items():
        try:
            head = cached_head(path, state_of(path))
        except ShaderError:
            continue  # whoever draws it tells of that
        for each in head.turned:
            for knob, dial in zip(knob_names(name, each), each.dials, strict=True):
                fields.setdefault(knob, (type(dial.default), _field(name, each, dial, head.role)))
    return fields


def state_of(path: Path) -> tuple[int, int]:
    """Return when a file changed last (ns), and its size; zeros where it has just been deleted."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_size


@cache
def cached_head(path: Path, state: tuple[int, int]) -> Head:
    """Return a file's head, read once for each of its states; raises ShaderError."""
    return read_isf(path)


def _field(name: str, given: Input, dial: Dial, role: Role) -> Any:
    """Return a dial as the field of a param."""
    more: dict[str, Any] = {"group": "effect", "dreamt": role is Role.GENERATOR}
    what = " ".join(filter(None, (given.label or given.name, dial.part)))
    if given.labels:
        what += f" ({', '.join(f'{place} {label}' for place, label in enumerate(given.labels))})"
    help = f"{name} effect: {what}"
    if isinstance(dial.default, bool):
        said = f"{help}: fires when it is switched on" if given.kind is Kind.EVENT else help
        return param(dial.default, said, **more)
    step: float = 1 if isinstance(dial.default, int) else _round_step((dial.high - dial.low) / _STEPS)
    return param(dial.default, help, dial.low, dial.high, step, clamp=True, **more)


def _round_step(step: float) -> float:
    """Return a step as people write it: one digit."""
    return float(f"{step:.0e}")


@cache
def _own_names() -> frozenset[str]:
    """Return the names of the program's own effects, and of none."""
    folder = own_folder("shaders") / "effects"
    return frozenset((NONE, *(path.stem for path in folder.glob("*.frag"))))


def _turned(params: Knobs, knob: str) -> Any:
    try:
        return params[knob]
    except KeyError:
        return None


def _words(text: str) -> str:
    """Return a name in small letters with hyphens: `noise-level` of `noiseLevel`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    return re.sub(r"[^a-z0-9]+", "-", apart.lower()).strip("-")
