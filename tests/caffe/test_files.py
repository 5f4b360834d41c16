from pathlib import Path

import numpy as np
import pytest

from dreamstream.caffe import infer_shapes, parse_net, read_net, write_caffemodel
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
    layer.blobs.add(num=1, channels=2, height=1, width=3).data.append(np.arange(6, dtype="<f4").tobytes())
    layer.blobs.add(num=1, channels=1, height=1, width=1).double_data.append(np.float64(0.5).tobytes())
    net.input.append("data")  # type: ignore[attr-defined]
    path = tmp_path / "old.caffemodel"
    path.write_bytes(net.SerializeToString())
    weights, bias = read_net(None, path).layer("conv").blobs
    assert weights.tolist() == [[[[0, 1, 2]], [[3, 4, 5]]]]
    assert bias.shape == (1, 1, 1, 1)
    assert bias.dtype == np.float32


def test_a_number_for_all_channels_is_read_as_caffe_writes_it(tmp_path: Path) -> None:
    """Without axes, Caffe writes no shape at all."""
    net = MESSAGES["NetParameter"]()
    layer = net.layer.add(name="x", type="PReLU", bottom=["data"], top=["x"])  # type: ignore[attr-defined]
    layer.prelu_param.channel_shared = True
    layer.blobs.add().data.append(np.float32(0.25).tobytes())
    net.input.append("data")  # type: ignore[attr-defined]
    path = tmp_path / "net.caffemodel"
    path.write_bytes(net.SerializeToString())
    spec = read_net(None, path)
    assert spec.layer("x").blobs[0].tolist() == 0.25
    assert infer_shapes(spec, (1, 3, 4, 5))["x"] == [(1, 3, 4, 5)]


@pytest.mark.usefixtures("caffe")
def test_files_of_caffe_s_own_making_are_read(tmp_path: Path) -> None:
    """V1 layers, doubles and old shapes, written by Caffe's own message classes."""
    from dreamstream.nets.caffe_library import import_caffe

    pb2 = import_caffe().proto.caffe_pb2
    net = pb2.NetParameter(name="old")
    net.input.append("data")
    net.input_dim.extend([1, 3, 8, 8])
    kinds = pb2.V1LayerParameter
    conv = net.layers.add(name="conv", type=kinds.CONVOLUTION, bottom=["data"], top=["conv"])
    conv.convolution_param.num_output, conv.convolution_param.pad[:] = 2, [1]
    conv.convolution_param.kernel_size[:] = [3]
    conv.blobs.add(num=2, channels=3, height=3, width=3, data=np.arange(54.0), diff=np.ones(54))
    conv.blobs.add(num=1, channels=1, height=1, width=2, double_data=[0.5, -1])
    net.layers.add(
        name="relu", type=kinds.RELU, bottom=["conv"], top=["conv"]
    ).relu_param.negative_slope = 0.5
    train = net.layers.add(name="drop", type=kinds.DROPOUT, bottom=["conv"], top=["conv"])
    train.include.add(phase=pb2.TRAIN)
    net.layers.add(name="norm", type=kinds.LRN, bottom=["conv"], top=["norm"]).lrn_param.local_size = 3
    net.layers.add(name="loss", type=kinds.SOFTMAX_LOSS, bottom=["norm", "label"], top=["loss"])
    path = tmp_path / "old.caffemodel"
    path.write_bytes(net.SerializeToString())
    spec = read_net(None, path)
    assert [(layer.name, layer.type) for layer in spec.layers] == [
        ("conv", "Convolution"),
        ("relu", "ReLU"),
        ("norm", "LRN"),
    ]
    assert np.array_equal(spec.layer("conv").blobs[0].ravel(), np.arange(54, dtype=np.float32))
    assert spec.layer("conv").blobs[1].ravel().tolist() == [0.5, -1]
    assert spec.layer("conv").message.convolution_param.pad == [1]
    assert spec.layer("relu").message.relu_param.negative_slope == 0.5
    assert spec.layer("norm").message.lrn_param.local_size == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("INNER_PRODUCT", "InnerProduct"),
        ("DECONVOLUTION", "Deconvolution"),
        ("ELTWISE", "Eltwise"),
        ("TANH", "TanH"),
        ("ABSVAL", "AbsVal"),
        ("BNLL", "BNLL"),
        ("MVN", "MVN"),
        ("BN", "BN"),
        ('"Convolution"', "Convolution"),
    ],
)
def test_v1_types_have_the_names_of_today(old: str, new: str) -> None:
    net = parse_net(f'input: "d" layers {{ name: "x" type: {old} bottom: "d" top: "y" }}', "v1")
    assert net.layers[0].type == new


