"""Make the tables of docs/osc.md: every address, from the table of params and that of actions.

    .venv/bin/python docs/make_osc.py

What stands above the first table is written by hand, and stays.
"""

from pathlib import Path

from dreamstream.controls import action_table
from dreamstream.controls.values import PARAMS
from dreamstream.effects import EFFECTS
from dreamstream.knobs import Chain, ParamInfo, value_text
from dreamstream.osc.space import ACTION, PARAM
from dreamstream.osc.tree import type_of
from dreamstream.transforms import TRANSFORMS

FILE = Path(__file__).parent / "osc.md"
TABLES = "## Every param\n"
TYPES = {"f": "number", "i": "whole number", "T": "switch", "s": "text"}


def tables() -> str:
    """Return all from the first table's title on."""
    params = [
        f"| `{name}` | {TYPES[type_of(info)]} | {_allowed(info)} | {_cell(value_text(info.default))} "
        f"| {info.unit} | {_cell(info.help)} |"
        for name, info in PARAMS.items()
    ]
    actions = [
        f"| `{name}` | {_cell(action.help)} |" for name, action in action_table(TRANSFORMS, EFFECTS).items()
    ]
    head = [TABLES, f"`{PARAM}` and the name.\n", "| name | kind | range | at first | unit | what it is |"]
    more = ["\n## Every action\n", f"`{ACTION}` and the name.\n", "| name | what it does |", "|---|---|"]
    return "\n".join([*head, "|---|---|---|---|---|---|", *params, *more, *actions]) + "\n"


def _allowed(info: ParamInfo) -> str:
    if info.choices:
        return ", ".join(info.choices)
    if isinstance(info.stepped, Chain):
        return f"{info.stepped.noun}s, as in {info.stepped.example}:0.5"
    return (
        f"{info.low:g} to {info.high:g}" if info.low is not None and info.high is not None else info.example
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    by_hand = FILE.read_text(encoding="utf-8").partition(TABLES)[0]
    FILE.write_text(by_hand + tables(), encoding="utf-8")


if __name__ == "__main__":
    main()
