"""The machine: what it is, which a figure means nothing without, and how fast it multiplies matrices."""

import os
import platform
import re
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

_SIDE = 1536  # 7 GFLOP: long enough to need all threads, and short enough for a slow machine


def machine() -> dict[str, Any]:
    """Return what this machine is and what runs on it; `load_average` is None where the system has none."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return {
        "cpu": found[1].strip() if found else platform.processor() or platform.machine() or "unknown CPU",
        "cores": usable_cores(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "torch": version("torch"),
        "load_average": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def machine_lines(facts: dict[str, Any] | None = None) -> list[str]:
    """Return the same for a person, in two lines; of now, where no facts are given."""
    facts = facts or machine()
    load = "" if facts["load_average"] is None else f", load {facts['load_average']:g} at the start"
    return [
        f"{facts['cpu']}, {facts['cores']} cores, {facts['system']}",
        f"Python {facts['python']}, numpy {facts['numpy']}, torch {facts['torch']}{load}",
    ]


def card(device: str) -> dict[str, Any] | None:
    """Return what a torch device is if it is no CPU; its driver only where Linux tells it."""
    import torch

    if device == "mps":
        return {"name": "Apple GPU", "memory_gib": round(torch.mps.recommended_max_memory() / 2**30, 1)}
    if device != "cuda":
        return None
    properties = torch.cuda.get_device_properties(device)
    return {
        "name": properties.name,
        "memory_gib": round(properties.total_memory / 2**30, 1),
        "capability": f"{properties.major}.{properties.minor}",
        "cuda": torch.version.cuda,
        "rocm": torch.version.hip,
        "driver": nvidia_driver(),
    }


def card_text(facts: dict[str, Any]) -> str:
    """Return the same for a person: `NVIDIA H200, 139.8 GiB, driver 570.86.15, CUDA 12.8`."""
    named = {"driver": "driver", "cuda": "CUDA", "rocm": "ROCm"}
    versions = [f"{name} {facts[key]}" for key, name in named.items() if facts.get(key)]
    return ", ".join([facts["name"], f"{facts['memory_gib']:g} GiB", *versions])


def nvidia_driver(told: Path = Path("/proc/driver/nvidia/version")) -> str | None:
    """Return the version of Nvidia's driver, which torch does not tell."""
    try:
        found = re.search(r"Kernel Module.*?(\d+\.[\d.]+)", told.read_text())
    except OSError:
        return None
    return found[1] if found else None


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class MatrixProduct:
    """Torch's product of two 1536×1536 matrices on a device, by precision: what the machine can do."""

    def __init__(self, device: str, precision: str = "fp32") -> None:
        import torch

        from dreamstream.nets.precision import PRECISIONS

        kind = PRECISIONS[precision]
        self._left, self._right, self._product = (
            torch.rand(_SIDE, _SIDE, device=device).to(kind) for _ in range(3)
        )
        self.rate(time.perf_counter)  # the first takes memory, too

    def rate(self, clock: Callable[[], float]) -> float:
        """Return the GFLOP/s of one product; a multiplication and an addition count as two."""
        import torch

        started = clock()
        torch.matmul(self._left, self._right, out=self._product)
        finish(self._product.device.type)
        return 2e-9 * float(_SIDE) ** 3 / (clock() - started)


def finish(device: str) -> None:
    """Wait until a device has done what it was given: on a card a call returns before that."""
    import torch

    if device in ("cuda", "mps"):
        getattr(torch, device).synchronize()
