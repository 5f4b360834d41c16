"""From a pruned net to a plan.

    layers -> one value a top (in-place layers write a new one) -> chains folded and fused -> nodes

A convolution absorbs the BatchNorm, BN, Scale and Bias behind it, folded into its weights, then one ReLU or
Clip, and a MAX pooling; a BatchNorm or Scale by itself is a convolution of 1×1, each channel by itself. A
layer that is asked for ends its chain, and so does a value that two layers read.

In bfloat16 and float16, ops that read blobs of half the picture's width or more still run in float32: they
distinguish neighbouring pixels, and 8 bits turn a smooth sky into steps. For gradients 8 bits are enough.

Weights are folded on the CPU; what an op keeps is on the plan's device.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import torch

from dreamstream.caffe import LayerSpec, NetSpec
from dreamstream.caffe.geometry import Shape, Window, uneven, window_of
from dreamstream.caffe.moving import joined_axis
from dreamstream.nets.function import weights
from dreamstream.nets.layers import build
from dreamstream.nets.normalising import is_learnt
from dreamstream.nets.plan.activation import Activate, activation_of
from dreamstream.nets.plan.convolution import Convolution
from dreamstream.nets.plan.op import Concat, Dtypes, Op, Sum, Traced
from dreamstream.nets.plan.plan import Node, Plan
from dreamstream.nets.plan.slide import CPU, Kernel
from dreamstream.nets.plan.windows import AcrossChannels, AveragePool, MaxPool

Readers = Counter[tuple[str, str]]
_POINT = Window((1, 1), (1, 1), (0, 0), (1, 1))


def lower(
    spec: NetSpec,
    shapes: Mapping[str, Sequence[Shape]],
    picture: Shape,
    ends: Collection[str],
    dtype: torch.dtype,
    device: torch.device = CPU,
) -> Plan:
    """Return the plan of a pruned net for the layers `ends`; `shapes` are those of each layer's tops."""
    values, sizes = {spec.picture: 0}, {0: picture}
    readers = _readers(spec)

    def dtype_of(shape: Shape) -> torch.dtype:
        """Return float32 for a blob at least half as wide and high as the picture, but for rounding."""
        fine = all(2 * n > 0.9 * whole for n, whole in zip(shape[2:], picture[2:], strict=False))
        return torch.float32 if len(shape) == 4 and fine else dtype

    nodes: list[Node] = []
    end_values: dict[str, int] = {}
    layers = list(spec.layers)
    while layers:
        chain = _chain(layers, readers, ends)
        del layers[: len(chain)]
        first, last = chain[0], chain[-1]
        bottoms = tuple(values[name] for name in first.bottoms)
        if first.type in ("Split", "Dropout"):
            values.update(dict.fromkeys(first.tops, bottoms[0]))
        else:
            tops = tuple(range(len(sizes), len(sizes) + len(last.tops)))
            read = [sizes[n] for n in bottoms]
            dtypes = Dtypes(dtype_of(read[0]), dtype_of(shapes[last.name][0]), dtype)
            op = _op(chain, read, dtypes, device)
            nodes.append(Node(last.name, op, bottoms, tops))
            sizes.update(zip(tops, shapes[last.name], strict=True))
            values.update(zip(last.tops, tops, strict=True))
        if last.name in ends:
            end_values[last.name] = values[last.tops[0]]
    shared = {n for node in nodes if not node.op.makes for n in node.bottoms} | {*end_values.values()}
    for node in nodes:
        node.op.owns = shared.isdisjoint(node.tops)
    weights = sum(blob.size for layer in spec.layers for blob in layer.blobs)
    # a layout of the weights for the forward pass, and one for the backward pass
    return Plan(nodes, end_values, dtype, 2 * weights * dtype.itemsize)


def _readers(spec: NetSpec) -> Readers:
    """Count who reads each value, by (the blob's name, the layer that wrote it)."""
    writer = {spec.picture: ""}
    counts: Readers = Counter()
    for layer in spec.layers:
        counts.update((name, writer[name]) for name in layer.bottoms)
        writer.update(dict.fromkeys(layer.tops, layer.name))
    return counts


def _chain(layers: Sequence[LayerSpec], readers: Readers, ends: Collection[str]) -> list[LayerSpec]:
    """Return the first layer and those right behind it that go into the same op."""
    chain = [layers[0]]
    if not _is_plane(layers[0]) and not _is_affine(layers[0]):
        return chain
    for following in layers[1:]:
        last = chain[-1]
        alone = readers[last.tops[0], last.name] == 1 and following.bottoms == last.tops[:1]
        if last.name in ends or not alone or last.type == "Pooling":
            break
        if _is_plane(chain[0]) and _is_max(following):
            chain.append(following)
        elif activation_of(last) or not (_is_affine(following) or activation_of(following)):
            break
        else:
            chain.append(following)
    return chain


