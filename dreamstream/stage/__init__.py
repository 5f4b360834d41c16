"""The stage: settings -> net, params and sources -> a dreamer; and going over to others while it plays."""

from dreamstream.stage.stage import MIX_OF_MOVING, Settings, Stage

__all__ = ["MIX_OF_MOVING", "Settings", "Stage"]
