"""A Caffe net on real Caffe (CPU), whose results the other engines are tested against.

    picture -> data blob -> forward, layer by layer -> seeds into the diffs -> backward -> data's diff

For each set of layers to excite, Caffe gets a net of its own, cut off at the last of them: so no diff of
another objective is left over (Caffe never clears them), and nothing behind the layer can abort at a
picture's size. A new size only needs the data blob reshaped: each layer follows as it runs.
"""

import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamstream.caffe import NetSpec, infer_shapes, slid
from dreamstream.caffe.axes import Shapes, times
from dreamstream.caffe.geometry import Shape
from dreamstream.caffe.spec import Array
from dreamstream.errors import NetError
from dreamstream.nets.caffe_library import import_caffe
from dreamstream.nets.for_caffe import GATE, prototxt, without_in_place
from dreamstream.nets.network import Image, Network, Objective
from dreamstream.nets.preprocessing import Preprocessing
from dreamstream.pictures import Picture
from dreamstream.size import Size

_MOST_NETS = 4


class PycaffeNet(Network):
    """`Network` on pycaffe. It builds its nets quickly, and they take any size, so nothing is prepared.

    With `force_backward` Caffe also computes the gradients of all weights, as it does elsewhere.
    """

    engine = "real Caffe"
    device = "cpu"

    def __init__(self, spec: NetSpec, preprocessing: Preprocessing, force_backward: bool = False) -> None:
        super().__init__(spec, preprocessing)
        self._caffe, self._force = import_caffe(), force_backward
        self._nets: OrderedDict[tuple[tuple[str, ...], ...], _CutNet] = OrderedDict()

    def input_gradient(self, image: Picture, objective: Objective) -> tuple[Picture, Any]:
        """Return the gradient of the objective with respect to the image (H×W×3), and its value.

        Caffe computes with arrays: a tensor is copied there, and its gradient back.
        """
        if not isinstance(image, np.ndarray):
            gradient, number = self.input_gradient(image.cpu().numpy(), objective)
            return image.new_tensor(gradient), image.new_tensor(number)
        picture = self._picture(image, objective.layers)
        net = self._net(objective.layers, picture.planes.shape)
        value, seeds = objective.seed(net.forward(picture.planes))
        return picture.gradient(net.backward(seeds)), float(value)

    def activations(self, image: Image, layer: str) -> Array:
        """Return the layer's blob for this image: C×H×W."""
        picture = self._picture(image, (layer,))
        blob: Array = self._net((layer,), picture.planes.shape).forward(picture.planes)[layer][0]
        return blob

    def _picture(self, image: Image, layers: tuple[str, ...]) -> "_Picture":
        return _Picture(image, self.preprocessing, self.input_shape(Size.of(image), layers))

    def _net(self, ends: tuple[str, ...], shape: Shape) -> "_CutNet":
        spec = slid(self.spec.pruned(ends), shape)
        key = ends, tuple(layer.type for layer in spec.layers)
        if key not in self._nets:
            self._nets[key] = _CutNet(self._caffe, spec, ends, self._force)
            if len(self._nets) > _MOST_NETS:
                self._nets.popitem(last=False)
        self._nets.move_to_end(key)
        return self._nets[key]


class _Picture:
    """A picture as the net's input of a shape (1, C, H, W), and its gradient from that of the input."""

    def __init__(self, image: Image, preprocessing: Preprocessing, shape: Shape) -> None:
        self._preprocessing = preprocessing
        self._rows, self._columns = map(_padded_indices, image.shape, shape[2:])
        ordered = image if preprocessing.order == "RGB" else image[..., ::-1]
        scaled = (ordered - np.asarray(preprocessing.mean, np.float32)) * np.float32(preprocessing.scale)
        if shape[1] == 1:
            scaled = scaled.mean(2, keepdims=True)
        padded = scaled[self._rows][:, self._columns]
        self.planes: Array = np.ascontiguousarray(padded.transpose(2, 0, 1)[None])

    def gradient(self, planes: Array) -> Image:
        """Return the gradient of the picture (H×W×3) from that of the net's input."""
        padded = planes[0].transpose(1, 2, 0)
        height, width = self._rows.max() + 1, self._columns.max() + 1
        tall = padded[:height].copy()
        np.add.at(tall, self._rows[height:], padded[height:])
        result = tall[:, :width].swapaxes(0, 1).copy()
        np.add.at(result, self._columns[width:], tall[:, width:].swapaxes(0, 1))
        result = result.swapaxes(0, 1) * np.float32(self._preprocessing.scale)
        if result.shape[2] == 1:
            result = np.repeat(result / 3, 3, 2)
        return np.ascontiguousarray(result if self._preprocessing.order == "RGB" else result[..., ::-1])


