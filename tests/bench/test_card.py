"""What `benchmarks/card.py` measures with: the eager rival dreams, and a report goes on whatever fails."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import card
from benchmarks.card_case import Case, correlation, speed
from benchmarks.eager_dream import EagerDream
from dreamstream.dream.objectives import L2
from dreamstream.nets import Preprocessing
from dreamstream.nets.eager import EagerNet
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.stage import Settings
from tests.fakes import picture, tiny_spec


def eager() -> EagerDream:
    net = EagerNet(tiny_spec(), Preprocessing((127.0, 127.0, 127.0), 1 / 128, "RGB"), "cpu")
    params = Params(layer="conv2", octaves=2, iterations=3, step=4, jitter=3, amount=0)
    return EagerDream(net, picture(48, 64), params)


def test_the_rival_climbs_its_layer() -> None:
    dream = eager()
    frames = [dream.step() for _ in range(4)]
    assert all(frame.shape == (48, 64, 3) and frame.dtype == np.uint8 for frame in frames)
    values = [dream._net.input_gradient(frame.astype(np.float32), L2("conv2"))[1] for frame in frames]
    assert values == sorted(values)
    assert values[-1] > 1.2 * values[0]


@pytest.mark.parametrize("way", ["device", "host", "before", "eager"])
def test_each_way_is_measured(tiny: Settings, way: str) -> None:
    case = Case(way=way, net=tiny.net.net, layer="conv2", size=Size(96, 64), device="cpu", seconds=0.02)
    result = speed(case)
    assert result["frames"] >= 2
    assert result["fps"] > 0
    if way != "eager":
        assert sum(result["shares"].values()) == pytest.approx(100)
        assert all(share > 0 for part, share in result["shares"].items() if part != "rest")


def test_compositions_are_alike_or_not(rng: np.random.Generator) -> None:
    one = picture(90, 120).astype(np.uint8)
    noisy = np.clip(one + rng.normal(0, 20, one.shape), 0, 255).astype(np.uint8)
    assert correlation(one, one) == pytest.approx(1)
    assert correlation(one, noisy) > 0.95
    assert correlation(one, one[::-1]) < 0.9


def test_a_report_says_what_failed_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = card.parsed(["--device", "cpu", "--minutes", "1", "--json", str(tmp_path / "x.json")])
    report = card.Report(options)
    assert report.case(net="no such net") == {}
    report.keep({"kind": "something"})
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "speed, device, no such net, 1920x1080: failed"
    assert "no net 'no such net'" in told[1]
    assert json.loads((tmp_path / "x.json").read_text())["results"] == [{"kind": "something"}]


def test_a_report_ends_when_its_time_is_over(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)  # to ask whether one is there opens it
    card.main(["--device", "cpu", "--minutes", "0", "--quick"])
    told = capsys.readouterr().out
    assert told.count("the time is over") == 5
    assert "| dreamed fps | ≥ 60 | - |" in told


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a card")
def test_without_a_card_one_line_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        card.main([])
    assert ended.value.code == 2
    assert "device 'cuda' is not available here" in capsys.readouterr().err.splitlines()[-1]
