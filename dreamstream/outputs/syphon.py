"""Syphon: the picture to other programs on the same Mac under a name, by syphon-python."""

from typing import Any

from dreamstream.frame import Frame
from dreamstream.outputs.sender import Sender, with_alpha
from dreamstream.size import Size

_AT_ONCE = 0.001  # seconds that macOS gets to answer who looks for it


class Syphon(Sender):
    """Publishes pictures under a name, with an alpha; on a process's main thread, whose run loop it needs."""

    def __init__(self, where: str) -> None:
        import syphon

        self._server = syphon.SyphonMetalServer(where)
        self._directory = syphon.SyphonServerDirectory()
        self._directory.run_loop_interval = _AT_ONCE
        self._texture: Any = None
        self._size = Size(0, 0)

    def send(self, frame: Frame) -> None:
        """See `Sender`."""
        from syphon.utils.numpy import copy_image_to_mtl_texture
        from syphon.utils.raw import create_mtl_texture

        if self._size != frame.size:
            self._size = frame.size
            self._texture = create_mtl_texture(self._server.device, *frame.size)
        copy_image_to_mtl_texture(with_alpha(frame.pixels), self._texture)
        self._server.publish_frame_texture(self._texture, is_flipped=True)  # Syphon has the lowest row first
        self._directory.update_run_loop()

    def close(self) -> None:
        """See `Sender`."""
        self._server.stop()
