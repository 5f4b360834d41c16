"""Maps of layers, made when they are first needed, and kept: in the cache folder, for the next show.

    net, layer, pictures of a folder -> cache file, or a thread that makes the map and writes it -> LayerMap
    net, layer, what flowed in of late -> a thread that makes the map, again and again -> LayerMap

Offline the dream waits for a map; live it goes on without it until it is there.
"""

import hashlib
import json
import logging
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from dreamstream.dream import LayerMap, MapMaker, map_layer
from dreamstream.errors import DreamstreamError, reason
from dreamstream.frame import Canvas, Pixels
from dreamstream.nets import NetEntry, open_network
from dreamstream.places import cache_folder, write_whole
from dreamstream.sources import crops, crops_of, pictures_in
from dreamstream.stage.flowed import ENOUGH, Flowed
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_VERSION = 1  # of how maps are made
_KEPT = 200  # maps in the cache folder; the oldest go
_ANEW = 300  # pictures that have flowed in since, from which on a map is made anew: five minutes


class StageMaps(MapMaker):
    """Makes the maps of one net's layers: of a folder's pictures, or of those that `flowed` in, if given.

    If it `waits`, a map is there as soon as it can be made; else it is made on another thread, one at a time.
    Of what flows in it is made anew from time to time. For one thread.
    """

    def __init__(
        self, entry: NetEntry, folder: Path | None = None, flowed: Flowed | None = None, waits: bool = True
    ) -> None:
        self._entry, self._folder, self._flowed, self._waits = entry, folder, flowed, waits
        self._found: dict[str, LayerMap | str] = {}  # or why there is none
        self._counts: dict[str, int] = {}  # of what had flowed in when it was begun
        self._making: Worker | None = None

    def map_of(self, layer: str) -> LayerMap | str:
        """See `MapMaker`."""
        idle = self._making is None or not self._making.alive
        if self._flowed is not None and self._flowed.count < ENOUGH:
            return f"a map of {layer} is made once {ENOUGH} s of a film or camera have flowed in"
        if idle and self._is_wanted(layer):
            pictures = self._flowed.pictures() if self._flowed else None
            self._counts[layer] = self._flowed.count if self._flowed else 0
            self._making = Worker("map", lambda stopping: self._make(layer, pictures, stopping)).start()
        if self._waits and self._making is not None:
            self._making.join()
        return self._found.get(layer, f"a map of {layer} is being made")

    def close(self) -> None:
        """Make no more maps."""
        if self._making is not None:
            self._making.stop()

    def _is_wanted(self, layer: str) -> bool:
        if layer not in self._counts:
            return True
        return self._flowed is not None and self._flowed.count - self._counts[layer] >= _ANEW

    def _make(self, layer: str, pictures: Sequence[Pixels] | None, stopping: threading.Event) -> None:
        def check() -> None:
            if stopping.is_set():
                raise _StoppedError

        try:
            if pictures is None:
                self._found[layer] = kept_map(self._entry, layer, self._folder, check)
            else:
                parts = (part for picture in pictures for part in crops_of(picture))
                self._found[layer] = _made(self._entry, layer, parts, check)
        except _StoppedError:
            return
        except DreamstreamError as error:
            self._found[layer] = f"there is no map of {layer}: {error}"
        except Exception as error:  # the dream goes on without it
            _log.exception("no map of %s", layer)
            self._found[layer] = f"there is no map of {layer}: {error}"


class _StoppedError(Exception):
    """The map is no longer wanted."""


def kept_map(
    entry: NetEntry, layer: str, folder: Path | None = None, check: Callable[[], None] = lambda: None
) -> LayerMap:
    """Return a layer's map, from the cache or made now, which takes seconds.

    `check` is called now and then meanwhile, and may raise. Raises NetError or SourceError where no map can
    be made. A damaged file in the cache is made anew, and a picture that cannot be read is left out; a line
    of the log says so.
    """
    path = _cache_path(entry, layer, pictures_in(folder) if folder is not None else [])
    if (kept := _read(path)) is not None:
        return kept
    made = _made(entry, layer, crops(folder, check) if folder is not None else None, check)
    text = json.dumps({"layer": layer, "places": len(made.steps), "vectors": made.text})
    try:
        write_whole(path, text.encode())
        for old in sorted(path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s: a map could not be kept: %s", path, reason(error))
    return made


def _made(
    entry: NetEntry, layer: str, pictures: Iterable[Canvas] | None, check: Callable[[], None]
) -> LayerMap:
    network = open_network(entry, "cpu", plan="reference")
    network.use_threads(1)  # the dream needs the others
    return map_layer(network, layer, pictures, check)


def _cache_path(entry: NetEntry, layer: str, pictures: Sequence[Path]) -> Path:
    files = [entry.caffemodel, *([entry.prototxt] if entry.prototxt else []), *pictures]
    known = [_VERSION, layer, repr(entry.preprocessing), *map(_identity, files)]
    digest = hashlib.sha256(json.dumps(known).encode("utf-8", "surrogateescape")).hexdigest()
    return cache_folder() / "maps" / f"{entry.name}-{re.sub(r'[^A-Za-z0-9]+', '-', layer)}-{digest[:12]}.json"


def _identity(path: Path) -> list[object]:
    try:
        state = path.stat()
    except OSError:  # a net that was never in a file
        return [str(path)]
    return [str(path.absolute()), state.st_size, state.st_mtime_ns]


def _read(path: Path) -> LayerMap | None:
    """Return the map of a file; None where it is not there, or, as a line says, damaged."""
    try:
        values = json.loads(path.read_bytes())
        return LayerMap.of_text(int(values["places"]), str(values["vectors"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        _log.warning("%s: a map is made anew: this one cannot be read (%s)", path, error)
        return None
