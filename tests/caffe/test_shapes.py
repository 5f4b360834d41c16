import numpy as np
import pytest

from dreamstream.caffe import infer_shapes, parse_net
from dreamstream.caffe.shapes import walk
from dreamstream.errors import NetError
from tests.nets.example_nets import HEAD, conv, he_weights, in_place, layer, net_of


def shapes(text: str, picture: tuple[int, int] = (16, 20)) -> dict[str, list[tuple[int, ...]]]:
    spec = he_weights(net_of(text), (1, 3, *picture))
    return {name: list(tops) for name, tops in infer_shapes(spec, (1, 3, *picture)).items()}


def test_shapes_follow_the_layers() -> None:
    made = shapes(
        conv("conv", "data", 8, 3, "stride: 2")
        + layer("Pooling", "pool", "conv", more="pooling_param { kernel_size: 3 stride: 2 }")
        + layer("Slice", "slice", "pool", "a b", "slice_param { slice_point: 3 }")
        + layer("Flatten", "flat", "b")
        + layer("InnerProduct", "fc", "flat", more="inner_product_param { num_output: 10 }")
    )
    assert made["conv"] == [(1, 8, 7, 9)]
    assert made["pool"] == [(1, 8, 3, 4)]
    assert made["slice"] == [(1, 3, 3, 4), (1, 5, 3, 4)]
    assert made["flat"] == [(1, 60)]
    assert made["fc"] == [(1, 10)]


