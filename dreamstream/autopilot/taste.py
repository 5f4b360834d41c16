"""Taste: what the autopilot may pick, how often, for how long, and what it does not bear.

    taste.toml beside this module <- the player's own, over it -> Taste

The player's file is looked at while it plays: what is wrong in it is one line, and the taste stays as it was.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dreamstream.errors import ControlError, nearest, reason
from dreamstream.every import Every
from dreamstream.places import config_folder
from dreamstream.tell import Tell

_BASE = Path(__file__).with_name("taste.toml")
_LOOK = 2.0  # seconds from one look at the file to the next

_number = partial(Field, allow_inf_nan=False)
_share = partial(_number, ge=0, le=1, description="a number in 0..1 is needed")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Phrase(_Table):
    """How long one scene is played, in bars of the tempo or in minutes, and how it turns into the next."""

    bars: int = _number(ge=1, le=4096, description="a whole number in 1..4096 is needed")
    minutes: float = _number(ge=0.05, le=120, description="a number in 0.05..120 is needed")
    parts: int = _number(ge=1, le=64, description="a whole number in 1..64 is needed")
    morph: float = _number(ge=0, le=600, description="seconds in 0..600 are needed")
    jump: bool = Field(description="true or false is needed")


class Names(_Table):
    """Names of a kind: those to pick from, or all, and those to leave out."""

    pick: list[str] = Field([], description='names are needed, as in ["zoom", "flow"]')
    leave_out: list[str] = Field([], description='names are needed, as in ["zoom", "flow"]')

    def of(self, known: Iterable[str]) -> list[str]:
        """Return those of the known names that may be picked, in their order."""
        return [name for name in known if (not self.pick or name in self.pick) and name not in self.leave_out]


class Presets(Names):
    """Which presets are played, and how far from one a scene may stray."""

    stray: float = _share()


class Kind(Names):
    """How often a scene has something of a kind, and of which names."""

    often: float = _share()


class Layers(Kind):
    """How often a scene has a layer of its own, from which depth to which: 0 is the first, 1 the last."""

    shallowest: float = _share()
    deepest: float = _share()

    def within(self, names: Sequence[str]) -> list[str]:
        """Return those of the layers, the shallow ones first, that may be picked."""
        last = max(len(names) - 1, 1)
        deep = (name for at, name in enumerate(names) if self.shallowest <= at / last <= self.deepest)
        return self.of(deep)


class Directions(_Table):
    """How often a scene dreams a direction of its own, of how many channels, and how soon those tire."""

    often: float = _share()
    channels: int = _number(ge=1, le=16, description="a whole number in 1..16 is needed")
    fatigue: float = _number(ge=0, le=2, description="a number in 0..2 is needed")
    fatigue_time: float = _number(ge=1, le=1800, description="seconds in 1..1800 are needed")


class Second(Kind):
    """How often a scene has a second layer, and how much of each is the net's own."""

    home: float = _share()


class Roam(_Table):
    """How often a scene roams over its layer's map."""

    often: float = _share()


class Leave(_Table):
    """When a scene is left before its end."""

    seconds: float = _number(ge=1, le=3600, description="seconds in 1..3600 are needed")
    alive: float = _share()
    new: float = _share()
    still: float = _number(ge=1, le=3600, description="seconds in 1..3600 are needed")
    failures: int = _number(ge=1, le=1000, description="a whole number in 1..1000 is needed")


class Taste(_Table):
    """What the autopilot goes by; its tables are those of `taste.toml`."""

    phrase: Phrase = Field(description="a table is needed, as in [phrase]")
    presets: Presets = Field(description="a table is needed, as in [presets]")
    layers: Layers = Field(description="a table is needed, as in [layers]")
    directions: Directions = Field(description="a table is needed, as in [directions]")
    roam: Roam = Field(description="a table is needed, as in [roam]")
    classes: Kind = Field(description="a table is needed, as in [classes]")
    second: Second = Field(description="a table is needed, as in [second]")
    transforms: Kind = Field(description="a table is needed, as in [transforms]")
    palettes: Kind = Field(description="a table is needed, as in [palettes]")
    effects: Kind = Field(description="a table is needed, as in [effects]")
    leave: Leave = Field(description="a table is needed, as in [leave]")

    @classmethod
    def read(cls, path: Path | None = None) -> "Taste":
        """Return the program's taste, a file's over it if one is given; ControlError says what is wrong."""
        own = tomllib.loads(_BASE.read_text(encoding="utf-8"))
        try:
            over = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path is not None else {}
            return cls.model_validate(_merged(own, over))
        except OSError as error:
            fault = reason(error)
        except ValidationError as error:
            fault = _complaint(error)
        except (ValueError, RecursionError) as error:
            fault = f"not TOML: {error}"
        raise ControlError(f"{path}: {fault}")

    def unknown(self, kind: str, known: Sequence[str]) -> str:
        """Return what is wrong with the names of a kind, as `effects`; nothing where all are known.

        What the program's own taste names may be missing: a shelf, or a net, may be another.
        """
        names, own = getattr(self, kind), getattr(Taste.read(), kind)
        for name in (*names.pick, *names.leave_out):
            if name not in (*known, *own.pick, *own.leave_out):
                return f"[{kind}]: no '{name}' here; {nearest(name, known)}"
        return ""


def own_taste() -> Path:
    """Return the file of the player's own taste, there or not."""
    return config_folder() / "taste.toml"


class TasteFile:
    """The taste by a player's file, there or not, read again when it has changed: see `turn`."""

    def __init__(self, path: Path, tell: Tell) -> None:
        self._path, self._tell, self._look = path, tell, Every(_LOOK)
        self._state: tuple[int, int] | None = None
        self.taste = Taste.read()
        self.turn(0.0)

    def turn(self, now: float) -> bool:
        """Look at the file, if it is time to; return whether it gave another taste."""
        if not self._look.due(now):
            return False
        before, self._state = self._state, self._stat()
        if self._state == before:
            return False
        try:
            taste = Taste.read(self._path if self._state else None)
        except ControlError as error:
            self._tell(str(error), "taste")
            return False
        self._tell("", "taste")
        before_taste, self.taste = self.taste, taste
        return taste != before_taste

    def _stat(self) -> tuple[int, int] | None:
        try:
            state = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError:
            return 0, 0  # there, and cannot be read: that is told
        return state.st_mtime_ns, state.st_size


def _merged(own: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return both, table by table; what is no table where one is needed is left for the check to refuse."""
    merged = dict(own)
    for name, table in over.items():
        known = own.get(name)
        merged[name] = {**known, **table} if isinstance(known, dict) and isinstance(table, dict) else table
    return merged


def _complaint(error: ValidationError) -> str:
    """Return what is wrong with a taste in one line."""
    first = error.errors()[0]
    *tables, name = (str(part) for part in first["loc"] if not isinstance(part, int))
    model: type[BaseModel] = Taste
    for table in tables:
        kind = model.model_fields[table].annotation
        assert isinstance(kind, type)
        model = kind
    where = f"[{tables[0]}] " if tables else ""
    if first["type"] == "extra_forbidden":
        return (
            f"{where}has no '{name}'; {nearest(name, model.model_fields)}"
            if tables
            else (f"no '{name}' here; {nearest(name, model.model_fields)}")
        )
    return f"{where}{name} cannot be {first['input']!r}: {model.model_fields[name].description}"
