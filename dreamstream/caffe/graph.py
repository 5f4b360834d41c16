"""From a NetParameter message to a NetSpec: the layers that a picture runs through, in order.

    V1 layers -> upgraded -> TEST phase only -> data layers become inputs, losses are dropped -> wired

The rules are those of Caffe's `Net::FilterNet`, `Net::AppendTop` and `upgrade_proto.cpp`.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from dreamstream.caffe.forks import renew_type
from dreamstream.caffe.rules import RULES
from dreamstream.caffe.schema import MESSAGES
from dreamstream.caffe.spec import Array, LayerSpec, NetSpec
from dreamstream.errors import NetError

_TEST = 1
_MOST_LAYERS = 10_000
_DATA = {"Input", "Data", "AnnotatedData", "ImageData", "HDF5Data", "MemoryData", "DummyData", "WindowData"}
_DROPPED = {"Accuracy", "Silence", "HDF5Output"}

_TYPES = {name.upper(): name for name in (*RULES, *_DATA, *_DROPPED)}
"""Types by their names in capitals, as V1 has them: its INNER_PRODUCT is InnerProduct."""


def upgraded_layers(net: Any, origin: str, faults: Mapping[int, str]) -> list[LayerSpec]:
    """Return the net's layers, V1 layers brought up to date; their blobs are still in their messages.

    `faults` tell by a layer's place what is wrong in it.
    """
    if net.layers and net.layer:
        raise NetError(f"{origin}: has both `layer` and `layers`; one format is needed")
    if max(len(net.layers), len(net.layer)) > _MOST_LAYERS:
        raise NetError(f"{origin}: more than {_MOST_LAYERS} layers")
    names = [net.name, *net.input, *(layer.type for layer in net.layer)]
    for layer in (*net.layers, *net.layer):
        names += [layer.name, *layer.bottom, *layer.top]
    if any(isinstance(name, bytes) for name in names):  # protobuf's answer where it is not UTF-8
        raise NetError(f"{origin}: damaged: a name in it is no text")
    messages = [_upgraded_layer(layer, origin) for layer in net.layers] or net.layer
    for message in messages:
        renew_type(message)
    return [
        LayerSpec(m.name, m.type, tuple(m.bottom), tuple(m.top), m, fault=faults.get(n, ""))
        for n, m in enumerate(messages)
    ]


def net_spec(net: Any, layers: Sequence[LayerSpec], origin: str, weights: Mapping[str, LayerSpec]) -> NetSpec:
    """Return the net of TEST phase; `weights` are the layers of another file, taken by name."""
    computed, inputs = _computed_layers(net, layers)
    specs: dict[str, LayerSpec] = {}
    for layer in _wired(computed, inputs):
        source = weights.get(layer.name, layer).message
        where = f"{origin}: layer '{layer.name}'"
        blobs = tuple(array_of(blob, where) for blob in source.blobs)
        layer.message.ClearField("blobs")
        bare = deepcopy(layer.message)  # the file's own would keep all bytes of the file in memory
        others = (f"{layer.name}#{n}" for n in itertools.count(2))
        while bare.name in specs:  # Caffe accepts two layers of one name; here a name means one layer
            bare.name = next(others)
        specs[bare.name] = replace(layer, name=bare.name, message=bare, blobs=blobs)
    if not specs:
        raise NetError(f"{origin}: no layers in it")
    mean, scale = _mean_and_scale(layers)
    spec = NetSpec(net.name or origin, tuple(specs.values()), tuple(inputs), origin, mean=mean, scale=scale)
    return replace(spec, channels=_channels(spec, _declared_channels(net, layers)))


def array_of(proto: Any, where: str) -> Array:
    """Return a BlobProto's numbers in its shape; NetError where their count does not fit it.

    It is of floats or of doubles, and says its shape as a list of sizes or, in old files, as num, channels,
    height and width. A lone number without axes, as a slope for all channels is, has neither.
    """
    single, double = b"".join(proto.data), b"".join(proto.double_data)
    if len(single) % 4 or len(double) % 8:
        raise NetError(f"{where}: a blob's numbers are cut off")
    values = np.frombuffer(single, "<f4") if single else np.frombuffer(double, "<f8")
    old = not proto.HasField("shape") and any(map(proto.HasField, ("num", "channels", "height", "width")))
    shape = (proto.num, proto.channels, proto.height, proto.width) if old else tuple(proto.shape.dim)
    if len(shape) > 32 or any(n < 0 for n in shape) or math.prod(shape) != len(values):
        sizes = "x".join(map(str, shape[:8]))
        raise NetError(f"{where}: a blob of shape {sizes or 'nothing'} holds {len(values)} numbers")
    with np.errstate(over="ignore"):
        return values.astype(np.float32, copy=False).reshape(shape)


def _computed_layers(net: Any, layers: Iterable[LayerSpec]) -> tuple[list[LayerSpec], list[str]]:
    """Return the layers that a picture runs through, and the inputs.

    The layer of a net's training data stands in where TEST phase has no input. A layer without a bottom is
    data of some kind; one without a top, or that reads a loss, is for training.
    """
    computed, dropped = list[LayerSpec](), set[str]()
    inputs, training = list[str](net.input), list[str]()
    for layer in layers:
        supported = layer.type in RULES
        in_test = _in_test_phase(layer)
        for_training = layer.type in _DROPPED or layer.type.endswith("Loss")
        if layer.type in _DATA or not (supported or layer.bottoms):
            (inputs if in_test else training).extend(layer.tops)
        elif not in_test:
            continue
        elif for_training or not (supported or layer.tops) or dropped.intersection(layer.bottoms):
            dropped.update(layer.tops)
        else:
            computed.append(layer)
    return computed, list(dict.fromkeys(inputs or training))


def _mean_and_scale(layers: Iterable[LayerSpec]) -> tuple[tuple[float, ...], float]:
    """Return mean and scale of the data layers; those of TEST phase come before those of training."""
    stated = [layer for layer in layers if layer.message.HasField("transform_param")]
    for layer in sorted(stated, key=_in_test_phase, reverse=True):
        param = layer.message.transform_param
        values = tuple(param.mean_value)
        usable = len(values) in (0, 1, 3) and all(map(math.isfinite, values)) and 0 < param.scale < math.inf
        if usable and (values or param.mean_file):
            return (values * 3 if len(values) == 1 else values), param.scale
        if usable and param.HasField("scale"):
            return (0.0, 0.0, 0.0), param.scale  # a scale alone: nothing is subtracted
    return (), 1.0


def _declared_channels(net: Any, layers: Iterable[LayerSpec]) -> dict[str, int]:
    """Return how many channels the inputs are declared to have, in any of the three spellings."""
    dims = [net.input_dim[i : i + 4] for i in range(0, len(net.input_dim), 4)]
    shapes = list(zip(net.input, [*dims, *(shape.dim for shape in net.input_shape)], strict=False))
    for layer in layers:
        given = [shape.dim for shape in layer.message.input_param.shape]
        shapes += zip(layer.tops, given * len(layer.tops) if len(given) == 1 else given, strict=False)
    return {name: int(shape[1]) for name, shape in shapes if len(shape) >= 4}


def _channels(spec: NetSpec, declared: Mapping[str, int]) -> int:
    """Return the picture's channels: declared, or those that the first convolution's weights take, or 3."""
    if not spec.inputs:
        return 3
    if spec.picture in declared:
        return declared[spec.picture]
    for layer in spec.layers:
        if layer.type == "Convolution" and layer.bottoms[:1] == (spec.picture,) and layer.blobs:
            shape = layer.blobs[0].shape
            return shape[1] * int(layer.message.convolution_param.group) if len(shape) == 4 else 3
    return 3


def _upgraded_layer(old: Any, origin: str) -> Any:
    """Return a V1 layer as a LayerParameter: the same settings under today's numbers and names."""
    if old.HasField("layer"):
        raise NetError(
            f"{origin}: in the format of 2013 (V0 layers); Caffe's upgrade_net_proto tools renew it"
        )
    enum = old.DESCRIPTOR.fields_by_name["type"].enum_type
    v1_name = old.fork_type or enum.values_by_number[old.type].name
    words = v1_name.strip("'\"").split("_")
    type_name = _TYPES.get("".join(words).upper()) or "".join(word.capitalize() for word in words)
    new: Any = MESSAGES["LayerParameter"](name=old.name, type=type_name)
    for field, value in old.ListFields():
        if field.name in ("bottom", "top", "include", "exclude", "blobs"):
            getattr(new, field.name).extend(value)
        elif field.name.endswith("_param"):
            getattr(new, field.name).CopyFrom(value)
    return new


