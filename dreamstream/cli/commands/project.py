"""`dreamstream project`: makes a show a folder of its own, and says what is wrong with one that is there."""

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser, complain
from dreamstream.errors import DreamstreamError, UsageError
from dreamstream.places import PROJECT, in_project
from dreamstream.tell import counted

if TYPE_CHECKING:
    from dreamstream.stage import Stage

_File = TypeVar("_File", Path, Path | None)


def _add_arguments(parser: Parser) -> None:
    help = "its folder: made, or if it is there, checked"
    parser.add_argument("folder", type=values.path, metavar="DIR", help=help)
    help = "what the show is, by the sources and flags of `live`; files are copied"
    parser.add_argument("show", nargs=argparse.REMAINDER, metavar="...", help=help)


def _run(options: Options, console: Console) -> int:
    from dreamstream.cli.gathered import gather
    from dreamstream.cli.parser import live_parser, parse

    folder: Path = options.folder
    if options.project is not None:
        raise UsageError("a new project is made of your own settings and of flags: leave --project out")
    if not (folder / PROJECT).exists():
        for path in gather(folder, live_parser(), options.show):
            console.print(f"copied {path}")
    elif options.show:
        raise UsageError(f"{folder}: is there already; what its show is, stands in its {PROJECT}")
    live = parse(["live", "--project", str(folder)])
    with in_project(folder):
        faults = list(_faults(folder, live))
        for fault in faults:
            complain(fault)
        if faults:
            return 2
        for line in _contents(folder):
            console.print(line)
    console.print(f"nothing is wrong with it; it is played by: dreamstream --project {folder}")
    return 0


def _faults(folder: Path, live: Options) -> Iterator[str]:
    """Give what is wrong with a project whose flags are right, a line each."""
    from dreamstream.autopilot.likes import Likes, own_likes
    from dreamstream.autopilot.taste import TasteFile, own_taste
    from dreamstream.cli.flags import settings_of_flags
    from dreamstream.controls import action_table, read_keys, read_routes
    from dreamstream.mapping import own_mapping
    from dreamstream.score import read_score
    from dreamstream.stage import Stage
    from dreamstream.stage.session import problems_of

    try:
        stage = Stage(settings_of_flags(live))
    except DreamstreamError as error:
        yield str(error)
        return
    yield from _said(partial(_unmapped, stage), own_mapping())
    stage.close()
    actions = action_table(stage.transforms, stage.effects.names)
    yield from stage.shelf.problems.values()
    yield from _said(lambda path: read_keys(path, actions)[1], live.keys)
    yield from _said(lambda path: read_routes(path, actions)[1], live.routes_file)
    told: list[str] = []

    def tell(text: str, key: str = "") -> None:
        told.append(text)

    TasteFile(own_taste(), tell)
    Likes(own_likes(), tell)
    yield from filter(None, told)
    for path in sorted((folder / "scores").glob("*.jsonl")):
        yield from _said(lambda path: problems_of(read_score(path)), path)


def _unmapped(stage: "Stage", path: Path) -> list[str]:
    """Return nothing where windows can be mapped as a file says; raises DisplayError for what is wrong."""
    from dreamstream.live.mapper import mappings_of

    mappings_of(path, stage.store.check)
    return []


def _said(read: Callable[[_File], Iterable[str]], file: _File) -> Iterable[str]:
    """Return what reading a file says is wrong with it, or why it cannot be read."""
    try:
        return list(read(file))
    except DreamstreamError as error:
        return [str(error)]


def _contents(folder: Path) -> Iterator[str]:
    """Give what a project has, a line a kind."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            count = sum(each.is_file() for each in path.rglob("*"))
            yield f"{path.name}/: {counted(count, 'file')}"
        else:
            yield path.name


COMMAND = Command("project", "gather a show in a folder of its own, and check it", _run, _add_arguments)
