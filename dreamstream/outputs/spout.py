"""Spout: the picture to other programs on the same Windows machine under a name, by SpoutGL."""

from dreamstream.errors import OutputError
from dreamstream.frame import Frame
from dreamstream.outputs.sender import Sender, with_alpha


class Spout(Sender):
    """Shares pictures under a name, with an alpha; of a process of its own, since it makes a GL context."""

    def __init__(self, where: str) -> None:
        import SpoutGL

        self._format = SpoutGL.enums.GL_RGBA
        self._sender = SpoutGL.SpoutSender()
        self._sender.setSenderName(where)

    def send(self, frame: Frame) -> None:
        """See `Sender`."""
        pixels = with_alpha(frame.pixels).reshape(-1)
        if not self._sender.sendImage(pixels, *frame.size, self._format, False, 0):
            raise OutputError("Spout takes no picture: it needs OpenGL and DirectX 11")

    def close(self) -> None:
        """See `Sender`."""
        self._sender.releaseSender()
