"""What is dropped onto the window: a file -> what the show does with it.

picture, film: the next source, at once · net: that net · preset: recalled · else an error of one line
"""

from pathlib import Path

from dreamstream.errors import SourceError, UsageError
from dreamstream.live.show import Show
from dreamstream.params.presets import read_preset


def take_file(path: str, show: Show) -> str:
    """Do what a file is for, by its name; return a message, or raise a DreamstreamError."""
    file = Path(path)
    match file.suffix.lower():
        case ".prototxt" | ".caffemodel":
            show.swapper.net(path)
            return f"net {file.name} is being opened"
        case ".toml":
            show.stage.recall(read_preset(file, show.stage.store))
            return f"preset {file.name}"
        case ".jsonl":
            raise UsageError(f"{path}: a score; it is played by: dreamstream --score {file.name}")
    if file.is_dir():
        raise SourceError(f"{path}: a folder; a picture, a film, a net or a preset is needed")
    show.swapper.source(path)
    return f"source {file.name}"
