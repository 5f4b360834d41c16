"""How a parameter is declared: its default, range, step, unit and help, in one place."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field


def param(
    default: Any,
    help: str,
    *,
    group: str,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    unit: str = "",
    clamp: bool = False,
    example: str = "",
    flag: str = "",
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare one parameter; `clamp` pulls a value that is out of range to its end instead of refusing it.

    `example` is shown where a value is refused, `flag` is the command line's word where it is not the name;
    `choices` are the names that a text may be, where they are the same in every show.
    """
    extra: dict[str, Any] = {"group": group, "low": low, "high": high, "step": step, "unit": unit}
    extra |= {"clamp": clamp} | {"example": example, "flag": flag, "choices": choices}
    return Field(default, description=help, ge=low, le=high, json_schema_extra=dict(extra))


def _split(value: Any) -> Any:
    """Take a list that is written as text: `3,17`; an empty text is an empty list."""
    if not isinstance(value, str):
        return value
    return tuple(value.split(",")) if value.strip() else ()


LIST = BeforeValidator(_split)
Factor = Annotated[float, Field(ge=-100, le=100)]
Shift = Annotated[float, Field(ge=-10000, le=10000)]  # pixels
