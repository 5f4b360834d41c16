from pathlib import Path

import pytest

from dreamstream.controls import action_table, read_routes
from dreamstream.errors import ControlError
from dreamstream.params import TABLE

ACTIONS = action_table(["zoom"], ["mirror"])


def written(folder: Path, text: str) -> Path:
    path = folder / "routes.toml"
    path.write_text(text)
    return path


def test_a_file_of_routes(tmp_path: Path) -> None:
    text = """
    # slow breathing
    [[route]]
    signal = "lfo:sine:8s"
    to = "zoom"
    mode = "add"
    low = -0.01
    high = 0.02

    [[route]]   # on each beat
    signal = "lfo:square:1beat"
    to = "effect.mirror.hold"
    on = false
    """
    routes, problems = read_routes(written(tmp_path, text), ACTIONS)
    assert not problems
    zoom, mirror = routes
    assert (zoom.to, zoom.mode, zoom.span, zoom.on) == ("zoom", "add", (-0.01, 0.02), True)
    assert (mirror.param, mirror.on) == (None, False)


def test_ends_that_are_not_given_are_the_params() -> None:
    from dreamstream.controls.routes import route_of

    info = TABLE["amount"]
    assert route_of({"signal": "lfo:sine:1s", "to": "amount"}, ACTIONS).span == (info.low, info.high)
    assert info.low is not None
    assert info.high is not None
    tenth = 0.1 * (info.high - info.low)
    added = route_of({"signal": "lfo:sine:1s", "to": "amount", "mode": "add", "high": 3}, ACTIONS)
    assert added.span == (-tenth, 3)


@pytest.mark.parametrize(
    ("record", "wrong"),
    [
        ('to = "zoom"', "signal: Field required"),
        ('signal = "lfo:sine:1s"', "to: Field required"),
        ('signal = "lfo:sin:1s"\nto = "zoom"', "signal 'lfo:sin:1s': no shape 'sin'"),
        ('signal = "lfo:sine:1s"\nto = "zom"', "to: no param or action 'zom'; did you mean"),
        ('signal = "lfo:sine:1s"\nto = "layer"', "to: layer is no number in a range"),
        ('signal = "lfo:sine:1s"\nto = "zoom"\ncurv = 2', "curv: did you mean 'curve'"),
        ('signal = "lfo:sine:1s"\nto = "zoom"\nattack = -1', "attack: Input should be greater"),
        ('signal = "lfo:sine:1s"\nto = "zoom"\nlow = nan', "low: Input should be a finite number"),
        ('signal = lfo\nto = "zoom"', "not TOML"),
        (
            'mode = "times"\nsignal = "lfo:sine:1s"\nto = "zoom"',
            "mode: Input should be 'set', 'add'",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_others_hold(
    tmp_path: Path, record: str, wrong: str
) -> None:
    good = '[[route]]\nsignal = "lfo:sine:1s"\nto = "amount"\n'
    path = written(tmp_path, f"{good}\n[[route]]\n{record}\n\n{good}")
    routes, problems = read_routes(path, ACTIONS)
    assert [route.to for route in routes] == ["amount", "amount"]
    (problem,) = problems
    assert problem.startswith(f"{path}, line 5: {wrong}")
    assert "\n" not in problem


def test_what_stands_before_the_first_record_is_told(tmp_path: Path) -> None:
    routes, problems = read_routes(written(tmp_path, 'signal = "lfo:sine:1s"\n'), ACTIONS)
    assert not routes
    assert problems[0].endswith("line 1: a record begins with [[route]]")


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="No such file"):
        read_routes(tmp_path / "none.toml", ACTIONS)
    assert read_routes(None, ACTIONS) == ([], [])


@pytest.mark.parametrize("end", ["1e308", "-2e6"])
def test_an_end_is_not_so_far_beyond_that_nothing_can_be_computed(tmp_path: Path, end: str) -> None:
    text = f'[[route]]\nsignal = "lfo:sine:8s"\nto = "zoom"\nlow = {end}\nhigh = 1e6\n'
    routes, (problem,) = read_routes(written(tmp_path, text), ACTIONS)
    assert not routes
    assert "line 1: low: " in problem