def _op(chain: Sequence[LayerSpec], shapes: Sequence[Shape], dtypes: Dtypes, device: torch.device) -> Op:
    """Return the op of a chain; its gradient is written out, or autograd's for rarer types and settings."""
    layer, shape, message = chain[0], shapes[0], chain[0].message
    if len(shape) != 4 or shape[0] != 1:
        return Traced([build(each, device) for each in chain])
    if _is_plane(layer) or _is_affine(layer):  # and the affine layers, activation and pooling behind it
        pool = MaxPool(chain[-1].message.pooling_param) if _is_max(chain[-1]) else None
        folded = [each for each in chain if each.type != "Pooling" and not activation_of(each)]
        activation = next(filter(None, map(activation_of, chain)), None)
        return Convolution(_kernel(folded, shape, device), shape, dtypes, activation, pool)
    if layer.type == "Pooling" and _slides(layer):
        return (MaxPool if message.pooling_param.pool == 0 else AveragePool)(message.pooling_param)
    lrn, eltwise = message.lrn_param, message.eltwise_param
    if layer.type == "LRN" and not lrn.norm_region:
        settings = int(lrn.local_size), lrn.alpha, lrn.beta, lrn.k
        return AcrossChannels(shape, dtypes, *settings, device)
    if layer.type == "Concat" and joined_axis(layer, shape) == 1:
        return Concat()
    if layer.type == "Eltwise" and eltwise.operation == 1 and all(factor == 1 for factor in eltwise.coeff):
        return Sum()
    activation = activation_of(layer)
    return Activate(activation) if activation else Traced([build(layer, device)])


def _is_plane(layer: LayerSpec) -> bool:
    """Whether a layer is a convolution over rows and columns, padded alike at opposite sides."""
    param = layer.message.convolution_param
    return layer.type == "Convolution" and int(param.axis) in (1, -3) and not uneven(param)


def _is_max(layer: LayerSpec) -> bool:
    """Whether a layer is a MAX pooling that torch does by itself."""
    return layer.type == "Pooling" and layer.message.pooling_param.pool == 0 and _slides(layer)


def _slides(layer: LayerSpec) -> bool:
    """Whether a pooling, MAX or AVE, has windows, padded as torch pads, and one top."""
    param = layer.message.pooling_param
    if param.global_pooling or uneven(param) or len(layer.tops) > 1 or param.pool == 2:
        return False
    window = window_of(param)
    return all(2 * p <= k for p, k in zip(window.pad, window.kernel, strict=True))


def _is_affine(layer: LayerSpec) -> bool:
    """Whether a layer multiplies and shifts each channel by numbers that it has learnt."""
    if len(layer.bottoms) != 1:
        return False
    if layer.type in ("BN", "BatchNorm"):
        return is_learnt(layer)
    if layer.type in ("Scale", "Bias"):
        param = layer.message.scale_param if layer.type == "Scale" else layer.message.bias_param
        return bool(param.axis in (1, -3) and param.num_axes == 1)
    return False


def _kernel(chain: Sequence[LayerSpec], shape: Shape, device: torch.device) -> Kernel:
    """Return the kernel of a convolution, or of none, with the affine layers behind it folded in."""
    channels = shape[1]
    matrix, bias, window, group = torch.ones(channels, 1, 1, 1), None, _POINT, channels
    if chain[0].type == "Convolution":
        param, blobs = chain[0].message.convolution_param, weights(chain[0], CPU)
        window, group = window_of(param), int(param.group)
        matrix = blobs[0].reshape(int(param.num_output), channels // group, *window.kernel)
        bias = blobs[1].reshape(-1) if param.bias_term else None
        chain = chain[1:]
    for layer in chain:  # its factors and summands are read off what it makes of zeros and of ones
        function = build(layer, CPU)
        (zero,) = function([torch.zeros(1, len(matrix), 1, 1, dtype=torch.float64)])
        (one,) = function([torch.ones(1, len(matrix), 1, 1, dtype=torch.float64)])
        factors, summands = (one - zero).reshape(-1).float(), zero.reshape(-1).float()
        matrix = matrix * factors.reshape(-1, 1, 1, 1)
        bias = summands if bias is None else bias * factors + summands
    return Kernel(matrix, bias, window, group, device)
