"""The openers: what gives pictures that come by themselves, by the names that `Apart` knows them by.

Each takes a place, and gives at each `next` the newest picture, when there is a newer one than the last: as a
function that scales it to cover a size. Each runs in a process of its own, may wait there, and raises
SourceError; with the last picture it ends.
"""

from collections.abc import Callable, Iterator

from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources import ndi, spout, syphon
from dreamstream.sources.screen import grabs
from dreamstream.sources.stream import pictures

Covering = Callable[[Size], Canvas]

OPENERS: dict[str, Callable[[str], Iterator[Covering]]] = {
    "stream": pictures,
    "screen": grabs,
    "ndi": ndi.pictures,
    "spout": spout.pictures,
    "syphon": syphon.pictures,
}
