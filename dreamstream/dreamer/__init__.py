"""The dreamer: one step makes one frame; its loop makes them without end."""

from dreamstream.dreamer.dreamer import Dreamer
from dreamstream.dreamer.effort import Effort
from dreamstream.dreamer.threads import Threads, thread_counts

__all__ = ["Dreamer", "Effort", "Threads", "thread_counts"]
