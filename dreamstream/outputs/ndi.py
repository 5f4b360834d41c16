"""NDI: the picture in the network under a name, for programs that know NDI, by cyndilib.

RGB, or RGBA -> NDI's own compression, for each that receives it
"""

from fractions import Fraction
from functools import cached_property

from dreamstream.errors import OutputError
from dreamstream.frame import Frame
from dreamstream.outputs.sender import Sender, with_alpha
from dreamstream.size import Size
from dreamstream.sources.ndi import join, parts, unseen

_RATE = Fraction(30)  # pictures a second, for who asks; each is sent when it comes, whatever this says


def check(where: str) -> None:
    """Raise OutputError where there is no name."""
    if not parts(where)[0]:
        raise OutputError(f"ndi:{where}: a name is needed, as in ndi:dream or ndi:dream@GROUP,GROUP")


class Ndi(Sender):
    """Sends under NAME[@GROUP,...], with an alpha where a picture has one; for a process of its own."""

    def __init__(self, where: str) -> None:
        name, groups = parts(where)
        join(groups)
        import cyndilib

        self._shape = Size(0, 0), 0
        self._frame = cyndilib.VideoSendFrame()
        self._frame.set_frame_rate(_RATE)
        self._sender = cyndilib.Sender(name, clock_video=False, clock_audio=False)
        self._sender.set_video_frame(self._frame)

    @cached_property
    def warning(self) -> str:
        """Why nobody finds it."""
        return unseen()

    def send(self, frame: Frame) -> None:
        """See `Sender`."""
        if (frame.size, frame.channels) != self._shape:
            self._begin(frame)
        if not self._sender.write_video(with_alpha(frame.pixels).reshape(-1)):
            raise OutputError("NDI takes no picture")

    def close(self) -> None:
        """See `Sender`."""
        self._sender.close()

    def _begin(self, frame: Frame) -> None:
        from cyndilib import FourCC

        self._sender.close()
        self._shape = frame.size, frame.channels
        self._frame.set_resolution(*frame.size)
        self._frame.set_fourcc(FourCC.RGBA if frame.channels == 4 else FourCC.RGBX)
        self._sender.open()
