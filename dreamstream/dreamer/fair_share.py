"""The fair share: whether the dreamer lets others go first, or has the CPU like every other program.

    seconds wanted and got -> share of each second -> gives way, or is starved and does not

Beside a screen the dreamer's threads are nice: the screen then comes in time. On a machine that has nothing
else to do that costs the dream next to nothing; but beside programs that want all cores, what is nice gets a
tenth of a core. So it is nice only while that leaves it half of what it wants, and is tried anew later.
"""

_SECOND = 1.0  # of wanting the CPU, after which the share is looked at
_STARVED = 0.5  # of what is wanted: less than that while giving way is no fair share
_EASE = 0.6  # the least share of each second, in which it has room enough to give way
_WAIT = 2.0  # seconds of ease before it gives way; twice that after a try in vain,
_LONGEST_WAIT = 60.0  # and so on up to this
_PROOF = 10.0  # seconds that giving way must do no harm for, not to have been tried in vain


class FairShare:
    """Tell `note` what each frame wanted and got; `gives_way` says how the next is to be dreamt.

    It begins without giving way: nothing is known yet, and the first frame is to come soon.
    """

    def __init__(self) -> None:
        self.gives_way = False
        """Whether others are to go first."""
        self._wanted = self._got = 0.0  # seconds, since the share was looked at
        self._lasted = 0.0  # seconds of ease, or of giving way
        self._wait = _WAIT  # and how many of ease before it gives way

    def note(self, wanted: float, got: float) -> None:
        """Note a frame's seconds in gradient steps, and those of them that its thread was on a CPU.

        It computes a part of all that its helpers do, and sleeps while it waits for one that starves: so its
        own time tells of all of them.
        """
        self._wanted, self._got = self._wanted + wanted, self._got + got
        if self._wanted >= _SECOND:
            self._look(self._wanted, self._got / self._wanted)
            self._wanted = self._got = 0.0

    def _look(self, seconds: float, share: float) -> None:
        if self.gives_way:
            if share < _STARVED:
                vain = self._lasted < _PROOF
                self._wait = min(2 * self._wait, _LONGEST_WAIT) if vain else _WAIT
                self._turn(gives_way=False)
            else:
                self._lasted += seconds
        else:
            self._lasted = self._lasted + seconds if share >= _EASE else 0.0
            if self._lasted >= self._wait:
                self._turn(gives_way=True)

    def _turn(self, gives_way: bool) -> None:
        self.gives_way, self._lasted = gives_way, 0.0
