from pathlib import Path

import numpy as np
import pytest

from dreamstream.caffe import read_net, write_caffemodel
from dreamstream.caffe.schema import MESSAGES
from dreamstream.errors import NetError
from tests.fakes import TINY, tiny_spec

BRANCHED = """
input: "data" input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8
layer { name: "a" type: "ReLU" bottom: "data" top: "a" }
layer { name: "a/in-place" type: "ReLU" bottom: "a" top: "a" }
layer { name: "side" type: "ReLU" bottom: "data" top: "side" }
layer { name: "b" type: "ReLU" bottom: "a" top: "b" }
layer { name: "joined" type: "Concat" bottom: "b" bottom: "side" top: "joined" }
layer { name: "train-only" type: "ReLU" bottom: "b" top: "c" include { phase: TRAIN } }
layer { name: "not-in-test" type: "ReLU" bottom: "b" top: "d" exclude { phase: TEST } }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "net.prototxt"
    path.write_text(text)
    return path


def test_a_caffemodel_alone_is_enough(tmp_path: Path) -> None:
    spec = tiny_spec()
    path = tmp_path / "tiny.caffemodel"
    write_caffemodel(spec, path)
    again = read_net(None, path)
    assert again.name == "tiny"
    assert again.names() == ("conv1", "relu1", "conv2")
    assert again.layer("conv2").message.convolution_param.stride[0] == 2
    for old, new in zip(spec.layers, again.layers, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(old.blobs, new.blobs, strict=True))
    assert list(tmp_path.iterdir()) == [path]


def test_a_prototxt_takes_weights_by_layer_name(tmp_path: Path) -> None:
    write_caffemodel(tiny_spec(), tmp_path / "tiny.caffemodel")
    text = TINY.replace("stride: 2", "stride: 1")
    net = read_net(written(tmp_path, text), tmp_path / "tiny.caffemodel")
    assert net.layer("conv2").message.convolution_param.stride[0] == 1
    assert net.layer("conv2").blobs[0].shape == (6, 8, 3, 3)


def test_phases_inputs_and_pruning(tmp_path: Path) -> None:
    net = read_net(written(tmp_path, BRANCHED), None)
    assert net.inputs == ("data",)
    assert net.names() == ("a", "a/in-place", "side", "b", "joined")
    assert net.pruned(["a"]).names() == ("a",)  # before the in-place layer that follows, as Caffe does
    assert net.pruned(["a/in-place"]).names() == ("a", "a/in-place")
    assert net.pruned(["b"]).names() == ("a", "a/in-place", "b")
    assert net.pruned(["joined"]).names() == ("a", "a/in-place", "side", "b", "joined")


def test_old_four_number_blobs_and_doubles_are_read(tmp_path: Path) -> None:
    net = MESSAGES["NetParameter"]()
    layer = net.layer.add(name="conv", type="Convolution", bottom=["data"], top=["conv"])  # type: ignore[attr-defined]
    layer.blobs.add(num=1, channels=2, height=1, width=3).data.extend(range(6))
    layer.blobs.add(num=1, channels=1, height=1, width=1).double_data.extend([0.5])
    net.input.append("data")  # type: ignore[attr-defined]
    path = tmp_path / "old.caffemodel"
    path.write_bytes(net.SerializeToString())
    weights, bias = read_net(None, path).layer("conv").blobs
    assert weights.tolist() == [[[[0, 1, 2]], [[3, 4, 5]]]]
    assert bias.shape == (1, 1, 1, 1)
    assert bias.dtype == np.float32


def test_an_unknown_layer_names_the_nearest(tmp_path: Path) -> None:
    net = read_net(written(tmp_path, BRANCHED), None)
    with pytest.raises(NetError, match="no layer 'join'; did you mean 'joined'"):
        net.layer("join")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("layer { name: ", "not a prototxt"),
        ('name: "empty"', "no layers"),
        ('input: "d" layers { name: "old" type: CONVOLUTION bottom: "d" }', "V1 layers"),
        ('layer { name: "x" type: "ReLU" bottom: "nobody" top: "x" }', "'nobody'"),
        ('input: "d" layer { name: "x" bottom: "d" top: "x" } layer { name: "x" bottom: "d" }', "two layers"),
    ],
)
def test_bad_prototxts_are_one_clear_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(NetError) as caught:
        read_net(written(tmp_path, text), None)
    assert words in str(caught.value)
    assert "net.prototxt" in str(caught.value)


def test_bad_caffemodels_are_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "tiny.caffemodel"
    write_caffemodel(tiny_spec(), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(NetError, match=r"tiny.caffemodel: not a caffemodel"):
        read_net(None, path)
    with pytest.raises(NetError, match="No such file"):
        read_net(None, tmp_path / "missing.caffemodel")


def test_a_blob_whose_count_and_shape_disagree_is_refused(tmp_path: Path) -> None:
    net = MESSAGES["NetParameter"]()
    net.input.append("data")  # type: ignore[attr-defined]
    layer = net.layer.add(name="conv", type="Convolution", bottom=["data"], top=["conv"])  # type: ignore[attr-defined]
    layer.blobs.add().shape.dim.extend([10**9, 10**9])
    path = tmp_path / "huge.caffemodel"
    path.write_bytes(net.SerializeToString())
    with pytest.raises(NetError, match="holds 0 numbers"):
        read_net(None, path)