def _in_test_phase(layer: LayerSpec) -> bool:
    if layer.message.include:
        return any(_meets(rule) for rule in layer.message.include)
    return not any(_meets(rule) for rule in layer.message.exclude)


def _meets(rule: Any) -> bool:
    """Whether the state that dreams run in (TEST, level 0, no stages) meets a rule: `Net::StateMeetsRule`."""
    return (
        (not rule.HasField("phase") or rule.phase == _TEST)
        and (not rule.HasField("min_level") or rule.min_level <= 0)
        and (not rule.HasField("max_level") or rule.max_level >= 0)
        and not rule.stage
    )


def _wired(layers: Iterable[LayerSpec], inputs: Iterable[str]) -> Iterator[LayerSpec]:
    """Give the layers; one that reads or writes what it cannot has that as its fault."""
    known = set(inputs)
    for layer in layers:
        fault = layer.fault
        missing = [bottom for bottom in layer.bottoms if bottom not in known]
        taken = [
            top for i, top in enumerate(layer.tops) if top in known and top not in layer.bottoms[i : i + 1]
        ]
        if missing:
            fault = fault or f"reads '{missing[0]}', which no layer before it writes"
        elif not layer.bottoms or not layer.tops:
            fault = fault or "needs at least one bottom and one top"
        elif len(set(layer.tops)) < len(layer.tops):
            fault = fault or "writes a blob twice"
        elif taken:
            fault = fault or f"writes '{taken[0]}', which is there already and not its own bottom"
        known.update(layer.tops)
        yield replace(layer, fault=fault)
