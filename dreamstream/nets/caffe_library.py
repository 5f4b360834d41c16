"""Real Caffe's Python module: a plain `import caffe`, else the build of `make caffe` in the cache.

Caffe is optional: it is the second engine, and the reference for the first.
"""

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

from dreamstream.errors import NetError
from dreamstream.places import cache_folder

VERSION = "9.0.2"
"""The release of `brocolli-caffe` that `make caffe` builds."""

_REMEDY = "`make caffe` builds it (docs/nets.md)"


def build_folder() -> Path:
    """Return the folder where `make caffe` puts Caffe for this Python; the package is in its `python/`."""
    return cache_folder() / f"caffe-{VERSION}-cp{sys.version_info.major}{sys.version_info.minor}"


def import_caffe() -> ModuleType:
    """Return the module `caffe`; NetError says what is wrong and how to get it.

    Caffe's log (glog) is quieted to errors unless GLOG_minloglevel is set.
    """
    os.environ.setdefault("GLOG_minloglevel", "2")  # glog reads it once, when the library is loaded
    place = _find()
    if place is None:
        raise NetError(caffe_missing())
    try:
        module = importlib.import_module("caffe")
    except Exception as error:  # a foreign package may raise anything
        cause = f"{type(error).__name__}: {' '.join(str(error).split())}"
        ours = build_folder() in place.parents
        remedy = "`make caffe ARGS=--force` builds it anew" if ours else _REMEDY
        raise NetError(f"the Caffe in {place} does not import ({cause}); {remedy}") from error
    if not hasattr(module, "Net"):
        raise NetError(
            f"the module 'caffe' in {place} is not Caffe (it has no Net): rename it or take it away"
        )
    return module


def caffe_missing() -> str:
    """Return why `import_caffe` would find no module, or ''; one that is found may still not import."""
    return "" if _find() else f"Caffe is not installed for this Python: {_REMEDY}"


def _find() -> Path | None:
    """Return where Caffe is, or None; if it is the build in the cache, make that importable.

    A folder named caffe on the path without a package in it (a namespace package to Python) does not count;
    modules appended to the path go before such folders.
    """
    if "caffe" in sys.modules:
        return Path(getattr(sys.modules["caffe"], "__file__", None) or "memory")
    spec = importlib.util.find_spec("caffe")
    if spec is None or spec.origin is None:
        folder = build_folder() / "python"
        if not (folder / "caffe").is_dir():
            return None
        sys.path.append(str(folder))
        importlib.invalidate_caches()
        return folder / "caffe"
    return Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)
