"""`dreamstream bench` on a tiny net: every part is the real one, only the clock counts calls."""

import json
import re
from collections.abc import Callable
from io import StringIO
from itertools import count
from pathlib import Path

import numpy as np
import pygame
import pytest
import torch
from rich.console import Console

from dreamstream import cli
from dreamstream.bench.bench import RIVALS, Bench, BenchSettings
from dreamstream.bench.command import run_bench
from dreamstream.bench.figures import FIGURES, matrix_figures, rival_figures
from dreamstream.bench.machine import card, card_text, nvidia_driver
from dreamstream.bench.probe import MarkedObjective, WatchedNet, drawing_seconds, open_window
from dreamstream.bench.random_entry import random_entry
from dreamstream.cli.parser import parse
from dreamstream.dream.objectives import L2
from dreamstream.errors import NetError
from dreamstream.nets.tiles import window_size
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.device import NAME
from tests.fakes import frame, picture, tiny_net
from tests.nets.example_nets import HEAD, INCEPTION_LIKE, conv, layer

SIZES = (Size(64, 48), Size(96, 64))


def ticking(stop_at: int | None = None) -> Callable[[], float]:
    """A clock that goes on by a second each time it is asked; Ctrl-C comes at `stop_at`."""
    ticks = count()

    def clock() -> float:
        now = next(ticks)
        if now == stop_at:
            raise KeyboardInterrupt
        return float(now)

    return clock


@pytest.fixture
def tiny(tiny: Settings) -> Settings:
    return tiny.changed(params={"layer": "conv2"})


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)


def told(settings: Settings, bench: BenchSettings, **more: object) -> str:
    out = StringIO()
    run_bench(settings, bench, Console(file=out, width=120), **more)  # type: ignore[arg-type]
    return out.getvalue()


def test_only_gradient_steps_count_and_the_largest_is_kept() -> None:
    net = WatchedNet(tiny_net(), ticking())
    large, small, objective = picture(48, 64), picture(24, 32), L2("conv2")
    for image in (small, large, small):
        assert np.array_equal(
            net.input_gradient(image, objective)[0], tiny_net().input_gradient(image, objective)[0]
        )
        net.activations(image, "conv1")
    assert net.seconds() == 3
    assert net.seconds() == 0
    assert net.largest is not None
    kept, its_objective = net.largest
    assert np.array_equal(kept, large)
    large[:] = 0  # whoever asked may write over it
    assert kept.max() > 0
    net.keeps = False
    net.input_gradient(picture(96, 96), its_objective)
    assert net.largest[0] is kept


def test_the_mark_lies_between_the_way_up_and_the_way_back() -> None:
    marked, net = MarkedObjective(L2("conv2"), ticking()), tiny_net()
    assert marked.begin() == 0
    expected = net.input_gradient(picture(), L2("conv2"))
    got = net.input_gradient(picture(), marked)
    assert marked.forward == 1
    assert np.array_equal(got[0], expected[0])
    assert got[1] == expected[1]


@pytest.mark.usefixtures("no_display")
def test_a_turn_measures_every_part_by_the_clock(tiny: Settings) -> None:
    with Bench(tiny, BenchSettings(SIZES, 2, ("eager",)), ticking()) as bench:
        bench.open()
        assert [number for _, number in bench.measure()] == [1, 2, 1, 2]
    assert [result.size for result in bench.results] == list(SIZES)
    for result in bench.results:
        width, height = result.size
        work = height * width * 8 * 27 + height // 2 * (width // 2) * 6 * 72  # conv1 and conv2
        assert result.gflop == pytest.approx(4e-9 * work)
        for turn in result.turns:
            # a frame is two octaves of two clock readings each, between two of its own
            assert turn["dreamed_frames_per_s"] == pytest.approx(1 / 5)
            assert turn["gradient_steps_share_percent"] == pytest.approx(100 * 2 / 5)
            assert (turn["gradient_step_ms"], turn["forward_ms"]) == (2000, 1000)
            assert turn["backward_share_percent"] == 50
            assert turn["gflop_per_s"] == pytest.approx(result.gflop / 2)
            assert (turn["transform_ms"], turn["stabilise_ms"]) == (1000, 1000)
            assert (turn["eager_gradient_step_ms"], turn["eager_ratio"]) == (1000, 0.5)
            rate = turn["matrix_product_fp32_gflop_per_s"]
            assert rate == pytest.approx(2e-9 * 1536**3)
            assert turn["matrix_product_share_percent"] == pytest.approx(100 * turn["gflop_per_s"] / rate)
            assert "screen_ms" not in turn


