"""Recording: frames from the ring into files, in a thread of their own."""

from dreamstream.record.codecs import load_encoders
from dreamstream.record.filming import SCREEN_FPS, Filming
from dreamstream.record.names import check_output, free_path, output_path, timed_path
from dreamstream.record.reading import Reading
from dreamstream.record.recorder import FrameReader, Recorder, RecordStatus
from dreamstream.record.recordings import Recordings
from dreamstream.record.snapshot import save_snapshot
from dreamstream.record.writer import ARTICLE_DELAY, Encoding, Timing, Writer
from dreamstream.record.writers import WRITERS, open_writer

__all__ = [
    "ARTICLE_DELAY",
    "SCREEN_FPS",
    "WRITERS",
    "Encoding",
    "Filming",
    "FrameReader",
    "Reading",
    "RecordStatus",
    "Recorder",
    "Recordings",
    "Timing",
    "Writer",
    "check_output",
    "free_path",
    "load_encoders",
    "open_writer",
    "output_path",
    "save_snapshot",
    "timed_path",
]
