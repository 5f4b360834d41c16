"""Senders that tests run in processes of their own. Each start imports this, so it imports little."""

import os
import time
from pathlib import Path

from dreamstream.errors import OutputError
from dreamstream.frame import Frame
from dreamstream.outputs import Sender
from dreamstream.outputs.whip import Whip


def at_home() -> None:
    """Have connections of this process go over loopback alone."""
    import aioice.ice

    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]


def whip_at_home(where: str) -> Whip:
    """Open the sender as it is, over loopback."""
    at_home()
    return Whip(where)


class Noted(Sender):
    """For a process of its own: writes into the file `where` what comes; picture 13 kills it, 14 hangs."""

    def __init__(self, where: str) -> None:
        if where == "nowhere":
            raise OutputError("nowhere is no place")
        self._path = Path(where)

    @property
    def warning(self) -> str:
        return "it is late"

    def send(self, frame: Frame) -> None:
        if frame.index == 13:
            os._exit(7)
        while frame.index == 14:
            time.sleep(1)
        with self._path.open("a") as file:
            file.write(f"{frame.index} {frame.time} {frame.size} {frame.pixels[0, 0].tolist()}\n")

    def close(self) -> None:
        with self._path.open("a") as file:
            file.write("closed\n")


class Slow(Noted):
    """For a process of its own: a tenth of a second for each picture."""

    def send(self, frame: Frame) -> None:
        time.sleep(0.1)
        super().send(frame)
