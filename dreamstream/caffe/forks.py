"""Layer types as Caffe's forks spell them -> the types that this program knows.

Forks differ in capitals (SELU, SeLU, Selu) and in names for one thing; what is a setting of another type
(a depthwise convolution is a convolution of as many groups as channels) becomes that.
"""

from typing import Any

_TYPES = ("Axpy", "BN", "Flip", "HardSigmoid", "HardSwish", "Interp", "Mish", "Normalize", "Permute")
_MORE_TYPES = ("Reorg", "ResizeBilinear", "SELU", "ShuffleChannel", "Swish", "Upsample")
_NAMES = {name.lower(): name for name in (*_TYPES, *_MORE_TYPES)} | {
    "convolutiondepthwise": "Convolution",
    "depthwiseconvolution": "Convolution",
    "hsigmoid": "HardSigmoid",
    "hswish": "HardSwish",
    "silu": "Swish",
    "syncbn": "BN",
}


def renew_type(layer: Any) -> None:
    """Give a layer's message the known type for what a fork calls it, and the settings that it implies."""
    spelt = layer.type.lower()
    layer.type = _NAMES.get(spelt, layer.type)
    if "depthwise" in spelt and layer.type == "Convolution" and layer.convolution_param.group == 1:
        layer.convolution_param.group = layer.convolution_param.num_output
    if layer.type == "Interp" and layer.HasField("input_param"):  # its number is another in BVLC's Caffe
        layer.interp_param.ParseFromString(layer.input_param.SerializeToString())
        layer.ClearField("input_param")
    if spelt == "unpooling" and len(layer.bottom) == 2:  # DeconvNet's, by a mask
        layer.type = "Upsample"
    if spelt == "hsigmoid":  # relu6(x + 3) / 6
        layer.hardsigmoid_param.alpha = 1 / 6
    elif layer.HasField("hard_sigmoid_param"):  # two forks have a name each for it
        layer.hardsigmoid_param.CopyFrom(layer.hard_sigmoid_param)
        layer.ClearField("hard_sigmoid_param")
