"""MIDI: controllers, clocks and time code in, lamps, motor faders and the clock out (extra `midi`).

Here is what loads quickly: the program that has the ports is to begin soon.
"""

from dreamstream.midi.ports import midi_missing

__all__ = ["midi_missing"]
