from collections.abc import Callable

import cv2
import numpy as np
import pytest
import torch

from dreamstream.errors import is_full

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
