"""NDI: the picture in the network under a name, for programs that know NDI, by cyndilib.

RGB, or RGBA -> NDI's own compression, for each that receives it
"""

from fractions import Fraction
from functools import cached_property
from typing import Any

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
        self._name, groups = parts(where)
        join(groups)
        self._shape = Size(0, 0), 0
        self._sender: Any = None

    @cached_property
    def warning(self) -> str:
        """Why nobody finds it."""
        return unseen()

    def send(self, frame: Frame) -> None:
        """See `Sender`; who receives connects anew where the size or the alpha changes."""
        if (frame.size, frame.channels) != self._shape:
            self.close()
            self._sender = _opened(self._name, frame)
            self._shape = frame.size, frame.channels
        # it has copied and compressed them when it returns
        if not self._sender.write_video(with_alpha(frame.pixels).reshape(-1)):
            raise OutputError("NDI takes no picture")

    def close(self) -> None:
        """See `Sender`."""
        if self._sender is not None:
            self._sender.close()


def _opened(name: str, frame: Frame) -> Any:
    """Return a sender of pictures like this one; OutputError where NDI refuses it."""
    from cyndilib import AudioSendFrame, FourCC, VideoSendFrame
    from cyndilib import Sender as NdiSender

    pictures = VideoSendFrame()
    pictures.set_frame_rate(_RATE)
    pictures.set_resolution(*frame.size)
    pictures.set_fourcc(FourCC.RGBA if frame.channels == 4 else FourCC.RGBX)
    sender = NdiSender(name, clock_video=False, clock_audio=False)
    sender.set_video_frame(pictures)
    # none is sent, but without one cyndilib 0.1.3 crashes where NDI refuses to open
    sender.set_audio_frame(AudioSendFrame())
    try:
        sender.open()
    except MemoryError:
        why = f"NDI refuses the name {name}: another sender here has it, or it is too long"
        raise OutputError(why) from None
    return sender
