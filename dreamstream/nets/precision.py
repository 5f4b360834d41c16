"""Precision: the numbers that a net is computed with, as this CPU and this torch can.

`auto` is bfloat16 where the CPU multiplies it by itself: elsewhere it is no faster than float32. Whether
bfloat16 can be computed at all is found by trying, once: which instructions torch wants for it changes from
release to release.
"""

from functools import cache
from typing import Any

import torch

from dreamstream.caffe.geometry import Window
from dreamstream.errors import NetError
from dreamstream.nets.plan.slide import Kernel, Slide


def pick_precision(name: str) -> torch.dtype:
    """Return the number type for `auto`, `fp32` or `bf16`; NetError where bfloat16 is not to be had."""
    if name == "auto":
        can: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
        multiplies = can.get("avx512_bf16") or can.get("amx_bf16")
        name = "bf16" if multiplies and not bf16_missing() else "fp32"
    if name == "bf16" and (why := bf16_missing()):
        raise NetError(f"--precision bf16: this CPU cannot compute in bfloat16 ({why}); use fp32 or auto")
    return torch.bfloat16 if name == "bf16" else torch.float32


@cache
def bf16_missing() -> str:
    """Return why plans cannot be computed in bfloat16 on this CPU; an empty text where they can."""
    kernel = Kernel(torch.zeros(8, 8, 3, 3), None, Window((3, 3), (1, 1), (1, 1), (1, 1)))
    picture = torch.zeros(1, 8, 8, 8, dtype=torch.bfloat16)
    try:
        Slide(kernel, tuple(picture.shape), torch.bfloat16)(picture)
    except RuntimeError as error:
        return str(error).splitlines()[0][:200]
    return ""
