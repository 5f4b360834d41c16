"""Settings: what is dreamt, and with what; each field stands here once.

    flags, a score's start -> Settings -> a score's start, a snapshot's text

Flags and scores have the net's fields (net, weights, mean ...) beside the others: they are taken so, too.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from dreamstream.errors import NetError, ScoreError
from dreamstream.nets import DEFAULT_NET, caffe_missing, check_machine
from dreamstream.size import Size

_Model = TypeVar("_Model", bound=BaseModel)

OptionalPath = Annotated[
    Path | None,
    BeforeValidator(lambda value: value or None),
    PlainSerializer(lambda path: str(path or ""), when_used="json"),
]
"""A path, or None; in records, which have no None, an empty text."""


def _mean_text(value: Any) -> Any:
    """Return three numbers of a record as the text that a person would give."""
    return ",".join(repr(float(number)) for number in value) if isinstance(value, list | tuple) else value


def _read(kind: type[_Model], record: Mapping[str, Any], names: Iterable[str], **values: Any) -> _Model:
    """Return a model of a record's values; a ScoreError, in one line, names the first missing or wrong."""
    try:
        return kind.model_validate({**{name: record[name] for name in names}, **values})
    except KeyError as error:
        raise ScoreError(str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ScoreError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


class NetChoice(BaseModel):
    """A net by its catalog's name, .prototxt or .caffemodel, with what a person gives beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    net: str = DEFAULT_NET
    weights: OptionalPath = None
    mean: Annotated[str, BeforeValidator(_mean_text)] = ""
    scale: float | None = None
    channel_order: str = ""
    classes: OptionalPath = None

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "NetChoice":
        """Return the choice that a score tells of; ScoreError names what is missing or wrong."""
        return _read(cls, record, cls.model_fields)


class Settings(BaseModel):
    """What is dreamt: `size` is the canvas's, `params` those that were given.

    The canvas is on the host, or where the gradient is computed; `auto`: there, if that is no CPU.
    A gradient is computed in windows of `tile` pixels a side; 0: as a whole, where memory will do.
    Maps of layers are made of the pictures in the folder `map_from`, or for `source` of what flows in.
    `drawn` is the canvas that random patterns are drawn for, where it is not this one: they are then alike.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[str, ...] = ("clouds",)
    size: Size = Field(
        Size(448, 252), validation_alias=AliasChoices("size", "canvas"), serialization_alias="canvas"
    )
    net: NetChoice = NetChoice()
    engine: Literal["torch", "caffe"] = "torch"
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    canvas_on: Literal["auto", "host", "device"] = "auto"
    threads: int | None = None
    plan: Literal["compiled", "reference"] = "compiled"
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "fp32"
    tile: int = 0
    seed: int = 1
    guide: OptionalPath = None
    mask: OptionalPath = None
    other_net: str = ""
    map_from: OptionalPath = None
    transforms: tuple[Path, ...] = ()
    preset: str = ""
    preset_b: str = ""
    params: Mapping[str, Any] = {}
    drawn: Size | None = None

    @model_validator(mode="before")
    @classmethod
    def _gather_net(cls, data: Any) -> Any:
        """Gather the net's fields from among the others."""
        if not isinstance(data, dict) or isinstance(data.get("net"), NetChoice | dict):
            return data
        net = {name: value for name, value in data.items() if name in NetChoice.model_fields}
        return {**{name: value for name, value in data.items() if name not in net}, "net": net}

    def changed(self, **values: Any) -> "Settings":
        """Return these with other values, checked; a net's name or file brings nothing beside it."""
        return Settings.model_validate({**(dict(self) if "net" in values else self.flat()), **values})

    def flat(self) -> dict[str, Any]:
        """Return all fields, those of the net beside the others."""
        return {**dict(self), **dict(self.net)}

    def record(self) -> dict[str, Any]:
        """Return what a score's start and a snapshot say of the settings, as JSON has it."""
        others = {"net", "device", "canvas_on", "threads", "map_from", "params", "drawn"}
        return {
            **self.model_dump(mode="json", by_alias=True, exclude=others),
            **self.net.model_dump(mode="json"),
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any], params: Mapping[str, Any]) -> "Settings":
        """Return the settings that a score's start tells of; ScoreError names what is missing or wrong.

        The presets are left out: the params have all that they had.
        """
        later = {"tile": 0, "mask": "", "other_net": ""}  # than older scores
        absent = {"device": "auto", "canvas_on": "auto", **later}
        needed = [name for name in cls().record() if name not in ("preset", "preset_b", *later)]
        others = {name: record.get(name, value) for name, value in absent.items()}
        return _read(cls, record, needed, **others, params=params)


def check_engine(settings: Settings) -> None:
    """Raise NetError where real Caffe is asked for, and missing, or for what it or this machine cannot do."""
    if settings.engine == "caffe":
        if missing := caffe_missing():
            raise NetError(f"--engine caffe: {missing}")
        if settings.device not in ("auto", "cpu"):
            raise NetError(f"--engine caffe computes on the CPU, not on '{settings.device}'")
        if settings.precision not in ("auto", "fp32"):
            raise NetError(f"--engine caffe computes in fp32, not in {settings.precision}")
    else:
        check_machine(settings.device, settings.plan, settings.precision)
