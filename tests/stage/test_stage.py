"""What a show is built of, and what is told before it begins."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import torch

from dreamstream.caffe import write_caffemodel
from dreamstream.dreamer import Effort
from dreamstream.errors import NetError, ParamError
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.fakes import TINY, classifier_spec, tiny_spec


@pytest.fixture
def tiny(tiny: Settings) -> Settings:
    return tiny.changed(params={"layer": "conv2"})


def test_keys_pressed_while_the_net_loads_do_not_end_the_show(tiny: Settings) -> None:
    stage = Stage(tiny)
    for _ in range(9):  # conv2 has six channels, which nobody can know yet
        stage.store.nudge("channels", 1)
    assert stage.open_dreamer().step().index == 1


def test_a_slip_at_the_start_is_told(tiny: Settings) -> None:
    stage = Stage(Settings(net=tiny.net.net, size=tiny.size, params={"layer": "conv2", "channels": "9"}))
    with pytest.raises(NetError, match="layer 'conv2' has no channel 9; there are 6"):
        stage.open_dreamer()


def test_a_blob_s_name_leads_to_the_layer_that_writes_it(tmp_path: Path) -> None:
    text = TINY.replace('top: "conv2"', 'top: "blob2"').replace(
        '"conv1" top: "conv1"', '"conv1" top: "blob1"'
    )
    text = text.replace('bottom: "conv1"\n', 'bottom: "blob1"\n')
    (tmp_path / "net.prototxt").write_text(
        text + 'layer { name: "r" type: "ReLU" bottom: "blob2" top: "blob2" }'
    )
    write_caffemodel(tiny_spec(), tmp_path / "net.caffemodel")
    settings = Settings(net=str(tmp_path / "net.prototxt"), size=Size(64, 48))
    for name, layer in {"blob1": "relu1", "blob2": "r", "conv1": "conv1", "conv2": "conv2"}.items():
        assert Stage(settings.changed(params={"layer": name})).store.snapshot().layer == layer
    with pytest.raises(ParamError, match=r"no layer 'blob3'; known: conv1"):
        Stage(settings.changed(params={"layer": "blob3"}))


def test_the_octaves_of_a_show_decide_where_it_begins(tmp_path: Path) -> None:
    """The layer behind wide windows is not reached at the smallest octave, and at the canvas itself it is."""
    text = TINY.replace("kernel_size: 3 pad: 1 stride: 2", "kernel_size: 40")
    (tmp_path / "net.prototxt").write_text(text)
    (tmp_path / "net.caffemodel").write_bytes(b"")
    settings = Settings(net=str(tmp_path / "net.prototxt"), size=Size(64, 48))
    assert Stage(settings).store.snapshot().layer == "conv1"
    assert Stage(settings.changed(params={"octaves": 1})).store.snapshot().layer == "conv2"


def test_layers_with_odd_names_can_be_mixed_in(tmp_path: Path) -> None:
    text = TINY.replace('"conv1"', '"conv 1"').replace('"conv2"', '"odd:2"').replace('"relu1"', '"a,b"')
    blobs = {layer.name: layer.blobs for layer in tiny_spec().layers}
    (tmp_path / "odd.prototxt").write_text(text)
    stage = Stage(Settings(net="efficientnet_lite0"))
    assert stage.store.snapshot().second == ""
    from dreamstream.caffe import parse_net

    spec = parse_net(text, "odd").with_blobs({"conv 1": blobs["conv1"], "odd:2": blobs["conv2"]})
    write_caffemodel(spec, tmp_path / "odd.caffemodel")
    stage = Stage(Settings(net=str(tmp_path / "odd.prototxt"), size=Size(64, 48), params={"layer": "odd:2"}))
    assert stage.store.change(second=" conv 1 , odd:2 ").second == "conv 1,odd:2:1"
    assert stage.store.change(second=stage.store.snapshot().second).second == "conv 1,odd:2:1"
    seen = {stage.store.nudge("second", 1).second for _ in range(6)}
    assert seen == {"", "conv 1", "odd:2:1"}
    stage.store.change(second="conv 1")
    assert stage.open_dreamer().step().index == 1


def test_the_score_s_settings_name_all_that_shapes_the_dream(tiny: Settings) -> None:
    settings = Settings(net=tiny.net.net, size=tiny.size, mean="1,2,3", scale=0.5, channel_order="RGB")
    described = Stage(settings).playing.record()
    assert (described["mean"], described["scale"], described["channel_order"]) == ([1, 2, 3], 0.5, "RGB")
    assert {"seed", "net", "weights", "engine", "sources", "canvas", "guide"} <= set(described)


def test_weights_beside_a_caffemodel_are_not_silently_ignored(tiny: Settings, tmp_path: Path) -> None:
    model = tmp_path / "tiny.caffemodel"
    with pytest.raises(NetError, match="brings its own weights"):
        Stage(Settings(net=str(model), weights=Path(tiny.net.net)))


def test_own_class_names_are_taken_and_stepped_through(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\n".join(["n00000001 ant, pismire", "bee", "cat", "dog", "eel"]))
    write_caffemodel(classifier_spec(), tmp_path / "own.caffemodel")
    settings = Settings(net=str(tmp_path / "own.caffemodel"), size=Size(64, 48), classes=names)
    stage = Stage(settings.changed(params={"class_name": "pismire"}))
    assert stage.store.snapshot().class_name == "0 ant"
    assert stage.store.nudge("class_name", 1).class_name == "1 bee"
    assert stage.open_dreamer().step().index == 1


def test_a_net_s_own_mean_goes_in_unless_another_is_given(tmp_path: Path) -> None:
    data = 'layer { name: "d" type: "Data" top: "data" transform_param { mean_value: 9 scale: 0.5 } }'
    text = data + TINY[TINY.index('layer { name: "conv1"') :]
    write_caffemodel(tiny_spec(), tmp_path / "own.caffemodel")
    (tmp_path / "own.prototxt").write_text(text)
    settings = Settings(net=str(tmp_path / "own.prototxt"), size=Size(64, 48))
    own = Stage(settings).playing.net.entry.preprocessing
    assert (own.mean, own.scale) == ((9, 9, 9), 0.5)
    given = Stage(settings.changed(mean="7", scale=2.0)).playing.net.entry.preprocessing
    assert (given.mean, given.scale) == ((7, 7, 7), 2)


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_the_number_of_threads_is_found_in_a_show_unless_it_is_given(tiny: Settings) -> None:
    stage = Stage(tiny, clock=count(step=0.1).__next__)
    network = stage.open_net()
    dreamer = stage.dreamer_on(network, live=True)
    assert (dreamer.governor.thread_count, torch.get_num_threads()) == (2, 2)
    used = set[int]()
    for _ in range(25):  # a try comes after two seconds of gradients
        dreamer.step()
        used.add(torch.get_num_threads())
    assert used == {1, 2}
    assert Stage(tiny.changed(threads=2)).dreamer_on(network, live=True).governor.thread_count == 0


@pytest.mark.usefixtures("two_threads")
def test_a_show_on_a_crowded_machine_begins_with_one_thread(tiny: Settings) -> None:
    stage = Stage(tiny, clock=count(step=0.1).__next__)
    dreamer = stage.dreamer_on(stage.open_net(), live=True, crowded=True)
    dreamer.step()
    assert (dreamer.governor.thread_count, torch.get_num_threads()) == (1, 1)


@pytest.mark.parametrize(("target", "first"), [(20.0, Effort(1, 1, 0.5)), (0.0, Effort(2, 1))])
def test_a_show_that_keeps_a_rate_begins_with_the_least_effort(
    tiny: Settings, target: float, first: Effort
) -> None:
    """The rest of the net is made ready behind it: then all that is asked is dreamt."""
    tiny = tiny.changed(params={"layer": "conv2", "fps_target": target, "octaves": 2}, size=Size(128, 96))
    stage = Stage(tiny, clock=count(step=0.001).__next__)
    dreamer = stage.dreamer_on(stage.open_net(), live=True)
    efforts = []
    for _ in range(20_000):
        dreamer.step()
        efforts.append(dreamer.governor.effort)
        if efforts[-1] == Effort(2, 1):
            break
    assert efforts[0] == first
    assert efforts[-1] == Effort(2, 1)
    rendered = stage.dreamer_on(stage.open_net())
    rendered.step()
    assert rendered.governor.effort == Effort(2, 1)
