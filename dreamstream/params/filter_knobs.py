"""The knobs of the filters."""

from pydantic import BaseModel

from dreamstream.params.field import param


class FilterKnobs(BaseModel):
    """Part of Params."""

    blur: float = param(
        1.0, "blur: standard deviation", group="transform", low=0, high=50, step=0.25, unit="px"
    )
