"""MIDI: controllers, clocks and time code in, lamps, motor faders and the clock out (extra `midi`)."""

from dreamstream.midi.midi import Midi, Show
from dreamstream.midi.ports import Ports, midi_missing

__all__ = ["Midi", "Ports", "Show", "midi_missing"]
