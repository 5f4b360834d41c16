"""Reading recordings: every format that is written here, frame by frame, each with its time."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dreamstream.errors import RecordError
from dreamstream.frame import Frame, Pixels
from dreamstream.record.pictures import PICTURES

_FOLDER_FPS = 25.0
_SEEKABLE = {"mov", "mp4", "matroska", "webm"}


class Reading:
    """A recording to be read; `seconds` is its length, 0 where it is known only after reading.

    `torn` is True once the end of a file that was cut off has been reached.
    """

    def __init__(self, path: Path) -> None:
        """Look at a file or folder; raises RecordError where there is nothing to read."""
        import av

        self.path, self.seconds, self.torn = path, 0.0, False
        if path.is_dir():
            self.seconds = len(_pictures(path)) / _FOLDER_FPS
            if not self.seconds:
                raise RecordError(f"{path}: no picture in it; .png or .jpg are read")
            return
        if not path.is_file():
            raise RecordError(f"{path}: no such file; a video, GIF, WebP or a folder of pictures is needed")
        if path.suffix.lower() == ".webp":
            return
        try:
            with av.open(str(path)) as container:
                if not container.streams.video:
                    raise RecordError(f"{path}: has no pictures")
                self.seconds = (container.duration or 0) / 1e6
        except av.FFmpegError as error:
            raise RecordError(f"{path}: not a video that can be read ({error.strerror})") from error

    def frames(self, begin: float = 0.0) -> Iterator[Frame]:
        """Give the frames in order; those before second `begin` are left out where that saves time."""
        if self.path.is_dir():
            for index, path in enumerate(_pictures(self.path)):
                yield Frame(next(_decoded(path))[0], index, index / _FOLDER_FPS)
        elif self.path.suffix.lower() == ".webp":
            milliseconds = 0
            for index, (pixels, duration) in enumerate(_decoded(self.path)):
                yield Frame(pixels, index, milliseconds / 1000)
                milliseconds += duration
        else:
            yield from self._of_video(begin)

    def _of_video(self, begin: float) -> Iterator[Frame]:
        import av

        index = 0
        try:
            with av.open(str(self.path)) as container:
                stream = container.streams.video[0]
                start = float((stream.start_time or 0) * (stream.time_base or 0))
                if begin > 0 and _SEEKABLE & set(container.format.name.split(",")):
                    container.seek(round((begin + start) * 1e6))  # to the whole picture before it
                for picture in container.decode(video=0):
                    pixels: Pixels = np.asarray(picture.to_ndarray(format="rgb24"), dtype=np.uint8)
                    yield Frame(pixels, index, (picture.time or 0.0) - start)
                    index += 1
        except av.FFmpegError as error:
            if not index:
                raise RecordError(f"{self.path}: cannot be read: {error.strerror}") from error
            self.torn = True


def _pictures(folder: Path) -> list[Path]:
    endings = (*PICTURES.values(), ".jpeg")
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in endings)


def _decoded(path: Path) -> Iterator[tuple[Pixels, int]]:
    """Give a file's pictures one by one, each with its milliseconds, if it has any.

    Of a WebP all compressed pictures are in memory, as libwebp needs them: it reads no streams.
    """
    from PIL import Image, ImageSequence

    try:
        with Image.open(path) as image:
            for each in ImageSequence.Iterator(image):
                yield np.asarray(each.convert("RGB")), int(each.info.get("duration", 0))
    except OSError as error:
        kind = "WebP" if path.suffix.lower() == ".webp" else "picture"
        raise RecordError(f"{path}: not a {kind} that can be read") from error
