"""Presets: named sets of params, each a TOML file of the program's or of the user's.

    files -> load_presets -> Shelf (by name, by key, in order) -> Preset.values(net) -> ParamStore.change

A file says `help`, and as far as it likes `key`, `depth`, `[params]`, `[nets.NAME]`, `[render]` and
`[[route]]`; docs/presets.md tells what each is. What a route can be, those know who turn it. A file that is
wrong is one line in `Shelf.problems`, and hides no other.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dreamstream.errors import DreamstreamError, PresetError, nearest, reason
from dreamstream.knobs import toml_value
from dreamstream.params import OF_THE_SHOW, TABLE, Chosen, Params, ParamStore, of_today
from dreamstream.places import config_folder, own_folder, write_whole

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DIGITS = "1234567890"
"""The keys that presets may have, in the keyboard's order."""

_NO_PRESETS = ("freeze", "source_speed", "other_every", "other_layer")
PRESET_PARAMS = Chosen(lambda info: info.group not in OF_THE_SHOW and info.name not in _NO_PRESETS)
"""What a preset is made of: all but wishes, screen, pace, tempo and morphs, which are the show's own."""

OF_A_NET = ("layer", "channels", "direction", "second", "walk", "class_name")
"""The params that mean something in one net alone."""


_ROUTE = "[[route]]"
_ISF = "isf_"
"""What inputs of a person's shaders begin with: as they are at first no preset needs them, nor their file."""

CheckRoute = Callable[[dict[str, Any]], object]


def _unchecked(record: dict[str, Any]) -> None:
    """Take any record of a route."""


@dataclass(frozen=True)
class NetLayers:
    """What a preset has to know of a net: its name, its layers in order, and those worth a dream."""

    name: str
    layers: Sequence[str]
    worth: Sequence[str]

    def at(self, depth: float) -> str:
        """Return the layer worth a dream that is nearest to a depth: 0 is the first layer, 1 the last."""
        return min(self.worth or self.layers, key=lambda name: abs(self.depth(name) - depth))

    def depth(self, layer: str) -> float:
        """Return how deep a layer is, as a share of the net's layers."""
        return self.layers.index(layer) / max(len(self.layers) - 1, 1)


class InFile(BaseModel):
    """How a render writes a preset's frames; None is the render's own default. `delay` is in 1/100 s.

    `params` are those that are others in a render.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    reverse: bool | None = Field(None, description="true or false is needed")
    loop: int | None = Field(None, ge=0, le=65535, description="a whole number in 0..65535 is needed")
    delay: int | None = Field(None, ge=2, le=6000, description="a whole number in 2..6000 is needed")
    params: dict[str, Any] = Field({}, description="a table is needed, as in [render.params]")


class _File(BaseModel):
    """What may stand in a preset's file; the description of each says what is needed there.

    `nets` holds what differs for nets by name, `depth` the layer for the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    help: str = Field("", pattern=r"^[^\n]*$", description="one line of text is needed")
    key: str = Field("", pattern=r"^[0-9]?$", description='a digit is needed, as in "3"')
    depth: float | None = Field(
        None, ge=0, le=1, description="a number in 0..1 is needed, from first layer to last"
    )
    params: dict[str, Any] = Field({}, description="a table is needed, as in [params]")
    nets: dict[str, dict[str, Any]] = Field(
        {}, description="a table for each net is needed, as in [nets.vgg16]"
    )
    render: InFile = Field(InFile(), description="a table is needed, as in [render]")
    route: list[dict[str, Any]] = Field([], description="records are needed, as in [[route]]")


class Preset(_File):
    """A named set of params, as its file has it, with the params checked."""

    name: str
    users: bool = False

    def values(self, net: NetLayers) -> dict[str, Any]:
        """Return the params that it sets on a net; what it does not name is not among them."""
        deep = {} if self.depth is None or not net.layers else {"layer": net.at(self.depth)}
        return {**deep, **self.params, **self.nets.get(net.name, {})}

    def in_file(self) -> "Preset":
        """Return the preset as a render has it, where `[render.params]` goes before all else."""
        nets = {net: {**values, **self.render.params} for net, values in self.nets.items()}
        return self.model_copy(update={"params": {**self.params, **self.render.params}, "nets": nets})


