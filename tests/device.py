"""The device that its tests compute on: torch's CPU, or a graphics card where the environment names it.

DREAMSTREAM_TEST_DEVICE=cuda python -m pytest -m device
"""

import os

NAME = os.environ.get("DREAMSTREAM_TEST_DEVICE", "cpu")
