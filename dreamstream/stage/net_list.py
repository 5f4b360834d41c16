"""The nets that a show can go through: those of the catalog that are here, and those that were given."""

from dreamstream.errors import NetError
from dreamstream.nets import catalog
from dreamstream.stage.settings import NetChoice


class NetList:
    """Starts with the net that a show starts with; not for use by two threads."""

    def __init__(self, first: NetChoice) -> None:
        self._given = [first]

    def add(self, choice: NetChoice) -> None:
        """Add a net that was given, if it is not there yet."""
        if choice not in self._given:
            self._given.append(choice)

    def after(self, choice: NetChoice, steps: int) -> NetChoice:
        """Return the net so many places behind another, round and round; NetError where there is no other."""
        nets = self._nets()
        if len(nets) < 2:
            raise NetError("no other net is here; `dreamstream nets` lists those that can be fetched")
        at = nets.index(choice) if choice in nets else 0
        return nets[(at + steps) % len(nets)]

    def _nets(self) -> list[NetChoice]:
        given = {choice.net: choice for choice in self._given}
        known = catalog()
        here = [name for name, entry in known.items() if entry.is_here() or name in given]
        choices = [given.get(name) or NetChoice(net=name) for name in here]
        return choices + [choice for choice in self._given if choice.net not in known]
