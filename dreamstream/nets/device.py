"""Where nets are computed: which devices there are, which of them work, and how much memory they have.

A card may be there and be of no use: too old for this torch, with a driver that is, or full. What is wrong is
found by trying a small convolution on it, once.
"""

import gc
import logging
import traceback
import warnings
from functools import cache

import torch
from torch.nn import functional

from dreamstream.errors import NetError
from dreamstream.process import machine_memory

_log = logging.getLogger(__name__)


def pick_device(name: str) -> torch.device:
    """Return the device for `auto`, `cpu`, `cuda` or `mps`; NetError if it is not available.

    `auto` is a card that works; a line is logged, once, for one that does not.
    """
    faults = card_faults()
    available = [*(card for card, fault in faults.items() if not fault), "cpu"]
    if name == "auto":
        for card, fault in faults.items():
            if fault:
                say_once(f"the graphics card ({card}) is of no use: {fault}; the CPU computes")
        name = available[0]
    if name not in available:
        why = f": {faults[name]}" if name in faults else ""
        raise NetError(f"device '{name}' is not available here{why}; available: {', '.join(available)}")
    return torch.device(name)


@cache
def card_faults() -> dict[str, str]:
    """Return what is wrong with each card that there is, an empty text where it works."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
        faults = {card: fault_of(card) for card, is_there in there.items() if is_there}
    if not there["cuda"] and torch.version.cuda and said:  # torch warns of a driver that does not fit
        faults["cuda"] = _line(said[-1].message)
    return faults


def fault_of(device: str) -> str:
    """Return why a device cannot convolve, an empty text if it can."""
    if device == "cuda":  # float32 is to be that, Caffe's, where cards would round to 10 bits by themselves
        torch.backends.cudnn.allow_tf32 = False
    try:
        picture, kernel = (torch.ones(shape, device=device) for shape in ((1, 3, 8, 8), (4, 3, 3, 3)))
        found = functional.conv2d(picture, kernel).sum().item()
    except (RuntimeError, AssertionError) as error:  # the latter where torch was built without it
        return _line(error)
    return "" if found == 4 * 36 * 27 else "it computes wrong sums"


def device_memory(device: torch.device) -> float:
    """Return the bytes of memory that there are where a device computes."""
    return float(torch.cuda.mem_get_info(device)[1]) if device.type == "cuda" else machine_memory()


def free(error: BaseException, device: torch.device) -> None:
    """Give back what a failed run holds: its frames' tensors, and what torch keeps for the next."""
    traceback.clear_frames(error.__traceback__)
    gc.collect()  # a net that played before may be in a ring of references
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def _line(error: object) -> str:
    """Return the first sentence."""
    return str(error).splitlines()[0].split(". ")[0][:200]


@cache
def say_once(text: str) -> None:
    """Log a warning, the first time that it is given."""
    _log.warning(text)
