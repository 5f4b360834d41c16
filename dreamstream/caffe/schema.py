"""The part of Caffe's protobuf schema that dreaming needs, as one table.

Field names and numbers are those of BVLC Caffe's `caffe.proto`; the package name is our own, so that
these messages live beside real Caffe's in one process. Fields that are not in the table (training,
data and loss settings) are skipped by both the text and the binary reader, and an enum's numbers follow
its order. Forks give one number to several fields: of theirs, those above 1000 here are known by name alone.

A line reads: `NUMBER NAME TYPE [= DEFAULT]`; `*` after the type is repeated, `+` repeated and packed.
"""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

_PACKAGE = "dreamstream.caffe"

_V1_TYPES = """NONE ACCURACY BNLL CONCAT CONVOLUTION DATA DROPOUT EUCLIDEAN_LOSS FLATTEN HDF5_DATA
    HDF5_OUTPUT IM2COL IMAGE_DATA INFOGAIN_LOSS INNER_PRODUCT LRN MULTINOMIAL_LOGISTIC_LOSS POOLING RELU
    SIGMOID SOFTMAX SOFTMAX_LOSS SPLIT TANH WINDOW_DATA ELTWISE POWER SIGMOID_CROSS_ENTROPY_LOSS
    HINGE_LOSS MEMORY_DATA ARGMAX THRESHOLD DUMMY_DATA SLICE MVN ABSVAL SILENCE CONTRASTIVE_LOSS EXP
    DECONVOLUTION"""

_ENUMS = {
    "Phase": ["TRAIN", "TEST"],
    "PoolMethod": ["MAX", "AVE", "STOCHASTIC"],
    "RoundMode": ["CEIL", "FLOOR"],
    "EltwiseOp": ["PROD", "SUM", "MAX"],
    "NormRegion": ["ACROSS_CHANNELS", "WITHIN_CHANNEL"],
    "ReductionOp": ["NONE", "SUM", "ASUM", "SUMSQ", "MEAN"],
    "BNMode": ["LEARN", "INFERENCE"],
    "V1Type": _V1_TYPES.split(),
}

