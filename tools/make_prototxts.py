"""Writes the prototxts in models/ from the architectures' tables.

    .venv/bin/python tools/make_prototxts.py

Names, order and geometry are those of the published Caffe nets (their weights are found by layer name);
for the EfficientNets they are this project's own. A test checks that models/ holds just this text.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

MODELS = Path(__file__).parent.parent / "models"


class Text:
    """A prototxt that grows layer by layer. Each adder returns the name of the blob that it wrote."""

    def __init__(self, name: str, side: int, remarks: str) -> None:
        self._lines = [f"# {line}" for line in remarks.strip().splitlines()]
        self._lines += ["", f'name: "{name}"', ""]
        self.add(
            "data", "Input", params=f"input_param {{ shape {{ dim: 1 dim: 3 dim: {side} dim: {side} }} }}"
        )

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"

    def part(self, title: str) -> None:
        """Begin a part of the net with a blank line and a comment."""
        self._lines += ["", f"# {title}"]

    def add(self, name: str, type: str, *bottoms: str, top: str = "", params: str = "") -> str:
        """Add a layer; `params` may have several lines."""
        inner = [f'name: "{name}"', f'type: "{type}"', *(f'bottom: "{bottom}"' for bottom in bottoms)]
        inner += [f'top: "{top or name}"', *params.splitlines()]
        self._lines += ["layer {", *(f"  {line}" for line in inner), "}"]
        return top or name

    def conv(self, name: str, bottom: str, outputs: int, kernel: int, **more: int) -> str:
        """Add a convolution; `more` is pad, stride, group, as far as they are not Caffe's defaults."""
        settings = {"num_output": outputs, "kernel_size": kernel, **more}
        lines = [f"  {key}: {value}" for key, value in settings.items()]
        return self.add(name, "Convolution", bottom, params="\n".join(["convolution_param {", *lines, "}"]))

    def relu(self, name: str, blob: str) -> str:
        """Add a ReLU in place."""
        return self.add(name, "ReLU", blob, top=blob)

    def relu6(self, blob: str) -> str:
        """Add a clip to 0..6 in place, named after the blob."""
        return self.add(f"{blob}/relu6", "Clip", blob, top=blob, params="clip_param { min: 0 max: 6 }")

    def pool(self, name: str, bottom: str, how: str) -> str:
        """Add a pooling; `how` is its settings, as in `MAX kernel_size: 3 stride: 2`."""
        return self.add(name, "Pooling", bottom, params=f"pooling_param {{ pool: {how} }}")

    def norm(self, name: str, bottom: str) -> str:
        """Add AlexNet's local response normalisation across five channels."""
        return self.add(name, "LRN", bottom, params="lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }")

    def dense(self, name: str, bottom: str, outputs: int) -> str:
        """Add a fully connected layer."""
        return self.add(
            name, "InnerProduct", bottom, params=f"inner_product_param {{ num_output: {outputs} }}"
        )

    def drop(self, name: str, blob: str, ratio: float) -> str:
        """Add a dropout in place: nothing at all in the TEST phase, but Caffe's nets name it."""
        return self.add(name, "Dropout", blob, top=blob, params=f"dropout_param {{ dropout_ratio: {ratio} }}")