def param(kind: str, name: str, text: str, bottom: str = "data", top: str = "x") -> str:
    return layer(kind, "x", bottom, top, f"{name} {{ {text} }}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (layer("Warp9", "x"), "type that is not supported; supported are AbsVal, ArgMax"),
        (conv("x", "data", 2, 33), "picture of 20x16: this picture is too small"),
        (conv("x", "data", 2, 1, "stride: 40 pad: 20"), "nothing but its padding: this picture is too small"),
        (conv("x", "data", 3, 3, "group: 2"), "3 channels, 3 outputs and 2 groups"),
        (conv("x", "data", 0, 3), "0 outputs"),
        (conv("x", "data", 4, 0), "kernel_size of 0, at least 1"),
        (conv("x", "data", 4, 3, "stride: 0"), "stride of 0, at least 1"),
        (conv("x", "data", 4, 3, "kernel_h: 2"), "both kernel_size and kernel_h"),
        (conv("x", "data", 4, 3, "pad: 1 pad: 1 pad: 1"), "3 values of pad for 2 spatial axes"),
        (conv("x", "data", 4, 3, "axis: 7"), "axis 7, and its bottom has 4"),
        (conv("x", "data", 4, 3, "axis: 3"), "leaves 0 spatial axes"),
        (conv("x", "data", 4, 3, "pad: 10000"), "is the file damaged"),
        (conv("x", "data", 4, 2, "pad: 4294967295 dilation: 4294967295"), "at most 32768"),
        (param("Convolution", "convolution_param", "num_output: 2"), "0 values of kernel_size"),
        (param("Deconvolution", "convolution_param", "num_output: 2 kernel_size: 3 stride: 9999"), "damaged"),
        (param("Pooling", "pooling_param", "kernel_size: 3 pad: 1 pool: STOCHASTIC"), "only MAX and AVE"),
        (param("Pooling", "pooling_param", "kernel_size: 2 pool: AVE", top="a b"), "2 tops, 1 needed"),
        (conv("x", "data", 4, 3, "pad_type: 1"), "a pad_type of 1; pad_t, pad_b, pad_l and pad_r"),
        (conv("x", "data", 4, 3, "pad: 1 pad_l: 1"), "no other pad"),
        (conv("x", "data", 4, 3, "pad_t: -1"), "0 or more"),
        (conv("x", "data", 4, 3, "pad_b: 99999"), "pad_r of [0, 99999, 0, 0]"),
        (param("Axpy", "axpy_param", "", "data data"), "factors and two of one shape, not 1x3x16x20"),
        (param("Axpy", "axpy_param", "", "data data data"), "multiply 1x3x16x20 by factors of 1x3x16x20"),
        (layer("Interp", "x", "data"), "needs a zoom_factor, a shrink_factor, or height and width"),
        (param("Interp", "interp_param", "zoom_factor: 0"), "a shrink_factor or zoom_factor below 1"),
        (param("Interp", "interp_param", "zoom_factor: 2 pad_beg: 1"), "they crop"),
        (param("Interp", "interp_param", "zoom_factor: 2 pad_end: -16"), "too small"),
        (param("Interp", "interp_param", "height: -3 width: 2"), "too small"),
        (param("Interp", "interp_param", "zoom_factor: 99999"), "is the file damaged"),
        (param("Interp", "interp_param", "height: 2147483647 width: 2147483647"), "is the file damaged"),
        (layer("ResizeBilinear", "x", "data"), "data_format NHWC; NCHW is needed"),
        (param("ResizeBilinear", "resize_bilinear_param", "factor: nan"), "the factors nan, nan: above 0"),
        (
            param("ResizeBilinear", "resize_bilinear_param", 'data_format: "NCHW" scale_width: -1'),
            "1, -1: above 0",
        ),
        (param("ResizeBilinear", "resize_bilinear_param", "factor: 1e30"), "is the file damaged"),
        (param("Upsample", "upsample_param", "scale: 0"), "too small"),
        (param("Upsample", "upsample_param", "scale: 2147483647"), "is the file damaged"),
        (param("Permute", "permute_param", "order: 0 order: 0"), "the order [0, 0] for 4 axes"),
        (param("Permute", "permute_param", "order: 4"), "the order [4] for 4 axes"),
        (param("ShuffleChannel", "shuffle_channel_param", "group: 2"), "3 channels into 2 groups"),
        (param("ShuffleChannel", "shuffle_channel_param", "group: 0"), "3 channels into 0 groups"),
        (layer("Reorg", "x", "data"), "a stride of 0, which does not fit a bottom of 1x3x16x20"),
        (param("Reorg", "reorg_param", "stride: 2"), "a stride of 2, which does not fit"),
        (
            layer("Tile", "c", more="tile_param { tiles: 3 }")
            + param("Reorg", "reorg_param", "stride: 3", "c"),
            "cannot cut 20x16",
        ),
        (param("Tile", "tile_param", "axis: 4 tiles: 2"), "axis 4, and its bottom has 4"),
        (layer("Tile", "x", "data"), "0 tiles"),
        (param("Tile", "tile_param", "tiles: 2147483647"), "is the file damaged"),
        (param("Reduction", "reduction_param", "axis: 5"), "axis 5"),
        (layer("Reduction", "x", "data"), "axis 0, which leaves one number for all pictures"),
        (param("ArgMax", "argmax_param", "top_k: 4 axis: 1"), "top_k of 4 for 3 numbers"),
        (param("ArgMax", "argmax_param", "top_k: 0"), "top_k of 0 for 960 numbers"),
        (param("Pooling", "pooling_param", "kernel_size: 3 pad: 3"), "must be smaller than the kernel"),
        (param("Pooling", "pooling_param", "kernel_size: 60"), "too small"),
        (param("Pooling", "pooling_param", "kernel_size: 20000 pad: 19999"), "damaged"),
        (param("LRN", "lrn_param", "local_size: 4"), "an odd local_size"),
        (param("LRN", "lrn_param", "local_size: 2147483649"), "an odd local_size up to 4097"),
        (param("Pooling", "pooling_param", "global_pooling: true stride: 2"), "global_pooling and a stride"),
        (param("Pooling", "pooling_param", "global_pooling: true pad_h: 1 pad_w: 1"), "and a pad_h"),
        (param("Pooling", "pooling_param", "global_pooling: true kernel_size: 2"), "and a kernel"),
        (param("Pooling", "pooling_param", "kernel_h: 2"), "kernel_h alone: both kernel_h and kernel_w"),
        (param("Concat", "concat_param", "axis: 1 concat_dim: 1", "data data"), "both axis and concat_dim"),
        (param("Slice", "slice_param", "axis: 1 slice_dim: 1"), "both axis and slice_dim"),
        (param("Clip", "clip_param", "min: 2 max: 1"), "a min of 2 above its max of 1"),
        (param("Clip", "clip_param", "max: 1"), "needs min and max"),
        (param("Log", "log_param", "base: 0"), "the base 0: above 0"),
        (param("Exp", "exp_param", "base: -3"), "the base -3"),
        (param("Scale", "scale_param", "axis: 2 num_axes: 3"), "num_axes 3 from axis 2"),
        (param("Eltwise", "eltwise_param", "coeff: 1", "data data"), "1 factor for a SUM of 2 bottoms"),
        (layer("Eltwise", "x", "data"), "two or more bottoms"),
        (param("Concat", "concat_param", "axis: 4", "data data"), "axis 4, and its bottom has 4"),
        (param("Slice", "slice_param", "slice_point: 9", top="a b"), "cannot cut 3 at 9 into 2 parts"),
        (layer("Slice", "x", "data", "a b"), "cannot cut 3 into 2 equal parts"),
        (param("Crop", "crop_param", "offset: 1", "data data"), "cannot cut 16 at 1 out of 16"),
        (param("Crop", "crop_param", "offset: 1 offset: 1 offset: 1", "data data"), "3 offsets for 2 axes"),
        (param("Flatten", "flatten_param", "axis: 2 end_axis: 1"), "axis 2 and end_axis 1"),
        (param("Reshape", "reshape_param", "shape { dim: 7 dim: -1 }"), "cannot make 7x-1 of 1x3x16x20"),
        (param("Reshape", "reshape_param", "shape { dim: -1 dim: -1 }"), "more than one -1"),
        (param("Reshape", "reshape_param", "shape { dim: -5 }"), "sizes below -1"),
        (param("Reshape", "reshape_param", "shape { dim: 1 dim: 0 dim: 0 dim: 0 dim: 0 }"), "does not have"),
        (param("Softmax", "softmax_param", "axis: 9"), "axis 9"),
        (layer("ReLU", "x", "data data"), "2 bottoms, at most 1"),
        (layer("ReLU", "x", "data", "a b"), "2 tops, 1 needed"),
        (in_place("AbsVal", "x", "data"), "cannot write over its own bottom"),
    ],
)
def test_what_does_not_fit_is_one_line_with_file_layer_and_type(text: str, words: str) -> None:
    with pytest.raises(NetError) as caught:
        infer_shapes(_with_some_weights(text), (1, 3, 16, 20))
    assert words in str(caught.value)
    assert str(caught.value).startswith("net.prototxt: layer 'x' (")


