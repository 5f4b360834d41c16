"""The shelf: the program's effects, and those of the user's shader folder, which is watched for changes.

folder/*.frag -> EffectShelf.look (names appear) -> the screen compiles what changed
"""

from dataclasses import dataclass
from pathlib import Path

from dreamstream.effects.records import EFFECTS, FOLDER
from dreamstream.every import Every
from dreamstream.places import config_folder

_INTERVAL = 0.5  # seconds from one look into the folder to the next


def effects_folder() -> Path:
    """Return the folder of the user's own effects, which may not exist."""
    return config_folder() / "shaders"


@dataclass(frozen=True)
class ShaderFile:
    """A file of an effect, and its state (time of change, size) when it was last looked at."""

    path: Path
    state: tuple[int, int]


class EffectShelf:
    """All effects by name; `names` is one list that grows in place, as files come."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or effects_folder()
        self._every = Every(_INTERVAL)
        self.files: dict[str, ShaderFile] = {name: self._file(FOLDER / f"{name}.frag") for name in EFFECTS}
        self.names: list[str] = ["none", *EFFECTS]
        self.look()

    @property
    def users(self) -> dict[str, ShaderFile]:
        """The files of the user's own effects."""
        return {name: file for name, file in self.files.items() if name not in EFFECTS}

    def watch(self, now: float) -> bool:
        """Look into the folder, twice a second at most; return whether a file came or changed."""
        return self._every.due(now) and self.look()

    def look(self) -> bool:
        """Look into the folder; return whether a file came or changed. A deleted one keeps its last form."""
        found = {}
        for path in sorted(self._folder.glob("*.frag")) if self._folder.is_dir() else ():
            name = path.stem.replace("_", "-")
            if name and name not in ("none", *EFFECTS) and not set(name) & set("+: "):
                found[name] = self._file(path)
        changed = {name: file for name, file in found.items() if self.files.get(name) != file}
        self.files.update(changed)
        self.names += [name for name in changed if name not in self.names]
        return bool(changed)

    @staticmethod
    def _file(path: Path) -> ShaderFile:
        try:
            state = path.stat()
        except OSError:  # it has just been deleted
            return ShaderFile(path, (0, 0))
        return ShaderFile(path, (state.st_mtime_ns, state.st_size))
