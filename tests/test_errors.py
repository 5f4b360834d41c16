from collections.abc import Callable

import cv2
import numpy as np
import pytest
import torch

from dreamstream.errors import is_full, nearest

DOT = np.zeros((1, 1, 3), np.float32)


@pytest.mark.parametrize(
    "allocate", [lambda: torch.empty(2**48), lambda: np.empty(2**50), lambda: cv2.resize(DOT, (32767, 2**17))]
)
def test_want_of_memory_is_known_by_what_is_said(allocate: Callable[[], object]) -> None:
    """More than any machine has is asked for."""
    with pytest.raises((RuntimeError, MemoryError, cv2.error)) as caught:
        allocate()
    assert is_full(caught.value)
    assert is_full(str(caught.value))
    assert not is_full(ValueError("the gradient is empty"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [("rmtp", "rtmp"), ("rtps", "rtsp"), ("rtmsp", "rtmps"), ("ud", "udp"), ("shn", "shm")],
)
def test_letters_in_another_order_are_nearer_than_another_letter(name: str, hint: str) -> None:
    assert nearest(name, ["shm", "udp", "rtsp", "rtmp", "rtmps", "syphon"]) == f"did you mean '{hint}'?"


def test_what_is_near_to_nothing_has_all_listed() -> None:
    assert nearest("x", ["shm", "udp"]) == "known: shm, udp"
    assert nearest("x", []) == "known: "
