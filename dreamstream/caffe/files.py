"""Reading and writing Caffe's two files: the prototxt (text) and the caffemodel (bytes).

A caffemodel carries its layers, so it is enough by itself; a prototxt beside it overrides the
structure and takes the weights by layer name, as Caffe does.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import text_format
from google.protobuf.message import DecodeError, EncodeError

from dreamstream.caffe.graph import net_spec, upgraded_layers
from dreamstream.caffe.schema import MESSAGES
from dreamstream.caffe.spec import LayerSpec, NetSpec
from dreamstream.caffe.spelling import unknown_values
from dreamstream.caffe.text import read_text
from dreamstream.errors import NetError, reason
from dreamstream.places import write_whole

_MOST_TEXT = 8 << 20  # bytes; the longest prototxts in use have some 300 KB
_HDF5 = b"\x89HDF\r\n\x1a\n"
_MOST_BINARY = (1 << 31) - 1  # protobuf's own limit


def read_net(prototxt: Path | None, caffemodel: Path | None) -> NetSpec:
    """Read a net from either file or both; raises NetError with the file's name and the reason.

    Sizes that a file states are checked against the numbers that it holds before anything is allocated.
    """
    weights = {}
    structure = None
    if prototxt is not None:
        content = read_content(prototxt, _MOST_TEXT, "prototxt")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:  # comments in older encodings are common, and Caffe takes them as they are
            text = content.decode("latin-1")
        structure, layers = _parse(text, str(prototxt))
    if caffemodel is not None:
        model = read_message("NetParameter", caffemodel, _MOST_BINARY, "caffemodel")
        faults = {n: next(unknown_values(old), "") for n, old in enumerate(model.layer or model.layers)}
        carried = upgraded_layers(model, str(caffemodel), faults)
        model.DiscardUnknownFields()
        if structure is None:
            return net_spec(model, carried, str(caffemodel), {})
        weights = {layer.name: layer for layer in carried}
    if caffemodel is not None and not any(layer.name in weights for layer in layers):
        some = ", ".join(list(weights)[:3]) or "none at all"
        raise NetError(f"{caffemodel}: is for another net than {prototxt}: its layers are {some} ...")
    return net_spec(structure, layers, str(prototxt), weights)


def parse_net(text: str, origin: str) -> NetSpec:
    """Return the net of a prototxt's text, without weights; `origin` names it in errors."""
    net, layers = _parse(text, origin)
    return net_spec(net, layers, origin, {})


def write_caffemodel(spec: NetSpec, path: Path) -> None:
    """Write structure and weights as a caffemodel; whole or not at all. Raises NetError."""
    net = MESSAGES["NetParameter"]()
    _fill(net, spec)
    try:
        write_whole(path, net.SerializeToString())
    except (EncodeError, OSError) as error:
        raise NetError(f"{path}: cannot be written: {reason(error)}") from error


def net_text(spec: NetSpec, shape: tuple[int, ...]) -> str:
    """Return the structure as a prototxt whose one input is the picture, of this shape (1, 3, H, W)."""
    net: Any = MESSAGES["NetParameter"]()
    _fill(net, spec, weights=False)
    del net.input[:]
    net.input.append(spec.picture)
    net.input_shape.add().dim.extend(shape)
    return str(text_format.MessageToString(net))


def read_content(path: Path, most: int, kind: str) -> bytes:
    """Return a file's bytes; NetError where it cannot be read, or is too large for its `kind`."""
    try:
        if path.stat().st_size > most:
            raise NetError(f"{path}: too large for a {kind}: over {most >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise NetError(f"{path}: {reason(error)}") from error


def read_message(schema: str, path: Path, most: int, kind: str) -> Any:
    """Return a file's message of this name in the schema; for `most` and `kind` see `read_content`."""
    message, content = MESSAGES[schema](), read_content(path, most, kind)
    if content.startswith(_HDF5):
        raise NetError(f"{path}: HDF5 is not read; save the net as a .caffemodel (net.save in pycaffe)")
    try:
        message.ParseFromString(content)
    except DecodeError as error:
        raise NetError(f"{path}: not a {kind}, or a damaged one") from error
    return message


def _fill(net: Any, spec: NetSpec, weights: bool = True) -> None:
    net.name = spec.name
    net.input.extend(spec.inputs)
    for layer in spec.layers:
        message = net.layer.add()
        message.CopyFrom(layer.message)
        for blob in layer.blobs if weights else ():
            proto = message.blobs.add()
            proto.shape.dim.extend(blob.shape)
            proto.data.append(np.ascontiguousarray(blob, "<f4").tobytes())


def _parse(text: str, origin: str) -> tuple[Any, Sequence[LayerSpec]]:
    """Return the net of a prototxt's text, and its layers."""
    try:
        net, faults = read_text(text)
    except ValueError as error:
        raise NetError(f"{origin}: not a prototxt: {error}") from error
    except RecursionError as error:
        raise NetError(f"{origin}: not a prototxt: nested too deeply") from error
    return net, upgraded_layers(net, origin, faults)