def test_a_training_net_s_data_layer_is_an_input_and_its_losses_are_dropped() -> None:
    text = """layer { name: "data" type: "Data" top: "data" top: "label" include { phase: TRAIN } }
        layer { name: "conv" type: "ReLU" bottom: "data" top: "conv" }
        layer { name: "odd" type: "Eltwise" bottom: "conv" bottom: "label" top: "odd" }
        layer { name: "loss" type: "SoftmaxWithLoss" bottom: "conv" bottom: "label" top: "loss" }
        layer { name: "top5" type: "Accuracy" bottom: "conv" bottom: "label" top: "top5" }"""
    net = parse_net(text, "train_val.prototxt")
    assert net.inputs == ("data", "label")
    assert net.picture == "data"
    assert net.names() == ("conv", "odd")
    with pytest.raises(
        NetError, match=r"train_val.prototxt: layer 'odd' \(Eltwise\) needs the input 'label'"
    ):
        net.pruned(["odd"])


def test_layers_for_training_of_any_kind_are_left_out() -> None:
    text = """layer { name: "input-data" type: "Python" top: "data" top: "im_info" }
        layer { name: "conv" type: "ReLU" bottom: "data" top: "conv" }
        layer { name: "loss" type: "SoftmaxWithLoss" bottom: "conv" bottom: "im_info" top: "loss" }
        layer { name: "half" type: "Power" bottom: "loss" top: "half" }
        layer { name: "own" type: "Python" bottom: "conv" bottom: "half" }"""
    net = parse_net(text, "rcnn")
    assert (net.inputs, net.names(), net.picture) == (("data", "im_info"), ("conv",), "data")


def test_test_phase_s_own_input_goes_before_the_training_data() -> None:
    text = """layer { name: "train" type: "ImageData" top: "data" top: "label" include { phase: TRAIN } }
        layer { name: "test" type: "Input" top: "img" include { phase: TEST } }
        layer { name: "conv" type: "ReLU" bottom: "img" top: "conv" }"""
    net = parse_net(text, "both")
    assert (net.inputs, net.picture) == (("img",), "img")
    assert net.pruned(["conv"]).names() == ("conv",)


def test_comments_in_old_encodings_are_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "net.prototxt"
    path.write_bytes(b"# caf\xe9\n" + TINY.encode())
    assert read_net(path, None).names() == ("conv1", "relu1", "conv2")


@pytest.mark.parametrize(
    "declared",
    [
        'input: "data" input_dim: 1 input_dim: 1 input_dim: 28 input_dim: 28',
        'input: "data" input_shape { dim: 1 dim: 1 dim: 28 dim: 28 }',
        'layer { name: "d" type: "Input" top: "data" input_param { shape { dim: [1, 1, 28, 28] } } }',
    ],
)
def test_nets_for_gray_pictures_are_told_from_nets_for_colour(declared: str) -> None:
    rest = ' layer { name: "x" type: "ReLU" bottom: "data" top: "x" }'
    assert parse_net(declared + rest, "lenet").channels == 1
    assert parse_net('input: "data"' + rest, "any").channels == 3
    with pytest.raises(NetError, match="depth: is for pictures of 4 channels; RGB"):
        infer_shapes(parse_net('input: "data" input_dim: [1, 4, 8, 8]' + rest, "depth"), (1, 3, 28, 28))


def test_the_picture_s_channels_are_those_of_its_own_input() -> None:
    rest = ' layer { name: "x" type: "ReLU" bottom: "data" top: "x" }'
    mask = 'input: "mask" input_shape { dim: [1, 1, 8, 8] } input: "data" input_shape { dim: [1, 3, 8, 8] }'
    assert parse_net(mask + rest, "two").channels == 3
    dims = 'input: "mask" input: "data" input_dim: [1, 1, 8, 8, 1, 3, 8, 8]'
    assert parse_net(dims + rest, "two").channels == 3


def test_a_gray_net_s_caffemodel_alone_is_known_by_its_weights(tmp_path: Path) -> None:
    text = """layer { name: "mnist" type: "Data" top: "data" transform_param { scale: 0.00390625 } }
        layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
        convolution_param { num_output: 2 kernel_size: 3 } }"""
    blobs = [np.ones((2, 1, 3, 3), np.float32), np.zeros(2, np.float32)]
    write_caffemodel(parse_net(text, "lenet").with_blobs({"conv": blobs}), tmp_path / "lenet.caffemodel")
    net = read_net(None, tmp_path / "lenet.caffemodel")
    assert net.channels == 1
    assert (parse_net(text, "lenet").mean, parse_net(text, "lenet").scale) == ((0, 0, 0), 0.00390625)
    assert infer_shapes(net, (1, 1, 8, 8))["conv"] == [(1, 2, 6, 6)]


