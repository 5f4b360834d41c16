"""The stage: settings -> net, params and sources -> a dreamer; and switching to others while it plays."""

from dreamstream.stage.playing import Playing
from dreamstream.stage.settings import NetChoice, Settings
from dreamstream.stage.stage import Stage, octaves_of

__all__ = ["NetChoice", "Playing", "Settings", "Stage", "octaves_of"]