INCEPTIONS = {  # 1x1, 3x3_reduce, 3x3, 5x5_reduce, 5x5, pool_proj
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def googlenet(name: str, trained_on: str, classes: int) -> Text:
    """Return GoogLeNet (Szegedy et al., Going deeper with convolutions, 2014), as BVLC's Caffe has it."""
    net = Text(
        name,
        224,
        f"GoogLeNet ({trained_on}, {classes} classes) with the layer names of BVLC's Caffe: nine inceptions\n"
        "of four branches; the two side classifiers of its training are left out.",
    )

    def conv(blob: str, relu: str, bottom: str, outputs: int, kernel: int, **more: int) -> str:
        part, _, _ = blob.partition("/")
        return net.relu(f"{part}/{relu}", net.conv(blob, bottom, outputs, kernel, **more))

    top = conv("conv1/7x7_s2", "relu_7x7", "data", 64, 7, pad=3, stride=2)
    top = net.norm("pool1/norm1", net.pool("pool1/3x3_s2", top, "MAX kernel_size: 3 stride: 2"))
    top = conv("conv2/3x3_reduce", "relu_3x3_reduce", top, 64, 1)
    top = net.norm("conv2/norm2", conv("conv2/3x3", "relu_3x3", top, 192, 3, pad=1))
    top = net.pool("pool2/3x3_s2", top, "MAX kernel_size: 3 stride: 2")
    for number, (one, three_in, three, five_in, five, pooled) in INCEPTIONS.items():
        if number in ("4a", "5a"):
            top = net.pool(f"pool{int(number[0]) - 1}/3x3_s2", top, "MAX kernel_size: 3 stride: 2")
        here = f"inception_{number}"
        net.part(here.replace("_", " "))
        first = conv(f"{here}/1x1", "relu_1x1", top, one, 1)
        second = conv(f"{here}/3x3_reduce", "relu_3x3_reduce", top, three_in, 1)
        second = conv(f"{here}/3x3", "relu_3x3", second, three, 3, pad=1)
        third = conv(f"{here}/5x5_reduce", "relu_5x5_reduce", top, five_in, 1)
        third = conv(f"{here}/5x5", "relu_5x5", third, five, 5, pad=2)
        fourth = net.pool(f"{here}/pool", top, "MAX kernel_size: 3 stride: 1 pad: 1")
        fourth = conv(f"{here}/pool_proj", "relu_pool_proj", fourth, pooled, 1)
        top = net.add(f"{here}/output", "Concat", first, second, third, fourth)
    net.part("classifier")
    top = net.pool("pool5/7x7_s1", top, "AVE kernel_size: 7 stride: 1")
    net.drop("pool5/drop_7x7_s1", top, 0.4)
    net.add("prob", "Softmax", net.dense("loss3/classifier", top, classes))
    return net


def alexnet() -> Text:
    """Return AlexNet (Krizhevsky et al., 2012) as BVLC's Caffe has it: groups, LRN before the pooling."""
    net = Text(
        "bvlc_alexnet",
        227,
        "AlexNet (ImageNet) with the layer names of BVLC's Caffe: the normalisation comes before the\n"
        "pooling, and convolutions 2, 4 and 5 are in two groups, as on the two graphics cards of 2012.",
    )
    top = net.relu("relu1", net.conv("conv1", "data", 96, 11, stride=4))
    top = net.pool("pool1", net.norm("norm1", top), "MAX kernel_size: 3 stride: 2")
    top = net.relu("relu2", net.conv("conv2", top, 256, 5, pad=2, group=2))
    top = net.pool("pool2", net.norm("norm2", top), "MAX kernel_size: 3 stride: 2")
    top = net.relu("relu3", net.conv("conv3", top, 384, 3, pad=1))
    top = net.relu("relu4", net.conv("conv4", top, 384, 3, pad=1, group=2))
    top = net.relu("relu5", net.conv("conv5", top, 256, 3, pad=1, group=2))
    top = net.pool("pool5", top, "MAX kernel_size: 3 stride: 2")
    _dense_end(net, top)
    return net


def vgg16() -> Text:
    """Return VGG-16 (Simonyan and Zisserman, 2014) with the names of VGG_ILSVRC_16_layers."""
    net = Text(
        "vgg16",
        224,
        "VGG-16 (ImageNet) with the layer names of VGG_ILSVRC_16_layers: five parts of 3x3 convolutions,\n"
        "each ending in a pooling that halves the sides.",
    )
    top = "data"
    for part, (repeats, outputs) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), 1):
        for number in range(1, repeats + 1):
            top = net.conv(f"conv{part}_{number}", top, outputs, 3, pad=1)
            net.relu(f"relu{part}_{number}", top)
        top = net.pool(f"pool{part}", top, "MAX kernel_size: 2 stride: 2")
    _dense_end(net, top)
    return net


def _dense_end(net: Text, top: str) -> None:
    for number in (6, 7):
        top = net.relu(f"relu{number}", net.dense(f"fc{number}", top, 4096))
        net.drop(f"drop{number}", top, 0.5)
    net.add("prob", "Softmax", net.dense("fc8", top, 1000))


