"""The prototxts of models/: they are the generator's, and they are the published nets."""

import pytest

from dreamstream.caffe import LayerSpec
from dreamstream.nets import catalog
from tools.make_prototxts import MODELS, NETS


def test_the_files_are_what_the_generator_makes() -> None:
    assert {path.stem for path in MODELS.glob("*.prototxt")} == set(NETS) == set(catalog())
    for name, make in NETS.items():
        assert (MODELS / f"{name}.prototxt").read_text(encoding="utf-8") == str(make()), name


def _side(side: int, kernel: int, stride: int, pad: int, up: bool) -> int:
    steps = side + 2 * pad - kernel
    return (-(-steps // stride) if up else steps // stride) + 1


def parameters(name: str) -> dict[str, int]:
    """The number of weights and biases of each layer, by a walk through blobs of (channels, side)."""
    entry = catalog()[name]
    assert entry.prototxt is not None
    text = entry.prototxt.read_text(encoding="utf-8")
    side = int(text.split("dim: ")[4].split()[0])
    blobs, counts = {"data": (3, side)}, {}
    for layer in entry.structure().layers:
        channels, side = blobs[layer.bottoms[0]]
        if layer.type == "Convolution":
            p = layer.message.convolution_param
            stride, pad = (list(p.stride) or [1])[0], (list(p.pad) or [0])[0]
            counts[layer.name] = p.num_output * (p.kernel_size[0] ** 2 * channels // p.group + 1)
            blobs[layer.tops[0]] = (p.num_output, _side(side, p.kernel_size[0], stride, pad, False))
        elif layer.type == "InnerProduct":
            outputs = layer.message.inner_product_param.num_output
            counts[layer.name] = outputs * (channels * side * side + 1)
            blobs[layer.tops[0]] = (outputs, 1)
        elif layer.type == "Pooling":
            p = layer.message.pooling_param
            after = 1 if p.global_pooling else _side(side, p.kernel_size, p.stride, p.pad, True)
            blobs[layer.tops[0]] = (channels, after)
        else:
            blobs[layer.tops[0]] = (_channels(layer, blobs), side)
    return counts


def _channels(layer: LayerSpec, blobs: dict[str, tuple[int, int]]) -> int:
    if layer.type == "Concat":
        return sum(blobs[bottom][0] for bottom in layer.bottoms)
    return blobs[layer.bottoms[0]][0]


PUBLISHED = {"bvlc_alexnet": 60_965_224, "vgg16": 138_357_544, "squeezenet_v1.1": 1_235_496}
PUBLISHED |= {"bvlc_googlenet": 6_998_552}
SIDE_CLASSIFIERS = sum(128 * (n + 1) + 1024 * (128 * 4 * 4 + 1) + 1000 * 1025 for n in (512, 528))
"""What GoogLeNet's training adds: in the file, but in no deploy prototxt."""


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_the_geometry_is_the_published_one(name: str) -> None:
    """The right number of parameters, and the published file is just as long as these need."""
    count = sum(parameters(name).values())
    assert count == PUBLISHED[name]
    in_file = count + (SIDE_CLASSIFIERS if name == "bvlc_googlenet" else 0)
    spare = catalog()[name].size - 4 * in_file
    assert 0 < spare < 32_000, "names and settings of the layers, and no room for one more layer"


def test_the_places_nets_are_googlenet_with_other_classifiers() -> None:
    article = parameters("bvlc_googlenet")
    for name, classes in (("googlenet_places205", 205), ("googlenet_places365", 365)):
        assert parameters(name) == {**article, "loss3/classifier": classes * 1025}
        assert catalog()[name].structure().names() == catalog()["bvlc_googlenet"].structure().names()


def test_googlenet_s_layers_come_in_caffe_s_order() -> None:
    names = catalog()["bvlc_googlenet"].structure().names()
    first = "conv1/7x7_s2 conv1/relu_7x7 pool1/3x3_s2 pool1/norm1 conv2/3x3_reduce conv2/relu_3x3_reduce"
    inception = "1x1 relu_1x1 3x3_reduce relu_3x3_reduce 3x3 relu_3x3 5x5_reduce relu_5x5_reduce 5x5"
    inception += " relu_5x5 pool pool_proj relu_pool_proj output"
    last = ["pool5/7x7_s1", "pool5/drop_7x7_s1", "loss3/classifier", "prob"]
    assert list(names[:6]) == first.split()
    begin = names.index("inception_4c/1x1")
    assert list(names[begin : begin + 14]) == [f"inception_4c/{part}" for part in inception.split()]
    assert list(names[-4:]) == last
    assert [name for name in names if name.startswith("pool") and name.endswith("/3x3_s2")] == [
        f"pool{number}/3x3_s2" for number in (1, 2, 3, 4)
    ]
    assert len(names) == 142
