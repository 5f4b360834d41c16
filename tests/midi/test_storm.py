"""A show in a storm of messages: `benchmarks/storm.py`, for a few seconds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes import PATIENCE

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_what_is_sent_last_holds_and_the_memory_does_not_grow(display: str, jack: str) -> None:
    command = [sys.executable, "-m", "benchmarks.storm", "--minutes", "0.2", "--alone", "0", "--no-opengl"]
    storm = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert storm.returncode == 0, storm.stdout + storm.stderr
    for kind in ("midi:cc", "osc:/storm", "sound:level"):
        came = re.search(rf"^{kind}: (\d+) came$", storm.stdout, re.MULTILINE)
        assert came is not None and int(came[1]) > 100, storm.stdout
    grown = re.search(r"^memory grew by ([+-]\d+) MB", storm.stdout, re.MULTILINE)
    # a JACK server's own memory, 105 MB that are shared, may come in late on a slow machine
    assert grown is not None and int(grown[1]) < 150, storm.stdout
