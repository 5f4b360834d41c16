"""Recording: frames from the ring into files, in a thread of their own."""

from dreamstream.record.alpha import Alpha, alpha_of
from dreamstream.record.codecs import CONTAINERS, PURPOSES, carries_alpha, check_encoder, load_encoders
from dreamstream.record.filming import Filming
from dreamstream.record.loops import Loop
from dreamstream.record.output import (
    check_output,
    files_to_record,
    keeps_alpha,
    letterboxed,
    open_writer,
    output_path,
)
from dreamstream.record.reading import Reading
from dreamstream.record.recorder import RecordStatus
from dreamstream.record.recordings import Recordings
from dreamstream.record.tape import Tape
from dreamstream.record.writer import ARTICLE_DELAY, Encoding, Sound, Timing

__all__ = [
    "ARTICLE_DELAY",
    "CONTAINERS",
    "PURPOSES",
    "Alpha",
    "Encoding",
    "Filming",
    "Loop",
    "Reading",
    "RecordStatus",
    "Recordings",
    "Sound",
    "Tape",
    "Timing",
    "alpha_of",
    "carries_alpha",
    "check_encoder",
    "check_output",
    "files_to_record",
    "keeps_alpha",
    "letterboxed",
    "load_encoders",
    "open_writer",
    "output_path",
]
