"""dreamstream: a live instrument for DeepDream."""

import os

__version__ = "0.1.0"

# libraries that would write on their own to the terminal, which is the operator's; they read this at import
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

# torch's threads spin while they wait for each other. If they spin long, the dream falls to a fraction of its
# rate beside any program that takes a core; if briefly, they sleep too often. So, for GNU OpenMP, in between:
os.environ.setdefault("GOMP_SPINCOUNT", "5000")
