"""Layer types as their definitions say, number by number, in float64: what the torch layers are held to."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dreamstream.caffe import LayerSpec

Array = np.ndarray
Definition = Callable[[LayerSpec, Sequence[Array], Sequence[Array]], Sequence[Array]]


def _each(function: Callable[[float], float]) -> Definition:
    return lambda layer, blobs, bottoms: [np.vectorize(function, otypes=[float])(bottoms[0])]


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _of_param(name: str, function: Callable[[Any, float], float]) -> Definition:
    def run(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
        param = getattr(layer.message, name)
        return _each(lambda x: function(param, x))(layer, blobs, bottoms)

    return run


def _selu(param: Any, x: float) -> float:
    return float(getattr(param, "lambda") * (x if x > 0 else param.alpha * (math.exp(x) - 1)))


def _sides(param: Any) -> tuple[int, int, int, int]:
    """Rows above and below, columns at the left and right."""
    pad = param.pad if isinstance(param.pad, int) else [*param.pad, 0][0]
    return param.pad_t or pad, param.pad_b or pad, param.pad_l or pad, param.pad_r or pad


def _first(values: Any, default: int) -> int:
    return values if isinstance(values, int) else [*values, default][0]


def _convolution(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, (kernel, bias), x = layer.message.convolution_param, blobs, bottoms[0][0]
    group = len(x) if "Depthwise" in layer.message.type else param.group
    stride, dilation = _first(param.stride, 1), _first(param.dilation, 1)
    top, bottom, left, right = _sides(param)
    turned = layer.type == "Deconvolution"
    kernel = kernel.reshape(len(x) if turned else param.num_output, -1, *kernel.shape[-2:])
    size, each = kernel.shape[2], kernel.shape[1]
    extent = dilation * (size - 1) + 1
    if turned:  # each pixel of x adds a kernel to the larger picture; the pads are cut off
        result = np.zeros((param.num_output, *(stride * (n - 1) + extent for n in x.shape[1:])))
        for c, i, j in np.ndindex(*x.shape):
            for o, a, b in np.ndindex(*kernel.shape[1:]):
                at = c // (len(x) // group) * each + o
                result[at, i * stride + a * dilation, j * stride + b * dilation] += (
                    x[c, i, j] * kernel[c, o, a, b]
                )
        result = result[:, top : result.shape[1] - bottom, left : result.shape[2] - right]
        return [(result + bias.reshape(-1, 1, 1))[None]]
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right)))
    rows, columns = ((n - extent) // stride + 1 for n in padded.shape[1:])
    result = np.zeros((param.num_output, rows, columns))
    for o, i, j in np.ndindex(*result.shape):
        begin = o // (param.num_output // group) * each
        window = padded[begin : begin + each, i * stride :: dilation, j * stride :: dilation][:, :size, :size]
        result[o, i, j] = (window * kernel[o]).sum() + bias.ravel()[o]
    return [result[None]]


def _pooling(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, x = layer.message.pooling_param, bottoms[0]
    rows, columns = x.shape[2:]
    kernel = (rows, columns) if param.global_pooling else (param.kernel_size, param.kernel_size)
    top, bottom, left, right = _sides(param)
    ends = [rows + bottom, columns + right]
    starts = []
    for n, k, before, after in zip((rows, columns), kernel, (top, left), (bottom, right), strict=True):
        count = math.ceil((n + before + after - k) / param.stride) + 1
        starts.append([s for s in (i * param.stride - before for i in range(count)) if s < n])
    pooled, places = (np.zeros((*x.shape[:2], *map(len, starts))) for _ in range(2))
    for c in range(x.shape[1]):
        for (a, i), (b, j) in itertools.product(enumerate(starts[0]), enumerate(starts[1])):
            area = (min(i + kernel[0], ends[0]) - i) * (min(j + kernel[1], ends[1]) - j)
            seen = {
                (y, z): x[0, c, y, z]
                for y in range(max(i, 0), min(i + kernel[0], rows))
                for z in range(max(j, 0), min(j + kernel[1], columns))
            }
            total = sum(seen.values())
            if param.pool == 0:
                y, z = max(seen, key=lambda at: seen[at])
                pooled[0, c, a, b], places[0, c, a, b] = seen[y, z], y * columns + z
            elif param.pool == 1:
                pooled[0, c, a, b] = total / area
            elif total > 0:
                pooled[0, c, a, b] = sum(v / total * v for v in seen.values())
    return [pooled, places]


def _upsample(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, x = layer.message.upsample_param, bottoms[0]
    if len(bottoms) == 1:
        return [np.kron(x, np.ones((param.scale_h or param.scale, param.scale_w or param.scale)))]
    result = np.zeros((*x.shape[:2], bottoms[2].shape[2] * bottoms[2].shape[3]))
    for c in range(x.shape[1]):
        for place, value in zip(bottoms[1][0, c].ravel(), x[0, c].ravel(), strict=True):
            result[0, c, int(place)] = value
    return [result.reshape(*x.shape[:2], *bottoms[2].shape[2:])]


def _line(old: int, new: int, how: str) -> Array:
    """The matrix that makes `new` pixels of a line of `old`, each between two of them."""
    matrix = np.zeros((new, old))
    for i in range(new):
        at = {
            "corners": i * (old - 1) / max(new - 1, 1),
            "half": min(max((i + 0.5) * old / new - 0.5, 0), old - 1),
            "first": i * old / new,
        }[how]
        low = math.floor(at)
        matrix[i, low] += 1 - (at - low)
        matrix[i, min(low + 1, old - 1)] += at - low
    return matrix


def _resized(x: Array, rows: int, columns: int, how: str) -> Sequence[Array]:
    return [_line(x.shape[2], rows, how) @ x @ _line(x.shape[3], columns, how).T]


def _interp(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, x = layer.message.interp_param, bottoms[0]
    begin, end = -param.pad_beg, -param.pad_end
    x = x[:, :, begin : x.shape[2] - end, begin : x.shape[3] - end]
    rows, columns = x.shape[2:]
    if len(bottoms) == 2:
        return _resized(x, *bottoms[1].shape[2:], "corners")
    if param.HasField("height"):
        return _resized(x, param.height, param.width, "corners")
    if param.HasField("shrink_factor"):
        rows, columns = ((n - 1) // param.shrink_factor + 1 for n in (rows, columns))
    if param.HasField("zoom_factor"):
        rows, columns = (n + (n - 1) * (param.zoom_factor - 1) for n in (rows, columns))
    return _resized(x, rows, columns, "corners")


def _resize_bilinear(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, x = layer.message.resize_bilinear_param, bottoms[0]
    rows, columns = (math.floor(n * param.factor) for n in x.shape[2:])
    if not param.HasField("factor"):
        rows = param.height or param.output_height or math.floor(x.shape[2] * param.scale_height)
        columns = param.width or param.output_width or math.floor(x.shape[3] * param.scale_width)
    how = "corners" if param.align_corners else "half" if param.half_pixel_centers else "first"
    return _resized(x, rows, columns, how)


def _batch_norm(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, (means, variances, factor, slopes, biases) = layer.message.batch_norm_param, blobs
    result = np.empty_like(bottoms[0])
    for c, x in enumerate(bottoms[0][0]):
        mean, variance = means[c] / factor[0], variances[c] / factor[0]
        if param.HasField("use_global_stats") and not param.use_global_stats:
            mean, variance = x.mean(), ((x - x.mean()) ** 2).mean()
        result[0, c] = (x - mean) / math.sqrt(variance + param.eps) * slopes[c] + biases[c]
    return [result]


def _bn(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    result = np.empty_like(bottoms[0])
    for c, x in enumerate(bottoms[0][0]):
        slope, bias, *statistics = (blob.ravel()[c] for blob in blobs)
        if statistics:
            x = (x - statistics[0]) / math.sqrt(statistics[1] + layer.message.bn_param.eps)
        elif layer.message.bn_param.bn_mode == 0:
            x = (x - x.mean()) / math.sqrt(((x - x.mean()) ** 2).mean() + 1e-9)
        result[0, c] = slope * x + bias
    return [result]


def _normalize(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, x = layer.message.norm_param, bottoms[0]
    scales = np.broadcast_to(blobs[0].ravel(), x.shape[1:2]).reshape(1, -1, 1, 1)
    if param.across_spatial:
        return [x / math.sqrt((x**2).sum() + param.eps) * scales]
    result = np.empty_like(x)
    for i, j in np.ndindex(*x.shape[2:]):
        result[0, :, i, j] = x[0, :, i, j] / math.sqrt(x[0, :, i, j] @ x[0, :, i, j] + param.eps)
    return [result * scales]


def _mvn(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, x = layer.message.mvn_param, bottoms[0]
    parts = x.reshape(1, -1) if param.across_channels else x.reshape(x.shape[1], -1)
    made = [part - part.mean() for part in parts]
    if param.normalize_variance:
        made = [part / (math.sqrt((part**2).mean()) + param.eps) for part in made]
    return [np.array(made).reshape(x.shape)]


def _axpy(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    factors, x, more = bottoms
    return [np.stack([[f * a + b for f, a, b in zip(factors.ravel(), x[0], more[0], strict=True)]])[0][None]]


def _arg_max(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, x = layer.message.argmax_param, bottoms[0]

    def largest(line: Array) -> tuple[list[int], list[float]]:
        places = sorted(range(len(line)), key=lambda i: (line[i], i), reverse=True)[: param.top_k]
        return places, [line[i] for i in places]

    if param.HasField("axis"):
        return [np.apply_along_axis(lambda line: np.array(largest(line)[param.out_max_val]), param.axis, x)]
    both = np.array(largest(x.ravel()))
    return [both.reshape(1, 2, -1, 1) if param.out_max_val else both[:1].reshape(1, 1, -1, 1)]


def _reduction(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param, x = layer.message.reduction_param, bottoms[0]
    kept = x.shape[: param.axis]
    made = {1: lambda v: v.sum(), 2: lambda v: abs(v).sum(), 3: lambda v: v @ v, 4: lambda v: v.mean()}
    lines = x.reshape(math.prod(kept), -1)
    return [param.coeff * np.array([made[param.operation](line) for line in lines]).reshape(kept)]


def _permute(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    order = list(layer.message.permute_param.order)
    order += [axis for axis in range(4) if axis not in order]
    result = np.empty([bottoms[0].shape[axis] for axis in order])
    for at in np.ndindex(*bottoms[0].shape):
        result[tuple(at[axis] for axis in order)] = bottoms[0][at]
    return [result]


def _shuffle_channel(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    x, group = bottoms[0], layer.message.shuffle_channel_param.group
    each = x.shape[1] // group
    return [np.stack([x[:, g * each + i] for i in range(each) for g in range(group)], 1)]


def _reorg(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    """Darknet's loop over one flat index in and one out; which is read, and which written, tells the way."""
    param, x = layer.message.reorg_param, bottoms[0].ravel()
    _, c, h, w = bottoms[0].shape
    s, result, few = param.stride, np.zeros(bottoms[0].size), c // param.stride**2
    for k, j, i in np.ndindex(c, h, w):
        small = i + w * (j + h * k)
        large = i * s + k // few % s + w * s * (j * s + k // few // s + h * s * (k % few))
        if param.reverse:
            result[large] = x[small]
        else:
            result[small] = x[large]
    shape = (few, h * s, w * s) if param.reverse else (c * s * s, h // s, w // s)
    return [result.reshape(1, *shape)]


def _flip(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    param = layer.message.flip_param
    x = bottoms[0][:, :, ::-1] if param.flip_height else bottoms[0]
    return [x[:, :, :, ::-1] if param.flip_width else x]


def _tile(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    tiles = [1, 1, 1, 1]
    tiles[layer.message.tile_param.axis] = layer.message.tile_param.tiles
    return [np.tile(bottoms[0], tiles)]


def _inner_product(layer: LayerSpec, blobs: Sequence[Array], bottoms: Sequence[Array]) -> Sequence[Array]:
    return [(blobs[0] @ bottoms[0].ravel() + blobs[1])[None]]


DEFINITIONS: dict[str, Definition] = {
    "ArgMax": _arg_max,
    "Axpy": _axpy,
    "BN": _bn,
    "BatchNorm": _batch_norm,
    "Convolution": _convolution,
    "Deconvolution": _convolution,
    "Flip": _flip,
    "HardSigmoid": _of_param("hardsigmoid_param", lambda p, x: min(max(p.alpha * x + p.beta, 0), 1)),
    "HardSwish": _each(lambda x: x * min(max(x + 3, 0), 6) / 6),
    "InnerProduct": _inner_product,
    "Interp": _interp,
    "MVN": _mvn,
    "Mish": _each(lambda x: x * math.tanh(math.log(1 + math.exp(x)))),
    "Normalize": _normalize,
    "Permute": _permute,
    "Pooling": _pooling,
    "Power": _of_param("power_param", lambda p, x: p.scale * x),
    "ReLU": _each(lambda x: max(x, 0)),
    "Reduction": _reduction,
    "Reorg": _reorg,
    "ResizeBilinear": _resize_bilinear,
    "SELU": _of_param("selu_param", _selu),
    "ShuffleChannel": _shuffle_channel,
    "Sigmoid": _each(_sigmoid),
    "Swish": _of_param("swish_param", lambda p, x: x * _sigmoid(p.beta * x)),
    "Tile": _tile,
    "Upsample": _upsample,
}
"""By layer type: (layer, weights, bottoms) -> tops."""
