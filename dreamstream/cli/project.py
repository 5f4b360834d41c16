"""A project's file: the flags of its show, by their names, with paths within its folder.

DIR/project.toml -> flags of `live`, each checked -> what another command's flags are where none is given

sources = ["sources/hall.jpg"]
size = "640x360"

[params]
fps_target = 25
"""

import argparse
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dreamstream.cli.command import Parser
from dreamstream.errors import DreamstreamError, UsageError, nearest, reason
from dreamstream.places import PROJECT

PARAM = "param_"
"""What the name of a param's flag begins with, among the options."""

FOLDER_OUT = re.compile(r"((?:[^:]*:)?hls:)(.+)", re.DOTALL)
"""An `--out` that writes into a folder: what stands before that, and the folder."""
ISF_FILE = re.compile(r"(isf:)(.+\.fs)", re.DOTALL)
"""A source or a mask that is a shader's file: what stands before that, and the file."""

WORDS_TOO = ("sources", "net", "other_net", "mean", "map_from", "mask", "sound")
"""The flags whose values are files or words."""

_OF_ONE_RUN = (
    *("help", "project", "frames", "seconds", "headless", "verbose", "status", "score", "no_score"),
    *("record", "force"),
)
"""The flags that say nothing of a show."""
_SOURCES = "sources"


def flags_of(parser: Parser) -> dict[str, argparse.Action]:
    """Return what a parser takes, by the names that a project's file has for it."""
    flags = {flag.lstrip("-"): action for flag, action in parser._option_string_actions.items()}
    for action in parser._actions:
        if action.dest == _SOURCES and not action.option_strings:
            flags[_SOURCES] = action
    return flags


