"""The grip: any change of what is played by a hand is noticed, and none that is not one."""

from dreamstream.autopilot import Grip
from dreamstream.params import ParamStore


def test_a_hand_is_noticed_once() -> None:
    store = ParamStore()
    grip = Grip(store)
    assert not grip.taken()
    store.change(zoom=0.3)
    assert grip.taken()
    assert not grip.taken()
    store.nudge("restart", 1)
    assert grip.taken()
    store.change(blackout=True)
    assert grip.taken()


def test_what_shows_or_counts_or_switches_is_no_playing() -> None:
    store = ParamStore()
    grip = Grip(store)
    store.change(hud=True, fullscreen=True, bpm=120, autopilot=True, fps_target=30, zoom=store.hand.zoom)
    assert not grip.taken()


def test_what_moves_by_itself_is_let_through_and_a_hand_beside_it_is_not() -> None:
    store = ParamStore()
    grip = Grip(store)
    grip.let(lambda: store.change(zoom=0.3))
    assert not grip.taken()
    store.change(angle=7)
    grip.let(lambda: store.change(zoom=0.4))
    assert grip.taken()
    store.change(zoom=0.2)
    grip.let(lambda: store.change(zoom=0.4))
    assert grip.taken(), "it had moved what moves by itself"
    grip.let(lambda: store.change(zoom=0.5) is not None)
    assert grip.taken(), "it said that a hand was in it"
    store.lay_over({"zoom": 0.1})
    assert not grip.taken(), "what is laid over is no hand's"