def test_of_two_layers_of_one_name_the_second_is_told_apart() -> None:
    taken = 'input: "d" layer { name: "x" type: "ReLU" bottom: "d" top: "a" }'
    taken += 'layer { name: "x#2" type: "ReLU" bottom: "d" top: "b" }'
    taken += 'layer { name: "x" type: "ReLU" bottom: "d" top: "c" }'
    assert parse_net(taken, "net").names() == ("x", "x#2", "x#3")
    layer = 'layer { name: "x" type: "ReLU" bottom: "d" top: "%s" }'
    assert parse_net('input: "d"' + layer % "a" + layer % "b", "net").names() == ("x", "x#2")


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("include { phase: TEST }", True),
        ("include { phase: TRAIN }", False),
        ("include { phase: TRAIN } include { phase: TEST }", True),
        ("exclude { phase: TEST }", False),
        ("exclude { phase: TRAIN }", True),
        ('include { stage: "deploy" }', False),
        ('include { not_stage: "deploy" }', True),
        ('exclude { stage: "deploy" }', True),
        ("include { min_level: 1 }", False),
        ("include { min_level: 0 max_level: 0 }", True),
        ("include { phase: TEST max_level: -1 }", False),
    ],
)
def test_rules_of_phase_level_and_stage(rule: str, kept: bool) -> None:
    text = f"""input: "data" layer {{ name: "always" type: "ReLU" bottom: "data" top: "a" }}
        layer {{ name: "x" type: "ReLU" bottom: "a" top: "b" {rule} }}"""
    assert ("x" in parse_net(text, "rules").names()) is kept


def test_an_unknown_layer_names_the_nearest(tmp_path: Path) -> None:
    net = read_net(written(tmp_path, BRANCHED), None)
    with pytest.raises(NetError, match="no layer 'join'; did you mean 'joined'"):
        net.layer("join")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("layer { name: ", "not a prototxt"),
        ('input_dim: "three" layer { name: "x" type: "ReLU" }', "line 1: input_dim: Couldn't parse integer"),
        ('name: "empty"', "no layers"),
        ('input: "d" layers { layer { name: "old" type: "conv" } bottom: "d" top: "x" }', "V0 layers"),
        ('input: "d" layers { name: "a" type: RELU } layer { name: "b" type: "ReLU" }', "one format"),
        ("layer " + "{ x " * 5000, "not a prototxt"),
    ],
)
def test_bad_prototxts_are_one_clear_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(NetError) as caught:
        read_net(written(tmp_path, text), None)
    assert words in str(caught.value)
    assert "net.prototxt" in str(caught.value)


GOOD = 'input: "d" layer { name: "good" type: "ReLU" bottom: "d" top: "good" } '


@pytest.mark.parametrize(
    ("bad", "where", "words"),
    [
        (
            'type: "ReLU" bottom: "nobody" top: "x"',
            "(ReLU)",
            "reads 'nobody', which no layer before it writes",
        ),
        ('type: "ReLU" bottom: "x" top: "x"', "(ReLU)", "reads 'x', which no layer before it writes"),
        (
            'type: "ReLU" bottom: "d" top: "good"',
            "(ReLU)",
            "writes 'good', which is there already and not its",
        ),
        ('type: "Split" bottom: "d" top: "y" top: "y"', "(Split)", "writes a blob twice"),
        ('type: "Split" bottom: "d"', "(Split)", "needs at least one bottom and one top"),
        (
            'type: "Pooling" bottom: "d" top: "x" pooling_param { pool: AVE_EXC_PAD kernel_size: 2 }',
            "(Pooling)",
            "line 2: pooling_param: pool cannot be AVE_EXC_PAD; it can be MAX, AVE, STOCHASTIC",
        ),
        (
            'type: "Convolution" bottom: "d" top: "x" convolution_param { num_output: "eight" }',
            "(Convolution)",
            "line 2: convolution_param: Couldn't parse integer",
        ),
        (
            'type: "ReLU" bottom: "d" top: "x" type: "AbsVal"',
            "(ReLU)",
            "line 2: type: type stands there twice",
        ),
        ('type: "ReLU" bottom: "d" top: "x" relu_param { slope 1 }', "(ReLU)", "line 2: relu_param: "),
        ('type: "ReLU" botom: "d" top: "x"', "(ReLU)", "line 2: botom: LayerParameter has no field 'botom'"),
    ],
)
@pytest.mark.parametrize("braces", ["{%s}", "<%s>", ": {%s},"])
def test_a_fault_in_a_layer_matters_to_those_that_need_it_alone(
    bad: str, where: str, words: str, braces: str
) -> None:
    after = '\nlayer { name: "after" type: "ReLU" bottom: "x" top: "z" } '
    other = 'layer { name: "other" type: "ReLU" bottom: "good" top: "other" }'
    text = f"{GOOD}{other}\nlayer {braces}{after}" % f'name: "bad" {bad}'
    net = parse_net(text, "net.prototxt")
    assert net.names() == ("good", "other", "bad", "after")
    assert infer_shapes(net.pruned(["other"]), (1, 3, 8, 8)) == {
        "good": [(1, 3, 8, 8)],
        "other": [(1, 3, 8, 8)],
    }
    with pytest.raises(NetError) as caught:
        net.pruned(["bad"])
    assert str(caught.value).startswith(f"net.prototxt: layer 'bad' {where}: {words}")


