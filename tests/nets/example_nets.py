"""Nets for tests: one for each layer type and setting, and small ones in the manner of known nets."""

from dreamstream.caffe import NetSpec, parse_net
from dreamstream.caffe import he_weights as he_weights  # the tests' nets are run with these

HEAD = 'name: "test" input: "data" input_dim: 1 input_dim: 3 input_dim: 64 input_dim: 64\n'


def layer(kind: str, name: str, bottom: str = "data", top: str = "", more: str = "") -> str:
    bottoms = "".join(f'bottom: "{b}" ' for b in bottom.split())
    tops = "".join(f'top: "{t}" ' for t in (top or name).split())
    return f'layer {{ name: "{name}" type: "{kind}" {bottoms}{tops}{more} }}\n'


def conv(name: str, bottom: str, outputs: int, kernel: int, more: str = "") -> str:
    param = f"num_output: {outputs} kernel_size: {kernel} {more}"
    return layer("Convolution", name, bottom, more=f"convolution_param {{ {param} }}")


def in_place(kind: str, name: str, blob: str, more: str = "") -> str:
    return layer(kind, name, blob, blob, more)


def _one(kind: str, more: str = "") -> str:
    """The layer on a convolution's output."""
    return conv("before", "data", 6, 3) + layer(kind, "x", "before", more=more)


def _pair(kind: str, more: str = "") -> str:
    """The layer on two convolutions' outputs of one shape."""
    return conv("a", "data", 6, 3) + conv("b", "data", 6, 3) + layer(kind, "x", "a b", more=more)


def _over(kind: str, more: str = "") -> str:
    """The layer in place, behind a convolution."""
    return conv("before", "data", 6, 3) + in_place(kind, "x", "before", more)


def _conv_param(text: str) -> str:
    return f"convolution_param {{ {text} }}"


