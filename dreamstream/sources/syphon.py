"""Syphon as a source: what another program on the same Mac publishes under a name, by syphon-python."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from dreamstream.errors import SourceError
from dreamstream.extras import extra_missing
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources.cover import cover
from dreamstream.sources.matte import matted

_FOUND, _FIRST = 8.0, 5.0  # seconds: for a name, for its first picture
_LOOKING, _AT_ONCE = 0.2, 0.001  # seconds that macOS gets to say who is there: at first, at each picture
_SOON = 0.01


def check_syphon(where: str) -> None:
    """Raise SourceError where there is no name, no macOS or no library."""
    if sys.platform != "darwin":
        raise SourceError("syphon: macOS alone has it; spout:NAME is Windows', ndi:NAME goes everywhere")
    if not where:
        raise SourceError("syphon: a name is needed, as in syphon:NAME, the program's or the picture's")
    if missing := extra_missing("syphon", "syphon"):
        raise SourceError(f"syphon: syphon-python is needed for it: {missing}")


def pictures(where: str) -> Iterator[Callable[[Size], Canvas]]:
    """Give the newest picture of that name each time when it is asked for; see `openers`."""
    import Metal
    import syphon
    from syphon.utils.numpy import copy_mtl_texture_to_image

    with syphon.SyphonServerDirectory() as directory:
        found = _found(directory, where)
        directory.run_loop_interval = _AT_ONCE
        newest, began = None, time.monotonic()
        with syphon.SyphonMetalClient(found) as client:
            while client.is_valid:
                directory.update_run_loop()
                if client.has_new_frame and (texture := client.new_frame_image) is not None:
                    rows = copy_mtl_texture_to_image(texture)[::-1]  # the lowest one comes first
                    newest = matted(rows, blue_first=texture.pixelFormat() == Metal.MTLPixelFormatBGRA8Unorm)
                if newest is not None:
                    yield partial(cover, newest)
                elif time.monotonic() - began > _FIRST:
                    raise SourceError("it is there, and no picture comes from it")
                else:
                    time.sleep(_SOON)
    raise SourceError("it is gone")


def _found(directory: Any, name: str) -> Any:
    """Return who publishes under that name, its own or its program's; SourceError where nobody comes."""
    directory.run_loop_interval = _LOOKING
    end = time.monotonic() + _FOUND
    while not (found := directory.servers_matching_name(name, name)):
        if time.monotonic() > end:
            there = ", ".join(f"{each.app_name} {each.name}".strip() for each in directory.servers)
            raise SourceError(f"nobody publishes pictures under that name; there is: {there or 'nobody'}")
    return found[0]
