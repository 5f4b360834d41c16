"""`dreamstream params`: every param that a flag sets, by group."""

from typing import TYPE_CHECKING

from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import LIVE_GROUPS, flagged
from dreamstream.errors import UsageError, nearest

if TYPE_CHECKING:
    from dreamstream.knobs import ParamInfo


def _add_arguments(parser: Parser) -> None:
    help = f"one of {', '.join(_groups())} (default: all)"
    parser.add_argument("group", nargs="?", metavar="GROUP", help=help)


def _run(options: Options, console: Console) -> None:
    from dreamstream.cli.tables import new_table
    from dreamstream.knobs import value_text
    from dreamstream.params import LIVE

    groups = _groups()
    if options.group is not None:
        if options.group not in groups:
            raise UsageError(f"no group of params '{options.group}'; {nearest(options.group, groups)}")
        groups = {options.group: groups[options.group]}
    for group, infos in groups.items():
        console.print(f"{group} (only in a live show)" if group in LIVE_GROUPS else group)
        table = new_table("flag", "default", "range", "unit", "what it does")
        for info in infos:
            default = value_text(info.default)
            if info.name in LIVE:
                default += f" (live: {value_text(LIVE[info.name])})"
            table.add_row(info.flag, default, info.range or " ".join(info.choices), info.unit, info.help)
        console.print(table)
        console.print()
    console.print("what is on is switched off by its flag with no-, as in --no-cubic")


def _groups() -> "dict[str, list[ParamInfo]]":
    groups: dict[str, list[ParamInfo]] = {}
    for info in flagged():
        groups.setdefault(info.group, []).append(info)
    return groups


COMMAND = Command(
    "params", "list the params: flag, default, range, unit and what each does", _run, _add_arguments
)
