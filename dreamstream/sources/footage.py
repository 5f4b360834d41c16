"""What a path holds: a still picture, a folder of them, an animation or a film."""

from pathlib import Path

import cv2

from dreamstream.errors import SourceError
from dreamstream.sources.animation import Animation, is_animated
from dreamstream.sources.picture import Pictures, opened, pictures_in
from dreamstream.sources.shot import Footage
from dreamstream.sources.video import Video


def open_footage(path: Path) -> Footage:
    """Open a file or folder that has pictures; SourceError where it has none, or cannot be read."""
    if path.is_dir():
        return Pictures(pictures_in(path))
    if not path.is_file():
        raise SourceError(f"{path}: no such file; a picture, a video or a folder of pictures is needed")
    with opened(path) as image:
        if image is not None:
            return Animation(path) if is_animated(image) else Pictures([path])
    return Pictures([path]) if cv2.haveImageReader(str(path)) else Video(path)
