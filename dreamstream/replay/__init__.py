"""Replaying: a score and the same machine, and the show is dreamt again."""

from dreamstream.replay.conductor import Conductor
from dreamstream.replay.player import Player
from dreamstream.replay.scaling import Scaling

__all__ = ["Conductor", "Player", "Scaling"]
