"""A watch over torch that fails where a card would be waited for."""

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

READS = {
    "_local_scalar_dense",
    "item",
    "equal",
    "is_nonzero",
    "nonzero",
    "masked_select",
    "unique",
    "_unique2",
}


class NoWaiting(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own is not typed
    """Fails where a card would be waited for: a number or a copy is read, or more than one number is sent.

    With `sends` numbers may be sent, in a way that does not wait.
    """

    def __init__(self, sends: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._sends = sends

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, kwargs = function.name().split("::")[1].split(".")[0], kwargs or {}
        assert name not in READS, f"{function} reads from the device"
        assert name != "_to_copy" or kwargs.get("device") is None, f"{function} copies to or from the device"
        sent = name == "lift_fresh" and args[0].numel() > 1
        assert self._sends or not sent, f"{function} sends numbers to the device"
        if name.startswith("index"):
            chosen = args[1] if isinstance(args[1], (list, tuple)) else ()
            assert all(each is None or each.dtype != torch.bool for each in chosen), f"{function} counts"
        return function(*args, **kwargs)
