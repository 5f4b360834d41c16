"""What a show goes over to in the middle: the records of swaps."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from dreamstream.score.fields import Count, Text


@dataclass(frozen=True, slots=True)
class NetSwap:
    """Another net: what `ChosenNet.record` tells of it."""

    net: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OtherNetSwap:
    """Another net in turn with the show's own, by its name or file; the checksum is that of its weights."""

    other_net: Text
    checksum: Text = ""


@dataclass(frozen=True, slots=True)
class CanvasSwap:
    """Another canvas."""

    canvas: tuple[Count, Count]


@dataclass(frozen=True, slots=True)
class SourceSwap:
    """One more source, by its file or word; the checksum is that of a file."""

    source: Text
    checksum: Text = ""


def _swap_tag(value: Any) -> str | None:
    keys = value if isinstance(value, dict) else getattr(value, "__slots__", ())
    return next((tag for tag in ("net", "other_net", "canvas", "source") if tag in keys), None)


AnySwap = Annotated[
    Annotated[NetSwap, Tag("net")]
    | Annotated[OtherNetSwap, Tag("other_net")]
    | Annotated[CanvasSwap, Tag("canvas")]
    | Annotated[SourceSwap, Tag("source")],
    Discriminator(
        _swap_tag,
        custom_error_type="swap",
        custom_error_message="should be a net, a net in turn, a canvas or a source",
    ),
]
