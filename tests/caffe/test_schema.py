"""Our schema against Caffe's own, field by field."""

import pytest
from google.protobuf.descriptor import FieldDescriptor

from dreamstream.caffe.schema import MESSAGES
from dreamstream.nets.caffe_library import import_caffe

PADS = {"pad_type", "pad_l", "pad_r", "pad_t", "pad_b"}
OURS_ALONE = {  # fields of other Caffes than the one that is built here
    "BNParameter": {"bn_mode"},
    "BatchNormParameter": {"scale_bias"},
    "ConvolutionParameter": PADS,
    "PoolingParameter": {"round_mode", "ceil_mode", *PADS},
    "LayerParameter": {
        *("clip_param", "bn_param", "flip_param", "hard_sigmoid_param", "interp_param", "reorg_param"),
        *("resize_bilinear_param", "selu_param", "shuffle_channel_param", "swish_param"),
    },
    "V1LayerParameter": {"fork_type", "bn_param", "upsample_param"},
    "ClipParameter": {"min", "max"},
    "UpsampleParameter": {"scale", "scale_h", "scale_w"},
}


@pytest.mark.usefixtures("caffe")
@pytest.mark.parametrize("name", list(MESSAGES))
def test_fields_have_caffe_s_numbers_and_types(name: str) -> None:
    theirs = getattr(import_caffe().proto.caffe_pb2, name, None)
    if theirs is None:
        pytest.skip("a message of another Caffe")
    fields = theirs.DESCRIPTOR.fields_by_name
    for field in MESSAGES[name].DESCRIPTOR.fields:
        if field.name in OURS_ALONE.get(name, ()):
            continue
        assert field.name in fields
        other = fields[field.name]
        assert field.number == other.number, field.name
        if field.type != FieldDescriptor.TYPE_BYTES:  # packed numbers, read as their bytes
            assert field.type == other.type, field.name
            assert field.is_repeated == other.is_repeated, field.name
            if field.name in ("stride_h", "stride_w"):  # 1 in this fork; BVLC states none, and means 1
                continue
            if not field.is_repeated and field.type != FieldDescriptor.TYPE_MESSAGE:
                assert field.default_value == pytest.approx(other.default_value), field.name
        if field.enum_type is not None:
            numbers = {v.name: v.number for v in other.enum_type.values}
            ours = {v.name: v.number for v in field.enum_type.values if v.name in numbers}
            assert ours == {name: numbers[name] for name in ours}
