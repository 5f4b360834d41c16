"""The tree of addresses, as OSCQuery describes it: for programs as JSON, for people as a page.

Source: the OSC Query Proposal (Vidvox), its required attributes and those in EXTENSIONS.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from dreamstream.controls import Action
from dreamstream.controls.actions import Kind
from dreamstream.controls.values import PARAMS, message_value
from dreamstream.knobs import Chain, ParamInfo, value_text
from dreamstream.osc.space import ACTION, OTHERS, PARAM, ROOT
from dreamstream.params import ParamStore

Node = dict[str, Any]

EXTENSIONS = ("ACCESS", "VALUE", "RANGE", "DESCRIPTION", "UNIT", "LISTEN")
"""What is offered beyond what the proposal requires."""

ATTRIBUTES = {
    *("FULL_PATH", "CONTENTS", "TYPE", "ACCESS", "VALUE", "RANGE", "DESCRIPTION", "UNIT"),
    *("TAGS", "EXTENDED_TYPE", "CRITICAL", "CLIPMODE", "OVERLOADS"),
}
"""Attributes that can be asked for; the last are known, and not offered."""

_READ, _WRITE = 1, 2
_UNITS = {"px": "distance.pixels", "°": "angle.degree", "s": "time.second", "bpm": "time.bpm"}
"""The proposal's words for our units; the others are said in ours."""


class Tree:
    """All addresses of a show with what they are now."""

    def __init__(self, store: ParamStore, actions: Mapping[str, Action]) -> None:
        self._store, self._actions = store, actions

    def node(self, path: str) -> Node | None:
        """Return what is at an address, with all below it; None where nothing is."""
        if path.startswith(PARAM):
            return self._param(path.removeprefix(PARAM))
        if path.startswith(ACTION):
            return _action(path.removeprefix(ACTION), self._actions)
        if path in OTHERS:
            return _other(path)
        folders: dict[str, Callable[[], Node]] = {
            "/": lambda: _folder("/", "dreamstream", {ROOT[1:]: self._root()}),
            ROOT: self._root,
            PARAM[:-1]: self._params,
            ACTION[:-1]: self._all_actions,
        }
        found = folders.get(path.rstrip("/") or "/")
        return found() if found else None

    def _root(self) -> Node:
        others = {path.removeprefix(f"{ROOT}/"): _other(path) for path in OTHERS}
        nodes = {"param": self._params(), "action": self._all_actions(), **others}
        return _folder(ROOT, "all of a show", nodes)

    def _params(self) -> Node:
        nodes = {name: self._param(name) for name in PARAMS}
        return _folder(PARAM[:-1], "a value sets it, none asks for it", nodes)

    def _all_actions(self) -> Node:
        actions = dict(self._actions)  # a file of effects may bring more meanwhile
        nodes = {name: _action(name, actions) for name in actions}
        return _folder(ACTION[:-1], "1 presses it, 0 lets it go, nothing does both", nodes)

    def _param(self, name: str) -> Node | None:
        info = PARAMS.get(name)
        if info is None:
            return None
        node: Node = {
            "FULL_PATH": PARAM + name,
            "DESCRIPTION": info.help,
            "ACCESS": _READ | _WRITE,
            "TYPE": type_of(info),
            "VALUE": [message_value(self._store.hand[name])],
        }
        allowed = range_of(info, self._store)
        if allowed:
            node["RANGE"] = [allowed]
        if info.unit:
            node["UNIT"] = [_UNITS.get(info.unit, info.unit)]
        return node


def type_of(info: ParamInfo) -> str:
    """Return the type tag of a param's value: f, i, T (a switch) or s."""
    kinds = {bool: "T", int: "i", float: "f"}
    return kinds.get(type(info.default), "s")


def range_of(info: ParamInfo, store: ParamStore) -> Node:
    """Return what a param may be, by its ends or by all that there is; nothing where a text is free."""
    if info.low is not None and info.high is not None:
        return {"MIN": info.low, "MAX": info.high} if isinstance(info.default, float | int) else {}
    choices = () if isinstance(info.stepped, Chain) else store.choices(info.name)
    return {"VALS": list(choices)} if choices else {}


def _other(path: str) -> Node:
    kind, description = OTHERS[path]
    return {"FULL_PATH": path, "DESCRIPTION": description, "ACCESS": _WRITE, "TYPE": kind}


def _action(name: str, actions: Mapping[str, Action]) -> Node | None:
    if name not in actions:
        return None
    kind = "T" if actions[name].kind is Kind.HOLD else "N"
    return {"FULL_PATH": ACTION + name, "DESCRIPTION": actions[name].help, "ACCESS": _WRITE, "TYPE": kind}


def _folder(path: str, description: str, contents: Mapping[str, Node | None]) -> Node:
    return {"FULL_PATH": path, "DESCRIPTION": description, "ACCESS": 0, "CONTENTS": dict(contents)}


def page(node: Node, title: str) -> str:
    """Return a page that lists all addresses of a node for a person."""
    rows = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in _rows(node))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>body{font:14px sans-serif;margin:2em}td,th{text-align:left;padding:2px 12px 2px 0;"
        f"vertical-align:top}}td:first-child{{font-family:monospace}}</style><h1>{escape(title)}</h1>"
        "<p>A value sets a param, none asks for it; 1 presses an action, 0 lets it go, nothing does both.</p>"
        f"<table><tr><th>address<th>type<th>now<th>range<th>unit<th>what it is</tr>\n{rows}\n</table></html>"
    )


def _rows(node: Node) -> list[list[str]]:
    if "CONTENTS" in node:
        return [row for below in node["CONTENTS"].values() for row in _rows(below)]
    allowed = node.get("RANGE", [{}])[0]
    ends = (
        f"{allowed['MIN']:g} to {allowed['MAX']:g}"
        if "MIN" in allowed
        else ", ".join(allowed.get("VALS", ()))
    )
    value = value_text(node["VALUE"][0]) if "VALUE" in node else ""
    unit = node.get("UNIT", [""])[0]
    return [[node["FULL_PATH"], node["TYPE"], value, ends, unit, node["DESCRIPTION"]]]
