"""A new project: a person's settings and the files that flags name, copied into one folder, and its file.

flags, settings -> DIR.part: the settings, sources/, nets/, ..., project.toml -> DIR, whole or not at all
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dreamstream.cli.command import Parser
from dreamstream.cli.flags import settings_of_flags
from dreamstream.cli.project import FOLDER_OUT, ISF_FILE, PARAM, WORDS_TOO, given_flags
from dreamstream.errors import UsageError, reason
from dreamstream.isf import read_isf
from dreamstream.knobs import toml_value
from dreamstream.nets import find_net
from dreamstream.params import ParamStore
from dreamstream.places import PROJECT, config_folder, free_path
from dreamstream.stage import Stage

_FOLDERS = {
    "sources": "sources",
    "transforms": "transforms",
    "sound": "sounds",
    "other_net": "other_net",
    **dict.fromkeys(("net", "weights", "mean", "classes"), "net"),
}
"""Where copies of files are put, by their flag; those of others are pictures."""
_FILES = (*WORDS_TOO, "guide", "transforms", "weights", "classes")
"""The flags that name files, or may."""
_SETTINGS = {"keys": "keys.toml", "routes_file": "routes.toml"}
"""What takes the place of a person's own file."""
_HEAD = (
    "# A show: `dreamstream --project` with this folder plays it, and flags win over what stands here.\n"
    "# Paths are from this folder on; docs/projects.md tells what may stand here.\n"
)


def gather(folder: Path, live: Parser, words: Sequence[str]) -> list[Path]:
    """Make a project of a person's settings and the flags of `live` that words are; return what was copied.

    Raises the DreamstreamError of what is wrong with those, and UsageError for a folder that cannot be made.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder}: is there, and no project (no {PROJECT}); name a new folder")
    Stage(settings_of_flags(live.parse_args(words))).close()  # what is wrong is said before anything is made
    given = {action.dest: value for action, value in given_flags(live, words)}
    part = free_path(folder.absolute().parent, f"{folder.name}.part", "")
    try:
        gathering = _Gathering(part)
        gathering.take_settings(config_folder())
        (part / PROJECT).write_text(gathering.text(given), encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {reason(error)}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return gathering.copied


class _Gathering:
    """A project that is being made in a folder; `copied` is what, by where it was."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.copied: list[Path] = []

    def take_settings(self, settings: Path) -> None:
        """Copy a folder of settings."""
        for path in sorted(settings.iterdir()) if settings.is_dir() else ():
            self._copy(path, self._folder / path.name)

    def text(self, given: dict[str, Any]) -> str:
        """Return the project's file for options as they were typed, and copy the files that they name."""
        flags: dict[str, Any] = {}
        params: dict[str, Any] = {}
        for dest, value in given.items():
            if dest.startswith(PARAM):
                name = dest.removeprefix(PARAM)
                params |= ParamStore().check(**{name: value})
            elif dest in _SETTINGS:
                self._copy(Path(value), self._folder / _SETTINGS[dest])
            else:
                several = isinstance(value, list)
                taken = [self._taken(dest, each, given) for each in (value if several else [value])]
                flags[dest] = taken if several else taken[0]
        lines = [f"{name} = {toml_value(value)}" for name, value in flags.items()]
        lines += ["", "[params]"] * bool(params)
        lines += [f"{name} = {toml_value(value)}" for name, value in params.items()]
        return "\n".join([_HEAD, *lines]).rstrip() + "\n"

    def _taken(self, dest: str, value: Any, given: dict[str, Any]) -> Any:
        """Return a flag's value as the project's file has it; a file or folder that it names is copied."""
        if not isinstance(value, str):
            return value
        if dest == "out" and (out := FOLDER_OUT.fullmatch(value)):
            _check_within(value, Path(out[2]))
        if dest in ("sources", "mask") and (file := ISF_FILE.fullmatch(value)):
            return f"{file[1]}{self._taken_shader(Path(file[2]))}"
        path = Path(value)
        if not value or not path.exists() or dest not in _FILES:
            return int(value) if value.isdecimal() and dest != "sound" else value
        home = self._folder / _FOLDERS.get(dest, "pictures")
        home.mkdir(exist_ok=True)
        if dest in ("net", "other_net") and not (dest == "net" and "weights" in given):
            weights = find_net(value).caffemodel
            if weights != path:  # beside it
                self._copy(weights, home / weights.name)
        copy = free_path(home, path.stem, path.suffix)
        self._copy(path, copy)
        return copy.relative_to(self._folder).as_posix()

    def _taken_shader(self, path: Path) -> str:
        """Copy an ISF file, with its vertex shader and the images that it imports; return its path."""
        home = self._folder / "shaders"
        beside = [path.with_suffix(".vs"), *(image for _, image in read_isf(path).imported)]
        for each in (path, *filter(Path.is_file, beside)):
            copy = home / Path(os.path.relpath(each, path.parent))
            if not copy.resolve().is_relative_to(home.resolve()):
                raise UsageError(f"{path}: it imports {each}, which is not in its folder; copy it there")
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                self._copy(each, copy)
            elif copy.read_bytes() != each.read_bytes():
                raise UsageError(f"{path}: another {copy.name} is among your effects; rename one of them")
        return (home / path.name).relative_to(self._folder).as_posix()

    def _copy(self, path: Path, copy: Path) -> None:
        if path.is_dir():
            shutil.copytree(path, copy)
        else:
            shutil.copy2(path, copy)
        self.copied.append(path)


def _check_within(value: str, folder: Path) -> None:
    """Raise UsageError for an output's folder that a project cannot take with it."""
    if folder.is_absolute() or ".." in folder.parts:
        raise UsageError(f"--out {value}: leads out of the project; name a folder in it, as in hls:stream")
