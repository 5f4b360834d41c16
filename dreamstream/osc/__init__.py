"""OSC: params, actions and signals by messages over UDP; what there is by OSCQuery."""

from dreamstream.osc.control import Network, Osc

__all__ = ["Network", "Osc"]
