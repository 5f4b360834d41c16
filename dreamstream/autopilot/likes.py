"""Likes: the presets that the player wants to see more often, kept in a small file."""

import json
import tomllib
from pathlib import Path

from dreamstream.errors import ControlError, reason
from dreamstream.places import config_folder, write_whole
from dreamstream.tell import Tell


def own_likes() -> Path:
    """Return the file of the player's likes, there or not."""
    return config_folder() / "likes.toml"


class Likes:
    """The names of the presets that are liked: `liked = ["reef"]` in a file, there or not.

    One that cannot be read is one line, and is not written to: likes are then for this show alone.
    """

    def __init__(self, path: Path, tell: Tell) -> None:
        self._path, self._fault = path, ""
        self.names: list[str] = []
        try:
            if path.exists():
                names = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("liked", [])
                if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                    raise ValueError('names are needed, as in liked = ["reef"]')
                self.names = list(dict.fromkeys(names))
        except OSError as error:
            self._fault = f"{path}: {reason(error)}"
        except (ValueError, RecursionError) as error:
            self._fault = f"{path}: {error}"
        if self._fault:
            tell(f"{self._fault}; nothing is liked until it is mended or taken away")

    def toggle(self, name: str) -> str:
        """Like a preset, or like it no more; return what to say, and why where it cannot be kept."""
        liked = name not in self.names
        self.names = [*self.names, name] if liked else [each for each in self.names if each != name]
        text = f"liked: {name} comes more often" if liked else f"{name} is liked no more"
        try:
            self._keep()
        except ControlError as error:
            return f"{text}, in this show alone: {error}"
        return text

    def _keep(self) -> None:
        if self._fault:
            raise ControlError(self._fault)
        text = "# The presets that you like: the autopilot plays them more often.\n"
        text += f"liked = {json.dumps(self.names, ensure_ascii=False)}\n"
        try:
            write_whole(self._path, text.encode())
        except OSError as error:
            raise ControlError(f"{self._path}: {reason(error)}") from error
