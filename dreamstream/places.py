"""Where files are: the program's own (models, shaders, presets), the user's cache and settings, a project's.

In a checkout the program's folders stand beside the package, in an installed wheel inside it. A project is a
folder that has the settings of one show, and what its sessions leave behind, in place of the user's.
"""

import contextlib
import os
import shutil
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_state_path

PROJECT = "project.toml"
"""The file that makes a folder a project."""

_PACKAGE = Path(__file__).parent
_project: Path | None = None  # that is played


def own_folder(name: str) -> Path:
    """Return the program's folder `models`, `shaders` or `presets`."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def cache_folder() -> Path:
    """Return the user's cache folder, there or not (what is in it can always be made again)."""
    return user_cache_path("dreamstream", appauthor=False)


def state_folder() -> Path:
    """Return the folder of what sessions leave behind, there or not."""
    return _project or user_state_path("dreamstream", appauthor=False)


def config_folder() -> Path:
    """Return the folder of what the user has set and saved, there or not."""
    return _project or user_config_path("dreamstream", appauthor=False)


@contextlib.contextmanager
def in_project(folder: Path | None) -> Iterator[None]:
    """Have the settings in a project's folder, and what sessions leave behind; None: in the user's own."""
    global _project
    before, _project = _project, folder.absolute() if folder is not None else None
    try:
        yield
    finally:
        _project = before


def project_folder() -> Path | None:
    """Return the folder of the project that is played, absolute; None where none is."""
    return _project


def project_of(path: Path) -> Path | None:
    """Return the project that a file is in, absolute: the nearest folder above it that is one."""
    return next((folder for folder in path.absolute().parents if (folder / PROJECT).is_file()), None)


def free_path(folder: Path, stem: str, suffix: str, taken: Collection[Path] = ()) -> Path:
    """Return folder/stem+suffix, or the first of stem-2, stem-3, ... that is neither there nor `taken`.

    A link that leads nowhere is there, too.
    """
    path, number = folder / f"{stem}{suffix}", 1
    while path in taken or os.path.lexists(path):
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, in place of what was there, whose permissions it keeps.

    Folders are made as needed, and a link is followed to its file. Raises OSError.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_native_id()}.part")
    try:
        part.write_bytes(content)
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
