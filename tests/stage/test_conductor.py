"""What plays a stage where no hand does: by its frames' times alone."""

import pytest

from dreamstream.autopilot import Pulse
from dreamstream.controls import Route
from dreamstream.dreamer.eye import Eye
from dreamstream.params import Params
from dreamstream.params.presets import PRESET_PARAMS
from dreamstream.stage import Settings, Stage
from dreamstream.stage.conductor import Conductor
from tests.fakes import FakeClock, Told


def no_eye() -> Eye:
    raise AssertionError("nothing is to be looked at")


def conducted(
    settings: Settings, seconds: float, routes: tuple[Route, ...] = (), tell: Told | None = None
) -> tuple[Stage, list[Params]]:
    """The params of each frame, ten of which are a second."""
    stage, clock, seen = Stage(settings), FakeClock(), list[Params]()
    conductor = Conductor(stage, routes, clock, no_eye, lambda: Pulse(len(seen)), tell or Told())
    for _ in range(round(10 * seconds)):
        conductor.turn()
        seen.append(stage.store.snapshot())
        clock.advance(0.1)
    return stage, seen


def of_a_preset(params: Params) -> dict[str, object]:
    return params.model_dump(include=set(PRESET_PARAMS))


def test_a_route_moves_the_fader_and_the_fader_the_dream(tiny: Settings) -> None:
    wave = Route(signal="lfo:saw:4s", to="morph", low=0, high=1)
    stage, seen = conducted(tiny.changed(preset="basic-zoom", preset_b="whirlpool"), 3.9, (wave,))
    a, b = stage.ends
    assert b is not None
    assert of_a_preset(seen[0]) == of_a_preset(a)
    assert [each.morph for each in seen] == sorted(each.morph for each in seen)
    swirls = [each.swirl for each in seen]
    assert len({each.transform for each in seen}) > 20
    assert swirls[-1] == pytest.approx(b.swirl, rel=0.1)


def test_the_autopilot_plays_where_it_is_on(tiny: Settings) -> None:
    assert len({each.layer + each.transform for each in conducted(tiny, 200)[1]}) == 1
    flown = tiny.changed(params={"autopilot": True})
    one, other = (conducted(flown, 200)[1] for _ in range(2))
    assert one == other
    assert len({each.transform for each in one}) > 5


def test_routes_that_only_a_show_has_are_named(tiny: Settings) -> None:
    routes = [Route(signal="seq:0,1:0.1s", to=name) for name in ("brightness", "snapshot", "step")]
    conductor = Conductor(Stage(tiny), routes, FakeClock(), no_eye, Pulse)
    assert conductor.left_out == ["brightness", "snapshot"]