def test_only_what_is_wrong_with_a_net_s_inputs_matters_to_all_its_layers() -> None:
    assert parse_net(f'force_backward: true force_backward: "x" name: 7 {GOOD}', "net").names() == ("good",)
    with pytest.raises(NetError, match=r"^net: not a prototxt: line 1: input_dim: Couldn't parse integer"):
        parse_net(f"input_dim: $#size#$\n{GOOD}", "net")


def test_types_of_a_fork_are_known_by_their_names_in_the_format_of_2014_too() -> None:
    layers = """layers { name: "pictures" type: WINDOW_SEG_DATA top: "data" top: "label" }
        layers { name: "conv" type: RELU bottom: "data" top: "conv" }
        layers { name: "crop" type: CROP, bottom: "conv" bottom: "data" top: "crop" }
        layers { name: "field" type: MULTI_STAGE_MEANFIELD bottom: "crop" top: "field" }
        layers { name: "loss" type: OTHER_LOSS bottom: "crop" bottom: "label" top: "loss" }"""
    net = parse_net(layers, "fork")
    assert net.inputs == ("data", "label")
    assert [layer.type for layer in net.layers] == ["ReLU", "Crop", "MultiStageMeanfield"]
    assert infer_shapes(net.pruned(["crop"]), (1, 3, 8, 8))["crop"] == [(1, 3, 8, 8)]
    with pytest.raises(NetError, match=r"layer 'field' \(MultiStageMeanfield\).* not supported"):
        infer_shapes(net.pruned(["field"]), (1, 3, 8, 8))


def test_an_enum_s_number_that_is_not_known_is_a_fault_of_its_layer_in_a_caffemodel_too(
    tmp_path: Path,
) -> None:
    net = MESSAGES["NetParameter"](input=["data"])  # type: ignore[call-arg]
    net.layer.add(name="first", type="ReLU", bottom=["data"], top=["first"])  # type: ignore[attr-defined]
    pool = net.layer.add(name="pool", type="Pooling", bottom=["first"], top=["pool"])  # type: ignore[attr-defined]
    pool.pooling_param.MergeFromString(b"\x08\x07")  # 1 pool: 7
    path = tmp_path / "net.caffemodel"
    path.write_bytes(net.SerializeToString())
    spec = read_net(None, path)
    assert spec.pruned(["first"]).names() == ("first",)
    with pytest.raises(
        NetError, match=r"layer 'pool' \(Pooling\): pooling_param: pool cannot be 7; it can be MAX"
    ):
        spec.pruned(["pool"])


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


def test_a_data_layer_says_how_pictures_go_in() -> None:
    text = """layer { name: "train" type: "Data" top: "data" include { phase: TRAIN }
            transform_param { mean_value: 1 scale: 0.5 } }
        layer { name: "test" type: "Data" top: "data" include { phase: TEST }
            transform_param { mean_value: 103.9 mean_value: 116.8 mean_value: 123.7 scale: 0.017 } }
        layer { name: "x" type: "ReLU" bottom: "data" top: "x" }"""
    net = parse_net(text, "mobilenet")
    assert net.mean == pytest.approx((103.9, 116.8, 123.7))
    assert net.scale == pytest.approx(0.017)
    training = parse_net(text.replace("phase: TEST", "phase: TRAIN"), "train only")
    assert (training.mean, training.scale) == ((1, 1, 1), 0.5)
    assert parse_net(TINY, "tiny").mean == ()


def test_hdf5_and_another_net_s_weights_are_told(tmp_path: Path) -> None:
    prototxt = written(tmp_path, TINY)
    weights = tmp_path / "net.caffemodel.h5"
    weights.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(NetError, match="HDF5 is not read; save the net"):
        read_net(prototxt, weights)
    write_caffemodel(tiny_spec(), tmp_path / "other.caffemodel")
    with pytest.raises(NetError, match="is for another net"):
        read_net(prototxt, renamed(tmp_path / "other.caffemodel"))


def renamed(path: Path) -> Path:
    """Give the file's layers other names."""
    net = MESSAGES["NetParameter"]()
    net.ParseFromString(path.read_bytes())
    for layer in net.layer:  # type: ignore[attr-defined]
        layer.name = f"other/{layer.name}"
    path.write_bytes(net.SerializeToString())
    return path
