"""Pictures on the host: arrays, by OpenCV and NumPy."""

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dreamstream.frame import Canvas, rounded
from dreamstream.pictures.coordinates import coordinates, window_pixels
from dreamstream.pictures.pictures import Clock, Landing, Pictures, timed_by
from dreamstream.size import Size

Matrix = NDArray[np.float64]


class Host(Pictures):
    """Nothing here is kept from one call to the next."""

    device = ""
    maths = np

    def of(self, array: NDArray[Any]) -> NDArray[Any]:
        return array

    constant = of

    def host(self, picture: Canvas) -> Canvas:
        return picture

    def out(self, numbers: NDArray[Any]) -> Landing:
        numbers.flags.writeable = False
        return lambda: numbers

    def pixels(self, picture: Canvas) -> Landing:
        return self.out(rounded(picture))

    def dense(self, picture: Canvas) -> Canvas:
        if picture.flags.c_contiguous:
            return picture
        # of a view of planes OpenCV and NumPy would make a copy at each call, slowly
        return np.asarray(cv2.merge([picture[..., channel] for channel in range(3)]), np.float32)

    def copy(self, picture: Canvas) -> Canvas:
        return picture.copy()

    def zeros(self, size: Size) -> Canvas:
        return np.zeros((*size.shape, 3), np.float32)

    def resize(self, picture: Canvas, size: Size) -> Canvas:
        if picture.shape[:2] == size.shape:
            return picture
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.float32)

    def shrink(self, picture: Canvas, size: Size) -> Canvas:
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)

    def pyramid_down(self, picture: Canvas) -> Canvas:
        return np.asarray(cv2.pyrDown(picture), np.float32)

    def pyramid_up(self, picture: Canvas, size: Size) -> Canvas:
        return np.asarray(cv2.pyrUp(picture, dstsize=size), np.float32)

    def roll(self, picture: Canvas, offset: Sequence[int], clip: bool = False) -> Canvas:
        if not clip:
            return np.roll(picture, offset, (0, 1))
        height, width = picture.shape[:2]
        down, across = (int(by) % side for by, side in zip(offset, (height, width), strict=True))
        result = np.empty_like(picture)
        for top, bottom, to in ((0, height - down, down), (height - down, height, 0)):
            for left, right, beside in ((0, width - across, across), (width - across, width, 0)):
                part = result[to : to + bottom - top, beside : beside + right - left]
                np.clip(picture[top:bottom, left:right], 0, 255, out=part)
        return result

    def window(self, picture: Canvas, place: Sequence[int], size: Size) -> Canvas:
        return np.ascontiguousarray(picture[window_pixels(Size.of(picture), size, place)])

    def put(self, picture: Canvas, place: Sequence[int], window: Canvas) -> None:
        picture[window_pixels(Size.of(picture), Size.of(window), place)] = window

    def move(self, picture: Canvas, matrix: Matrix, cubic: bool = False) -> Canvas:
        flags = (cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
        size = Size.of(picture)
        return np.asarray(
            cv2.warpAffine(picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT_101)
        )

    def coordinates(self, size: Size) -> tuple[Canvas, Canvas]:
        return coordinates(size)

    def complex(self, real: Canvas, imaginary: Canvas) -> NDArray[np.complex64]:
        result = np.empty(np.broadcast_shapes(real.shape, imaginary.shape), np.complex64)
        result.real, result.imag = real, imaginary
        return result

    def pairs(self, numbers: NDArray[Any]) -> Canvas:
        alike = np.ascontiguousarray(numbers, np.complex64)
        return alike.view(np.float32).reshape(*numbers.shape, 2)

    def moves(self, places: Canvas, matrix: Matrix) -> Canvas:
        return np.asarray(cv2.transform(places, matrix), np.float32) - places

    def places(self, vectors: Canvas, size: Size) -> tuple[Canvas, Canvas]:
        x, y = coordinates(size)
        return x + vectors[..., 0], y + vectors[..., 1]

    def read(
        self, picture: Canvas, places: tuple[Canvas, Canvas], wrap: bool = False, cubic: bool = False
    ) -> Canvas:
        border = cv2.BORDER_WRAP if wrap else cv2.BORDER_REFLECT_101
        flags = cv2.INTER_CUBIC if cubic and not wrap else cv2.INTER_LINEAR
        return np.asarray(cv2.remap(picture, *places, flags, borderMode=border))

    def blur(self, picture: Canvas, sigma: float) -> Canvas:
        blurred = cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
        return np.asarray(blurred, np.float32)

    def slide(self, picture: Canvas, row: Canvas, column: Canvas) -> Canvas:
        return np.asarray(cv2.sepFilter2D(picture, cv2.CV_32F, row, column), np.float32)

    def correlate(self, picture: Canvas, weights: NDArray[Any]) -> Canvas:
        return np.asarray(cv2.filter2D(picture, cv2.CV_32F, weights), np.float32)

    def recolour(self, picture: Canvas, matrix: Matrix, over: bool = False) -> Canvas:
        return np.asarray(cv2.transform(picture, matrix, picture if over else None), np.float32)

    def luma(self, picture: Canvas) -> Canvas:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32)

    def merge(self, channels: Sequence[Canvas]) -> Canvas:
        return np.asarray(cv2.merge(list(channels)), np.float32)

    def add_scaled(self, picture: Canvas, other: Canvas, factor: float, into: Canvas | None = None) -> Canvas:
        return np.asarray(cv2.scaleAdd(other, factor, picture, picture if into is None else into), np.float32)

    def clip(self, picture: Canvas, low: float = 0, high: float = 255) -> Canvas:
        return np.clip(picture, np.float32(low), np.float32(high), out=picture)

    def round(self, picture: Canvas) -> Canvas:
        return np.rint(picture)

    def above(self, picture: Canvas, level: float) -> Canvas:
        return np.asarray(cv2.threshold(picture, level, level, cv2.THRESH_BINARY)[1], np.float32)

    def centred(self, picture: Canvas) -> Canvas:
        picture -= np.asarray(cv2.mean(picture)[:3], np.float32)
        return picture

    def whole(self, numbers: Canvas) -> NDArray[np.int32]:
        return np.rint(numbers).astype(np.int32)

    def root(self, picture: Canvas) -> Canvas:
        # cv2.magnitude's last bit hangs on where in memory its result lies
        return np.sqrt(picture, out=picture)

    def larger(self, numbers: Any, least: Any) -> Any:
        return max(numbers, least) if isinstance(numbers, float) else np.maximum(numbers, least)

    def smaller(self, numbers: Any, most: Any) -> Any:
        return min(numbers, most) if isinstance(numbers, float) else np.minimum(numbers, most)

    def interpolate(self, numbers: Canvas, table: Canvas) -> Canvas:
        at = np.arange(len(table))
        channels = [np.interp(numbers, at, table[:, channel]) for channel in range(table.shape[1])]
        return np.stack(channels, -1).astype(np.float32)

    def mean_abs(self, picture: Canvas) -> float:
        return float(cv2.norm(picture, cv2.NORM_L1)) / picture.size

    def most(self, picture: Canvas) -> float:
        return float(cv2.norm(picture, cv2.NORM_INF))

    def norm(self, picture: Canvas) -> float:
        return float(cv2.norm(picture, cv2.NORM_L2))

    def deviation(self, picture: Canvas) -> float:
        return float(picture.std())

    def mean(self, picture: Canvas) -> float:
        return float(picture.mean())

    def mean_colour(self, picture: Canvas) -> Matrix:
        return np.asarray(picture.mean((0, 1), dtype=np.float64))

    def products(self, picture: Canvas, step: int) -> Matrix:
        pixels = picture[::step].reshape(-1, 3)
        return np.asarray((pixels.T @ pixels).astype(np.float64) / len(pixels))

    def either(self, number: float, other: float) -> float:
        return number or other

    def stack(self, numbers: Sequence[Matrix]) -> Matrix:
        return np.stack(numbers)

    def single(self, numbers: Any) -> Any:
        return np.asarray(numbers, np.float32)[()]

    def inverse(self, matrices: Matrix) -> Matrix:
        return np.asarray(np.linalg.inv(matrices))

    def of_symmetric(self, matrices: Matrix, function: Callable[[Matrix], Matrix]) -> Matrix:
        values, axes = np.linalg.eigh(matrices)
        return np.asarray((axes * function(values)[:, None]) @ axes.swapaxes(1, 2))

    def timer(self, clock: Clock) -> Callable[[], Callable[[], float]]:
        return timed_by(clock)


HOST = Host()
"""The host's pictures."""
