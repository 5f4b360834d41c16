"""The nets known by name, and nets of one's own by path.

    name or path -> NetEntry (files, preprocessing, layers worth dreaming) -> NetSpec -> Network

Only `open_network` imports an engine: an entry and its layers can be read at once, without weights.
"""

import contextlib
import hashlib
import logging
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dreamstream.caffe import NetSpec, read_net, write_caffemodel
from dreamstream.errors import NetError, nearest
from dreamstream.nets.network import Network, Preprocessing
from dreamstream.places import cache_folder, own_folder

_log = logging.getLogger(__name__)

DEFAULT_NET = "efficientnet_lite0"
ENGINES = ("torch", "caffe")


@dataclass(frozen=True)
class NetEntry:
    """One net: where its files are, how pictures go in, and where to begin."""

    name: str
    title: str
    prototxt: Path | None
    caffemodel: Path | None = None
    converter: str = ""
    licence: str = "your own"
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    layer: str = ""
    highlights: dict[str, str] = field(default_factory=dict)

    def structure(self) -> NetSpec:
        """Return the layers without converting or loading weights where a prototxt is there."""
        return read_net(self.prototxt, None if self.prototxt else self.caffemodel)


def catalog() -> dict[str, NetEntry]:
    """Return the nets of `models/catalog.toml` by name."""
    folder = own_folder("models")
    table = tomllib.loads((folder / "catalog.toml").read_text(encoding="utf-8"))
    return {name: _entry(name, record, folder) for name, record in table.items()}


def find_net(name: str, weights: Path | None = None, structure_only: bool = False) -> NetEntry:
    """Return the entry for a catalog's name, a .prototxt or a .caffemodel; NetError otherwise.

    With `structure_only` a prototxt may lack its weights: its layers can be listed all the same.
    """
    known = catalog()
    if name in known:
        if weights is not None:
            raise NetError(f"--weights {weights} needs --net with the .prototxt that it is for")
        return known[name]
    path = Path(name)
    if path.suffix not in (".prototxt", ".caffemodel"):
        raise NetError(f"no net '{name}'; {nearest(name, known)}, or give a .prototxt or .caffemodel")
    for file in (path, weights):
        if file is not None and not file.is_file():
            raise NetError(f"{file}: no such file")
    if path.suffix == ".caffemodel":
        return _with_default_layer(NetEntry(path.stem, str(path), None, path))
    beside = weights or path.with_suffix(".caffemodel")
    if structure_only:
        return _with_default_layer(NetEntry(path.stem, str(path), path))
    if not beside.is_file():
        raise NetError(f"{path}: no weights; give them with --weights, or put {beside.name} beside it")
    return _with_default_layer(NetEntry(path.stem, str(path), path, beside))


def open_network(
    entry: NetEntry, device: str = "auto", threads: int | None = None, engine: str = "torch"
) -> Network:
    """Load the net's weights (converting them once, if need be) into an engine of `ENGINES`.

    `device` is torch's; real Caffe computes on the CPU. `threads` bounds the CPU threads of torch, for
    the whole process.
    """
    if engine == "caffe":
        from dreamstream.nets.pycaffe_net import PycaffeNet

        if device not in ("auto", "cpu"):
            raise NetError(f"--engine caffe computes on the CPU, not on '{device}'")
        return PycaffeNet(_spec(entry), entry.preprocessing)
    import torch

    from dreamstream.nets.torch_net import TorchNet

    if threads is not None:
        torch.set_num_threads(threads)
    return TorchNet(_spec(entry), entry.preprocessing, device)


def _spec(entry: NetEntry) -> NetSpec:
    return _converted(entry) if entry.converter else read_net(entry.prototxt, entry.caffemodel)


def _converted(entry: NetEntry) -> NetSpec:
    """Return an entry with its converted weights, from the cache, or made now and kept there.

    A damaged cache is made anew, and one that cannot be written does not stop the show.
    """
    assert entry.prototxt is not None
    version = hashlib.sha256(entry.prototxt.read_bytes()).hexdigest()[:12]
    path = cache_folder() / f"{entry.name}-{version}.caffemodel"
    with contextlib.suppress(NetError):
        return read_net(entry.prototxt, path)
    if entry.converter != "efficientnet_lite":
        raise NetError(f"{entry.name}: no converter '{entry.converter}'")
    from dreamstream.nets.efficientnet_lite import with_weights

    spec = with_weights(entry.structure())
    try:
        write_caffemodel(spec, path)
    except NetError as error:
        _log.warning("%s; the net is converted anew at each start", error)
    return spec


def _entry(name: str, record: dict[str, Any], folder: Path) -> NetEntry:
    return NetEntry(
        name=name,
        title=record["title"],
        prototxt=folder / record["prototxt"],
        converter=record.get("converter", ""),
        licence=record["licence"],
        preprocessing=Preprocessing(
            tuple(record["mean"]), record["scale"], record["order"], record["multiple"]
        ),
        layer=record["layer"],
        highlights=record["layers"],
    )


def _with_default_layer(entry: NetEntry) -> NetEntry:
    """Begin two thirds of the way up, where classifiers see parts of things."""
    names = [
        layer.name for layer in entry.structure().layers if layer.type in ("Convolution", "Concat", "Eltwise")
    ]
    if not names:
        raise NetError(f"{entry.title}: no convolutions to dream with")
    return replace(entry, layer=names[len(names) * 2 // 3])
