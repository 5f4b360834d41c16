"""The parser: arguments -> options, by what the commands take, and what a project says."""

import argparse
import difflib
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from dreamstream import __version__
from dreamstream.cli import values
from dreamstream.cli.command import Parser, complain
from dreamstream.cli.commands import COMMANDS
from dreamstream.cli.project import Project
from dreamstream.errors import UsageError, nearest

_FEW = 3  # flags that a usage can name
_CLOSE = 0.75  # how alike a word and a command's name are, 0..1, for it to be a slip


class _Formatter(argparse.HelpFormatter):
    """The usage names what must be given, not each flag: they are listed right below it."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Add the usage; many flags in it are one word."""
        flags = sum(bool(action.option_strings) and not action.required for action in actions)
        if flags > _FEW:
            actions = [action for action in actions if action.required or not action.option_strings]
            actions, groups = [argparse.Action(["FLAGS"], "", nargs=0), *actions], []
        super().add_usage(usage, actions, groups, prefix)


class _Parser(argparse.ArgumentParser):
    """argparse, but what is wrong with the arguments is one line like every other error."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            **settings, allow_abbrev=False, formatter_class=partial(_Formatter, max_help_position=26)
        )

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; `{self.prog} --help` shows what there is")

    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stderr).write(message)  # argparse's own passes over a full disk


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options that the arguments ask for; what is wrong raises UsageError.

    `project` is the folder of the project that is played, if one is, and `usual` what it asks for.
    """
    folder, arguments = _without_project(arguments)
    first = arguments[0] if arguments else ""
    if first not in (*COMMANDS, "-h", "--help", "--version"):
        close = difflib.get_close_matches(first, COMMANDS, n=1, cutoff=_CLOSE)
        if close and not first.startswith("-") and not Path(first).exists():
            raise UsageError(f"no command and no file '{first}'; did you mean '{close[0]}'?")
        arguments = ["live", *arguments]
    description = "A live instrument for DeepDream. Without a command it is `live`."
    parser = _Parser(prog="dreamstream", description=description)
    parser.add_argument("--version", action="version", version=f"dreamstream {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, record in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=record.help, description=record.help)
        if name == arguments[0]:  # the others' arguments are not needed
            record.add_arguments(subparser)
            help = "a show's folder, made by `dreamstream project`"
            subparser.add_argument("--project", type=values.path, metavar="DIR", help=help)
            if folder is not None:
                _read_project(folder).set_defaults(subparser)
    options, unknown = parser.parse_known_args(arguments)
    command = subparsers.choices[options.command]
    if unknown:
        flag = unknown[0].partition("=")[0]
        if flag.startswith("-"):
            raise UsageError(
                f"no flag {flag}; {nearest(flag, command._option_string_actions)} "
                f"`{command.prog} --help` shows what there is"
            )
        command.error(f"'{flag}' is one too many")
    options.project = folder
    options.usual = argparse.Namespace(
        **{each.dest: command.get_default(each.dest) for each in command._actions}
    )
    return options


def live_parser() -> Parser:
    """Return a parser of what `live` takes."""
    parser = _Parser(prog="dreamstream live")
    COMMANDS["live"].add_arguments(parser)
    return parser


def _without_project(arguments: Sequence[str]) -> tuple[Path | None, list[str]]:
    """Return the project that arguments name, wherever they do, and the others."""
    words, folder = list(arguments), None
    for at, word in reversed(list(enumerate(words))):
        flag, equals, text = word.partition("=")
        if flag == "--project":
            text = text if equals else "".join(words[at + 1 : at + 2])
            if not text:
                raise UsageError("--project DIR: a project's folder is needed")
            folder = folder or Path(text)
            del words[at : at + 2 - len(equals)]
    return folder, words


def _read_project(folder: Path) -> Project:
    """Return a folder's project; what is wrong is said, a line each, the last of them as UsageError."""
    project = Project(folder, live_parser())
    for fault in project.faults[:-1]:
        complain(fault)
    if project.faults:
        raise UsageError(project.faults[-1])
    return project