TYPES: dict[str, dict[str, str]] = {
    "Convolution": {
        "plain": _one("Convolution", _conv_param("num_output: 4 kernel_size: 3")),
        "group": _one("Convolution", _conv_param("num_output: 4 kernel_size: 3 group: 2 pad: 1")),
        "depthwise": _one("Convolution", _conv_param("num_output: 6 kernel_size: 3 group: 6 stride: 2")),
        "h and w": _one(
            "Convolution",
            _conv_param("num_output: 4 kernel_h: 1 kernel_w: 5 pad_w: 2 stride_h: 2 stride_w: 1"),
        ),
        "one a side": _one(
            "Convolution",
            _conv_param("num_output: 4 kernel_size: 3 kernel_size: 1 stride: 1 stride: 2 pad: 2"),
        ),
        "dilation": _one("Convolution", _conv_param("num_output: 4 kernel_size: 3 dilation: 3")),
        "no bias": _one("Convolution", _conv_param("num_output: 4 kernel_size: 5 bias_term: false")),
        "axis -3": _one("Convolution", _conv_param("num_output: 4 kernel_size: 3 axis: -3")),
        "axis 0": _one("Convolution", _conv_param("num_output: 2 kernel_size: 3 axis: 0 bias_term: true")),
    },
    "Deconvolution": {
        "plain": _one("Deconvolution", _conv_param("num_output: 4 kernel_size: 3")),
        "stride, pad, group": _one(
            "Deconvolution", _conv_param("num_output: 6 kernel_size: 4 stride: 2 pad: 1 group: 3")
        ),
        "dilation, no bias": _one(
            "Deconvolution", _conv_param("num_output: 4 kernel_size: 3 dilation: 2 bias_term: false")
        ),
    },
    "Pooling": {
        "MAX": _one("Pooling", "pooling_param { kernel_size: 3 stride: 2 }"),
        "AVE": _one("Pooling", "pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 }"),
        "MAX, pad": _one("Pooling", "pooling_param { kernel_size: 3 stride: 1 pad: 1 }"),
        "MAX, wide pad": _one("Pooling", "pooling_param { kernel_size: 3 stride: 2 pad: 2 }"),
        "AVE, wide pad": _one("Pooling", "pooling_param { pool: AVE kernel_size: 4 stride: 3 pad: 3 }"),
        "h and w": _one(
            "Pooling", "pooling_param { kernel_h: 2 kernel_w: 5 stride_h: 1 stride_w: 3 pad_h: 0 pad_w: 2 }"
        ),
        "round down": _one("Pooling", "pooling_param { kernel_size: 3 stride: 2 round_mode: FLOOR }"),
        "global MAX": _one("Pooling", "pooling_param { global_pooling: true }"),
        "global AVE": _one("Pooling", "pooling_param { pool: AVE global_pooling: true }"),
        "ties": in_place("ReLU", "zeros", "data")
        + layer("Pooling", "x", more="pooling_param { kernel_size: 2 }"),
    },
    "LRN": {
        "across": _one("LRN", "lrn_param { local_size: 5 alpha: 0.5 beta: 0.75 k: 2 }"),
        "across, all": _one("LRN", "lrn_param { local_size: 21 alpha: 0.5 beta: 0.5 }"),
        "within": _one("LRN", "lrn_param { local_size: 3 alpha: 0.7 norm_region: WITHIN_CHANNEL }"),
    },
    "ReLU": {
        "plain": _one("ReLU"),
        "slope": _one("ReLU", "relu_param { negative_slope: 0.1 }"),
        "in place": _over("ReLU"),
        "in place, slope": _over("ReLU", "relu_param { negative_slope: 0.1 }"),
        "in place, negative slope": _over("ReLU", "relu_param { negative_slope: -0.5 }"),
    },
    "PReLU": {
        "channels": _one("PReLU"),
        "shared": _one("PReLU", "prelu_param { channel_shared: true }"),
        "in place": _over("PReLU"),
    },
    "ELU": {
        "plain": _one("ELU"),
        "alpha": _one("ELU", "elu_param { alpha: 0.4 }"),
        "in place": _over("ELU"),
        "in place, negative alpha": _over("ELU", "elu_param { alpha: -0.4 }"),
    },
    "Sigmoid": {"plain": _one("Sigmoid"), "in place": _over("Sigmoid")},
    "TanH": {"plain": _one("TanH"), "in place": _over("TanH")},
    "AbsVal": {"plain": _one("AbsVal")},
    "Power": {
        "linear": _one("Power", "power_param { scale: 2 shift: 1 }"),
        "square": _one("Power", "power_param { power: 2 }"),
        "in place": _over("Power", "power_param { scale: 5 }"),
        "square in place": _over("Power", "power_param { power: 2 }"),
        "cube": _one("Power", "power_param { power: 3 scale: 0.5 shift: 4 }"),
        "zero": conv("before", "data", 6, 3)
        + layer("Power", "one", "before", more="power_param { power: 0 }")
        + layer("Eltwise", "x", "one before"),
    },
    "Exp": {
        "e": _one("Exp"),
        "base": _one("Exp", "exp_param { base: 2 scale: 0.5 shift: 0.3 }"),
        "in place": _over("Exp", "exp_param { scale: 0.5 }"),
    },
    "Log": {
        "e": _one("Sigmoid") + layer("Log", "y", "x", more="log_param { shift: 0.5 }"),
        "base": _one("Sigmoid") + layer("Log", "y", "x", more="log_param { base: 10 scale: 2 shift: 1 }"),
        "in place": _one("Sigmoid") + in_place("Log", "y", "x", "log_param { shift: 0.5 }"),
    },
    "BNLL": {"plain": _one("BNLL"), "in place": _over("BNLL")},
    "Clip": {
        "0 to 1": _one("Clip", "clip_param { min: 0 max: 1 }"),
        "in place": _over("Clip", "clip_param { min: 0 max: 1 }"),
    },
    "ReLU6": {
        "plain": _one("ReLU6", "relu6_param { threshold: 0.5 }"),
        "slope": _one("ReLU6", "relu6_param { threshold: 0.5 negative_slope: 0.2 }"),
    },
    "BatchNorm": {
        "trained": _one("BatchNorm"),
        "eps": _one("BatchNorm", "batch_norm_param { eps: 0.01 }"),
        # its squares add up to the same for every picture: only behind a nonlinearity is there a slope
        "in place": _over("BatchNorm"),
        "the picture's own": _one("BatchNorm", "batch_norm_param { use_global_stats: false }")
        + layer("Sigmoid", "y", "x"),
    },
    "Scale": {
        "channels": _one("Scale"),
        "in place": _over("Scale", "scale_param { bias_term: true }"),
        "bias": _one("Scale", "scale_param { bias_term: true }"),
        "one number": _one("Scale", "scale_param { num_axes: 0 }"),
        "second bottom": _pair("Scale", "scale_param { axis: 0 }"),
    },
    "Bias": {"channels": _one("Bias"), "second bottom": _pair("Bias", "bias_param { axis: 0 }")},
    "Eltwise": {
        "SUM": _pair("Eltwise"),
        "factors": _pair("Eltwise", "eltwise_param { coeff: 2 coeff: -0.5 }"),
        "PROD": _pair("Eltwise", "eltwise_param { operation: PROD }"),
        "MAX": _pair("Eltwise", "eltwise_param { operation: MAX }"),
        "MAX of three, ties": in_place("ReLU", "zeros", "data")
        + conv("a", "data", 3, 1)
        + in_place("ReLU", "ra", "a")
        + conv("b", "data", 3, 1)
        + in_place("ReLU", "rb", "b")
        + layer("Eltwise", "x", "a b data", more="eltwise_param { operation: MAX }"),
    },
    "Concat": {
        "channels": conv("a", "data", 4, 3) + conv("b", "data", 6, 3) + layer("Concat", "x", "a b"),
        "rows": _pair("Concat", "concat_param { axis: 2 }"),
        "old spelling": _pair("Concat", "concat_param { concat_dim: 1 }"),
    },
    "Slice": {
        "halves": conv("a", "data", 6, 3)
        + layer("Slice", "s", "a", "one two")
        + layer("Eltwise", "x", "one two"),
        "points": conv("a", "data", 6, 3)
        + layer("Slice", "s", "a", "one two three", "slice_param { slice_point: 1 slice_point: 4 }")
        + layer("Concat", "x", "three one"),
        "columns": conv("a", "data", 6, 3)
        + layer("Slice", "s", "a", "one two", "slice_param { axis: 3 slice_point: 5 }")
        + layer("Concat", "x", "two one", more="concat_param { axis: -1 }"),
    },
    "Split": {
        "plain": conv("a", "data", 6, 3)
        + layer("Split", "s", "a", "one two")
        + layer("Eltwise", "x", "one two")
    },
    "Crop": {
        "rows and columns": conv("small", "data", 6, 5)
        + conv("big", "data", 6, 3)
        + layer("Crop", "x", "big small", more="crop_param { offset: 1 offset: 2 }"),
        "channels": conv("small", "data", 4, 5)
        + conv("big", "data", 6, 3)
        + layer("Crop", "x", "big small", more="crop_param { axis: 1 offset: 1 }"),
    },
    "Flatten": {"all": _one("Flatten"), "some": _one("Flatten", "flatten_param { axis: 2 end_axis: 3 }")},
    "Reshape": {
        "infer": _one("Reshape", "reshape_param { shape { dim: 0 dim: 2 dim: 3 dim: -1 } }"),
        "part": _one("Reshape", "reshape_param { shape { dim: 3 dim: 2 } axis: 1 num_axes: 1 }"),
    },
    "InnerProduct": {
        "plain": layer("Pooling", "p", more="pooling_param { pool: AVE global_pooling: true }")
        + layer("InnerProduct", "x", "p", more="inner_product_param { num_output: 7 }"),
        "transpose, no bias": layer("Pooling", "p", more="pooling_param { global_pooling: true }")
        + layer(
            "InnerProduct",
            "x",
            "p",
            more="inner_product_param { num_output: 7 bias_term: false transpose: true }",
        ),
    },
    "Dropout": {"plain": _one("Dropout")},
    "Softmax": {"channels": _one("Softmax"), "columns": _one("Softmax", "softmax_param { axis: -1 }")},
}
"""By layer type, by setting: a net whose last layer (`x` or `y`) is to be excited."""


