"""The rules of shapes by layer type: shapes of the bottoms -> shapes of the tops and of the weights.

They are Caffe's `LayerSetUp` and `Reshape` without the memory (`caffe/src/caffe/layers/*`); what Caffe
would abort on raises a NetError.
"""

import math

from dreamstream.caffe.axes import Rule, Shapes, axis_of, channels_of, times, unjoined
from dreamstream.caffe.geometry import rounds_up, window_of
from dreamstream.caffe.moving import MOVING
from dreamstream.caffe.resizing import RESIZING
from dreamstream.caffe.spec import LayerSpec
from dreamstream.errors import NetError, TooSmallError
from dreamstream.tell import counted

_LARGEST_LRN = 4097


def _same(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    return [bottoms[0]], ()


def _convolution(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    param, bottom = layer.message.convolution_param, bottoms[0]
    axis = axis_of(param.axis, len(bottom))
    spatial = len(bottom) - axis - 1
    if not 1 <= spatial <= 3:
        raise NetError(f"has axis {param.axis}, which leaves {spatial} spatial axes, not 1 to 3")
    window = window_of(param, spatial)
    channels, group, out = bottom[axis], param.group, param.num_output
    if not (out and group) or channels % group or out % group:
        sides = counted(channels, "channel"), counted(out, "output"), counted(group, "group")
        raise NetError("has {}, {} and {}: they do not divide".format(*sides))
    turned = layer.type == "Deconvolution"
    kernel = (channels, out // group) if turned else (out, channels // group)
    sizes = (window.deconvolved if turned else window.convolved)(bottom[axis + 1 :])
    if min(sizes) > 0 and not window.sees_pixels(sizes if turned else bottom[axis + 1 :]):
        raise TooSmallError("sees nothing but its padding: this picture is too small to reach it")
    weights = [(*kernel, *window.kernel), *[(out,)] * param.bias_term]
    return [(*bottom[:axis], out, *sizes)], weights


def _pooling(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    param = layer.message.pooling_param
    if len(bottoms[0]) != 4:
        raise NetError("needs a bottom of 4 axes")
    count = 2 if len(layer.tops) > 1 and param.pool == 0 else 1  # a MAX pooling can also say its places
    if param.global_pooling:
        if any(param.HasField(name) for name in ("kernel_size", "kernel_h", "kernel_w")):
            raise NetError("has global_pooling and a kernel, which is the whole picture then")
        for name in ("pad", "pad_h", "pad_w", "stride", "stride_h", "stride_w"):
            if param.HasField(name) and getattr(param, name) != name.startswith("stride"):
                raise NetError(f"has global_pooling and a {name}, which has no meaning then")
        return [(*bottoms[0][:2], 1, 1)] * count, ()
    window = window_of(param)
    if param.pool == 2 and any(map(any, window.pads)):
        raise NetError("is STOCHASTIC and has a pad, which only MAX and AVE can have")
    if any(max(pads) >= k for pads, k in zip(window.pads, window.kernel, strict=True)):
        raise NetError(f"has a pad of {max(map(max, window.pads))}, which must be smaller than the kernel")
    padded = [n + sum(pads) for n, pads in zip(bottoms[0][2:], window.pads, strict=True)]
    if any(k > n for k, n in zip(window.kernel, padded, strict=True)):
        raise TooSmallError
    return [(*bottoms[0][:2], *window.pooled(bottoms[0][2:], rounds_up(param)))] * count, ()


def _lrn(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    size = layer.message.lrn_param.local_size
    if len(bottoms[0]) != 4 or size % 2 == 0 or size > _LARGEST_LRN:
        raise NetError(f"needs a bottom of 4 axes and an odd local_size up to {_LARGEST_LRN}")
    return _same(layer, bottoms)


def _prelu(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    channels = channels_of(bottoms[0])
    return [bottoms[0]], [(1 if layer.message.prelu_param.channel_shared else channels,)]


def _clip(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    param = layer.message.clip_param
    if not (param.HasField("min") and param.HasField("max")):
        raise NetError("needs min and max")
    if not param.min <= param.max:
        raise NetError(f"has a min of {param.min:g} above its max of {param.max:g}")
    return _same(layer, bottoms)


def _based(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    param = layer.message.log_param if layer.type == "Log" else layer.message.exp_param
    if param.base != -1 and (not 0 < param.base < math.inf or (param.base == 1 and layer.type == "Log")):
        raise NetError(f"has the base {param.base:g}: above 0, or -1 for e, is needed")
    return _same(layer, bottoms)


def _batch_norm(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """BatchNorm: mean, variance and what both are divided by; in NVIDIA's Caffe also a slope and a bias."""
    channels, more = channels_of(bottoms[0]), 2 * layer.message.batch_norm_param.scale_bias
    return [bottoms[0]], [(channels,), (channels,), (1,), *[(channels,)] * more]


def _bn(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """BN of Caffe's forks: slope, bias, mean and variance; or SegNet's scale and shift alone."""
    count = 2 if len(layer.blobs) == 2 else 4
    return [bottoms[0]], [(channels_of(bottoms[0]),)] * count


def _normalize(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    channels = channels_of(bottoms[0])
    return [bottoms[0]], [(1 if layer.message.norm_param.channel_shared else channels,)]


def _mvn(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    if len(bottoms[0]) != 4:
        raise NetError("needs a bottom of 4 axes")
    return _same(layer, bottoms)


def _scale(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """Scale and Bias: factors or summands for some axes, learnt or from a second bottom."""
    param = layer.message.bias_param if layer.type == "Bias" else layer.message.scale_param
    has_bias = layer.type == "Scale" and param.bias_term
    bottom = bottoms[0]
    axis = axis_of(param.axis, len(bottom))
    if len(bottoms) == 2:
        end = axis + len(bottoms[1])
        if bottom[axis:end] != bottoms[1]:
            raise NetError(f"cannot lay a blob of {times(bottoms[1])} on axis {axis} of {times(bottom)}")
        return [bottom], [bottoms[1]] * has_bias
    end = len(bottom) if param.num_axes == -1 else axis + param.num_axes
    if not axis <= end <= len(bottom):
        raise NetError(
            f"has num_axes {param.num_axes} from axis {axis}, and its bottom has {len(bottom)} axes"
        )
    return [bottom], [bottom[axis:end]] * (1 + has_bias)


def _eltwise(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    param = layer.message.eltwise_param
    if len(bottoms) < 2 or any(shape != bottoms[0] for shape in bottoms):
        shapes = ", ".join(map(times, bottoms))
        raise unjoined(f"needs two or more bottoms of one shape, not {shapes}", bottoms)
    if param.coeff and (len(param.coeff) != len(bottoms) or param.operation != 1):
        factors, summed = counted(len(param.coeff), "factor"), counted(len(bottoms), "bottom")
        raise NetError(f"has {factors} for a SUM of {summed}")
    return [bottoms[0]], ()


def _axpy(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """Axpy of SENet: a factor for each channel, the blob that it multiplies, and the blob to add."""
    if len(bottoms) != 3 or bottoms[1] != bottoms[2]:
        text = f"needs a blob of factors and two of one shape, not {', '.join(map(times, bottoms))}"
        raise unjoined(text, bottoms[1:])
    factors, bottom = bottoms[:2]
    if factors[:2] != bottom[:2] or math.prod(factors[2:]) != 1 or len(bottom) < 2:
        raise NetError(f"cannot multiply {times(bottom)} by factors of {times(factors)}")
    return [bottom], ()


def _inner_product(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    param, bottom = layer.message.inner_product_param, bottoms[0]
    axis = axis_of(param.axis, len(bottom))
    inputs, out = math.prod(bottom[axis:]), param.num_output
    if layer.blobs and layer.blobs[0].size != inputs * out and out and layer.blobs[0].size % out == 0:
        raise NetError(
            f"needs {layer.blobs[0].size // out} inputs and this picture size gives {inputs}: "
            "dream with a layer before it, or at the size the net was trained for"
        )
    shape = (inputs, out) if param.transpose else (out, inputs)
    return [(*bottom[:axis], out)], [shape, *[(out,)] * param.bias_term]


def _softmax(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    axis_of(layer.message.softmax_param.axis, len(bottoms[0]))
    return _same(layer, bottoms)


def _reduction(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    axis = axis_of(layer.message.reduction_param.axis, len(bottoms[0]))
    if not axis:
        raise NetError("has axis 0, which leaves one number for all pictures: 1 or more is needed")
    return [bottoms[0][:axis]], ()


def _arg_max(layer: LayerSpec, bottoms: Shapes) -> tuple[Shapes, Shapes]:
    """ArgMax: the largest along an axis; without one the largest of all, their places before their values."""
    param, bottom = layer.message.argmax_param, bottoms[0]
    if not bottom:
        raise NetError("needs a bottom with axes")
    along = axis_of(param.axis, len(bottom)) if param.HasField("axis") else None
    whole = math.prod(bottom[1:]) if along is None else bottom[along]
    if not 1 <= param.top_k <= whole:
        raise NetError(f"has a top_k of {param.top_k} for {whole} numbers")
    if along is None:
        return [(bottom[0], 1 + param.out_max_val, param.top_k, *(1,) * (len(bottom) - 3))], ()
    return [(*bottom[:along], param.top_k, *bottom[along + 1 :])], ()


_POINTWISE = (
    "AbsVal",
    "BNLL",
    "Dropout",
    "ELU",
    "HardSigmoid",
    "HardSwish",
    "Mish",
    "Power",
    "ReLU",
    "ReLU6",
    "SELU",
    "Sigmoid",
    "Swish",
    "TanH",
)
NOT_IN_PLACE = {
    *MOVING,
    *RESIZING,
    "ArgMax",
    "Axpy",
    "Pooling",
    "Reduction",
    "AbsVal",
    "Convolution",
    "Deconvolution",
    "Eltwise",
    "InnerProduct",
    "LRN",
}
"""Types that cannot write over their own bottom: Caffe aborts, or reads what it has overwritten."""

RULES: dict[str, tuple[Rule, int]] = {
    **dict.fromkeys(_POINTWISE, (_same, 1)),
    **MOVING,
    **RESIZING,
    "ArgMax": (_arg_max, 1),
    "Axpy": (_axpy, 3),
    "BN": (_bn, 1),
    "BatchNorm": (_batch_norm, 1),
    "Bias": (_scale, 2),
    "Clip": (_clip, 1),
    "Convolution": (_convolution, 1),
    "Deconvolution": (_convolution, 1),
    "Eltwise": (_eltwise, 1000),
    "Exp": (_based, 1),
    "InnerProduct": (_inner_product, 1),
    "LRN": (_lrn, 1),
    "Log": (_based, 1),
    "MVN": (_mvn, 1),
    "Normalize": (_normalize, 1),
    "PReLU": (_prelu, 1),
    "Pooling": (_pooling, 1),
    "Reduction": (_reduction, 1),
    "Scale": (_scale, 2),
    "Softmax": (_softmax, 1),
}
"""By layer type: the rule, and how many bottoms there can be."""
