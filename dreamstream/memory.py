"""Memory that stays: large blocks are kept for the next frame instead of going back to the system.

A gradient step takes and frees the same tens of megabytes every few milliseconds. glibc hands blocks of that
size back at once, and each new page costs the system a fault: at 896x504 that was a third of a step. It
does so in a heap for each thread, too, which then never meet: so there is one heap.
"""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # glibc's malloc.h
_LARGE = 2**30
_LARGEST_ONCE = 2**25  # bytes: glibc before 2.35 takes no larger threshold


def keep_large_blocks() -> bool:
    """Have the process keep what it frees, and return whether it will; before threads and large arrays.

    Elsewhere than on glibc (musl, macOS, Windows) nothing is changed.
    """
    if not sys.platform.startswith("linux"):
        return False
    library = ctypes.CDLL(None)
    mallopt = getattr(library, "mallopt", None)
    if mallopt is None or not hasattr(library, "gnu_get_libc_version"):
        return False
    mapped = mallopt(_MMAP_THRESHOLD, _LARGE) or mallopt(_MMAP_THRESHOLD, _LARGEST_ONCE)
    others = [mallopt(name, value) for name, value in ((_TRIM_THRESHOLD, _LARGE), (_ARENA_MAX, 1))]
    return bool(mapped and all(others))
