"""What tests put in place of clocks, files and nets that would be slow; the parts under test stay real."""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from dreamstream.caffe import NetSpec, parse_net
from dreamstream.frame import Frame
from dreamstream.nets import Preprocessing
from dreamstream.nets.torch_net import TorchNet
from dreamstream.record.writer import Writer
from dreamstream.size import Size
from dreamstream.sources import Source, Still

PATIENCE = 500
"""Seconds after which what a test waits for will not come: many times what a slow and busy machine needs."""


def until(true: Callable[[], object], what: str = "it") -> None:
    """Wait until something is true; fail if it never is."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.001)


TINY = """
name: "tiny"
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 32 dim: 32 } } }
layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
        convolution_param { num_output: 8 kernel_size: 3 pad: 1 } }
layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
layer { name: "conv2" type: "Convolution" bottom: "conv1" top: "conv2"
        convolution_param { num_output: 6 kernel_size: 3 pad: 1 stride: 2 } }
"""


class FakeClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class Told(list[str]):
    """Takes what is told in the operator's place, in order."""

    def __call__(self, text: str, key: str = "") -> None:
        if text:
            self.append(text)


class MemoryWriter(Writer):
    """Keeps the frames it is given; fails at frame number `fail_at`, if given."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.frames: list[Frame] = []
        self.closed = False
        self._fail_at = fail_at

    def write(self, frame: Frame) -> None:
        if len(self.frames) == self._fail_at:
            raise OSError("No space left on device")
        self.frames.append(frame)

    def close(self) -> None:
        self.closed = True


class ListSource(Source):
    """A moving source that gives its canvases in turn, round and round."""

    moving = True

    def __init__(self, canvases: list[np.ndarray]) -> None:
        self._canvases = canvases
        self.reads = 0
        self.place = -1

    def read(self) -> np.ndarray:
        self.reads += 1
        self.place = (self.reads - 1) % len(self._canvases)
        return self._canvases[(self.reads - 1) % len(self._canvases)].copy()

    def resized(self, size: Size) -> "ListSource":
        assert self._canvases[0].shape[:2] == size, "its canvases have one size"
        return self

    def seek(self, place: int) -> None:
        self.reads = place


def frame(index: int = 1, value: int = 0, size: Size = Size(8, 6), time: float | None = None) -> Frame:
    """A flat grey frame."""
    canvas = np.full((*size.shape, 3), value, np.float32)
    return Frame.of(canvas, index, None, float(index) if time is None else time)


def picture(height: int = 48, width: int = 64, seed: int = 0) -> np.ndarray:
    """A canvas of smooth random colours."""
    from dreamstream.sources.still import clouds

    return clouds(Size(width, height), seed).read()


def still(height: int = 48, width: int = 64, seed: int = 0) -> Still:
    return Still(picture(height, width, seed))


def tiny_spec() -> NetSpec:
    """A net of two convolutions with random weights."""
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> np.ndarray:
        return (rng.normal(size=shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32)

    blobs = {
        "conv1": (normal(8, 3, 3, 3), np.zeros(8, np.float32)),
        "conv2": (normal(6, 8, 3, 3), np.zeros(6, np.float32)),
    }
    return parse_net(TINY, "tiny").with_blobs(blobs)


def tiny_net(device: str = "cpu") -> TorchNet:
    """A Network that takes a millisecond: the real engine on two convolutions."""
    return TorchNet(tiny_spec(), Preprocessing((127.0, 127.0, 127.0), 1 / 128, "RGB", 1), device)


CLASSIFIER = (
    TINY
    + """
layer { name: "pool" type: "Pooling" bottom: "conv2" top: "pool"
        pooling_param { pool: AVE global_pooling: true } }
layer { name: "fc" type: "InnerProduct" bottom: "pool" top: "fc" inner_product_param { num_output: 5 } }
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
"""
)


def classifier_spec() -> NetSpec:
    """The tiny net with five classes on top."""
    matrix = np.random.default_rng(1).normal(size=(5, 6)).astype(np.float32)
    blobs = {layer.name: layer.blobs for layer in tiny_spec().layers if layer.blobs}
    blobs["fc"] = (matrix, np.zeros(5, np.float32))
    return parse_net(CLASSIFIER, "classifier").with_blobs(blobs)


def pooled(kernel: int) -> TorchNet:
    """A Network of the tiny classifier with a pooling so large that small pictures do not reach it."""
    text = CLASSIFIER.replace("global_pooling: true", f"kernel_size: {kernel} stride: 1")
    blobs = {layer.name: layer.blobs for layer in classifier_spec().layers}
    return TorchNet(parse_net(text, "pooled").with_blobs(blobs), Preprocessing(), "cpu")


def classifier() -> TorchNet:
    """A Network of the tiny classifier."""
    return TorchNet(classifier_spec(), Preprocessing((127.0, 127.0, 127.0), 1 / 128, "RGB", 1), "cpu")


def mutations(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Cut, flip, overwrite, delete, double and swap pieces; put large varints where small ones were."""
    rng = random.Random(seed)
    large = [b"\xff\xff\xff\xff\x0f", b"\xff" * 9 + b"\x01", b"\x80\x94\xeb\xdc\x03", b"\x00", b"\x80"]
    for _ in range(count):
        mutant = bytearray(data)
        for _ in range(rng.choice([1, 1, 1, 2, 5])):
            at, length = rng.randrange(len(mutant) or 1), rng.randrange(1, 30)
            match rng.randrange(7):
                case 0:
                    del mutant[at:]
                case 1:
                    mutant[at : at + 1] = bytes([mutant[at] ^ (1 << rng.randrange(8))]) if mutant else b"x"
                case 2:
                    mutant[at : at + length] = rng.randbytes(length)
                case 3:
                    del mutant[at : at + length]
                case 4:
                    mutant[at:at] = mutant[at : at + 10 * length]
                case 5:
                    mutant[at : at + 1] = rng.choice(large)
                case _:
                    other = rng.randrange(len(mutant) or 1)
                    mutant[at : at + length], mutant[other : other + length] = (
                        mutant[other : other + length],
                        mutant[at : at + length],
                    )
        yield bytes(mutant)


def open_times(path: Path) -> int:
    """Return how often this process has a file open, as Linux tells it; 0 elsewhere."""
    folder = Path("/proc/self/fd")
    files = [os.path.realpath(link) for link in folder.iterdir()] if folder.exists() else []
    return files.count(os.path.realpath(path))