def test_a_mask_must_be_a_pooling_s_places() -> None:
    spec = net_of(layer("Power", "p", "data") + layer("Upsample", "x", "data p"))
    with pytest.raises(NetError, match=r"layer 'x' .* has a mask, 'p', that is not the second top of a MAX"):
        infer_shapes(spec, (1, 3, 16, 20))


def _with_some_weights(text: str):  # type: ignore[no-untyped-def]
    spec = parse_net(HEAD + text, "net.prototxt")
    try:
        return he_weights(spec, (1, 3, 16, 20))
    except (NetError, ValueError, MemoryError):
        return spec


def test_a_fully_convolutional_net_with_its_wide_pad_takes_small_pictures() -> None:
    text, bottom, outputs = conv("wide", "data", 64, 3, "pad: 100"), "wide", 64
    for block, (channels, count) in enumerate([(64, 1), (128, 2), (256, 3), (512, 3), (512, 3)]):
        for i in range(count):
            text += conv(f"conv{block}_{i}", bottom, channels, 3, "pad: 1")
            bottom, outputs = f"conv{block}_{i}", channels
        text += layer("Pooling", f"pool{block}", bottom, more="pooling_param { kernel_size: 2 stride: 2 }")
        bottom = f"pool{block}"
    spec = net_of(text + conv("fc6", bottom, 4096, 7))
    blobs = {
        each.name: [np.broadcast_to(np.float32(0), shape) for shape in weights]
        for each, _, _, weights in walk(spec, (1, 3, 64, 64))
    }
    assert outputs == 512
    assert infer_shapes(spec.with_blobs(blobs), (1, 3, 64, 64))["fc6"] == [(1, 4096, 3, 3)]


@pytest.mark.parametrize(
    ("blobs", "words"),
    [
        ([], "needs 2 weight blobs and has 0: is the .caffemodel this net's?"),
        ([(4, 3, 3, 3), (5,)], "needs weights of 4, and the file has 5"),
        ([(4, 3, 3, 2), (4,)], "needs weights of 4x3x3x3, and the file has 4x3x3x2"),
    ],
)
def test_weights_must_fit(blobs: list[tuple[int, ...]], words: str) -> None:
    spec = net_of(conv("x", "data", 4, 3)).with_blobs({"x": [np.zeros(b, np.float32) for b in blobs]})
    with pytest.raises(NetError, match=words):
        infer_shapes(spec, (1, 3, 16, 20))


def test_one_blob_that_is_missing_is_told_as_one() -> None:
    text = param("Convolution", "convolution_param", "num_output: 4 kernel_size: 3 bias_term: false")
    with pytest.raises(NetError, match="needs 1 weight blob and has 0"):
        infer_shapes(net_of(text).with_blobs({"x": []}), (1, 3, 16, 20))


def test_concatenations_that_double_and_double_are_stopped() -> None:
    text, bottom = "", "data"
    for i in range(60):
        text += layer("Concat", f"c{i}", f"{bottom} {bottom}")
        bottom = f"c{i}"
    with pytest.raises(NetError, match="is the file damaged"):
        infer_shapes(net_of(text), (1, 3, 64, 64))
