"""How a param is declared: all that is said of it, in one place."""

from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from dreamstream.knobs.stepping import Amount, Counter, Round, Stepping, Switch


@dataclass(frozen=True)
class ParamInfo:
    """What the table of params says of one: the declaration that `param` makes, and its name.

    `clamp` pulls a value that is out of range to its end instead of refusing it. `example` is shown where a
    value is refused; `flag` is the command line's word, and `label` that beside a key, where it is not the
    name. `choices` are the names that a text may be, where they are the same in every show. `stepped` says
    how it is stepped, None where it cannot be. One that `eases` goes along when the transforms change.
    `length` says of a value, or of each of several, that it is pixels of the canvas, and goes with its size.
    `formerly` are names that it had before: they are still understood (see `params.of_today`).
    """

    name: str
    default: Any
    help: str
    group: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    clamp: bool = False
    example: str = ""
    flag: str = ""
    label: str = ""
    choices: tuple[str, ...] = ()
    stepped: Stepping | None = None
    eases: bool = False
    length: bool | tuple[bool, ...] = False
    formerly: tuple[str, ...] = ()

    @property
    def range(self) -> str:
        """The range as text, or an empty text."""
        return "" if self.low is None or self.high is None else f"{self.low:g}..{self.high:g}"


def param(
    default: Any,
    help: str,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    unit: str = "",
    *,
    group: str,
    **more: Any,
) -> Any:
    """Declare one param as a field of a pydantic model; `more` is what else ParamInfo has room for.

    How it is stepped need not be said of switches, numbers and texts with choices.
    """
    info = ParamInfo("", default, help, group, low, high, step, unit, **more)
    info = replace(info, stepped=info.stepped or _usual_stepping(info))
    return Field(default, description=help, ge=info.low, le=info.high, json_schema_extra={"info": info})  # type: ignore[dict-item]


def info_of(name: str, field: FieldInfo) -> ParamInfo:
    """Return what the declaration of a model's field says."""
    extra: Any = field.json_schema_extra
    info: ParamInfo = extra["info"]
    flag, label = info.flag or name.replace("_", "-"), info.label or name.replace("_", " ")
    return replace(info, name=name, flag=f"--{flag}", label=label)


class Knobs(BaseModel):
    """Part of Params: what each room declares of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __getitem__(self, name: str) -> Any:
        """Return the value of a param by its name; KeyError where there is none."""
        if name not in type(self).model_fields:
            raise KeyError(name)
        return getattr(self, name)


def _usual_stepping(info: ParamInfo) -> Stepping | None:
    if isinstance(info.default, bool):
        return Switch()
    if isinstance(info.default, int | float):
        return Amount(info.step) if info.step is not None else Counter()
    return Round() if info.choices else None


def _split(value: Any) -> Any:
    """Take a list that is written as text: `3,17`; an empty text is an empty list."""
    if not isinstance(value, str):
        return value
    return tuple(value.split(",")) if value.strip() else ()


LIST = BeforeValidator(_split)