_MESSAGES = {
    "BlobShape": "1 dim int64+",
    # the numbers of a blob are packed little-endian values: read as the bytes that they are
    "BlobProto": """1 num int32 = 0; 2 channels int32 = 0; 3 height int32 = 0; 4 width int32 = 0
        5 data bytes*; 7 shape BlobShape; 8 double_data bytes*""",
    "NetStateRule": """1 phase Phase; 2 min_level int32; 3 max_level int32; 4 stage string*
        5 not_stage string*""",
    "ParamSpec": "3 lr_mult float = 1",
    "TransformationParameter": "1 scale float = 1; 4 mean_file string; 5 mean_value float*",
    "InputParameter": "1 shape BlobShape*",
    "ConvolutionParameter": """1 num_output uint32; 2 bias_term bool = true; 3 pad uint32*
        4 kernel_size uint32*; 5 group uint32 = 1; 6 stride uint32*; 9 pad_h uint32 = 0
        10 pad_w uint32 = 0; 11 kernel_h uint32; 12 kernel_w uint32; 13 stride_h uint32
        14 stride_w uint32; 16 axis int32 = 1; 17 force_nd_im2col bool = false; 18 dilation uint32*
        19 pad_type uint32 = 0; 26 pad_l int32 = 0; 27 pad_r int32 = 0; 28 pad_t int32 = 0
        29 pad_b int32 = 0""",  # the last five: of forks
    "PoolingParameter": """1 pool PoolMethod = MAX; 2 kernel_size uint32; 3 stride uint32 = 1
        4 pad uint32 = 0; 5 kernel_h uint32; 6 kernel_w uint32; 7 stride_h uint32; 8 stride_w uint32
        9 pad_h uint32 = 0; 10 pad_w uint32 = 0; 12 global_pooling bool = false
        13 round_mode RoundMode = CEIL; 16 pad_l uint32 = 0; 17 pad_r uint32 = 0; 18 pad_t uint32 = 0
        19 pad_b uint32 = 0; 1012 pad_type uint32 = 0; 1013 ceil_mode bool = true""",
    "LRNParameter": """1 local_size uint32 = 5; 2 alpha float = 1; 3 beta float = 0.75
        4 norm_region NormRegion = ACROSS_CHANNELS; 5 k float = 1""",
    "ReLUParameter": "1 negative_slope float = 0",
    "ReLU6Parameter": "1 negative_slope float = 0; 2 threshold float = 6",  # of Caffe's forks
    "PReLUParameter": "2 channel_shared bool = false",
    "ELUParameter": "1 alpha float = 1",
    "PowerParameter": "1 power float = 1; 2 scale float = 1; 3 shift float = 0",
    "ExpParameter": "1 base float = -1; 2 scale float = 1; 3 shift float = 0",
    "LogParameter": "1 base float = -1; 2 scale float = 1; 3 shift float = 0",
    "ClipParameter": "1 min float; 2 max float",
    "BatchNormParameter": "1 use_global_stats bool; 3 eps float = 1e-5; 7 scale_bias bool = false",
    "ScaleParameter": "1 axis int32 = 1; 2 num_axes int32 = 1; 4 bias_term bool = false",
    "BiasParameter": "1 axis int32 = 1; 2 num_axes int32 = 1",
    "EltwiseParameter": "1 operation EltwiseOp = SUM; 2 coeff float*",
    "ConcatParameter": "1 concat_dim uint32 = 1; 2 axis int32 = 1",
    "SliceParameter": "1 slice_dim uint32 = 1; 2 slice_point uint32*; 3 axis int32 = 1",
    "CropParameter": "1 axis int32 = 2; 2 offset uint32*",
    "FlattenParameter": "1 axis int32 = 1; 2 end_axis int32 = -1",
    "ReshapeParameter": "1 shape BlobShape; 2 axis int32 = 0; 3 num_axes int32 = -1",
    "InnerProductParameter": """1 num_output uint32; 2 bias_term bool = true; 5 axis int32 = 1
        6 transpose bool = false""",
    "DropoutParameter": "1 dropout_ratio float = 0.5",
    "SoftmaxParameter": "2 axis int32 = 1",
    "ArgMaxParameter": "1 out_max_val bool = false; 2 top_k uint32 = 1; 3 axis int32",
    "MVNParameter": """1 normalize_variance bool = true; 2 across_channels bool = false
        3 eps float = 1e-9""",
    "ReductionParameter": "1 operation ReductionOp = SUM; 2 axis int32 = 0; 3 coeff float = 1",
    "TileParameter": "1 axis int32 = 1; 2 tiles int32",
    "SwishParameter": "1 beta float = 1",
    # from here on: of Caffe's forks
    "BNParameter": "3 bn_mode BNMode = LEARN; 4 eps float = 1e-5",
    "FlipParameter": "1 flip_width bool = true; 2 flip_height bool = false",
    "HardSigmoidParameter": "1 alpha float = 0.2; 2 beta float = 0.5",
    "InterpParameter": """1 height int32; 2 width int32; 3 zoom_factor int32 = 1; 4 shrink_factor int32 = 1
        5 pad_beg int32 = 0; 6 pad_end int32 = 0""",
    "NormalizeParameter": """1 across_spatial bool = true; 3 channel_shared bool = true
        4 eps float = 1e-10""",
    "PermuteParameter": "1 order uint32*",
    "ReorgParameter": "1 stride uint32; 2 reverse bool = false",
    "ResizeBilinearParameter": """1 align_corners bool = false; 2 output_height int32; 3 output_width int32
        4 data_format string = NHWC; 5 scale_height float = 1; 6 scale_width float = 1
        7 half_pixel_centers bool = false; 1001 factor float; 1002 height int32; 1003 width int32""",
    "SeLUParameter": "1 lambda float = 1.050700987; 2 alpha float = 1.67326324",
    "ShuffleChannelParameter": "1 group uint32 = 1",
    "UpsampleParameter": "1 scale int32 = 2; 2 scale_h uint32; 3 scale_w uint32",
    "LayerParameter": """1 name string; 2 type string; 3 bottom string*; 4 top string*
        5 loss_weight float*; 6 param ParamSpec*; 7 blobs BlobProto*; 8 include NetStateRule*
        9 exclude NetStateRule*; 10 phase Phase; 11 propagate_down bool*
        100 transform_param TransformationParameter; 103 argmax_param ArgMaxParameter
        104 concat_param ConcatParameter; 106 convolution_param ConvolutionParameter
        108 dropout_param DropoutParameter; 110 eltwise_param EltwiseParameter
        111 exp_param ExpParameter
        117 inner_product_param InnerProductParameter; 118 lrn_param LRNParameter
        120 mvn_param MVNParameter; 136 reduction_param ReductionParameter; 138 tile_param TileParameter
        121 pooling_param PoolingParameter; 122 power_param PowerParameter
        123 relu_param ReLUParameter; 125 softmax_param SoftmaxParameter; 126 slice_param SliceParameter
        131 prelu_param PReLUParameter; 133 reshape_param ReshapeParameter; 134 log_param LogParameter
        135 flatten_param FlattenParameter; 139 batch_norm_param BatchNormParameter
        140 elu_param ELUParameter; 141 bias_param BiasParameter
        142 scale_param ScaleParameter; 143 input_param InputParameter; 144 crop_param CropParameter
        147 swish_param SwishParameter; 148 clip_param ClipParameter; 152 bn_param BNParameter
        159 reorg_param ReorgParameter; 164 shuffle_channel_param ShuffleChannelParameter
        202 permute_param PermuteParameter; 206 norm_param NormalizeParameter
        212 flip_param FlipParameter; 226 resize_bilinear_param ResizeBilinearParameter
        232 selu_param SeLUParameter; 258 hard_sigmoid_param HardSigmoidParameter
        500 upsample_param UpsampleParameter; 501 hardsigmoid_param HardSigmoidParameter
        503 relu6_param ReLU6Parameter; 1143 interp_param InterpParameter""",
    # the format of 2014: types are an enum, and the settings have other numbers
    "V1LayerParameter": """1 layer V0LayerParameter; 2 bottom string*; 3 top string*; 4 name string
        5 type V1Type; 6 blobs BlobProto*
        9 concat_param ConcatParameter; 10 convolution_param ConvolutionParameter
        12 dropout_param DropoutParameter; 17 inner_product_param InnerProductParameter
        18 lrn_param LRNParameter; 19 pooling_param PoolingParameter; 21 power_param PowerParameter
        23 argmax_param ArgMaxParameter; 34 mvn_param MVNParameter; 1152 bn_param BNParameter
        1149 upsample_param UpsampleParameter
        24 eltwise_param EltwiseParameter; 30 relu_param ReLUParameter; 31 slice_param SliceParameter
        32 include NetStateRule*; 33 exclude NetStateRule*
        36 transform_param TransformationParameter; 39 softmax_param SoftmaxParameter
        41 exp_param ExpParameter; 1041 fork_type string""",  # the last: a fork's type, from the text
    "V0LayerParameter": "1 name string; 2 type string",
    "NetParameter": """1 name string; 2 layers V1LayerParameter*
        3 input string*; 4 input_dim int32*; 5 force_backward bool; 8 input_shape BlobShape*
        100 layer LayerParameter*""",
}

_Field = descriptor_pb2.FieldDescriptorProto


def _add_field(field: descriptor_pb2.FieldDescriptorProto, line: str) -> None:
    declared, _, default = (part.strip() for part in line.partition("="))
    number, field.name, kind = declared.split()
    field.number = int(number)
    repeated = kind[-1] in "*+"
    field.label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
    if kind[-1] == "+":
        field.options.packed = True
    kind = kind.rstrip("*+")
    if kind.islower():  # a scalar: bool, int32 ...
        field.type = _Field.Type.Value(f"TYPE_{kind.upper()}")
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
