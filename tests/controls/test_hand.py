"""The hand: holds and their ends, and what waits for the beat."""

from functools import partial

import pytest

from dreamstream.controls.actions import action_table
from dreamstream.controls.hand import Hand
from dreamstream.controls.lead import Lead
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import ControlError, ParamError
from dreamstream.params import Params, ParamStore
from tests.fakes import FakeClock

ACTIONS = action_table(["zoom", "rotate", "none"], ["mirror", "trails"])
CHOICES = {"transform": ["zoom", "rotate", "none"], "effects": ["none", "mirror", "trails"]}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store() -> ParamStore:
    return ParamStore(choices=CHOICES)


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def tempo(store: ParamStore, clock: FakeClock) -> Tempo:
    return Tempo(clock, store)


@pytest.fixture
def hand(store: ParamStore, tempo: Tempo, done: list[str]) -> Hand:
    commands = {name: (lambda name=name: done.append(name)) for name in ("record.toggle", "preset.1")}
    return Hand(ACTIONS, store, commands, tempo)


def test_an_unknown_action_names_the_nearest(hand: Hand) -> None:
    with pytest.raises(ControlError, match=r"no action 'amont.up'; did you mean 'amount.up'\?"):
        hand.perform("amont.up")


def test_any_control_performs_by_name(hand: Hand, store: ParamStore, done: list[str]) -> None:
    for name in ("transform.rotate", "amount.up", "freeze.toggle", "record.toggle"):
        hand.perform(name)
    params = store.snapshot()
    assert (params.transform, params.amount, params.freeze, done) == ("rotate", 1.1, True, ["record.toggle"])
    hand.perform("amount.up", 0.2)
    assert store.snapshot().amount == pytest.approx(1.12)


def test_what_is_held_is_put_back(hand: Hand, store: ParamStore) -> None:
    hand.press("effect.mirror.hold")
    hand.press("effect.mirror.hold")  # a repeat
    hand.press("blackout.hold")
    assert (store.snapshot().effects, store.snapshot().blackout) == ("mirror", True)
    hand.release("effect.mirror.hold")
    hand.release("blackout.hold")
    assert (store.snapshot().effects, store.snapshot().blackout) == ("none", False)
    hand.release("blackout.hold")
    assert not store.snapshot().blackout


def test_a_hold_leaves_alone_what_was_there_and_what_came_meanwhile(hand: Hand, store: ParamStore) -> None:
    store.change(effects="mirror:0.5")
    hand.press("effect.mirror.hold")
    hand.press("effect.trails.toggle")
    hand.release("effect.mirror.hold")
    assert store.snapshot().effects == "mirror:0.5+trails"
    hand.press("freeze.hold")
    hand.press("freeze.toggle")
    hand.press("effect.mirror.toggle")
    hand.release("freeze.hold")
    assert not store.snapshot().freeze
    assert store.snapshot().effects == "trails"


def test_a_hold_of_what_is_refused_holds_nothing(clock: FakeClock) -> None:
    def refuse(on: bool) -> bool:
        raise ParamError("no guide picture")

    store = ParamStore(checks={"guide_on": refuse})
    hand = Hand(ACTIONS, store, {}, Tempo(clock, store))
    with pytest.raises(ParamError):
        hand.press("guide_on.hold")
    hand.release("guide_on.hold")
    assert not store.snapshot().guide_on


def test_with_the_beat_another_transform_waits_for_it_and_all_else_does_not(
    hand: Hand, tempo: Tempo, store: ParamStore, clock: FakeClock, done: list[str]
) -> None:
    store.change(bpm=120, quantise="beat")
    tempo.turn()
    clock.advance(0.1)
    for name in ("transform.next", "transform.next", "amount.up", "preset.1"):
        hand.perform(name)
    assert (store.snapshot().transform, store.snapshot().amount, done) == ("zoom", 1.1, [])
    assert hand.waiting
    clock.advance(0.39)
    hand.turn()
    assert store.snapshot().transform == "zoom"
    clock.advance(0.02)
    hand.turn()
    assert (store.snapshot().transform, done, hand.waiting) == ("none", ["preset.1"], "")


def test_what_fails_on_the_beat_keeps_nothing_from_what_follows(store: ParamStore, clock: FakeClock) -> None:
    def fail() -> None:
        raise ParamError("no preset")

    tempo = Tempo(clock, store)
    hand = Hand(ACTIONS, store, {"preset.1": fail}, tempo)
    store.change(bpm=60, quantise="beat")
    tempo.turn()
    clock.advance(0.5)
    hand.perform("preset.1")
    hand.perform("transform.rotate")
    clock.advance(0.6)
    with pytest.raises(ParamError):
        hand.turn()
    assert store.snapshot().transform == "rotate"


