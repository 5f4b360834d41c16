import io
from pathlib import Path

import pytest
from rich.console import Console

from dreamstream import cli
from dreamstream.bench.health import run_health, trial_params
from dreamstream.caffe import write_caffemodel
from dreamstream.errors import ParamError, PresetError
from dreamstream.params import Params
from dreamstream.params.presets import load_presets
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.transforms import TRANSFORMS
from tests.fakes import tiny_spec


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "tiny.caffemodel"
    write_caffemodel(tiny_spec(), path)
    return Settings(net=str(path), size=Size(64, 48), device="cpu")


def test_every_transform_is_looked_at_early_and_at_the_end(settings: Settings) -> None:
    out = io.StringIO()
    run_health(settings, Console(file=out, width=120), frames=3)
    rows = [line.split() for line in out.getvalue().splitlines()]
    presets = [preset.name for preset in load_presets(list(TRANSFORMS)).presets]
    named = [[name, "3"] for name in TRANSFORMS] + [["preset", name] for name in presets]
    assert [row[:2] for row in rows[1:]] == named
    assert all(len(row) >= 11 for row in rows[1:])
    out = io.StringIO()
    assert run_health(settings, Console(file=out, width=120), ("zoom+blur:0.5",), frames=32)
    rows = [line.split() for line in out.getvalue().splitlines()]
    assert [row[:2] for row in rows[1:]] == [["zoom+blur:0.5", "30"], ["zoom+blur:0.5", "32"]]


def test_presets_are_dreamt_with_all_that_they_name_and_what_is_given_goes_before_it(
    settings: Settings,
) -> None:
    stage = Stage(settings.changed(params={"step": 0.5}))
    trials = trial_params(stage, ("hue",), ("dogesine", "ember"))
    assert list(trials) == ["hue", "preset dogesine", "preset ember"]
    sine, ember = trials["preset dogesine"], trials["preset ember"]
    assert sine["transform"] == "sine-roll"
    assert ember["hold"] != Params().hold == trials["hue"]["hold"] == sine["hold"]
    assert {trial["step"] for trial in trials.values()} == {0.5}
    with pytest.raises(PresetError, match="no preset 'embers'"):
        trial_params(stage, (), ("embers",))


def test_what_died_is_told_by_the_answer_too(settings: Settings) -> None:
    out = io.StringIO()
    dying = settings.changed(params={"hold": 0.0, "step": 0.0, "blur": 50.0})
    assert not run_health(dying, Console(file=out, width=120), ("blur",), frames=30)
    assert "still" in out.getvalue()


def test_a_transform_of_one_s_own_that_fails_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text("def broken(canvas):\n    raise ValueError('no idea')\n")
    own = settings.changed(transforms=(tmp_path / "my.py",))
    out = io.StringIO()
    assert not run_health(own, Console(file=out, width=120), ("broken",), frames=3)
    assert "no idea" in " ".join(out.getvalue().split())


def test_an_unknown_transform_is_told_before_a_net_loads(settings: Settings) -> None:
    with pytest.raises(ParamError, match="no transform 'zom'"):
        run_health(settings, Console(quiet=True), ("hue", "zom"), frames=3)


@pytest.mark.parametrize(("chain", "code"), [("zoom", 0), ("blur", 1)])
def test_the_command_s_exit_code_says_whether_all_live(
    chain: str, code: int, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--step", "0", "--hold", "0", "--blur", "50"] if code else []
    words = ["health", "--net", settings.net.net, "--size", "64x48", "--frames", "8", "--transform", chain]
    with pytest.raises(SystemExit) as caught:
        cli.main([*words, *flags])
    assert caught.value.code == code
    assert chain in capsys.readouterr().out
