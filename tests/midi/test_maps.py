"""The maps of controllers: all of their records hold, for one device, each control once."""

import pytest

from dreamstream.controls import action_table, read_routes
from dreamstream.effects import EFFECTS
from dreamstream.errors import ControlError
from dreamstream.midi.maps import map_text, maps
from dreamstream.transforms import TRANSFORMS


@pytest.mark.parametrize(
    ("name", "port"),
    [("apcmini", "APC mini"), ("nanokontrol2", "nanoKONTROL2"), ("launchcontrolxl", "Launch Control XL")],
)
def test_all_of_a_map_holds(name: str, port: str) -> None:
    routes, problems = read_routes(maps()[name], action_table(TRANSFORMS, EFFECTS))
    assert not problems
    assert len(routes) > 30
    signals = [route.signal for route in routes]
    assert len(set(signals)) == len(signals)
    assert {signal.partition("@")[2] for signal in signals} == {port}


def test_a_map_that_is_not_there_is_named() -> None:
    with pytest.raises(ControlError, match="no map 'apcmin'; did you mean 'apcmini'"):
        map_text("apcmin")
