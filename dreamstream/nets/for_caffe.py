"""A net as the prototxt that real Caffe runs, with gradients down to the picture.

NetSpec -> no in-place layers -> a gate at the picture -> no gradients of weights -> text
"""

from collections.abc import Collection
from copy import deepcopy
from dataclasses import replace
from typing import Any

from dreamstream.caffe import LayerSpec, NetSpec, net_text, parse_net
from dreamstream.caffe.geometry import Shape, rounds_up
from dreamstream.caffe.rules import NOT_IN_PLACE
from dreamstream.errors import NetError

GATE = "dreamstream/picture"
"""The layer before all of the net's own adds a learnable zero: Caffe runs back to what it can learn."""


def prototxt(spec: NetSpec, caffe: Any, last: Collection[str], shape: Shape, force: bool) -> str:
    """Return the text for this Caffe (its module), with gradients down from the `last` layers.

    `shape` is the picture's, 1×3×H×W; with `force` the gradients of all weights are computed, too.
    """
    layers = [_for_caffe(layer, caffe, layer.name in last) for layer in spec.layers]
    gate = f'input: "{GATE}" layer {{ name: "{GATE}" type: "Bias" bottom: "{GATE}" top: "{GATE}" '
    (first,) = parse_net(gate + "bias_param { num_axes: 0 } }", GATE).layers
    for names in (first.message.bottom, first.message.top):
        names[:] = [spec.picture]
    text = net_text(replace(spec, layers=(first, *layers)), shape)
    return text + "force_backward: true" if force else text


def without_in_place(spec: NetSpec) -> NetSpec:
    """Return the net with a blob of its own for each layer that writes over its bottom.

    Caffe aborts where another layer reads a blob before it is overwritten; and the backward pass of some
    types reads what they, or the layer behind them, have overwritten.
    """
    now: dict[str, str] = {}
    layers: list[LayerSpec] = []
    for layer in spec.layers:
        bottoms = tuple(now.get(name, name) for name in layer.bottoms)
        if layer.type not in NOT_IN_PLACE:  # those are refused
            now.update({name: f"{name} after {layer.name}" for name in layer.tops if name in layer.bottoms})
        layers.append(replace(layer, bottoms=bottoms, tops=tuple(now.get(name, name) for name in layer.tops)))
    return replace(spec, layers=tuple(layers))


def _for_caffe(layer: LayerSpec, caffe: Any, last: bool) -> LayerSpec:
    """Return the layer with gradients of its bottoms, but not of its weights; `force_backward` computes both.

    A loss weight at the last layers makes Caffe run back from them; it only pre-sets a diff that the seed
    then overwrites.
    """
    message = deepcopy(layer.message)
    for training in ("loss_weight", "param", "propagate_down", "phase", "include", "exclude"):
        message.ClearField(training)
    message.bottom[:], message.top[:] = layer.bottoms, layer.tops
    message.propagate_down.extend([True] * len(layer.bottoms))
    for _ in layer.blobs:
        message.param.add(lr_mult=0)
    if last:
        message.loss_weight.extend([1.0] + [0.0] * (len(layer.tops) - 1))
    _translate(message, caffe)
    return replace(layer, message=message)


def _translate(message: Any, caffe: Any) -> None:
    """Write a layer in the fields that this Caffe has, which differ in forks; NetError if it cannot."""
    pooling, known = message.pooling_param, set(caffe.layer_type_list())
    if message.type == "Pooling":
        up = rounds_up(pooling)
        pooling.ClearField("round_mode")
        pooling.ClearField("ceil_mode")
        if not up:
            fields = caffe.proto.caffe_pb2.PoolingParameter.DESCRIPTOR.fields_by_name
            if "round_mode" in fields:
                pooling.round_mode = 1
            elif "ceil_mode" in fields:
                pooling.ceil_mode = False
            else:
                raise NetError(f"layer '{message.name}': this Caffe knows no pooling that rounds down")
    clip, relu6 = message.clip_param, message.relu6_param
    if message.type == "Clip" and "Clip" not in known and "ReLU6" in known and clip.min == 0:
        message.type, relu6.threshold = "ReLU6", clip.max
        message.ClearField("clip_param")
    elif message.type == "ReLU6" and "ReLU6" not in known and "Clip" in known and not relu6.negative_slope:
        message.type, clip.min, clip.max = "Clip", 0, relu6.threshold
        message.ClearField("relu6_param")
    if message.type not in known:
        raise NetError(f"layer '{message.name}': this Caffe has no layer type '{message.type}'")
    if message.type == "ArgMax" or (message.type == "Pooling" and pooling.pool == 2):
        raise NetError(f"layer '{message.name}': Caffe has no gradient of it on a CPU; --engine torch has")
    if message.type == "Upsample" and len(message.bottom) > 1:
        raise NetError(f"layer '{message.name}': only --engine torch takes an Upsample by a mask at any size")
    _check_fields(message, caffe.proto.caffe_pb2.LayerParameter.DESCRIPTOR, message.name)


def _check_fields(message: Any, theirs: Any, layer: str) -> None:
    """Raise NetError for a setting that this Caffe does not have: it would abort the process on its name."""
    for field, value in message.ListFields():
        other = theirs.fields_by_name.get(field.name)
        if other is None:
            raise NetError(f"layer '{layer}': this Caffe has no setting '{field.name}'")
        if field.message_type is not None and not field.is_repeated:
            _check_fields(value, other.message_type, layer)
