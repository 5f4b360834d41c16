"""What a writer is, and its settings: when frames are shown, and how they are encoded."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Frame

ARTICLE_DELAY = 7
"""Hundredths of a second between the pictures of a GIF."""

USUAL_QUALITY = 80

Sound = Iterator[NDArray[np.float32]]
"""Stereo samples in blocks of n × 2, -1..1; where they end, silence follows."""

SOUND_RATE = 48_000
"""Samples a second, where nothing else is said."""


@dataclass(frozen=True)
class Timing:
    """When frames are shown: `fps` a second, or as they were made (None); GIF and WebP `loop` times (0:
    endless). With `real_time` frames are repeated or left out to keep their own times at that rate.
    """

    fps: float | None = None
    loop: int = 0
    real_time: bool = False


@dataclass(frozen=True)
class Encoding:
    """How frames are encoded: `codec` (the container's first where empty), `quality` from 1 to 100.

    `patient` encoders may take their time, and all cores; the others leave those to the dream (None: patient
    where the rate is given and it is not `real_time`). With `hurry` they take less than usual.
    `encoder`: the graphics card's (or the CPU's own), or those in software; else hardware where it opens.
    With `alpha` the pictures have one, which the codec must carry.
    """

    codec: str = ""
    quality: int = USUAL_QUALITY
    patient: bool | None = None
    hurry: bool = False
    encoder: Literal["", "hardware", "software"] = ""
    alpha: bool = False


class Writer(ABC):
    """Takes frames in order; the first one sets the size. Memory stays bounded however many come."""

    @property
    def warning(self) -> str:
        """What the operator should know while it goes on; mostly empty."""
        return ""

    @abstractmethod
    def write(self, frame: Frame) -> None:
        """Add a frame; raises RecordError, or what an encoder or the system raises."""

    def accompany(self, sound: Sound, rate: int = SOUND_RATE) -> bool:
        """Have a sound, so many samples a second, from the first frame to the end of the last.

        Return False where there can be none.
        """
        return False

    def hold(self, time: float) -> None:  # noqa: B027
        """Show the newest frame until `time` (of the frames' clock, s) at least; raises as `write`."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file; raises as `write`."""
