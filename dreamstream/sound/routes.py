"""What a sound moves where nobody has said it: the map beside this module."""

from collections.abc import Collection, Sequence
from pathlib import Path

from dreamstream.controls import Route
from dreamstream.controls.routefile import with_map

SOUND_MAP = Path(__file__).with_name("sound.toml")


def with_sound(routes: Sequence[Route], actions: Collection[str]) -> list[Route]:
    """Return a person's routes, and where none of them follows a sound those of the map."""
    follows = any("sound:" in route.signal and route.on for route in routes)
    return list(routes) if follows else with_map(routes, SOUND_MAP, actions)
