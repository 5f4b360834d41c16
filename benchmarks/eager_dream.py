"""The rival: a whole dream as DeepDream is mostly written in PyTorch, eagerly, all of it on the device.

    picture -> zoomed -> octaves -> (rolled, gradient by loss.backward(), a step along it, clamped) -> picture

It is the plain way at its best: float32 (a card's convolutions in TF32, torch's default), no gradients of
weights, nothing waits for the card but the frame that is copied out. What else this program does to a frame
(its look held, its gradient's scales evened) it is spared.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from dreamstream.dream import octave_sizes
from dreamstream.dream.objectives import L2
from dreamstream.frame import Canvas
from dreamstream.nets.eager import EagerNet
from dreamstream.params import Params
from dreamstream.size import Size


class EagerDream:
    """Makes frames of a picture, one at each `step`, by the params' octaves, iterations, step and jitter."""

    device: str

    def __init__(self, net: EagerNet, picture: Canvas, params: Params) -> None:
        self._net, self._params, self.device = net, params, net.device
        self._planes = torch.from_numpy(picture).permute(2, 0, 1)[None].contiguous().to(net.device)
        self._goal = L2(params.layer)
        self._rng = np.random.default_rng(1)
        zoom = 1 - params.zoom * params.amount
        matrix = torch.tensor([[[zoom, 0.0, 0.0], [0.0, zoom, 0.0]]], device=net.device)
        self._grid = functional.affine_grid(matrix, list(self._planes.shape), align_corners=False)

    def step(self) -> NDArray[np.uint8]:
        """Return the next frame: H×W×3."""
        zoomed = functional.grid_sample(
            self._planes, self._grid, padding_mode="reflection", align_corners=False
        )
        self._planes = self._dreamt(zoomed)
        pixels = self._planes.round().to(torch.uint8)[0].permute(1, 2, 0)
        return np.asarray(pixels.contiguous().cpu().numpy())

    def _dreamt(self, canvas: Tensor) -> Tensor:
        params = self._params
        sizes = octave_sizes(Size(canvas.shape[3], canvas.shape[2]), params.octaves, params.octave_scale)
        bases = [canvas]
        for size in sizes[1:]:
            bases.append(_resized(bases[-1], size))
        picture = bases[-1]
        for octave in reversed(range(len(sizes))):
            if octave + 1 < len(sizes):
                picture = bases[octave] + _resized(picture - bases[octave + 1], sizes[octave])
            for _ in range(params.iterations):
                picture = self._climbed(picture)
        return picture

    def _climbed(self, picture: Tensor) -> Tensor:
        down, across = map(int, self._rng.integers(-self._params.jitter, self._params.jitter + 1, 2))
        rolled = torch.roll(picture, (down, across), (2, 3))
        gradient: Any = self._net.input_gradient(rolled[0].permute(1, 2, 0), self._goal)[0]
        gradient = gradient.permute(2, 0, 1)[None]
        stepped = rolled + gradient * (self._params.step / gradient.abs().mean())
        return torch.roll(stepped.clamp_(0, 255), (-down, -across), (2, 3))


def _resized(planes: Tensor, size: Size) -> Tensor:
    return functional.interpolate(planes, size.shape, mode="bilinear", align_corners=False)
