"""The stage: settings -> net, params and sources -> a dreamer; and switching to others while it plays."""

from dreamstream.stage.settings import NetChoice, Settings
from dreamstream.stage.stage import MIX_OF_MOVING, Playing, Stage

__all__ = ["MIX_OF_MOVING", "NetChoice", "Playing", "Settings", "Stage"]
