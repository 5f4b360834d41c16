"""The process keeps the memory that it frees, in large pages: a large array taken again costs no faults."""

import mmap
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dreamstream.process import cpu_times, memory_used

SCRIPT = """
import resource, threading
import numpy as np
from dreamstream.process import keep_large_blocks

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def take():
    for _ in range(10):
        np.ones(16 * 2**20, np.uint8)

def measure():
    take()
    before = faults()
    take()
    print(faults() - before)

assert keep_large_blocks()
thread = threading.Thread(target=measure)
thread.start()
thread.join()
"""

HUGE = """
import ctypes
from dreamstream.process import keep_large_blocks

assert keep_large_blocks()
malloc = ctypes.CDLL(None).malloc  # NumPy asks by itself, torch does not
malloc.restype, malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
middle = malloc(64 * 2**20) + 32 * 2**20
inside, advised = False, False
for line in open("/proc/self/smaps"):
    first, *rest = line.split()
    if "-" in first:
        begin, end = (int(each, 16) for each in first.split("-"))
        inside = begin <= middle < end
    elif first == "VmFlags:" and inside:
        advised = "hg" in rest
print(advised)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc is told to keep what is freed")
def test_large_blocks_are_kept_in_any_thread() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1000  # each of the ten has 4096 pages


@pytest.mark.skipif(
    not Path("/sys/kernel/mm/transparent_hugepage").exists(),
    reason="this system has no transparent huge pages",
)
def test_large_arrays_ask_for_huge_pages() -> None:
    done = subprocess.run([sys.executable, "-c", HUGE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_memory_is_that_of_this_process() -> None:
    before = memory_used()
    with mmap.mmap(-1, 60_000_000) as held:  # fresh pages: a bytearray may get what other tests have left
        held.write(bytes(60_000_000))
        assert memory_used() - before > 40
    assert before > 10


def test_a_thread_is_told_its_own_time_on_the_cpu() -> None:
    ran, waited = cpu_times()
    while time.thread_time() < ran + 0.05:
        pass
    after, then = cpu_times()
    assert after - ran > 0.02
    assert then >= waited
