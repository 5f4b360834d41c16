"""The shelf: the program's effects, and those of the user's shader folder, which is watched for changes.

folder/*.frag, *.fs -> EffectShelf.look (names appear) -> the screen compiles what changed
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dreamstream.effects.records import EFFECTS, FOLDER
from dreamstream.errors import ShaderError
from dreamstream.every import Every
from dreamstream.isf import Head, Role
from dreamstream.isf.knobs import (
    SUFFIX,
    cached_head,
    effects_folder,
    isf_fields,
    isf_files,
    isf_name,
    state_of,
)
from dreamstream.knobs import NONE

_INTERVAL = 0.5  # seconds from one look into the folder to the next


@dataclass(frozen=True)
class ShaderFile:
    """A file of an effect, and its state (time of change, size) when it was last looked at."""

    path: Path
    state: tuple[int, int]
    beside: tuple[int, int] = (0, 0)
    """The state of the vertex shader beside it, where it is of the Interactive Shader Format."""

    @classmethod
    def of(cls, path: Path) -> "ShaderFile":
        """Return a file as it is now."""
        beside = state_of(path.with_suffix(".vs")) if path.suffix == SUFFIX else (0, 0)
        return cls(path, state_of(path), beside)

    @property
    def is_isf(self) -> bool:
        """Whether it is of the Interactive Shader Format."""
        return self.path.suffix == SUFFIX

    def head(self) -> Head:
        """Return what a file of that format says of itself; raises ShaderError."""
        return cached_head(self.path, self.state)


class EffectShelf:
    """All effects and transitions by name; their lists grow in place, as files come."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or effects_folder()
        self._every = Every(_INTERVAL)
        self._added: dict[str, Path] = {}
        programs = {name: ShaderFile.of(FOLDER / f"{name}.frag") for name in EFFECTS}
        self.files: dict[str, ShaderFile] = programs
        self.names: list[str] = [NONE, *EFFECTS]
        self.transitions: list[str] = [NONE]
        self.looks = 0
        """Counts the looks that found something new."""
        self.look()

    @property
    def users(self) -> dict[str, ShaderFile]:
        """The files of the user's own effects, transitions among them."""
        return {name: file for name, file in self.files.items() if name not in EFFECTS}

    def called(self, name: str) -> str:
        """Return what a file is called in a line for the operator: `effect mirror`, `transition wipe`."""
        return f"{'transition' if name in self.transitions else 'effect'} {name}"

    def fields(self) -> dict[str, tuple[type, Any]]:
        """Return the params that the user's files of the Interactive Shader Format ask for now."""
        return isf_fields({name: file.path for name, file in self.users.items() if file.is_isf})

    def add(self, path: Path, name: str = "") -> str:
        """Add a file of the Interactive Shader Format from anywhere; return its name. Raises ShaderError."""
        path = path.absolute()
        ShaderFile.of(path).head()
        known = [name for name, file in self.files.items() if file.path == path]
        name = known[0] if known else name or _unlike(isf_name(path), self.files)
        self._added[name] = path
        self.look()
        return name

    def watch(self, now: float) -> bool:
        """Look into the folder, twice a second at most; return whether a file came or changed."""
        return self._every.due(now) and self.look()

    def look(self) -> bool:
        """Look into the folder; return whether a file came or changed. A deleted one keeps its last form."""
        found = {name: ShaderFile.of(path) for name, path in self._paths().items()}
        changed = {name: file for name, file in found.items() if self.files.get(name) != file}
        self.files.update(changed)
        for name, file in changed.items():
            names = self.names if _is_effect(file) else self.transitions
            names += [name] * (name not in names)
        self.looks += bool(changed)
        return bool(changed)

    def _paths(self) -> dict[str, Path]:
        """Return the user's files by name; the program's own names stay the program's."""
        paths = isf_files(self._folder)
        for path in sorted(self._folder.glob("*.frag")) if self._folder.is_dir() else ():
            name = path.stem.replace("_", "-")
            if name and name not in (NONE, *EFFECTS) and not set(name) & set("+: "):
                paths[name] = path
        return {**paths, **self._added}


def _unlike(name: str, taken: Collection[str]) -> str:
    """Return a name, or another where it is taken."""
    while name in taken:
        name += "-isf"
    return name


def _is_effect(file: ShaderFile) -> bool:
    """Return whether a file can be an effect: a transition cannot, and what is damaged may be mended."""
    try:
        return not file.is_isf or file.head().role is not Role.TRANSITION
    except ShaderError:
        return True
