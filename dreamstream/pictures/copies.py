"""Copies between the host and a device: those out run beside the next frame's work."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dreamstream.frame import BEYOND
from dreamstream.pictures.pictures import Clock, Landing, timed_by

_FEW = 1 << 16  # bytes that a driver takes at once, so that nobody waits for them to be copied
_cuda: Any = torch.cuda  # whose classes are not typed


class Copies:
    """On a `cuda` device what goes out has a stream of its own, and lands in pinned memory.

    `fine` is the finest number type that the device has.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self.fine = torch.float32 if device.type == "mps" else torch.float64
        self._stream: Any = _cuda.Stream(device) if device.type == "cuda" else None

    def there(self, array: NDArray[Any]) -> Tensor:
        """Return an array on the device: on a CPU a copy, too, so that nobody writes into another's."""
        dtype = torch.from_numpy(np.empty(0, array.dtype)).dtype
        pinned = self._stream is not None and array.nbytes > _FEW
        tensor = torch.empty(array.shape, dtype=dtype, pin_memory=pinned)
        tensor.numpy()[...] = array
        return tensor.to(self._device, non_blocking=True)

    def landing(self, numbers: Tensor) -> Landing:
        """Begin to copy out numbers, once they are done in the present stream; nobody may write to them."""
        count = numbers.numel() * numbers.element_size()
        room = torch.empty(count + BEYOND, dtype=torch.uint8, pin_memory=self._stream is not None)
        landed = room[:count].view(numbers.dtype).view(numbers.shape)
        # an array of the whole room's memory: so an encoder sees that it goes on behind a picture
        array: NDArray[Any] = room.numpy()[:count].view(landed.numpy().dtype).reshape(numbers.shape)
        array.flags.writeable = False
        if self._stream is None:
            landed.copy_(numbers)
            return lambda: array
        numbers, done = numbers.contiguous(), _cuda.Event(blocking=True)  # others have the CPU meanwhile
        self._stream.wait_stream(_cuda.current_stream(self._device))
        with _cuda.stream(self._stream):
            landed.copy_(numbers, non_blocking=True)
            done.record()
        numbers.record_stream(self._stream)  # its memory is not given away before it is copied

        def wait() -> NDArray[Any]:
            done.synchronize()
            return array

        return wait

    @property
    def ahead(self) -> int:
        """How many frames may be begun before the one before has landed."""
        return 1 if self._stream is not None else 0

    def timer(self, clock: Clock) -> Callable[[], Callable[[], float]]:
        """Begin to take the time of the present stream's work; of a CPU's by the clock."""
        if self._stream is None:
            return timed_by(clock)
        began = self._mark()

        def stop() -> Callable[[], float]:
            ended = self._mark()
            return lambda: float(began.elapsed_time(ended)) / 1000

        return stop

    def _mark(self) -> Any:
        event = _cuda.Event(enable_timing=True)
        event.record(_cuda.current_stream(self._device))
        return event