def squeezenet() -> Text:
    """Return SqueezeNet v1.1 (Iandola et al., 2016): eight fire modules, a convolution as the classifier."""
    net = Text(
        "squeezenet_v1.1",
        227,
        "SqueezeNet v1.1 (ImageNet) with its published layer names: fire modules squeeze the channels with\n"
        "1x1 kernels and expand them with 1x1 and 3x3 ones side by side.",
    )
    top = net.relu("relu_conv1", net.conv("conv1", "data", 64, 3, stride=2))
    top = net.pool("pool1", top, "MAX kernel_size: 3 stride: 2")
    for number in range(2, 10):
        squeezed, expanded = 16 * (number // 2), 64 * (number // 2)
        here = f"fire{number}"
        net.part(here)
        inner = net.conv(f"{here}/squeeze1x1", top, squeezed, 1)
        net.relu(f"{here}/relu_squeeze1x1", inner)
        one = net.relu(f"{here}/relu_expand1x1", net.conv(f"{here}/expand1x1", inner, expanded, 1))
        three = net.conv(f"{here}/expand3x3", inner, expanded, 3, pad=1)
        net.relu(f"{here}/relu_expand3x3", three)
        top = net.add(f"{here}/concat", "Concat", one, three)
        if number in (3, 5):
            top = net.pool(f"pool{number}", top, "MAX kernel_size: 3 stride: 2")
    net.part("classifier")
    net.drop("drop9", top, 0.5)
    top = net.relu("relu_conv10", net.conv("conv10", top, 1000, 1))
    net.add("prob", "Softmax", net.pool("pool10", top, "AVE global_pooling: true"))
    return net


FOLDED = """\
inverted bottlenecks of depthwise convolutions, no squeeze-excitation.
Batch norms are folded into the convolutions. TensorFlow pads 'SAME' at stride 2 on even sizes with one
row and column less in front than behind; a 3x3 kernel with a zero first row and column, pad 1 (a 5x5
one so, pad 2), is the same convolution: hence the kernels of 4 and 6. Inputs are RGB, (x - 127) / 128, and
sides a multiple of 32."""

KERNELS = ((3, 1), (3, 2), (5, 2), (3, 2), (5, 1), (5, 2), (3, 1))
"""Kernel and stride of EfficientNet's seven stages; the stride is that of a stage's first block."""


def efficientnet_lite(number: int, side: int, repeats: Iterable[int], widths: Iterable[int]) -> Text:
    """Return EfficientNet-Lite (Tan and Le 2019, Liu 2020) for the folded weights of its converter."""
    net = Text(
        f"efficientnet_lite{number}",
        side,
        f"EfficientNet-Lite{number} (ImageNet): {FOLDED}",
    )
    net.part("stem")
    top = net.relu6(net.conv("stem", "data", 32, 4, pad=1, stride=2))
    block, before = 0, 32
    for count, outputs, (kernel, first) in zip(repeats, widths, KERNELS, strict=True):
        for repeat in range(count):
            top = _block(net, block, top, (before, outputs), kernel, 1 if repeat else first)
            block, before = block + 1, outputs
    net.part("head")
    top = net.relu6(net.conv("head", top, 1280, 1))
    top = net.pool("pool", top, "AVE global_pooling: true")
    net.add("prob", "Softmax", net.dense("fc", top, 1000))
    return net


def _block(net: Text, number: int, start: str, widths: tuple[int, int], kernel: int, stride: int) -> str:
    here, inner, top = f"block{number}", widths[0] * (6 if number else 1), start
    net.part(here.replace("block", "block "))
    if number:
        top = net.relu6(net.conv(f"{here}/expand", top, inner, 1))
    strided = {"stride": stride} if stride > 1 else {}
    top = net.conv(
        f"{here}/depthwise", top, inner, kernel + stride - 1, pad=kernel // 2, **strided, group=inner
    )
    net.relu6(top)
    if stride == 1 and widths[0] == widths[1]:
        return net.add(here, "Eltwise", net.conv(f"{here}/project", top, widths[1], 1), start)
    return net.conv(here, top, widths[1], 1)


NETS: dict[str, Callable[[], Text]] = {
    "bvlc_googlenet": lambda: googlenet("bvlc_googlenet", "ImageNet", 1000),
    "googlenet_places205": lambda: googlenet("googlenet_places205", "Places205", 205),
    "googlenet_places365": lambda: googlenet("googlenet_places365", "Places365", 365),
    "bvlc_alexnet": alexnet,
    "squeezenet_v1.1": squeezenet,
    "vgg16": vgg16,
    "efficientnet_lite0": lambda: efficientnet_lite(
        0, 224, (1, 2, 2, 3, 3, 4, 1), (16, 24, 40, 80, 112, 192, 320)
    ),
    "efficientnet_lite1": lambda: efficientnet_lite(
        1, 240, (1, 3, 3, 4, 4, 5, 1), (16, 24, 40, 80, 112, 192, 320)
    ),
    "efficientnet_lite2": lambda: efficientnet_lite(
        2, 260, (1, 3, 3, 4, 4, 5, 1), (16, 24, 48, 88, 120, 208, 352)
    ),
}


def main() -> None:
    """Write them all."""
    for name, make in NETS.items():
        (MODELS / f"{name}.prototxt").write_text(str(make()), encoding="utf-8")


if __name__ == "__main__":
    main()
