"""Each layer type against a plain numpy reading of what Caffe computes."""

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dreamstream.caffe import LayerSpec, parse_net
from dreamstream.caffe.rules import RULES
from dreamstream.nets.layers import LAYERS, build

CPU = torch.device("cpu")


def layer(text: str, *blobs: np.ndarray) -> LayerSpec:
    spec = parse_net(f'input: "in" input: "in2" layer {{ name: "x" top: "x" {text} }}', "test")
    return spec.with_blobs({"x": [np.asarray(b, np.float32) for b in blobs]}).layers[0]


def run(spec: LayerSpec, *bottoms: np.ndarray) -> np.ndarray:
    tensors = [torch.from_numpy(np.asarray(b, np.float32)) for b in bottoms]
    return build(spec, CPU)(tensors)[0].numpy()


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape).astype(np.float32)


def pooled(x: np.ndarray, kernel: int, stride: int, pad: int, average: bool) -> np.ndarray:
    """Caffe's pooling, window by window."""
    channels, height, width = x.shape

    def count(side: int) -> int:
        n = math.ceil((side + 2 * pad - kernel) / stride) + 1
        return n - 1 if pad and (n - 1) * stride >= side + pad else n

    out = np.zeros((channels, count(height), count(width)), np.float32)
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            top, left = i * stride - pad, j * stride - pad
            bottom, right = min(top + kernel, height + pad), min(left + kernel, width + pad)
            size = (bottom - top) * (right - left)
            window = x[:, max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
            out[:, i, j] = window.sum((1, 2)) / size if average else window.max((1, 2))
    return out


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(5, 12), st.booleans())
def test_pooling_has_caffe_s_windows(kernel: int, stride: int, pad: int, side: int, average: bool) -> None:
    assume(pad <= kernel // 2 and stride <= kernel)
    name = "AVE" if average else "MAX"
    text = f'type: "Pooling" bottom: "in" pooling_param {{ pool: {name} kernel_size: {kernel} '
    text += f"stride: {stride} pad: {pad} }}"
    x = normal(2, side, side + 3)
    got = run(layer(text), x[None])[0]
    expected = pooled(x, kernel, stride, pad, average)
    assert got.shape == expected.shape
    assert np.abs(got - expected).max() < 1e-5


def test_pooling_can_floor_and_can_be_global() -> None:
    x = normal(1, 2, 6, 6)
    floor = 'type: "Pooling" bottom: "in" pooling_param { kernel_size: 3 stride: 2 round_mode: FLOOR }'
    assert run(layer(floor), x).shape == (1, 2, 2, 2)
    whole = 'type: "Pooling" bottom: "in" pooling_param { pool: AVE global_pooling: true }'
    assert np.allclose(run(layer(whole), x)[0, :, 0, 0], x[0].mean((1, 2)), atol=1e-6)


@pytest.mark.parametrize("group", [1, 2])
def test_convolution_with_groups_stride_pad_and_bias(group: int) -> None:
    x, kernel, bias = normal(1, 4, 7, 8), normal(6, 4 // group, 3, 2), normal(6)
    text = f"""type: "Convolution" bottom: "in" convolution_param {{ num_output: 6 group: {group}
        kernel_h: 3 kernel_w: 2 pad_h: 1 pad_w: 0 stride_h: 2 stride_w: 1 }}"""
    got = run(layer(text, kernel, bias), x)
    padded = np.pad(x[0], ((0, 0), (1, 1), (0, 0)))
    for n in range(6):
        members = range(4) if group == 1 else (range(2) if n < 3 else range(2, 4))
        for i in range(4):
            for j in range(7):
                window = padded[list(members), 2 * i : 2 * i + 3, j : j + 2]
                assert got[0, n, i, j] == pytest.approx((window * kernel[n]).sum() + bias[n], abs=1e-4)


def test_lrn_across_channels() -> None:
    x = normal(1, 7, 3, 3)
    text = 'type: "LRN" bottom: "in" lrn_param { local_size: 5 alpha: 0.5 beta: 0.75 k: 2 }'
    got = run(layer(text), x)
    for c in range(7):
        total = (x[:, max(c - 2, 0) : c + 3] ** 2).sum(1)
        assert np.allclose(got[:, c], x[:, c] / (2 + 0.5 / 5 * total) ** 0.75, atol=1e-5)


def test_batch_norm_divides_its_sums_by_the_factor() -> None:
    x, mean, variance = normal(1, 3, 4, 4), normal(3), np.abs(normal(3)) + 0.1
    spec = layer('type: "BatchNorm" bottom: "in"', mean * 4, variance * 4, np.array([4.0]))
    expected = (x - mean[:, None, None]) / np.sqrt(variance[:, None, None] + 1e-5)
    assert np.allclose(run(spec, x), expected, atol=1e-5)


def test_scale_with_bias() -> None:
    x, factor, shift = normal(1, 3, 4, 4), normal(3), normal(3)
    spec = layer('type: "Scale" bottom: "in" scale_param { bias_term: true }', factor, shift)
    assert np.allclose(run(spec, x), x * factor[:, None, None] + shift[:, None, None], atol=1e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('type: "ReLU"', lambda x: np.maximum(x, 0)),
        ('type: "ReLU" relu_param { negative_slope: 0.1 }', lambda x: np.where(x > 0, x, 0.1 * x)),
        ('type: "Clip" clip_param { min: -0.5 max: 1 }', lambda x: np.clip(x, -0.5, 1)),
        ('type: "ReLU6"', lambda x: np.clip(x, 0, 6)),
        ('type: "Dropout"', lambda x: x),
        ('type: "Softmax"', lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True)),
    ],
)
def test_elementwise_layers(text: str, expected: object) -> None:
    x = normal(1, 5, 4, 4) * 4
    assert np.allclose(run(layer(f'{text} bottom: "in"'), x), expected(x), atol=1e-5)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("param", "expected"),
    [
        ("operation: SUM", lambda a, b: a + b),
        ("operation: SUM coeff: 2 coeff: -0.5", lambda a, b: 2 * a - 0.5 * b),
        ("operation: PROD", lambda a, b: a * b),
        ("operation: MAX", np.maximum),
    ],
)
def test_eltwise(param: str, expected: object) -> None:
    a, b = normal(1, 3, 4, 4), normal(1, 3, 4, 4)[:, ::-1].copy()
    spec = layer(f'type: "Eltwise" bottom: "in" bottom: "in2" eltwise_param {{ {param} }}')
    assert np.allclose(run(spec, a, b), expected(a, b), atol=1e-6)  # type: ignore[operator]


def test_concat_goes_along_its_axis() -> None:
    a, b = normal(1, 2, 3, 3), normal(1, 4, 3, 3)
    assert run(layer('type: "Concat" bottom: "in" bottom: "in2"'), a, b).shape == (1, 6, 3, 3)


def test_inner_product_flattens() -> None:
    x, matrix, bias = normal(1, 2, 3, 3), normal(5, 18), normal(5)
    text = 'type: "InnerProduct" bottom: "in" inner_product_param { num_output: 5 }'
    spec = layer(text, matrix, bias)
    assert np.allclose(run(spec, x)[0], matrix @ x.ravel() + bias, atol=1e-5)


def test_split_gives_every_top() -> None:
    spec = parse_net('input: "in" layer { name: "s" type: "Split" bottom: "in" top: "a" top: "b" }', "test")
    assert len(build(spec.layers[0], CPU)([torch.zeros(1)])) == 2


def test_every_type_with_a_rule_for_its_shapes_can_be_computed() -> None:
    assert set(LAYERS) == set(RULES)
