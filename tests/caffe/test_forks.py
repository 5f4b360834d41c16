"""What Caffe's forks write, as it is read: types in their spelling, settings under their numbers, heads."""

from pathlib import Path

import numpy as np
import pytest

from dreamstream.caffe import cut, he_weights, parse_net, read_net, write_caffemodel
from dreamstream.caffe.schema import MESSAGES
from dreamstream.errors import NetError
from tests.nets.example_nets import HEAD, conv, layer, net_of
from tests.nets.fork_nets import FORK_TYPES

PICTURE = (1, 3, 16, 20)


@pytest.mark.parametrize(
    ("spelt", "known"),
    [
        ("DepthwiseConvolution", "Convolution"),
        ("ConvolutionDepthwise", "Convolution"),
        ("SeLU", "SELU"),
        ("Selu", "SELU"),
        ("HSwish", "HardSwish"),
        ("Hardswish", "HardSwish"),
        ("SiLU", "Swish"),
        ("SyncBN", "BN"),
        ("relu", "relu"),  # Caffe's own types are spelt as Caffe spells them
    ],
)
def test_a_fork_s_spelling_is_a_known_type(spelt: str, known: str) -> None:
    assert net_of(layer(spelt, "x")).layer("x").type == known


@pytest.mark.parametrize("group", ["", "group: 3"])
def test_a_depthwise_convolution_has_a_group_for_each_channel(group: str) -> None:
    text = layer(
        "ConvolutionDepthwise", "x", more=f"convolution_param {{ num_output: 3 kernel_size: 3 {group} }}"
    )
    (x,) = he_weights(net_of(text), PICTURE).layers
    assert x.message.convolution_param.group == 3
    assert x.blobs[0].shape == (3, 1, 3, 3)


def test_the_types_of_2014_are_known_in_capitals() -> None:
    spec = parse_net(
        HEAD
        + """layers { name: "bn" type: BN bottom: "data" top: "bn" bn_param { bn_mode: INFERENCE } }
        layers { name: "p" type: POOLING bottom: "bn" top: "p" top: "m"
            pooling_param { kernel_size: 2 stride: 2 } }
        layers { name: "up" type: UPSAMPLE bottom: "p" bottom: "m" top: "up" upsample_param { scale: 2 } }
        layers { name: "p2" type: POOLING bottom: "up" top: "p2" top: "m2" pooling_param { kernel_size: 3 } }
        layers { name: "un" type: UNPOOLING bottom: "p2" bottom: "m2" top: "un"
            unpooling_param { unpool: MAX } }""",
        "net",
    )
    assert [each.type for each in spec.layers] == ["BN", "Pooling", "Upsample", "Pooling", "Upsample"]
    assert spec.layer("bn").message.bn_param.bn_mode == 1
    _, shapes = cut(he_weights(spec, PICTURE), ["un"], PICTURE)
    assert shapes["un"] == shapes["up"] == [PICTURE]


@pytest.mark.parametrize("kind", list(FORK_TYPES))
def test_a_net_is_written_and_read_with_its_settings(kind: str, tmp_path: Path) -> None:
    text = list(FORK_TYPES[kind].values())[-1]
    spec, path = he_weights(net_of(text), PICTURE), tmp_path / "net.caffemodel"
    write_caffemodel(spec, path)
    again = read_net(None, path)
    assert [each.type for each in again.layers] == [each.type for each in spec.layers]
    assert cut(again, again.names()[-1:], PICTURE)[1] == cut(spec, spec.names()[-1:], PICTURE)[1]


def test_an_interp_s_settings_are_read_from_a_file_of_its_fork(tmp_path: Path) -> None:
    """Their number is 143 there, which input_param has in Caffe itself."""
    net = MESSAGES["NetParameter"]()
    layer = net.layer.add(name="x", type="Interp", bottom=["data"], top=["x"])  # type: ignore[attr-defined]
    layer.interp_param.zoom_factor = 8
    (field,) = (f for f in layer.DESCRIPTOR.fields if f.name == "interp_param")
    net.input.append("data")  # type: ignore[attr-defined]
    theirs = net.SerializeToString().replace(varint(field.number << 3 | 2), varint(143 << 3 | 2))
    path = tmp_path / "net.caffemodel"
    path.write_bytes(theirs)
    assert cut(read_net(None, path), ["x"], PICTURE)[1]["x"] == [(1, 3, 121, 153)]


def test_other_forks_fields_under_our_numbers_do_not_break_a_file(tmp_path: Path) -> None:
    """Each fork's setting stands where a number, a text or a message of another one may stand."""
    spec, path = he_weights(net_of(conv("x", "data", 4, 3)), PICTURE), tmp_path / "net.caffemodel"
    write_caffemodel(spec, path)
    net = MESSAGES["NetParameter"].FromString(path.read_bytes())
    carried = net.layer[0].SerializeToString()
    for field in MESSAGES["LayerParameter"].DESCRIPTOR.fields:
        if field.number > 147:
            for wire, value in (
                (0, b"\x01"),
                (5, b"\0\0\x80\x3f"),
                (2, b"\x02\x08\x07"),
                (2, b"\x03\x0a\x01A"),
            ):
                written = carried + varint(field.number << 3 | wire) + value
                path.write_bytes(b"\x1a\x04data" + varint(100 << 3 | 2) + varint(len(written)) + written)
                blobs = read_net(None, path).layer("x").blobs
                assert np.array_equal(blobs[0], spec.layer("x").blobs[0])


def varint(number: int) -> bytes:
    """A number as protobuf writes it: seven bits a byte, the lowest first."""
    low = number & 127
    return bytes([low]) if number < 128 else bytes([low | 128]) + varint(number >> 7)


SSD = (
    conv("c1", "data", 4, 3)
    + layer("Normalize", "norm", "c1", more="norm_param { across_spatial: false channel_shared: false }")
    + conv("loc", "norm", 8, 3)
    + layer("Permute", "perm", "loc", more="permute_param { order: 0 order: 2 order: 3 order: 1 }")
    + layer("Flatten", "flat", "perm")
    + layer("PriorBox", "prior", "norm data", more="prior_box_param { min_size: 30 clip: false }")
    + layer("DetectionOutput", "found", "flat prior", more="detection_output_param { num_classes: 21 }")
)


def test_heads_with_boxes_matter_to_what_needs_them_alone() -> None:
    spec = net_of(SSD)
    assert cut(he_weights(spec.pruned(["flat"]), PICTURE), ["flat"], PICTURE)[1]["flat"] == [(1, 8 * 12 * 16)]
    with pytest.raises(NetError, match=r"layer 'prior' \(PriorBox\), .* of a type that is not supported"):
        he_weights(spec.pruned(["prior"]), PICTURE)
