"""Reading and writing Caffe's two files: the prototxt (text) and the caffemodel (bytes).

A caffemodel carries its layers, so it is enough by itself; a prototxt beside it overrides the
structure and takes the weights by layer name, as Caffe does.
"""

import math
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import text_format
from google.protobuf.message import DecodeError, Message

from dreamstream.caffe.schema import MESSAGES
from dreamstream.caffe.spec import Array, LayerSpec, NetSpec
from dreamstream.errors import NetError

_TEST = 1
_NOT_COMPUTED = {"Input", "Data", "ImageData", "HDF5Data", "MemoryData", "DummyData", "Accuracy"}


def read_net(prototxt: Path | None, caffemodel: Path | None) -> NetSpec:
    """Read a net from either file or both; raises NetError with the file's name."""
    if caffemodel is None and prototxt is None:
        raise NetError("a net needs a .prototxt, a .caffemodel, or both")
    model = None if caffemodel is None else _read_binary(caffemodel)
    if prototxt is None:
        assert model is not None and caffemodel is not None
        return _spec(model, str(caffemodel), {})
    weights = {} if model is None else {layer.name: layer for layer in model.layer}
    return _spec(_read_text(prototxt), str(prototxt), weights)


def write_caffemodel(spec: NetSpec, path: Path) -> None:
    """Write structure and weights as a caffemodel; whole or not at all. Raises NetError."""
    net = MESSAGES["NetParameter"]()
    _fill(net, spec)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            file.write(net.SerializeToString())
        Path(file.name).replace(path)
    except OSError as error:
        raise NetError(f"{path}: cannot be written: {error.strerror or error}") from error


def _fill(net: Any, spec: NetSpec) -> None:
    net.name = spec.name
    net.input.extend(spec.inputs)
    for layer in spec.layers:
        message = net.layer.add()
        message.CopyFrom(layer.message)
        message.ClearField("blobs")
        for blob in layer.blobs:
            written = message.blobs.add()
            written.shape.dim.extend(blob.shape)
            written.data.extend(blob.ravel())


def _read_text(path: Path) -> Any:
    net = MESSAGES["NetParameter"]()
    try:
        text_format.Parse(path.read_text(encoding="utf-8"), net, allow_unknown_field=True)
    except OSError as error:
        raise NetError(f"{path}: {error.strerror or error}") from error
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise NetError(f"{path}: not a prototxt: {error}") from error
    return net


def _read_binary(path: Path) -> Any:
    net = MESSAGES["NetParameter"]()
    try:
        net.ParseFromString(path.read_bytes())
    except OSError as error:
        raise NetError(f"{path}: {error.strerror or error}") from error
    except DecodeError as error:
        raise NetError(f"{path}: not a caffemodel, or damaged: {error}") from error
    return net


def _spec(net: Any, origin: str, weights: dict[str, Any]) -> NetSpec:
    layers, inputs = [], list(net.input)
    for message in net.layer:
        if not _in_test_phase(message):
            continue
        if message.type in _NOT_COMPUTED:
            inputs.extend(message.top)
            continue
        source = weights.get(message.name, message)
        layers.append(
            LayerSpec(
                message.name,
                message.type,
                tuple(message.bottom),
                tuple(message.top),
                message,
                tuple(_array(blob, f"{origin}: layer '{message.name}'") for blob in source.blobs),
            )
        )
    if net.layers:
        raise NetError(
            f"{origin}: in the format of 2014 (V1 layers); Caffe's upgrade_net_proto tools renew it"
        )
    if not layers:
        raise NetError(f"{origin}: no layers in it")
    _check_wiring(layers, inputs, origin)
    return NetSpec(net.name or Path(origin).stem, tuple(layers), tuple(inputs), origin)


def _in_test_phase(message: Any) -> bool:
    if message.include and not any(_matches(rule) for rule in message.include):
        return False
    return not any(_matches(rule) for rule in message.exclude)


def _matches(rule: Any) -> bool:
    return not rule.HasField("phase") or rule.phase == _TEST


def _check_wiring(layers: Iterable[LayerSpec], inputs: Iterable[str], origin: str) -> None:
    known, names = set(inputs), set()
    for layer in layers:
        if layer.name in names:
            raise NetError(f"{origin}: two layers are called '{layer.name}'")
        names.add(layer.name)
        for bottom in layer.bottoms:
            if bottom not in known:
                raise NetError(f"{origin}: layer '{layer.name}' reads '{bottom}', which nobody writes")
        known.update(layer.tops)


def _array(blob: Message, where: str) -> Array:
    proto: Any = blob
    values = proto.data if len(proto.data) else proto.double_data
    if proto.HasField("shape"):
        shape = tuple(proto.shape.dim)
    else:
        shape = (proto.num, proto.channels, proto.height, proto.width)
    if any(n < 0 for n in shape) or math.prod(shape) != len(values):
        raise NetError(f"{where}: a blob of shape {shape} holds {len(values)} numbers")
    return np.array(values, dtype=np.float32).reshape(shape)