@dataclass
class Shelf:
    """The presets in order, and in a line each what is wrong with the others, by name."""

    presets: list[Preset]
    problems: dict[str, str]

    def find(self, name: str) -> Preset:
        """Return the preset of a name; PresetError says what is wrong with it, or which is like it."""
        presets = {preset.name: preset for preset in self.presets}
        if name in presets:
            return presets[name]
        raise PresetError(self.problems.get(name) or f"no preset '{name}'; {nearest(name, presets)}")

    def keys(self) -> dict[str, Preset]:
        """Return the preset of each digit; one of the user's goes before one of the program's.

        What was saved at the digit goes before both.
        """
        rising = sorted(self.presets, key=lambda preset: (preset.users, preset.name == _saved_at(preset.key)))
        return {preset.key: preset for preset in rising if preset.key}

    def after(self, name: str, steps: int) -> Preset:
        """Return the preset so many places on, going round; from none that is there, the first or last."""
        if not self.presets:
            raise PresetError("there are no presets")
        names = [preset.name for preset in self.presets]
        at = names.index(name) if name in names else (-1 if steps > 0 else 0)
        return self.presets[(at + steps) % len(names)]

    def save(
        self, params: Params, net: NetLayers, digit: str = "", routes: Sequence[Mapping[str, Any]] = ()
    ) -> Path:
        """Write params and routes as the user's preset with the next free number, and put it on the shelf.

        With a digit it is that digit's, in place of what was saved there before.
        """
        folder, number = users_folder(), 1
        path = folder / f"{_saved_at(digit)}.toml"
        while not digit and os.path.lexists(path := folder / f"user-{number}.toml"):
            number += 1
        text = _written(params, net, digit, routes)
        try:
            if digit:  # in place of another: whole, or not at all
                write_whole(path, text.encode())
            else:
                folder.mkdir(parents=True, exist_ok=True)
                with path.open("x", encoding="utf-8") as file:  # another show may save, too
                    file.write(text)
        except OSError as error:
            raise PresetError(f"{error.filename or folder}: {reason(error)}") from error
        preset = read_preset(path, ParamStore()).model_copy(update={"users": True})
        self.presets = [each for each in self.presets if each.name != preset.name] + [preset]
        return path


def users_folder() -> Path:
    """Return the folder of the user's presets, there or not."""
    return config_folder() / "presets"


def preset_files() -> Iterator[Path]:
    """Give the files of all presets, the program's first."""
    for folder in (own_folder("presets"), users_folder()):
        yield from sorted(folder.glob("*.toml"))


def load_presets(
    transforms: Sequence[str], effects: Sequence[str] = (), check_route: CheckRoute = _unchecked
) -> Shelf:
    """Return all presets, the program's first, whose first ten have the digits in order.

    One of the user's takes its namesake's place, and the key, too, if it names none. Without `effects` their
    names go unchecked.
    """
    found: dict[str, Preset] = {}
    problems: dict[str, str] = {}
    store = ParamStore(choices={"transform": transforms, **({"effects": effects} if effects else {})})
    for path in preset_files():
        try:
            preset = read_preset(path, store, check_route)
            if users := path.parent == users_folder():
                key = found[preset.name].key if preset.name in found else ""
            else:
                key = DIGITS[len(found) : len(found) + 1]
            found[preset.name] = preset.model_copy(update={"users": users, "key": preset.key or key})
        except PresetError as error:
            problems[_name(path)] = str(error)
    return Shelf(list(found.values()), problems)