def _padded_indices(length: int, whole: int) -> NDArray[np.intp]:
    """Return the source of each row or column, once padded up to `whole`."""
    more = whole - length
    return np.pad(np.arange(length), (0, more), mode="reflect" if more < length else "edge")


class _CutNet:
    """One Caffe net, cut off at the last of the layers `ends`."""

    def __init__(self, caffe: Any, spec: NetSpec, ends: tuple[str, ...], force: bool) -> None:
        self._caffe, self._ends, self._force = caffe, ends, force
        self._spec = spec = without_in_place(spec)
        self._net: Any = None
        self._checked: set[Shape] = set()
        self._gate, self._steps = 0, list[tuple[int, str]]()
        self._pooled = {layer.name: layer.bottoms[0] for layer in spec.layers if layer.type == "Pooling"}
        read = {name for layer in spec.layers for name in layer.bottoms}
        self._last = {name for name in ends if spec.layer(name).tops[0] not in read}

    def forward(self, planes: Array) -> dict[str, Array]:
        """Run the picture (1×C×H×W), and return the blob of each end as it is right behind that layer."""
        shape = planes.shape
        expected: Mapping[str, Shapes] = {}
        if shape not in self._checked:
            expected = infer_shapes(self._spec, shape)  # what Caffe would abort on is found here
            if self._net is None:
                self._open(shape)
        data = self._net.blobs[self._spec.picture]
        data.reshape(*shape)
        data.data[...] = planes
        blobs: dict[str, Array] = {}
        self._net._forward(0, self._gate)
        for i, name in self._steps:
            pooled = self._pooled.get(name)
            if pooled is not None and not np.isfinite(self._net.blobs[pooled].data).all():
                # a MAX pooling would write outside its memory
                where = f"{self._spec.origin}: layer '{name}'"
                raise NetError(f"{where}: what comes to it is not a number: are the weights damaged?")
            self._net._forward(i, i)  # one at a time: other threads get their turn in between
            if name in expected:  # checked before the next layer reads it
                made, right = tuple(self._top(name).data.shape), expected[name][0]
                if made != right:
                    text = f"this Caffe makes {times(made)} of it, and {times(right)} is right"
                    raise NetError(f"{self._spec.origin}: layer '{name}': {text}")
            if name in self._ends:
                blobs[name] = self._top(name).data.copy()
        self._checked.add(shape)
        return blobs

    def backward(self, seeds: Mapping[str, Array]) -> Array:
        """Run the seeds back and return the gradient of the data blob."""
        ends = {name: self._top(name) for name in self._ends}
        for top in ends.values():
            top.diff[...] = 0  # not every reader writes its share: a Crop has none for its second bottom
        for i, name in reversed(self._steps):
            if name in ends:  # the layers that read it have written their share
                ends[name].diff[...] += seeds[name]
            self._net._backward(i, i)
        return np.array(self._net.blobs[self._spec.picture].diff)

    def _top(self, layer: str) -> Any:
        return self._net.blobs[self._spec.layer(layer).tops[0]]

    def _open(self, shape: tuple[int, ...]) -> None:
        text = prototxt(self._spec, self._caffe, self._last, shape, self._force)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "net.prototxt"
            path.write_text(text, encoding="utf-8")
            self._net = self._caffe.Net(str(path), self._caffe.TEST)
        names = list(self._net._layer_names)
        self._gate = names.index(GATE)
        # the net's own layers and the splits that Caffe puts between them
        self._steps = [(i, name) for i, name in enumerate(names) if i > self._gate]
        for layer in self._spec.layers:
            for theirs, ours in zip(self._net.params.get(layer.name, ()), layer.blobs, strict=True):
                theirs.data[...] = ours.reshape(theirs.data.shape)
