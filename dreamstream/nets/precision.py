"""Precision: the numbers that a net is computed with, as this machine and this torch can.

`auto` is a half where the device multiplies it by itself, as elsewhere it is no faster than float32: bfloat16
on CPUs and cards that have it, float16 on older cards of Nvidia's. Whether a half can be computed at all is
found by trying, once: which instructions torch wants for it changes from release to release.
"""

from functools import cache
from typing import Any

import torch

from dreamstream.caffe.geometry import Window
from dreamstream.errors import NetError
from dreamstream.nets.plan.slide import Kernel, Slide

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
_CPU = torch.device("cpu")
_NAMES = {"cpu": "this CPU", "cuda": "this card", "mps": "this graphics processor"}


def pick_precision(name: str, device: torch.device = _CPU) -> torch.dtype:
    """Return the number type for `auto` or a name of `PRECISIONS`; NetError where it is not to be had."""
    if name == "auto":
        name = _fastest(device)
        return PRECISIONS["fp32" if half_missing(name, device) else name]
    if why := half_missing(name, device):
        raise NetError(
            f"--precision {name}: {_NAMES[device.type]} cannot compute in it ({why}); use fp32 or auto"
        )
    return PRECISIONS[name]


def _fastest(device: torch.device) -> str:
    """Return what a device multiplies fastest."""
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp16"
    if device.type == "mps":
        return "fp32"
    can: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return "bf16" if can.get("avx512_bf16") or can.get("amx_bf16") else "fp32"


@cache
def half_missing(name: str, device: torch.device = _CPU) -> str:
    """Return why plans cannot be computed in a precision on a device; an empty text where they can."""
    if name == "fp32":
        return ""
    dtype, window = PRECISIONS[name], Window((3, 3), (1, 1), (1, 1), (1, 1))
    try:
        kernel = Kernel(torch.zeros(8, 8, 3, 3), None, window, device=device)
        picture = torch.zeros(1, 8, 8, 8, dtype=dtype, device=device)
        Slide(kernel, tuple(picture.shape), dtype)(picture)
    except RuntimeError as error:
        return str(error).splitlines()[0][:200]
    return ""
