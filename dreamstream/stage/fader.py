"""The fader: the param `morph` moves the hand's values between two dreams, A and B, both ways.

`morph`, by a hand or a route -> Crossing from A to B -> ParamStore.change
"""

from dreamstream.params import Params
from dreamstream.stage.morph import Crossing
from dreamstream.stage.stage import Stage


class Fader:
    """Goes between the stage's ends at first; `turn` it each screen frame, or each frame that is dreamt.

    Until it is moved, nothing of the hand's is. A param that somebody sets is theirs until another preset is
    there, or an end is marked: then the fader takes all to where it stands as soon as it is moved.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage, self._store, self._net = stage, stage.store, stage.playing.net
        self._a, self._b = stage.ends
        self._at = self._store.snapshot().morph
        self._begin()

    def mark_a(self) -> str:
        """Have what is played now be A, and the fader there; return what to say."""
        self._a = self._mark(0.0)
        self._begin()
        return "this is A of the fader"

    def mark_b(self) -> str:
        """Have what is played now be B, and the fader there; return what to say."""
        self._b = self._mark(1.0)
        self._begin()
        return "this is B of the fader"

    def turn(self) -> bool:
        """Go where the fader stands, if it was moved, and return whether it was between two ends.

        ParamError where that cannot be here.
        """
        if self._stage.playing.net is not self._net:
            self._change_net()
        if self._stage.recalls != self._recalls:
            self._begin()
        at, before = self._store.snapshot().morph, self._at
        self._at = at
        if at == before or self._crossing is None:
            return False
        self._crossing.to(at)
        return True

    def _begin(self) -> None:
        self._recalls = self._stage.recalls
        self._crossing = Crossing(self._store, self._a, self._b) if self._b is not None else None

    def _mark(self, at: float) -> Params:
        self._store.change(morph=at)
        self._at = self._store.snapshot().morph
        return self._store.hand

    def _change_net(self) -> None:
        """Go over to what another net takes over of both ends."""
        before, self._net = self._net, self._stage.playing.net

        def carried(end: Params) -> Params:
            return end.model_copy(update=self._net.carried(end, before))

        self._a, self._b = carried(self._a), carried(self._b) if self._b is not None else None
        self._begin()
