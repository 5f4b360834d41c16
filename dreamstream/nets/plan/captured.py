"""A plan on a card of Nvidia's or AMD's as two CUDA graphs: recorded once, and launched as a whole each.

    picture -> [way up] -> layers -> seed, as it comes -> [way down] -> gradient

A plan is some hundred small kernels, and to launch them one by one takes longer than they run. Between the
two graphs the seed is computed as ever, since what is dreamt changes from frame to frame. A graph reads and
writes where it did when it was recorded: what goes in is copied there, and what comes out stays until the
next run.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from threading import Event, Lock
from typing import Any, TypeVar

import torch
from torch import Tensor

from dreamstream.nets.device import say_once
from dreamstream.nets.plan.op import Traced
from dreamstream.nets.plan.plan import Plan

_cuda: Any = torch.cuda  # whose classes are not typed
_T = TypeVar("_T")

Record = Callable[[Callable[[], _T]], tuple[_T, Callable[[], None]]]
"""Runs a function, whose tensors stay, and returns its result and what writes it anew."""

_WARM = 2  # runs before a graph is recorded: libraries set themselves up in the first
_SPARE = 0.25  # of a card's memory that is left free: what is not recorded needs less


class Captured(Plan):
    """A plan that was run before, recorded for pictures like the one given."""

    def __init__(self, plan: Plan, picture: Tensor, record: Record[Any]) -> None:
        super().__init__(plan.nodes, plan.ends, plan.dtype, plan.bytes)
        self._picture = picture
        (self._activations, saved), self._go_up = record(lambda: plan.up(picture))
        self._seeds = {layer: torch.zeros_like(blob) for layer, blob in self._activations.items()}
        self._gradient: Tensor | None
        self._gradient, self._go_down = record(lambda: plan.down(saved, self._seeds))

    @torch.no_grad()
    def up(self, picture: Tensor) -> tuple[dict[str, Tensor], list[Any]]:
        """Return the layers asked for, in float32, until the next run."""
        self._picture.copy_(picture)
        self._go_up()
        return self._activations, []

    @torch.no_grad()
    def down(self, saved: list[Any], seeds: Mapping[str, Tensor]) -> Tensor | None:
        """Return the picture's gradient for the layers' seeds, until the next run."""
        for layer, place in self._seeds.items():
            if layer in seeds:
                place.copy_(seeds[layer])
            else:
                place.zero_()
        self._go_down()
        return self._gradient


def captured(plan: Plan, picture: Tensor) -> Plan:
    """Return a plan's graphs for pictures like this one, on a card; the plan itself where there are none.

    It is run and recorded on a stream of its own, beside what the card does else. Only one is at a time. What
    autograd computes is not recorded: its matrix products share a buffer of their stream's, which graphs
    would hold on to. After one that could not be, none is tried: what a recording leaves behind is lost.
    """
    device = picture.device
    with _recording:
        stream = _stream(device)
        stream.wait_stream(_cuda.current_stream(device))
        try:
            with _cuda.stream(stream):
                for _ in range(_WARM):
                    plan.gradient(picture, lambda activations: (0, activations))
        finally:
            stream.synchronize()  # nothing of it is running when its memory is given away
        if _given_up.is_set() or any(isinstance(node.op, Traced) for node in plan.nodes):
            return plan
        if not _has_room(device):
            say_once("there is little memory left on the card: gradients are computed kernel by kernel")
            return plan
        before = _cuda.memory_reserved(device)
        try:
            graphs = Captured(plan, picture, _Recorder(stream))
        except RuntimeError as error:
            _given_up.set()
            say_once(
                f"gradients are computed kernel by kernel, not as graphs: {str(error).splitlines()[0][:200]}"
            )
            return plan
        graphs.bytes += max(0, _cuda.memory_reserved(device) - before)
        return graphs


class _Recorder:
    """Records on a stream; all that is recorded on a device shares its memory.

    Each graph's results are used before another one runs. `torch.cuda.graph` does the same, but first waits
    for the whole card and frees what torch keeps there: a show would stand still. Other threads may go on
    meanwhile (`thread_local`).
    """

    def __init__(self, stream: Any) -> None:
        self._stream, self._pool = stream, _pool(stream.device)

    def __call__(self, function: Callable[[], _T]) -> tuple[_T, Callable[[], None]]:
        graph = _cuda.CUDAGraph()
        with _cuda.stream(self._stream):
            graph.capture_begin(pool=self._pool, capture_error_mode="thread_local")
            try:
                result = function()
            except BaseException:
                with suppress(RuntimeError):  # which only says again that it failed
                    graph.capture_end()
                raise
            graph.capture_end()
        return result, graph.replay


_recording = Lock()
_given_up = Event()


@cache
def _pool(device: torch.device) -> Any:
    """Return what the memory of all that is recorded on a device is taken from."""
    return _cuda.graph_pool_handle()


@cache
def _stream(device: torch.device) -> Any:
    """Return the one stream that is recorded on: what torch keeps of a stream's memory is no other's."""
    return _cuda.Stream(device)


def _has_room(device: torch.device) -> bool:
    """Return whether enough of the card's memory is free, or kept by torch for whoever asks next."""
    free, total = _cuda.mem_get_info(device)
    kept = _cuda.memory_reserved(device) - _cuda.memory_allocated(device)
    return bool(free + kept >= _SPARE * total)
