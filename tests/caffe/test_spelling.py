from pathlib import Path

import pytest

from dreamstream.caffe import parse_net
from dreamstream.caffe.schema import MESSAGES
from dreamstream.errors import NetError
from dreamstream.nets.caffe_library import import_caffe
from tests.fakes import TINY


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("stride: 2", "strid: 2", "ConvolutionParameter has no field 'strid'; 'stride' is meant"),
        ("convolution_param {", "convolution_parm {", "LayerParameter has no field 'convolution_parm'"),
        ("num_output: 8", "num_ouput: 8", "'num_output' is meant"),
        ('bottom: "conv1"', 'botom: "conv1"', "'bottom' is meant"),
        ('layer { name: "conv1"', 'layr { name: "conv1"', "'layr' is unknown; 'layer' is meant"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_its_line(right: str, wrong: str, line: str) -> None:
    text = TINY.replace(right, wrong, 1)
    assert text != TINY
    number = next(n for n, row in enumerate(text.split("\n"), 1) if wrong in row)
    with pytest.raises(NetError, match=rf"net.prototxt: layer '\w+' \(\w+\): line {number}: ") as caught:
        parse_net(text, "net.prototxt").pruned(["conv2"])
    assert line in str(caught.value)


def test_what_only_training_or_a_fork_knows_is_skipped() -> None:
    extra = """param { lr_mult: 1 decay_mult: 0 } loss_param { ignore_label: 255 }
        fork_param: < a: [1, 2] b { c: "x" 'y' } > roi_pooling_param { pooled_w: 7 } selu_param { }
        crelu_param { } pooling3d_param { } unpooling_param { }"""
    filler = 'convolution_param { weight_filler { type: "xavier" std: -0.01 } engine: CAFFE '
    filler += "kernel_d: 1 stride_d: 2 dilation_h: 3"
    text = TINY.replace('name: "conv1"', f'name: "conv1" {extra}', 1)
    text = text.replace("convolution_param {", filler, 1)
    assert parse_net(text, "net").names() == parse_net(TINY, "net").names()


@pytest.mark.usefixtures("caffe")
@pytest.mark.parametrize(
    "name", ["LayerParameter", "V1LayerParameter", "NetParameter", "ConvolutionParameter"]
)
def test_no_field_of_caffe_s_own_is_taken_for_a_slip(name: str, tmp_path: Path) -> None:
    """A field of each name that the schema leaves out, with an empty message or a number as its value."""
    theirs = getattr(import_caffe().proto.caffe_pb2, name).DESCRIPTOR
    ours = MESSAGES[name].DESCRIPTOR.fields_by_name
    fields = [field for field in theirs.fields if field.name not in ours and field.name != "layer"]
    text = " ".join(f"{f.name} {{ }}" if f.message_type else f"{f.name}: 1" for f in fields)
    wrap = {
        "LayerParameter": "layer { %s }",
        "V1LayerParameter": "layers { %s }",
        "NetParameter": "%s",
        "ConvolutionParameter": "layer { convolution_param { %s } }",
    }[name]
    assert fields or name == "ConvolutionParameter"
    with pytest.raises(NetError) as caught:  # there is no net in it
        parse_net(wrap % text, "fields")
    assert "is meant" not in str(caught.value)
