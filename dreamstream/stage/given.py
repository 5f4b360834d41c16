"""What a show is given beside its net and its sources, and what its params may be with that.

settings -> guide, mask, the other net -> reads, what a show begins with, rounds and checks of the store
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from dreamstream.errors import ParamError, SourceError, nearest
from dreamstream.frame import Canvas
from dreamstream.nets import NetEntry
from dreamstream.params import PAINTS, Params
from dreamstream.size import Size
from dreamstream.sources import Source, is_word, open_picture, open_source
from dreamstream.stage.chosen_net import ChosenNet
from dreamstream.stage.settings import NetChoice, Settings

_IN_TURN = 2  # frames: one of them is the other net's


class Given:
    """`guide` and `mask` are pictures in their own shape, `other` is the other net; None where none is given.

    A mask may be a source that gives one for each frame, too: a generator (`isf:NAME`).
    Raises SourceError and NetError for what they cannot be; `octaves` are the sizes dreamt at, largest first.
    """

    def __init__(self, settings: Settings, octaves: Sequence[Size]) -> None:
        self._files = settings.guide, settings.mask
        self.guide = _picture(settings.guide, settings)
        self.mask = _mask(settings.mask, settings)
        choice = NetChoice(net=settings.other_net)
        self.other = ChosenNet(choice, sizes=octaves) if settings.other_net else None

    def with_other(self, other: ChosenNet) -> "Given":
        """Return the same with another net in turn with the show's own."""
        given = copy(self)
        given.other = other
        return given

    def carried(self, params: Params) -> dict[str, Any]:
        """Return what its other net takes over of the params of another."""
        known = self.other is not None and params.other_layer in self.other.layers.layers
        every = params.other_every or self.turns["other_every"]
        return {"other_every": every, "other_layer": params.other_layer if known else ""}

    @property
    def reads(self) -> list[Path | None]:
        """The files that it is made of."""
        other: NetEntry | None = self.other.entry if self.other is not None else None
        files = [path for path in self._files if path is not None and not is_word(str(path))]
        return [*files, *((other.prototxt, other.caffemodel) if other is not None else ())]

    def close(self) -> None:
        """Let go of the mask, where it is a source."""
        if isinstance(self.mask, Source):
            self.mask.close()

    @property
    def at_first(self) -> dict[str, Any]:
        """The params that a show and a preset begin with for it."""
        return {"guide_on": self.guide is not None, "paint": "none" if self.mask is None else "mask"}

    @property
    def turns(self) -> dict[str, Any]:
        """How often a show begins to dream by the other net: in turn with its own."""
        return {"other_every": 0 if self.other is None else _IN_TURN}

    @property
    def rounds(self) -> Mapping[str, Sequence[str]]:
        """What names go round live, as the store takes it."""
        others = self.other.rounds["layer"] if self.other is not None else ()
        paints = [name for name in PAINTS if self.mask is not None or name != "mask"]
        return {"paint": paints, "other_layer": ["", *others]}

    @property
    def checks(self) -> Mapping[str, Callable[[Any], Any]]:
        """What checks a requested value and returns the one to be stored, as the store takes it."""
        return {
            "guide_on": self._guide_on,
            "paint": self._paint,
            "other_every": self._other_every,
            "other_layer": self._other_layer,
        }

    def _guide_on(self, on: bool) -> bool:
        if on and self.guide is None:
            raise ParamError("no guide picture to switch on; start with --guide PICTURE")
        return on

    def _paint(self, paint: str) -> str:
        if paint == "mask" and self.mask is None:
            raise ParamError("no mask to paint by; start with --mask PICTURE, or --mask isf:NAME")
        return paint

    def _other_every(self, every: int) -> int:
        if every and self.other is None:
            raise ParamError("no other net to dream by; start with --other-net NET")
        return every

    def _other_layer(self, layer: str) -> str:
        if layer and self.other is None:
            raise ParamError("no other net to have a layer; start with --other-net NET")
        layers = self.other.layers.layers if self.other is not None and layer else [""]
        if layer not in layers:
            raise ParamError(f"other_layer: the other net has no layer '{layer}'; {nearest(layer, layers)}")
        return layer


def _mask(path: Path | None, settings: Settings) -> Canvas | Source | None:
    """Return a mask; SourceError where it is neither a picture nor a generator."""
    text = str(path or "")
    if not is_word(text):
        return _picture(path, settings)
    if not text.startswith("isf:"):
        raise SourceError(f"{text}: is no mask; a picture's file is needed, or isf:NAME")
    return open_source(text, settings.size, settings.seed)


def _picture(path: Path | None, settings: Settings) -> Canvas | None:
    """Return a picture that is given, with as many pixels as the canvas."""
    return None if path is None else open_picture(str(path), settings.size.area)
