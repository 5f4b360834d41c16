"""The dreamer: one step makes one frame; its loop makes them without end."""

from dreamstream.dreamer.director import Director
from dreamstream.dreamer.dreamer import Dreamer
from dreamstream.dreamer.effort import Effort
from dreamstream.dreamer.listener import Listener
from dreamstream.dreamer.threads import Threads, thread_counts

__all__ = ["Director", "Dreamer", "Effort", "Listener", "Threads", "thread_counts"]