def test_without_a_tempo_nothing_waits(hand: Hand, store: ParamStore) -> None:
    store.change(quantise="8bars")
    hand.perform("transform.rotate")
    assert store.snapshot().transform == "rotate"


class Quantised:
    """A hand whose transforms are seen 0.2 s after they are asked for, at 120 beats a minute."""

    def __init__(self, quantise: str, at: float) -> None:
        self.clock, self.store, self.lead = FakeClock(), ParamStore(choices=CHOICES), Lead()
        self.store.change(bpm=120, quantise=quantise)
        self.lead.screen, self.lead.dream = 0.02, 0.2
        self.tempo = Tempo(self.clock, self.store)
        self.start = self.clock()
        recall = partial(self.store.change, transform="rotate", effects="mirror", contrast=1.2, amount=2)
        self.hand = Hand(ACTIONS, self.store, {"preset.1": recall}, self.tempo, self.lead)
        self.clock.advance(at)
        self.tempo.turn()

    def seen(self, param: str = "transform", lead: float = 0.2) -> float:
        """Turn until a param is another; return the beats at which that is seen."""
        while self.store.snapshot()[param] == Params()[param]:
            assert self.clock() < self.start + 60
            self.clock.advance(0.01)
            self.tempo.turn()
            self.hand.turn()
        return (self.clock() + lead - self.start) * 2


@pytest.mark.parametrize(
    ("quantise", "at", "beat"),
    [
        ("beat", 0.1, 1),
        ("beat", 0.45, 2),  # a beat at 0.5 s cannot be had any more
        ("beat", 0.33, 1.06),  # but nearly
        ("bar", 0.1, 4),
        ("bar", 2.05, 5),  # a bit late for the bar
        ("4bars", 7.1, 16),
        ("8bars", 0.1, 32),
        ("8bars", 15.9, 33),  # too late for it: on the next beat
    ],
)
def test_what_waits_is_seen_on_the_beat_that_is_asked_for(quantise: str, at: float, beat: float) -> None:
    quantised = Quantised(quantise, at)
    quantised.hand.perform("transform.rotate")
    assert quantised.seen() == pytest.approx(beat, abs=0.03)


def test_a_tap_is_a_beat_for_what_waits() -> None:
    quantised = Quantised("8bars", 1)
    quantised.hand.perform("transform.rotate")
    quantised.hand.turn()
    assert quantised.hand.waiting == "in 30 beats"
    quantised.tempo.tap()
    assert quantised.seen() == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize("values", [{"bpm": 0}, {"quantise": "off"}])
def test_what_waits_waits_for_nothing_that_is_taken_away(values: dict[str, object]) -> None:
    quantised = Quantised("8bars", 1)
    quantised.hand.perform("transform.rotate")
    quantised.store.change(**values)
    quantised.tempo.turn()
    quantised.hand.turn()
    assert not quantised.hand.waiting


def test_the_effects_of_a_preset_come_on_the_beat_as_its_dream_does() -> None:
    quantised = Quantised("bar", 0.1)
    quantised.hand.perform("preset.1")
    assert quantised.seen("amount") == pytest.approx(4, abs=0.03)
    params = quantised.store.snapshot()
    assert (params.transform, params.effects, params.contrast) == ("rotate", "none", 1)
    quantised.store.change(contrast=0.8)  # by a hand, meanwhile: that is newer
    assert quantised.seen("effects", 0.02) == pytest.approx(4, abs=0.03)
    assert quantised.store.snapshot().contrast == 0.8
    assert not quantised.hand.waiting


def test_panic_takes_what_is_kept_for_the_beat_away() -> None:
    quantised = Quantised("bar", 0.1)
    quantised.hand.perform("preset.1")
    quantised.seen("amount")
    quantised.hand.forget()
    quantised.clock.advance(1)
    quantised.tempo.turn()
    quantised.hand.turn()
    assert quantised.store.snapshot().effects == "none"


def test_of_ever_more_that_waits_the_newest_counts() -> None:
    quantised = Quantised("8bars", 1)
    for _ in range(2000):
        quantised.hand.perform("transform.none")
    quantised.hand.perform("transform.rotate")
    quantised.seen()
    assert not quantised.hand.waiting
    assert quantised.store.snapshot().transform == "rotate"
