"""Recording: frames from the ring into files, in a thread of their own."""

from dreamstream.record.recorder import Recorder, RecordStatus
from dreamstream.record.recordings import Recordings
from dreamstream.record.snapshot import free_path, save_snapshot
from dreamstream.record.writers import WRITERS, Timing, Writer, check_output, open_writer

__all__ = [
    "WRITERS",
    "RecordStatus",
    "Recorder",
    "Recordings",
    "Timing",
    "Writer",
    "check_output",
    "free_path",
    "open_writer",
    "save_snapshot",
]