@pytest.mark.usefixtures("no_display")
def test_of_windows_all_forward_passes_count(tiny: Settings) -> None:
    settings = tiny.changed(tile=96, params={**tiny.params, "octaves": 1})
    with Bench(settings, BenchSettings((Size(150, 150),), 1), ticking()) as bench:
        bench.open()
        assert [number for _, number in bench.measure()] == [1]
    (turn,) = bench.results[0].turns
    windows = round(turn["forward_ms"] / 1000)  # a second each, and one behind each of them
    assert windows > 4
    assert turn["gradient_step_ms"] == 2000 * windows


@pytest.mark.usefixtures("no_display")
def test_the_work_of_a_step_is_that_of_the_picture_that_it_is_taken_of(tiny: Settings) -> None:
    work = {}
    for tiles in (1, 2):
        settings = tiny.changed(params={**tiny.params, "octaves": 1, "tile_memory": tiles})
        with Bench(settings, BenchSettings((Size(224, 224),), 1), ticking()) as bench:
            bench.open()
            work[tiles] = [result.gflop for result, _ in bench.measure()]
    share = window_size(Size(224, 224), 2).area / 224**2
    assert work[2] == [pytest.approx(work[1][0] * share)]


@pytest.mark.usefixtures("no_display")
def test_the_table_has_a_row_for_each_figure_and_says_what_is_missing(tiny: Settings) -> None:
    bench = BenchSettings(SIZES, 3, ("eager",))
    text = told(tiny, bench)
    for row in [*FIGURES.values(), *matrix_figures("fp32").values(), *rival_figures("eager").values()]:
        assert row in text
    assert "64x48" in text
    assert "96x64" in text
    assert "medians (quartiles) of 3 turns" in text
    assert "none (neither DISPLAY nor WAYLAND_DISPLAY is set)" in text
    (screen,) = [line for line in text.splitlines() if line.startswith("screen, ms")]
    assert screen.split()[-2:] == ["-", "-"]


@pytest.mark.device
@pytest.mark.usefixtures("no_display")
def test_a_canvas_on_the_device_is_measured_there(tiny: Settings) -> None:
    text = told(tiny.changed(canvas_on="device", device=NAME), BenchSettings(SIZES[:1], 2, ("eager",)))
    assert f"on {NAME}" in text
    assert "canvas on the device" in text
    rows = {line[:32].strip(): line[32:].split()[0] for line in text.splitlines() if " (" in line[32:]}
    for row in ("dreamed frames a second", "gradient step, ms", "transform, ms", "eager: gradient step, ms"):
        assert float(rows[row]) > 0


def test_a_card_is_named_with_its_memory_and_versions() -> None:
    facts = {"name": "NVIDIA H200", "memory_gib": 139.8, "capability": "9.0"}
    cuda = {"cuda": "12.8", "rocm": None, "driver": "570.86.15"}
    assert card_text(facts | cuda) == "NVIDIA H200, 139.8 GiB, driver 570.86.15, CUDA 12.8"
    assert card_text({"name": "Apple GPU", "memory_gib": 10.7}) == "Apple GPU, 10.7 GiB"
    assert card("cpu") is None