def _fire(name: str, bottom: str, squeeze: int, expand: int) -> str:
    return (
        conv(f"{name}/squeeze1x1", bottom, squeeze, 1)
        + in_place("ReLU", f"{name}/relu_squeeze1x1", f"{name}/squeeze1x1")
        + conv(f"{name}/expand1x1", f"{name}/squeeze1x1", expand, 1)
        + in_place("ReLU", f"{name}/relu_expand1x1", f"{name}/expand1x1")
        + conv(f"{name}/expand3x3", f"{name}/squeeze1x1", expand, 3, "pad: 1")
        + in_place("ReLU", f"{name}/relu_expand3x3", f"{name}/expand3x3")
        + layer("Concat", f"{name}/concat", f"{name}/expand1x1 {name}/expand3x3")
    )


def _normed(name: str, bottom: str, outputs: int, kernel: int, more: str) -> str:
    return (
        conv(name, bottom, outputs, kernel, f"bias_term: false {more}")
        + in_place("BatchNorm", f"bn_{name}", name)
        + in_place("Scale", f"scale_{name}", name, "scale_param { bias_term: true }")
    )


def _residual(name: str, bottom: str, outputs: int, stride: int) -> str:
    return (
        _normed(f"{name}_branch1", bottom, 4 * outputs, 1, f"stride: {stride}")
        + _normed(f"{name}_branch2a", bottom, outputs, 1, f"stride: {stride}")
        + in_place("ReLU", f"{name}_branch2a_relu", f"{name}_branch2a")
        + _normed(f"{name}_branch2b", f"{name}_branch2a", outputs, 3, "pad: 1")
        + in_place("ReLU", f"{name}_branch2b_relu", f"{name}_branch2b")
        + _normed(f"{name}_branch2c", f"{name}_branch2b", 4 * outputs, 1, "")
        + layer("Eltwise", name, f"{name}_branch1 {name}_branch2c")
        + in_place("ReLU", f"{name}_relu", name)
    )


