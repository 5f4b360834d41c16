"""Mapping: how one window shows the picture: which part, where, and in what light."""

from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dreamstream.mapping.homography import Points, is_convex
from dreamstream.mapping.net import Net, net_of

CORNERS = ("upper left", "upper right", "lower right", "lower left")
"""In the order in which they are kept."""
MOST_POINTS = 9
"""That a side of a mesh may have."""

_Place = Annotated[
    float, Field(ge=-1, le=2)
]  # of the window: what a projector does not reach may lie beside it
_Point = tuple[_Place, _Place]
_Share = Annotated[float, Field(ge=0, le=1)]
_Row = Annotated[tuple[_Point, ...], Field(min_length=2, max_length=MOST_POINTS)]


class Mapping(BaseModel):
    """One window's mapping; what is not said leaves the picture as it is.

    `part` is what it shows of the picture: left, top, width, height, as shares of it. `corners` are places in
    the window (0..1), clockwise from the upper left. `mesh` are rows of points in the unit square that the
    corners then pin. `edges` fade, as shares of what is shown: left, top, right, bottom. Levels to the power
    1/`gamma`, times `gain` and `white` (red, green, blue), are what is shown. `effects` are its own chain of
    them; None is the show's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    part: tuple[_Share, _Share, _Share, _Share] = (0.0, 0.0, 1.0, 1.0)
    corners: tuple[_Point, _Point, _Point, _Point] | None = None
    mesh: Annotated[tuple[_Row, ...], Field(min_length=2, max_length=MOST_POINTS)] | None = None
    edges: tuple[_Share, _Share, _Share, _Share] = (0.0, 0.0, 0.0, 0.0)
    edge_curve: float = Field(2.0, ge=1, le=10)
    edge_gamma: float = Field(2.2, ge=0.2, le=5)
    gain: float = Field(1.0, ge=0, le=4)
    gamma: float = Field(1.0, ge=0.2, le=5)
    white: tuple[_Share, _Share, _Share] = (1.0, 1.0, 1.0)
    effects: str | None = None

    @model_validator(mode="after")
    def _check(self) -> "Mapping":
        left, top, width, height = self.part
        if min(width, height) < 0.01 or max(left + width, top + height) > 1 + 1e-6:
            raise ValueError("part: left, top, width and height, at least 0.01, within the picture")
        if self.corners is not None and not is_convex(np.array(self.corners)):
            raise ValueError("corners: clockwise from the upper left, with no corner bent inwards")
        if self.mesh is not None:
            if len({len(row) for row in self.mesh}) > 1:
                raise ValueError("mesh: as many points in each row")
            if self.net(np.array(_SQUARE)).folded:
                raise ValueError("mesh: its points must not lie over each other's")
        for name, (one, other) in (("left and right", self.edges[::2]), ("top and bottom", self.edges[1::2])):
            if one + other > 1:
                raise ValueError(f"edges: {name} are more than the whole picture")
        return self

    def net(self, corners: Points) -> Net:
        """Return the picture's net; `corners` (4×2) are where it lies in the window if none are pinned."""
        pinned = np.array(self.corners) if self.corners is not None else corners
        return net_of(pinned, None if self.mesh is None else np.array(self.mesh))

    @property
    def moves(self) -> bool:
        """Whether anything of it changes a pixel on its way to the window."""
        return self.model_copy(update={"effects": None}) != PLAIN


_SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))

PLAIN = Mapping()
"""What leaves the picture as it is."""
