"""A JACK server without a sound card, for benchmarks."""

import contextlib
import os
import subprocess
from collections.abc import Iterator

RATE = 48_000


@contextlib.contextmanager
def jack(name: str, period: int) -> Iterator[None]:
    """Start one for this program and its children, with so many samples a period.

    No client may be called as its server is.
    """
    os.environ["JACK_DEFAULT_SERVER"], os.environ["JACK_NO_AUDIO_RESERVATION"] = name, "1"
    command = ["jackd", "-n", name, "-r", "--no-mlock", "-d", "dummy", "-r", str(RATE), "-p", str(period)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        subprocess.run(["jack_wait", "-s", name, "-w", "-t", "60"], check=True, capture_output=True)
        yield
    finally:
        server.terminate()
        server.wait()
