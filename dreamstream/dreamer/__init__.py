"""The dreamer: one step makes one frame; its loop makes them without end."""

from dreamstream.dreamer.dreamer import Dreamer
from dreamstream.dreamer.effort import Effort
from dreamstream.dreamer.listener import Director, Listener
from dreamstream.dreamer.nets import OtherNet
from dreamstream.dreamer.thread_tuner import ThreadTuner, thread_counts

__all__ = ["Director", "Dreamer", "Effort", "Listener", "OtherNet", "ThreadTuner", "thread_counts"]