@pytest.mark.device
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no card is here")
def test_the_card_that_is_here_is_named() -> None:
    facts = card("cuda")
    assert facts is not None
    assert card_text(facts).startswith(torch.cuda.get_device_name())


@pytest.mark.parametrize(
    ("told", "version"),
    [
        (
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08",
            "535.161.08",
        ),
        ("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build", "570.86.15"),
        ("something else", None),
    ],
)
def test_the_driver_is_read_where_linux_tells_it(tmp_path: Path, told: str, version: str | None) -> None:
    (tmp_path / "version").write_text(told + "\nGCC version:  gcc 12.3.0\n")
    assert nvidia_driver(tmp_path / "version") == version
    assert nvidia_driver(tmp_path / "nothing") is None


@pytest.mark.usefixtures("no_display")
@pytest.mark.parametrize("stop_at", [150, 220])
def test_ctrl_c_tells_what_was_measured_until_then(
    tiny: Settings, stop_at: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyboardInterrupt):
        told(tiny, BenchSettings(SIZES, 12), as_json=True, clock=ticking(stop_at))
    report = json.loads(capsys.readouterr().out)
    assert report["stopped"] is True
    turns = [canvas["turns"] for canvas in report["canvases"]]
    assert 0 < sum(turns) < 24
    assert turns[:-1] == [12] * (len(turns) - 1)


@pytest.mark.usefixtures("no_display")
def test_ctrl_c_before_anything_is_measured_tells_nothing(
    tiny: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(bench: Bench) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Bench, "open", stopped)
    out = StringIO()
    with pytest.raises(KeyboardInterrupt):
        run_bench(tiny, BenchSettings(SIZES), Console(file=out))
    assert out.getvalue() == ""


def test_json_has_the_table_s_figures_with_units(capsys: pytest.CaptureFixture[str]) -> None:
    """The article's net, whose weights are not here, from the command line."""
    arguments = ["bench", "--net", "bvlc_googlenet", "--random-weights", "--layer", "inception_3b/output"]
    arguments += ["--size", "64x48", "--size", "64x48", "--turns", "2", "--against", "eager", "--json"]
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, "--octaves", "1"])
    assert ended.value.code in (0, None)
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert err == ""
    assert (report["net"], report["layer"]) == ("bvlc_googlenet", "inception_3b/output")
    assert (report["weights"], report["turns"], report["stopped"]) == ("random weights", 2, False)
    (canvas,) = report["canvases"]  # the same size twice is one
    assert (canvas["width_px"], canvas["height_px"], canvas["turns"]) == (64, 48, 2)
    step = canvas["gradient_step_ms"]
    assert step["lower_quartile"] <= step["median"] <= step["upper_quartile"]
    assert 0 < canvas["forward_ms"]["median"] < step["median"]
    assert 0 < canvas["gradient_steps_share_percent"]["median"] < 100
    assert canvas["eager_ratio"]["median"] > 0
    assert canvas["gradient_step_gflop"] > 0


def dreams(settings: Settings, *canvases: Size, folder: Path) -> str:
    """Give the net random weights, dream a frame at each canvas, and return the layer."""
    entry = random_entry(settings, canvases, folder)
    for size in canvases:
        stage = Stage(settings.changed(size=size), entry=entry)
        assert stage.open_dreamer().step().index == 1
    return stage.store.snapshot().layer


CLASSIFYING = conv("c", "data", 4, 5, "stride: 4") + layer(
    "InnerProduct", "fc", "c", more="inner_product_param { num_output: 3 }"
)


@pytest.mark.parametrize(
    ("text", "params", "layer"),
    [
        (INCEPTION_LIKE, {}, "b2"),
        (INCEPTION_LIKE, {"layer": "b3", "second": "out:0.5"}, "b3"),
        (CLASSIFYING, {"layer": "fc"}, "fc"),
        (CLASSIFYING, {"class_name": "1"}, "c"),
        (CLASSIFYING + layer("Python", "boxes", "fc"), {}, "c"),
    ],
)
def test_random_weights_are_shaped_for_the_canvases_asked_for(
    text: str, params: dict[str, str], layer: str, tmp_path: Path
) -> None:
    (tmp_path / "net.prototxt").write_text(HEAD + text)
    settings = Settings(net=str(tmp_path / "net.prototxt"), sources=("noise",), params=params)
    assert dreams(settings, Size(101, 66), Size(320, 180), folder=tmp_path) == layer
    assert dreams(settings, Size(64, 64), folder=tmp_path) == layer


