"""Real Caffe's Python module, wherever it is.

    plain `import caffe`, else the build of `make caffe` in the cache -> the module, or one line why not

Caffe is never needed: it is the second engine, and what the first is measured against.
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

_HOW = "`make caffe` builds it (docs/nets.md)"


def build_folder() -> Path:
    """Return where `make caffe` puts Caffe for this Python, there or not; its `python/` holds the package."""
    return cache_folder() / f"caffe-{VERSION}-cp{sys.version_info.major}{sys.version_info.minor}"


def import_caffe() -> ModuleType:
    """Return the module `caffe`; NetError says what is wrong and how to get it.

    Caffe's log (glog) is quieted to errors unless GLOG_minloglevel is set.
    """
    os.environ.setdefault("GLOG_minloglevel", "2")  # glog reads it once, when the library is loaded
    place = _find()
    try:
        module = importlib.import_module("caffe")
    except Exception as error:  # a foreign package may raise anything
        why = " ".join(str(error).split())
        how = "`make caffe ARGS=--force` builds it anew" if build_folder() in place.parents else _HOW
        raise NetError(
            f"the Caffe in {place} does not import ({type(error).__name__}: {why}); {how}"
        ) from error
    if not hasattr(module, "Net"):
        raise NetError(
            f"the module 'caffe' in {place} is not Caffe (it has no Net): rename it or take it away"
        )
    return module


def caffe_missing() -> str:
    """Return why `import_caffe` would find nothing, or an empty text; what is found may still not import."""
    try:
        _find()
    except NetError as error:
        return str(error)
    return ""


def _find() -> Path:
    """Return where Caffe is, and make the cache's build importable if that is the one.

    A mere folder named caffe on the path (a namespace package to Python) counts as nothing. Appending
    is enough to go before such folders, and hides no other module.
    """
    if "caffe" in sys.modules:
        return Path(getattr(sys.modules["caffe"], "__file__", None) or "memory")
    spec = importlib.util.find_spec("caffe")
    if spec is None or spec.origin is None:
        folder = build_folder() / "python"
        if not (folder / "caffe").is_dir():
            raise NetError(f"Caffe is not installed for this Python: {_HOW}")
        sys.path.append(str(folder))
        importlib.invalidate_caches()
        return folder / "caffe"
    return Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)
