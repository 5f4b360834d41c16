"""Nets for the layer types that the tests' Caffe lacks: one a type and setting, as in `example_nets`."""

from tests.nets.example_nets import conv, in_place, layer


def _one(kind: str, more: str = "", channels: int = 4) -> str:
    """The layer on a convolution's output."""
    return conv("before", "data", channels, 1) + layer(kind, "x", "before", more=more)


def _conv_param(text: str) -> str:
    return f"convolution_param {{ {text} }}"


def _unpooled(pooling: str, more: str = "") -> str:
    """A pooling with its places as a second top, something between, and the way back."""
    return (
        conv("before", "data", 4, 1)
        + layer("Pooling", "p", "before", "p places", f"pooling_param {{ {pooling} }}")
        + layer("Power", "between", "p", more="power_param { scale: 2 }")
        + layer("Upsample", "x", "between places", more=f"upsample_param {{ {more} }}")
    )


def _excited(branch: str) -> str:
    """A blob's channels, each times a number of its own, and another blob: an SE block."""
    return (
        conv("a", "data", 4, 1)
        + conv("b", "data", 4, 1)
        + layer("Pooling", "squeezed", "a", more="pooling_param { pool: AVE global_pooling: true }")
        + branch
        + layer("Axpy", "x", "factors a b")
    )


UNEVEN = "num_output: 4 kernel_size: 3 stride: 2 pad_t: 0 pad_b: 2 pad_l: 1 pad_r: 0"

