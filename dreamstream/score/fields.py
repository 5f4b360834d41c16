"""The fields of a score's records: what a number and a text may be."""

from typing import Annotated

from pydantic import Field, InstanceOf, StrictFloat, StrictInt

Index = Annotated[StrictInt, Field(ge=0, lt=2**53)]
"""The number of a frame."""

Count = Annotated[StrictInt, Field(ge=1, lt=2**31)]
Place = Annotated[StrictInt, Field(ge=0, lt=2**31)]
Number = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Text = InstanceOf[str]
"""Any text, also a file's name that is not UTF-8 (PEP 383), which pydantic's own `str` refuses."""
