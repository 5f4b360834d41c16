"""Read a show's newest pictures from shared memory (`--out shm:dream`), with nothing of dreamstream's.

python tools/read_memory.py /dev/shm/dream 3 > pictures.ppm      the next three pictures, as PPM
"""

import mmap
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path


def pictures(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Give the newest picture again and again: width, height, rows of RGB from the top."""
    seen = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        magic, version, header, slots, stride = struct.unpack_from("<8s4I", memory, 0)
        assert (magic, version) == (b"DREAMSHM", 1), f"{path} has no pictures of this kind"
        while not struct.unpack_from("<I", memory, 32)[0]:  # over: open the path again
            newest = struct.unpack_from("<Q", memory, 24)[0]
            slot = header + (newest - 1) % slots * stride
            if newest > seen:
                number, width, height, _, row = struct.unpack_from("<Q4I", memory, slot)
                copy = memory[slot + 64 : slot + 64 + row * height]
                if number == newest == struct.unpack_from("<Q", memory, slot)[0]:  # not written meanwhile
                    seen = newest
                    yield width, height, copy
            time.sleep(0.001)


if __name__ == "__main__":
    for _, (width, height, rgb) in zip(range(int(sys.argv[2])), pictures(Path(sys.argv[1])), strict=False):
        sys.stdout.buffer.write(b"P6 %d %d 255\n" % (width, height) + rgb)
