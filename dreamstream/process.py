"""The process: its threads, memory, streams and signals made fit for a show, however it was started."""

import contextlib
import ctypes
import io
import mmap
import os
import platform
import signal
import struct
import sys
import threading
import time
from collections.abc import Iterator

ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""The signals that ask for an orderly end: Ctrl-C, kill, the terminal's closing."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # glibc's malloc.h
_LARGE = 2**30
_NICENESS = os.getpriority(os.PRIO_PROCESS, 0) if sys.platform == "linux" else 0
_FIRST = 10  # how much less nice than the process a thread is that goes first
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}  # the call's number: glibc has no name for it before 2.41
_SCHED_ATTR, _RESET_ON_FORK, _TURN = struct.Struct("=IIQiIQQQ"), 1, 100_000  # ns: the shortest that there is
_LARGEST_ONCE = 2**25  # bytes: glibc before 2.35 takes no larger threshold


def prepare() -> None:
    """Do what must be done before anything else is."""
    # NumPy's matrices are small here: its threads would only spin beside the net's
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _open_streams()
    for number in ENDING:  # the terminal's closing and `kill` end a show as Ctrl-C does
        if number != signal.SIGINT and signal.getsignal(number) != signal.SIG_IGN:  # nohup has it ignored
            signal.signal(number, signal.default_int_handler)


def _open_streams() -> None:
    """Open standard streams that are closed, to nowhere, and replace letters that stdout cannot encode.

    Else the first file that is opened, a recording perhaps, gets their number, and messages end up in it.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
    if sys.stdin and sys.stdout and sys.stderr:
        return
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def go_as_usual() -> None:
    """Have this thread, and those that it starts, go no sooner than the process, whatever has started it."""
    if sys.platform == "linux":
        # no rights to be less nice than the thread that has started this one
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def cpu_times() -> tuple[float, float]:
    """Return the seconds that this thread has run, and those that it was ready and waited for a CPU.

    Linux alone tells the second; elsewhere it is 0.
    """
    try:
        with open("/proc/thread-self/schedstat", encoding="ascii") as file:  # noqa: PTH123
            ran, waited, _ = map(int, file.read().split())
    except (OSError, ValueError):
        return time.thread_time(), 0.0
    return ran / 1e9, waited / 1e9


def go_first() -> None:
    """Have this thread go before others, as far as the system allows it (Linux).

    Its turns are as short as can be, which needs no rights (sched_setattr(2), from 6.12 on): who takes short
    ones gets them soon, and nobody loses any of his share. By RLIMIT_NICE it is less nice, too. Threads that
    it starts take after it in neither.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS - _FIRST)
    if call := _SCHED_SETATTR.get(platform.machine()):
        niceness = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        # struct sched_attr: size, policy, flags, niceness, priority, runtime (ns), deadline, period
        attributes = _SCHED_ATTR.pack(_SCHED_ATTR.size, 0, _RESET_ON_FORK, niceness, 0, _TURN, 0, 0)
        ctypes.CDLL(None).syscall(call, 0, attributes, 0)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let no second Ctrl-C come between a recording and its end."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def keep_large_blocks() -> bool:
    """Make the process keep the memory that it frees; return whether it will. Call it before large arrays.

    A gradient step takes and frees the same tens of megabytes every few milliseconds. glibc hands blocks of
    that size back at once, and each new page costs the system a fault: at 896x504 that was a third of a step.
    It has a heap for each thread, too, and what is freed in one serves no other: so only one is used, which
    must be said before there are threads. In pages of 2 MB a step over tens of megabytes has fewer addresses
    to look up: by a twentieth to a tenth faster.

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
    _advise_huge_pages(library)
    return bool(mapped and all(others))


def _advise_huge_pages(library: ctypes.CDLL) -> None:
    """Ask for pages of 2 MB in the heap to come, where the system gives them to who asks (`madvise`)."""
    malloc, free, madvise = library.malloc, library.free, library.madvise
    malloc.restype, malloc.argtypes, free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    size = _LARGE - (1 << 20)  # below the thresholds: it grows the heap, which then stays; no memory is taken
    block = malloc(size)
    if block:
        page = -(-block // mmap.PAGESIZE) * mmap.PAGESIZE
        madvise(page, block + size - page & -mmap.PAGESIZE, mmap.MADV_HUGEPAGE)
        free(block)


def machine_memory() -> float:
    """Return the bytes of memory that this machine has; 8 GiB where it does not say."""
    if hasattr(os, "sysconf"):
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return 2.0**33


def memory_used() -> float:
    """Return the megabytes of memory that this process holds: now, or where that is unknown, at its most."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  # a few µs, twice a second
            return int(file.read().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