def _separable(name: str, bottom: str, channels: int, outputs: int, stride: int) -> str:
    return (
        _normed(f"{name}/dw", bottom, channels, 3, f"pad: 1 stride: {stride} group: {channels}")
        + in_place("ReLU6", f"{name}/dw/relu", f"{name}/dw")
        + _normed(f"{name}/sep", f"{name}/dw", outputs, 1, "")
        + in_place("ReLU6", f"{name}/sep/relu", f"{name}/sep")
    )


_MAX3 = "pooling_param { kernel_size: 3 stride: 2 }"

RESNET_LIKE = (
    _normed("conv1", "data", 16, 7, "stride: 2 pad: 3")
    + in_place("ReLU", "conv1_relu", "conv1")
    + layer("Pooling", "pool1", "conv1", more=_MAX3)
    + _residual("res2a", "pool1", 8, 1)
    + _residual("res3a", "res2a", 16, 2)
    + _residual("res4a", "res3a", 16, 2)
)
SQUEEZENET_LIKE = (
    conv("conv1", "data", 32, 3, "stride: 2")
    + in_place("ReLU", "relu_conv1", "conv1")
    + layer("Pooling", "pool1", "conv1", more=_MAX3)
    + _fire("fire2", "pool1", 8, 24)
    + _fire("fire3", "fire2/concat", 8, 24)
    + layer("Pooling", "pool3", "fire3/concat", more=_MAX3)
    + _fire("fire4", "pool3", 16, 48)
)
MOBILENET_LIKE = (
    _normed("conv1", "data", 16, 3, "pad: 1 stride: 2")
    + in_place("ReLU6", "conv1/relu", "conv1")
    + _separable("conv2_1", "conv1", 16, 32, 1)
    + _separable("conv2_2", "conv2_1/sep", 32, 48, 2)
    + _separable("conv3_1", "conv2_2/sep", 48, 64, 2)
)
INCEPTION_LIKE = (
    conv("conv1", "data", 8, 3, "stride: 2")
    + layer("Pooling", "pool1", "conv1", more=_MAX3)
    + conv("a1", "pool1", 6, 3, "stride: 2 pad: 1")
    + layer("Pooling", "a2", "pool1", more=_MAX3)
    + layer("Concat", "a", "a1 a2")
    + conv("b1", "a", 6, 1)
    + conv("b2", "b1", 6, 3, "stride: 2")
    + layer("Pooling", "b3", "a", more=_MAX3)
    + layer("Concat", "out", "b2 b3")
)
"""Branches that round differently: they join at few sizes."""


def net_of(text: str) -> NetSpec:
    return parse_net(HEAD + text, "test")
