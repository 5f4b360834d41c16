"""OSC: params, actions and signals by messages over UDP; what there is by OSCQuery."""

from dreamstream.osc.control import Osc
from dreamstream.osc.sockets import Network

__all__ = ["Network", "Osc"]
