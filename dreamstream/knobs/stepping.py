"""How a param is stepped by a key, a fader or an action: part of its declaration.

The store carries a step out (`ParamStore.nudge`), the actions are named by it (`controls.actions`).
"""

from dataclasses import dataclass

from dreamstream.knobs.chain import Chain


@dataclass(frozen=True)
class Switch:
    """True or false: a step is the other one."""


@dataclass(frozen=True)
class Amount:
    """A number within the param's range, moved by `size`; whole numbers by one at least."""

    size: float


@dataclass(frozen=True)
class Counter:
    """A whole number that counts wishes: a step is one more."""


@dataclass(frozen=True)
class Round:
    """A name out of a list that is gone round.

    A `ladder` has an upper end, as layers have: its actions are called up and down. A name beside the list
    is found between its neighbours in the order of all names of the param, or of the param `order`.
    """

    ladder: bool = False
    order: str = ""


@dataclass(frozen=True)
class Numbers:
    """Whole numbers that all move at once, round the count that is known of what the param `of` names."""

    of: str


Stepping = Switch | Amount | Counter | Round | Numbers | Chain