FORK_TYPES: dict[str, dict[str, str]] = {
    "ArgMax": {
        "places": _one("ArgMax", "argmax_param { top_k: 3 }"),
        "axis": _one("ArgMax", "argmax_param { axis: 1 }"),
        "values": _one("ArgMax", "argmax_param { out_max_val: true top_k: 2 }"),
        "values, axis": _one("ArgMax", "argmax_param { out_max_val: true top_k: 2 axis: -3 }"),
    },
    "Axpy": {
        "pooled": _excited(layer("Sigmoid", "factors", "squeezed")),
        "inner product": _excited(
            layer("InnerProduct", "factors", "squeezed", more="inner_product_param { num_output: 4 }")
        ),
    },
    "BN": {
        "statistics": _one("BN", "bn_param { slope_filler { value: 1 } eps: 0.01 }"),
        "in place": conv("before", "data", 4, 1) + in_place("BN", "x", "before"),
        "SyncBN": _one("SyncBN"),
        "scale and shift": _one("BN", "bn_param { bn_mode: INFERENCE }"),
        "scale and shift, the picture's own": _one("BN") + layer("Sigmoid", "y", "x"),
    },
    "BatchNorm": {
        "scale and bias": _one("BatchNorm", "batch_norm_param { scale_bias: true }"),
        "scale and bias, the picture's own": _one(
            "BatchNorm", "batch_norm_param { scale_bias: true use_global_stats: false }"
        )
        + layer("Sigmoid", "y", "x"),
    },
    "Convolution": {
        "DepthwiseConvolution": _one(
            "DepthwiseConvolution", _conv_param("num_output: 4 group: 4 kernel_size: 3")
        ),
        "ConvolutionDepthwise": _one(
            "ConvolutionDepthwise", _conv_param("num_output: 4 kernel_size: 3 pad: 1 stride: 2")
        ),
        "uneven pads": _one("Convolution", _conv_param(UNEVEN)),
        "uneven pads, dilation, group": _one(
            "Convolution", _conv_param("num_output: 4 kernel_size: 2 dilation: 2 group: 2 pad_b: 3 pad_r: 1")
        ),
        "even pads of four": _one(
            "Convolution", _conv_param("num_output: 4 kernel_size: 3 pad_t: 1 pad_b: 1 pad_l: 2 pad_r: 2")
        ),
    },
    "Deconvolution": {"uneven pads": _one("Deconvolution", _conv_param(UNEVEN))},
    "Flip": {
        "columns": _one("Flip"),
        "rows": _one("Flip", "flip_param { flip_width: false flip_height: true }"),
    },
    "HardSigmoid": {
        "plain": _one("HardSigmoid"),
        "alpha, beta": _one("HardSigmoid", "hardsigmoid_param { alpha: 0.5 beta: 0.4 }"),
        "alpha": _one("HardSigmoid", "hard_sigmoid_param { alpha: 0.4 }"),
        "HSigmoid": _one("HSigmoid"),
    },
    "HardSwish": {"plain": _one("HardSwish"), "hswish": _one("hswish")},
    "Interp": {
        "zoom": _one("Interp", "interp_param { zoom_factor: 2 }"),
        "shrink": _one("Interp", "interp_param { shrink_factor: 2 }"),
        "shrink and zoom": _one("Interp", "interp_param { shrink_factor: 3 zoom_factor: 4 }"),
        "height and width": _one("Interp", "interp_param { height: 9 width: 4 }"),
        "one pixel": _one("Interp", "interp_param { height: 1 width: 1 }"),
        "cropped": _one("Interp", "interp_param { zoom_factor: 3 pad_beg: -1 pad_end: -2 }"),
        "second bottom": conv("before", "data", 4, 1)
        + conv("b", "data", 2, 2, "stride: 2")
        + layer("Interp", "x", "before b"),
    },
    "MVN": {
        "channels": _one("MVN", "mvn_param { eps: 0.01 }") + layer("Sigmoid", "y", "x"),
        "across channels": _one("MVN", "mvn_param { across_channels: true }") + layer("Sigmoid", "y", "x"),
        "mean alone": _one("MVN", "mvn_param { normalize_variance: false }"),
    },
    "Mish": {"plain": _one("Mish")},
    "Normalize": {
        "pixels, channels": _one("Normalize", "norm_param { across_spatial: false channel_shared: false }"),
        "pixels, shared": _one("Normalize", "norm_param { across_spatial: false eps: 0.1 }"),
        "whole": _one("Normalize") + layer("Sigmoid", "y", "x"),
    },
    "Permute": {
        "channels last": _one("Permute", "permute_param { order: 0 order: 2 order: 3 order: 1 }"),
        "some": _one("Permute", "permute_param { order: 0 order: 3 }"),
    },
    "Pooling": {
        "STOCHASTIC": _one("ReLU")
        + layer("Pooling", "y", "x", more="pooling_param { pool: STOCHASTIC kernel_size: 3 stride: 2 }"),
        "STOCHASTIC, below 0": _one("Pooling", "pooling_param { pool: STOCHASTIC kernel_size: 2 }"),
        "STOCHASTIC, global": _one("Pooling", "pooling_param { pool: STOCHASTIC global_pooling: true }"),
        "MAX, uneven pads": _one("Pooling", "pooling_param { kernel_size: 3 stride: 2 pad_b: 1 pad_r: 2 }"),
        "AVE, uneven pads": _one(
            "Pooling", "pooling_param { pool: AVE kernel_size: 3 stride: 2 pad_t: 2 pad_l: 1 }"
        ),
    },
    "Reduction": {
        "SUM": _one("Reduction", "reduction_param { axis: 1 coeff: 0.5 }"),
        "ASUM": _one("Reduction", "reduction_param { axis: -1 operation: ASUM }"),
        "SUMSQ": _one("Reduction", "reduction_param { axis: 2 operation: SUMSQ }"),
        "MEAN": _one("Reduction", "reduction_param { axis: 2 operation: MEAN }"),
    },
    "Reorg": {
        "forward": _one("Reorg", "reorg_param { stride: 2 }", 8),
        "reverse": _one("Reorg", "reorg_param { stride: 2 reverse: true }", 8),
    },
    "ResizeBilinear": {
        "factor": _one("ResizeBilinear", "resize_bilinear_param { factor: 1.5 }"),
        "height and width": _one("ResizeBilinear", "resize_bilinear_param { height: 9 width: 3 }"),
        "corners": _one(
            "ResizeBilinear",
            'resize_bilinear_param { data_format: "NCHW" align_corners: true scale_height: 2 scale_width: 0.5'
            " }",
        ),
        "half pixels": _one(
            "ResizeBilinear",
            'resize_bilinear_param { data_format: "NCHW" half_pixel_centers: true output_height: 9 '
            "output_width: 8 }",
        ),
    },
    "SELU": {"plain": _one("SELU"), "SeLU": _one("SeLU", "selu_param { alpha: 1.5 lambda: 1.1 }")},
    "ShuffleChannel": {"groups": _one("ShuffleChannel", "shuffle_channel_param { group: 2 }", 6)},
    "Swish": {"plain": _one("Swish"), "beta": _one("Swish", "swish_param { beta: 1.7 }")},
    "Tile": {
        "channels": _one("Tile", "tile_param { tiles: 3 }"),
        "rows": _one("Tile", "tile_param { axis: 2 tiles: 2 }"),
    },
    "Upsample": {
        "factor": _one("Upsample", "upsample_param { scale: 2 }"),
        "factors": _one("Upsample", "upsample_param { scale_h: 3 scale_w: 2 }"),
        "places": _unpooled("kernel_size: 2 stride: 2", "scale: 2"),
        "places, of overlapping windows": _unpooled("kernel_size: 3 stride: 2 pad: 1"),
        "places, wide pad": _unpooled("kernel_size: 3 stride: 2 pad: 2"),
        "places, at the size of training": _unpooled(
            "kernel_size: 2 stride: 2", "upsample_h: 30 upsample_w: 23"
        ),
    },
}
"""By layer type, by setting: a net whose last layer (`x` or `y`) is to be excited."""
