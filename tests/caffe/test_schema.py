"""Our schema against Caffe's own, field by field."""

import pytest
from google.protobuf.descriptor import FieldDescriptor

from dreamstream.caffe.schema import MESSAGES
from dreamstream.nets.caffe_library import import_caffe

OURS_ALONE = {  # fields of other Caffes than the one that is built here
    "PoolingParameter": {"round_mode", "ceil_mode"},
    "LayerParameter": {"clip_param"},
    "V1LayerParameter": {"fork_type"},
    "ClipParameter": {"min", "max"},
}


@pytest.mark.usefixtures("caffe")
@pytest.mark.parametrize("name", list(MESSAGES))
def test_fields_have_caffe_s_numbers_and_types(name: str) -> None:
    theirs = getattr(import_caffe().proto.caffe_pb2, name, None)
    fields = {} if theirs is None else theirs.DESCRIPTOR.fields_by_name
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
            assert {v.name: v.number for v in field.enum_type.values} == {
                v.name: numbers[v.name] for v in field.enum_type.values
            }