class Project:
    """The file of a folder's project, read by the parser of `live`; UsageError where there is none.

    `values` are by the options' names, `faults` what is wrong, a line each.
    """

    def __init__(self, folder: Path, live: Parser) -> None:
        self._folder, self._file = folder.absolute(), folder / PROJECT
        self._flags = flags_of(live)
        self.values: dict[str, Any] = {}
        self.faults: list[str] = []
        given = self._read()
        params = given.pop("params", {})
        for name, value in given.items():
            self._take(name, self._flag, name, value)
        if not isinstance(params, dict):
            self.faults.append(f"{self._file}: params: a table is needed, [params]")
            return
        for name, value in params.items():
            self._take(f"[params] {name}", self._param, name, value)

    def set_defaults(self, parser: Parser) -> None:
        """Have a command's flags be the project's where none is given, as far as it has the same ones."""
        flags = flags_of(parser)
        if _SOURCES not in flags:  # it dreams nothing of its own
            return
        for name, action in flags.items():
            same = self._flags.get(name)
            alike = same is not None and (same.dest, same.type) == (action.dest, action.type)
            if alike and action.dest in self.values:
                parser.set_defaults(**{action.dest: self.values[action.dest]})
        if _SOURCES in self.values and flags[_SOURCES].nargs == 1:
            flags[_SOURCES].nargs, flags[_SOURCES].required = "?", False
            flags[_SOURCES].type = lambda text: [text]
            parser.set_defaults(sources=self.values[_SOURCES][:1])

    def _read(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            why = f"has no {PROJECT}; `dreamstream project DIR` makes a project"
            raise UsageError(f"--project {self._folder}: {why}") from None
        except OSError as error:
            raise UsageError(f"{self._file}: {reason(error)}") from error
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{self._file}: not TOML: {error}") from error

    def _take(self, where: str, take: Callable[[str, Any], None], name: str, value: Any) -> None:
        try:
            take(name, value)
        except (argparse.ArgumentTypeError, DreamstreamError) as error:
            self.faults.append(f"{self._file}: {where}: {error}")

    def _flag(self, name: str, value: Any) -> None:
        flag = name.replace("_", "-")
        action = self._flags.get(flag)
        if action is not None and action.dest.startswith(PARAM):
            raise argparse.ArgumentTypeError("a param; it belongs under [params]")
        if action is None or action.dest in _OF_ONE_RUN or len(flag) == 1:
            known = [each for each, its in self._flags.items() if _is_of_a_show(its)]
            raise argparse.ArgumentTypeError(f"a project has no such flag; {nearest(flag, known)}")
        if isinstance(value, bool):
            self.values[action.dest] = self._switched(flag, action, value)
        elif action.nargs == 0 or isinstance(value, dict):
            needed = "true or false is needed" if action.nargs == 0 else "a text or a number is needed"
            raise argparse.ArgumentTypeError(needed)
        else:
            self.values[action.dest] = self._converted(action, value)

    def _param(self, name: str, value: Any) -> None:
        from dreamstream.params import ParamStore

        flag = name.replace("_", "-")
        action = self._flags.get(flag)
        if action is None or not action.dest.startswith(PARAM):
            known = [each for each, its in self._flags.items() if its.dest.startswith(PARAM)]
            raise argparse.ArgumentTypeError(f"no such param; {nearest(flag, known)}")
        param = action.dest.removeprefix(PARAM)
        self.values[action.dest] = ParamStore().check(**{param: value})[param]

    def _switched(self, flag: str, action: argparse.Action, on: bool) -> Any:
        """Return what a switch comes to; one that is a flag's `--no-` takes that away."""
        off = self._flags.get(f"no-{flag}")
        if action.nargs == 0:
            return on
        if on or off is None or off.dest != action.dest:
            raise argparse.ArgumentTypeError("a text or a number is needed")
        return off.const

    def _converted(self, action: argparse.Action, value: Any) -> Any:
        """Return a flag's value, or for one that is repeatable all of them, as options have it."""
        texts = list(map(str, value)) if isinstance(value, list) else [str(value)]
        if _is_repeatable(action):
            return [self._one(action, text) for text in texts]
        return self._one(action, ",".join(texts))

    def _one(self, action: argparse.Action, text: str) -> Any:
        if action.dest == "out" and (out := FOLDER_OUT.fullmatch(text)):
            text = f"{out[1]}{self._within(out[2], 'name a folder in it', made=True)}"
        elif action.dest in (_SOURCES, "mask") and (file := ISF_FILE.fullmatch(text)):
            text = f"{file[1]}{self._within(file[2])}"
        try:
            value: Any = action.type(text) if callable(action.type) else text
        except (ValueError, TypeError):
            raise argparse.ArgumentTypeError(f"'{text}' cannot be") from None
        if action.choices is not None and value not in action.choices:
            raise argparse.ArgumentTypeError(f"'{text}': one of {', '.join(action.choices)} is needed")
        if action.dest in WORDS_TOO:
            return type(value)(self._file_or_word(action.dest, text))
        return self._within(text) if isinstance(value, Path) else value

    def _file_or_word(self, dest: str, text: str) -> str:
        if (self._folder / text).exists() or _looks_like_a_file(dest, text):
            return str(self._within(text))
        return text

    def _within(
        self, text: str, right: str = "copy it there, and name it from there", made: bool = False
    ) -> Path:
        """Return a file's or folder's path within the project; what is elsewhere is refused.

        `right` says what would be right then; what is `made` while the show plays need not be there.
        """
        path = Path(os.path.normpath(self._folder / text))
        if not path.is_relative_to(self._folder):
            raise argparse.ArgumentTypeError(f"{text} is not in the project; {right}")
        if not made and not path.exists():
            raise argparse.ArgumentTypeError(f"{text} is not there; paths are from the project's folder on")
        return path


def given_flags(live: Parser, words: Sequence[str]) -> Iterator[tuple[argparse.Action, Any]]:
    """Give the flags that words are, as they were typed: a text, several, or what a switch comes to.

    UsageError for what is no show's. The parser is spent on it: it knows no types any more.
    """
    flags = flags_of(live).values()
    for action in flags:
        action.type, action.default = None, argparse.SUPPRESS
    live._defaults.clear()
    raw: Mapping[str, Any] = vars(live.parse_args(words))
    for action in {action.dest: action for action in flags}.values():
        if action.dest in raw and not _is_of_a_show(action):
            raise UsageError(
                f"{'/'.join(action.option_strings)} is of one run, and not of a show; leave it out"
            )
        if action.dest in raw and raw[action.dest] != []:
            yield action, raw[action.dest]


def _is_of_a_show(action: argparse.Action) -> bool:
    return action.dest not in _OF_ONE_RUN


def _is_repeatable(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction) or action.nargs in ("*", 1)


def _looks_like_a_file(dest: str, text: str) -> bool:
    """Return whether a source or a net that is no word is meant to be a file."""
    from dreamstream.sources import is_word

    if dest in (_SOURCES, "mask"):
        return not is_word(text)
    return dest in ("net", "other_net") and Path(text).suffix.lower() in (".prototxt", ".txt", ".caffemodel")