def read_preset(path: Path, store: ParamStore, check_route: CheckRoute = _unchecked) -> Preset:
    """Return the preset of a file, checked by a store's change; PresetError says where it is wrong.

    `check_route` raises a DreamstreamError for a record that can be no route.
    """
    where = ""
    try:
        text = path.read_text(encoding="utf-8")
        file = _File.model_validate(tomllib.loads(text))
        nets = {net: _checked(values, store) for net, values in file.nets.items()}
        render = file.render.model_copy(update={"params": _checked(file.render.params, store)})
        checked = {"params": _checked(file.params, store), "nets": nets, "render": render}
        heads = [n for n, line in enumerate(text.split("\n"), 1) if line.split("#")[0].strip() == _ROUTE]
        for number, record in enumerate(file.route):
            where = f", line {heads[number]}" if number < len(heads) else ""
            check_route(record)
        return Preset(**{**dict(file), **checked}, name=_name(path))
    except OSError as error:
        fault = reason(error)
    except ValidationError as error:
        fault = _complaint(error.errors()[0])
    except DreamstreamError as error:
        fault = str(error)
    except (ValueError, RecursionError) as error:
        fault = f"not TOML: {error}"
    raise PresetError(f"{path}{where}: {fault}")


def _saved_at(digit: str) -> str:
    """Return the name of the preset that is saved at a digit."""
    return f"key-{digit}"


def _name(path: Path) -> str:
    """Return a preset's name: the file's, without the number that only puts it in order."""
    return re.sub(r"^\d+-", "", path.stem)


def _complaint(error: "ErrorDetails") -> str:
    """Return what is wrong with a file's part in one line."""
    *parts, name = map(str, error["loc"])
    fields = (InFile if parts == ["render"] else _File).model_fields
    if error["type"] == "extra_forbidden":
        home = f"[{'.'.join([*parts, 'params'])}]"
        hint = f"params belong under {home}" if name in TABLE else nearest(name, fields)
        return f"no '{name}' {'in [render]' if parts else 'here'}; {hint}"
    needed = fields[name if name in fields else parts[0]].description
    return f"{name} cannot be {error['input']!r}: {needed}"


def _checked(values: Mapping[str, Any], store: ParamStore) -> dict[str, Any]:
    """Return params as the store keeps them; one at a time, so that an error names one."""
    checked = {}
    for name, value in of_today(values).items():
        if name in TABLE and name not in PRESET_PARAMS:
            raise PresetError(f"{name} is the show's own, and no part of a preset")
        if name not in TABLE:
            raise PresetError(f"no param '{name}'; {nearest(name, PRESET_PARAMS)}")
        if refused := TABLE[name].beyond(value):
            raise PresetError(refused)
        checked[name] = getattr(store.change(**{name: value}), name)
    return checked


def _written(params: Params, net: NetLayers, digit: str, routes: Sequence[Mapping[str, Any]]) -> str:
    """Return params and routes as a preset's file: all that it may hold, so that no default can change it."""
    values = params.model_dump(include=set(PRESET_PARAMS))
    values = {n: v for n, v in values.items() if not (n.startswith(_ISF) and v == TABLE[n].default)}
    where = f" on {params.layer} of {net.name}" if params.layer else f" on {net.name}"
    lines = ["# Saved from a show; docs/presets.md tells what may stand here.", ""]
    lines += [f"help = {toml_value(' '.join((params.transform + where).split()))}"]
    if digit:
        lines += [f"key = {toml_value(digit)}  # recalled by Shift with it"]
    if params.layer in net.layers:
        lines += [f"depth = {net.depth(params.layer):.4f}  # of the layer, for other nets"]
    lines += ["", "[params]", *(f"{n} = {toml_value(v)}" for n, v in values.items() if n not in OF_A_NET)]
    lines += ["", f"[nets.{toml_value(net.name)}]", *(f"{n} = {toml_value(values[n])}" for n in OF_A_NET)]
    for route in routes:
        lines += ["", _ROUTE, *(f"{name} = {toml_value(value)}" for name, value in route.items())]
    return "\n".join(lines) + "\n"
