"""A whole show in time: a real window, a real dreamer, and a Link session on a real socket."""

import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from itertools import pairwise
from statistics import median

import pytest

from dreamstream.display import Window, WindowSettings
from dreamstream.live.controls import Wanted, open_controls
from dreamstream.live.desk import Desk
from dreamstream.live.hands import Hands
from dreamstream.live.show import SEEN, Show, ShowSettings
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.carabiner import Carabiner
from tests.fakes import PATIENCE

BAR = 4


def test_what_waits_is_seen_on_the_bar_of_a_link_session(
    tiny: Settings, display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    params = {**tiny.params, "quantise": "bar", "ease": 0.0, "transform": "zoom", "iterations": 3}
    show = Show(Stage(tiny.changed(params=params, size=Size(320, 240))), ShowSettings())
    clock, carabiner = show.stage.clock, Carabiner()
    wanted = Wanted(link=("127.0.0.1", carabiner.port))
    hands = Hands(show, controls=partial(open_controls, wanted=wanted))
    tempo = hands.tempo
    window = Window(WindowSettings(Size(160, 120), opengl=False))
    desk = Desk(show, window, hands)
    longest = {"turn": 0.0, "frame": 0.0}

    def gaps() -> list[float]:
        return [later - earlier for (_, earlier), (_, later) in pairwise(tuple(show.begun))]

    def turn_until(there: Callable[[], bool]) -> None:
        end, last = time.monotonic() + PATIENCE, desk.shown
        while not there():
            desk.turn()
            longest["turn"] = max(longest["turn"], desk.shown - last)
            longest["frame"] = max(longest["frame"], *gaps(), 0.0)
            last = desk.shown
            assert time.monotonic() < end

    def seen() -> bool:
        frames = [frame for frame in show.ring.latest(SEEN) if frame.index > newest]
        rotated = [frame.index for frame in frames if show.params_of(frame).transform == "rotate"]
        return bool(rotated) and desk.playhead.place > rotated[0] - 1

    with closing(hands), closing(window):
        show.start()
        turn_until(lambda: tempo.leader == "link" and show.ring.latest()[-1].index > 20)
        longest.update(turn=0.0, frame=0.0)
        turn_until(lambda: 1 < tempo.beats(clock()) % BAR < 2)
        newest = show.ring.latest()[-1].index
        hands.press("transform.rotate")
        assert hands.hand.waiting.startswith("in ")
        turn_until(seen)
        beats = carabiner.beats(desk.shown)
        late = (beats - BAR * round(beats / BAR)) * 60 / carabiner.bpm
        assert abs(late) < longest["frame"] + 2 * longest["turn"], hands.lead.dream
        assert hands.lead.dream > median(gaps()), "else it would show no difference"
    assert show.end().error is None
    carabiner.end()
