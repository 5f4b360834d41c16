"""Maps: routes for controllers as they come from the factory, for a person's own file to begin with.

Each is a `routes.toml` in the folder `maps`, its records with the name of the device's port.
"""

from pathlib import Path

from dreamstream.errors import ControlError, nearest

_FOLDER = Path(__file__).parent / "maps"


def maps() -> dict[str, Path]:
    """Return the file of each map, by its name."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.toml"))}


def map_text(name: str) -> str:
    """Return a map as text; ControlError names the nearest where there is none."""
    found = maps()
    if name not in found:
        raise ControlError(f"no map '{name}'; {nearest(name, found)}")
    return found[name].read_text(encoding="utf-8")
