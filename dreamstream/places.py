"""Where files are: the program's own (models, shaders, presets), the user's cache and settings.

In a checkout the program's folders stand beside the package, in an installed wheel inside it.
"""

import os
import shutil
import threading
from collections.abc import Collection
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_state_path

_PACKAGE = Path(__file__).parent


def own_folder(name: str) -> Path:
    """Return the program's folder `models`, `shaders` or `presets`."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def cache_folder() -> Path:
    """Return the user's cache folder, there or not (what is in it can always be made again)."""
    return user_cache_path("dreamstream", appauthor=False)


def state_folder() -> Path:
    """Return the folder of what sessions leave behind, there or not."""
    return user_state_path("dreamstream", appauthor=False)


def config_folder() -> Path:
    """Return the folder of what the user has set and saved, there or not."""
    return user_config_path("dreamstream", appauthor=False)


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
