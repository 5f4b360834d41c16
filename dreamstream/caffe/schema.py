"""The part of Caffe's protobuf schema that dreaming needs, as one table.

Field names and numbers are those of BVLC Caffe's `caffe.proto`; the package name is our own, so that
these messages live beside real Caffe's in one process. Fields that are not in the table (training,
data and loss settings) are skipped by both the text and the binary reader.

A line reads: `NUMBER NAME TYPE [= DEFAULT]`; `*` after the type is repeated, `+` repeated and packed.
"""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

_PACKAGE = "dreamstream.caffe"

_ENUMS = {
    "Phase": ["TRAIN", "TEST"],
    "PoolMethod": ["MAX", "AVE", "STOCHASTIC"],
    "RoundMode": ["CEIL", "FLOOR"],
    "EltwiseOp": ["PROD", "SUM", "MAX"],
    "NormRegion": ["ACROSS_CHANNELS", "WITHIN_CHANNEL"],
}

_MESSAGES = {
    "BlobShape": "1 dim int64+",
    "BlobProto": """1 num int32 = 0; 2 channels int32 = 0; 3 height int32 = 0; 4 width int32 = 0
        5 data float+; 7 shape BlobShape; 8 double_data double+""",
    "NetStateRule": "1 phase Phase",
    "InputParameter": "1 shape BlobShape*",
    "ConvolutionParameter": """1 num_output uint32; 2 bias_term bool = true; 3 pad uint32*
        4 kernel_size uint32*; 5 group uint32 = 1; 6 stride uint32*; 9 pad_h uint32 = 0
        10 pad_w uint32 = 0; 11 kernel_h uint32; 12 kernel_w uint32; 13 stride_h uint32
        14 stride_w uint32; 16 axis int32 = 1; 18 dilation uint32*""",
    "PoolingParameter": """1 pool PoolMethod = MAX; 2 kernel_size uint32; 3 stride uint32 = 1
        4 pad uint32 = 0; 5 kernel_h uint32; 6 kernel_w uint32; 7 stride_h uint32; 8 stride_w uint32
        9 pad_h uint32 = 0; 10 pad_w uint32 = 0; 12 global_pooling bool = false
        13 round_mode RoundMode = CEIL""",
    "LRNParameter": """1 local_size uint32 = 5; 2 alpha float = 1; 3 beta float = 0.75
        4 norm_region NormRegion = ACROSS_CHANNELS; 5 k float = 1""",
    "ReLUParameter": "1 negative_slope float = 0",
    "ClipParameter": "1 min float; 2 max float",
    "BatchNormParameter": "1 use_global_stats bool; 3 eps float = 1e-5",
    "ScaleParameter": "1 axis int32 = 1; 2 num_axes int32 = 1; 4 bias_term bool = false",
    "EltwiseParameter": "1 operation EltwiseOp = SUM; 2 coeff float*",
    "ConcatParameter": "1 concat_dim uint32 = 1; 2 axis int32 = 1",
    "InnerProductParameter": """1 num_output uint32; 2 bias_term bool = true; 5 axis int32 = 1
        6 transpose bool = false""",
    "DropoutParameter": "1 dropout_ratio float = 0.5",
    "SoftmaxParameter": "2 axis int32 = 1",
    "LayerParameter": """1 name string; 2 type string; 3 bottom string*; 4 top string*
        7 blobs BlobProto*; 8 include NetStateRule*; 9 exclude NetStateRule*; 10 phase Phase
        104 concat_param ConcatParameter; 106 convolution_param ConvolutionParameter
        108 dropout_param DropoutParameter; 110 eltwise_param EltwiseParameter
        117 inner_product_param InnerProductParameter; 118 lrn_param LRNParameter
        121 pooling_param PoolingParameter; 123 relu_param ReLUParameter
        125 softmax_param SoftmaxParameter; 139 batch_norm_param BatchNormParameter
        142 scale_param ScaleParameter; 143 input_param InputParameter; 148 clip_param ClipParameter""",
    "V1LayerParameter": "4 name string",
    "NetParameter": """1 name string; 2 layers V1LayerParameter*
        3 input string*; 4 input_dim int32*; 8 input_shape BlobShape*
        100 layer LayerParameter*""",
}

_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "bool": _Field.TYPE_BOOL,
    "double": _Field.TYPE_DOUBLE,
    "float": _Field.TYPE_FLOAT,
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
    "string": _Field.TYPE_STRING,
    "uint32": _Field.TYPE_UINT32,
}


def _add_field(field: descriptor_pb2.FieldDescriptorProto, line: str) -> None:
    declared, _, default = (part.strip() for part in line.partition("="))
    number, field.name, kind = declared.split()
    field.number = int(number)
    repeated = kind[-1] in "*+"
    field.label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
    if kind[-1] == "+":
        field.options.packed = True
    kind = kind.rstrip("*+")
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = _Field.TYPE_ENUM if kind in _ENUMS else _Field.TYPE_MESSAGE
        scope = f"{kind}Scope.{kind}" if kind in _ENUMS else kind
        field.type_name = f".{_PACKAGE}.{scope}"
    if default:
        field.default_value = default


def _build() -> dict[str, type[Message]]:
    file = descriptor_pb2.FileDescriptorProto(
        name="dreamstream/caffe.proto", package=_PACKAGE, syntax="proto2"
    )
    for enum_name, values in _ENUMS.items():
        # a message around each: values like MAX would clash in the package's scope
        enum = file.message_type.add(name=f"{enum_name}Scope").enum_type.add(name=enum_name)
        for number, value in enumerate(values):
            enum.value.add(name=value, number=number)
    for message_name, fields in _MESSAGES.items():
        message = file.message_type.add(name=message_name)
        for line in fields.replace("\n", ";").split(";"):
            _add_field(message.field.add(), line.strip())
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in _MESSAGES
    }


MESSAGES = _build()
"""Message classes by name."""
