"""What a sound moves where nobody has said it."""

from dreamstream.controls import Route, action_table, read_routes
from dreamstream.effects import EFFECTS
from dreamstream.sound.routes import SOUND_MAP, with_sound
from dreamstream.transforms import TRANSFORMS

ACTIONS = action_table(TRANSFORMS, EFFECTS)


def test_the_map_is_right_and_holds_where_no_route_follows_a_sound() -> None:
    brought, problems = read_routes(SOUND_MAP, ACTIONS)
    assert problems == []
    wave = Route(signal="lfo:sine:8s", to="zoom")
    assert with_sound([wave], ACTIONS) == [wave, *brought]


def test_a_route_that_follows_a_sound_however_takes_its_place() -> None:
    for signal in ("sound:level", "env:0,0.1,0,0.1:sound:onset"):
        own = [Route(signal=signal, to="zoom")]
        assert with_sound(own, ACTIONS) == own


def test_one_of_the_map_that_is_switched_off_leaves_the_others() -> None:
    off = Route(signal="sound:low", to="amount", on=False)
    assert [route.signal for route in with_sound([off], ACTIONS)] == ["sound:low", "sound:mid", "sound:onset"]
