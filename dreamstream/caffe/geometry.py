"""The geometry of sliding windows: Caffe's ways to write kernel, stride, pad and dilation, and the
sizes that follow from them (`base_conv_layer.cpp`, `deconv_layer.cpp`, `pooling_layer.cpp`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dreamstream.errors import NetError
from dreamstream.tell import counted

Shape = tuple[int, ...]
_MOST = 1 << 15  # pixels


@dataclass(frozen=True)
class Window:
    """A sliding window; each field has an entry for each spatial axis (rows, columns)."""

    kernel: Shape
    stride: Shape
    pad: Shape
    dilation: Shape
    behind: Shape = ()
    """The padding behind the last pixel, where it is not `pad`, as before the first."""

    @property
    def pads(self) -> Sequence[tuple[int, int]]:
        """The padding before and behind, for each axis."""
        return list(zip(self.pad, self.behind or self.pad, strict=True))

    @property
    def extent(self) -> Shape:
        """Input pixels from a window's first to its last, with dilation."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    def convolved(self, sizes: Sequence[int]) -> Shape:
        """Sizes after a convolution; below 1 where the picture is too small."""
        parts = zip(sizes, self.pads, self.extent, self.stride, strict=True)
        return tuple((n + sum(pads) - e) // s + 1 for n, pads, e, s in parts)

    def sees_pixels(self, sizes: Sequence[int]) -> bool:
        """Whether a convolution's windows see any pixel, and not only padding."""
        counts = self.convolved(sizes)
        parts = zip(sizes, counts, self.kernel, self.stride, self.pad, self.dilation, strict=True)
        return all(any(_hits(i * d - p, s, count, n) for i in range(k)) for n, count, k, s, p, d in parts)

    def deconvolved(self, sizes: Sequence[int]) -> Shape:
        """Sizes after a deconvolution."""
        parts = zip(sizes, self.pads, self.extent, self.stride, strict=True)
        return tuple(s * (n - 1) + e - sum(pads) for n, pads, e, s in parts)

    def pooled(self, sizes: Sequence[int], ceil: bool = True) -> Shape:
        """Sizes after pooling: rounded up (`ceil`), but no window begins beyond the padded picture.

        Caffe drops such a last window only where there is padding; without it (a stride longer than
        the kernel) it leaves uninitialised numbers there.
        """
        result = []
        for n, (p, q), k, s in zip(sizes, self.pads, self.kernel, self.stride, strict=True):
            count = (n + p + q - k + (s - 1 if ceil else 0)) // s + 1
            result.append(count - 1 if (count - 1) * s >= n + p else count)
        return tuple(result)


def _hits(first: int, stride: int, count: int, size: int) -> bool:
    """Whether one of `count` places, `stride` apart from `first` on, lies within 0..size."""
    at = max(0, -(first // stride))  # the first that is not below 0
    return at < count and first + at * stride < size


def window_of(param: Any, axes: int = 2) -> Window:
    """Return the window of a convolution's or pooling's settings; NetError says what is wrong in them."""
    window = Window(
        _setting(param, "kernel_size", "kernel", axes, None),
        _setting(param, "stride", "stride", axes, 1),
        _setting(param, "pad", "pad", axes, 0),
        _setting(param, "dilation", "", axes, 1) if hasattr(param, "dilation") else (1,) * axes,
    )
    if param.pad_type:
        raise NetError(f"has a pad_type of {param.pad_type}; pad_t, pad_b, pad_l and pad_r are needed")
    top, bottom, left, right = sides = [getattr(param, f"pad_{side}") for side in "tblr"]
    if not any(sides):
        return window
    if axes != 2 or any(window.pad) or not 0 <= min(sides) <= max(sides) <= _MOST:
        raise NetError(
            f"has pad_t, pad_b, pad_l and pad_r of {sides}: 0 or more, and no other pad, is needed"
        )
    return replace(window, pad=(top, left), behind=(bottom, right))


def uneven(param: Any) -> bool:
    """Whether a convolution's or pooling's settings pad one side more than the opposite one."""
    return bool(param.pad_t != param.pad_b or param.pad_l != param.pad_r)


def rounds_up(param: Any) -> bool:
    """Whether a pooling rounds the number of its windows up, in BVLC's fields or in those of its forks."""
    return bool(param.round_mode == 0 and param.ceil_mode)


def _setting(param: Any, name: str, short: str, axes: int, default: int | None) -> Shape:
    """Read one setting: `x_h` and `x_w`, or `x` for all axes, or `x` once for each."""
    low = 0 if name == "pad" else 1
    value = getattr(param, name)
    plain = isinstance(value, int)
    given = ([value] if param.HasField(name) else []) if plain else list(value)
    sides = [f"{short}_h", f"{short}_w"] if short else []
    stated = [side for side in sides if param.HasField(side)]
    if stated:
        if given:
            raise NetError(f"has both {name} and {stated[0]}")
        if axes != 2:
            raise NetError(f"has {stated[0]} and {axes} spatial axes, not 2")
        if len(stated) == 1 and (plain or low):  # only a convolution's pad is 0 where it is not stated
            raise NetError(f"has {stated[0]} alone: both {sides[0]} and {sides[1]} are needed")
        given = [getattr(param, side) for side in sides]
    elif not given and default is not None:
        given = [default]
    if len(given) not in (1, axes):
        raise NetError(f"has {counted(len(given), 'value')} of {name} for {axes} spatial axes")
    if min(given) < low:
        raise NetError(f"has a {name} of {min(given)}, at least {low} is needed")
    if max(given) > _MOST:
        raise NetError(f"has a {name} of {max(given)}, at most {_MOST} can be: is the file damaged?")
    return tuple(int(v) for v in (given * axes if len(given) == 1 else given))
