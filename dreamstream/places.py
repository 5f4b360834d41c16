"""Where files are: the program's own (models, shaders) and the user's cache.

In a checkout the program's folders stand beside the package, in an installed wheel inside it.
"""

from pathlib import Path

from platformdirs import user_cache_path

_PACKAGE = Path(__file__).parent


def own_folder(name: str) -> Path:
    """Return the program's folder `models` or `shaders`."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def cache_folder() -> Path:
    """Return the user's cache folder, there or not (what is in it can always be made again)."""
    return user_cache_path("dreamstream", appauthor=False)