@pytest.mark.parametrize(
    ("text", "params", "words"),
    [
        (
            layer("Python", "own") + conv("c", "own", 3, 3),
            {},
            r"layer 'own' \(Python\), with a picture of 96x64: is of",
        ),
        (conv("c", "data", 3, 300), {}, r"layer 'c' \(Convolution\), with a picture of 96x64: .*too small"),
        (
            conv("c", "data", 3, 3) + conv("w", "c", 3, 300),
            {"layer": "w"},
            r"layer 'w' \(Convolution\), .*96x64: ",
        ),
        (conv("c", "data", 3, 3, "strid: 2"), {}, r"layer 'c' \(Convolution\): line \d: .*'stride' is meant"),
        (conv("c", "data", 4_000_000_000, 3), {}, r"layer 'c' \(Convolution\), .*96x64: would take"),
    ],
)
def test_what_cannot_have_random_weights_is_told_with_file_layer_and_type(
    text: str, params: dict[str, str], words: str, tmp_path: Path
) -> None:
    (tmp_path / "net.prototxt").write_text(f"{HEAD}\n{text}")
    settings = Settings(net=str(tmp_path / "net.prototxt"), params=params)
    with pytest.raises(NetError, match=rf"^{re.escape(str(tmp_path / 'net.prototxt'))}: {words}"):
        Bench(settings, BenchSettings((Size(96, 64),), random_weights=True))


@pytest.mark.usefixtures("caffe", "no_display")
def test_real_caffe_takes_its_turns(tiny: Settings) -> None:
    with Bench(tiny, BenchSettings(SIZES[:1], 1, ("caffe",)), ticking()) as bench:
        bench.open()
        list(bench.measure())
    assert bench.results[0].turns[0]["caffe_ratio"] == 0.5


@pytest.mark.usefixtures("display")
def test_the_screen_is_measured_where_there_is_one(tiny: Settings) -> None:
    with Bench(tiny, BenchSettings(SIZES[:1], 1, window=Size(320, 180)), ticking()) as bench:
        bench.open()
        list(bench.measure())
    assert bench.results[0].turns[0]["screen_ms"] == 1000
    assert bench.facts["screen"].endswith("320x180")


@pytest.mark.usefixtures("display")
def test_what_is_timed_draws_another_picture_than_what_was_there() -> None:
    window, why = open_window(Size(320, 180))
    assert window is not None, why
    earlier, later = frame(1, 60, Size(64, 36)), frame(2, 180, Size(64, 36))
    pictures: list[np.ndarray] = []

    def clock() -> float:
        pictures.append(seen())
        return float(len(pictures))

    assert drawing_seconds(window, earlier, later, Params(), clock) == 1
    before, after = pictures
    window.close()
    assert (before.mean().round(), after.mean().round()) == (79, 161)  # eased


def seen() -> np.ndarray:
    """What is drawn in the window's middle, on the plain screen."""
    surface = pygame.display.get_surface()
    assert surface is not None
    return np.asarray(pygame.surfarray.array3d(surface))[100:220, 50:130].astype(float)


@pytest.mark.usefixtures("no_display")
def test_no_screen_has_a_reason() -> None:
    window, why = open_window(Size(320, 180))
    assert window is None
    assert "DISPLAY" in why


def test_the_command_line_takes_every_rival() -> None:
    words = [word for rival in RIVALS for word in ("--against", rival)]
    assert parse(["bench", *words]).against == list(RIVALS)
