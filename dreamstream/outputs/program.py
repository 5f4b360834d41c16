"""The program that a sender runs in when it is apart: takes pictures from shared memory until stdin ends.

python -m dreamstream.outputs.program
    a first line of JSON on stdin says what to open, each later one where a new picture is; what went wrong
    comes on stderr
"""

import importlib
import json
import sys

from dreamstream.errors import reason
from dreamstream.outputs.memory import MemoryReader
from dreamstream.outputs.sender import Fitted, Sender
from dreamstream.program import begin_program, limited
from dreamstream.size import Size


def main() -> None:
    """Send until stdin ends; what is wrong is a line on stderr, and exit code 1."""
    _, end = begin_program()
    try:
        _serve()
    except Exception as error:
        end(reason(error) or type(error).__name__)


def _serve() -> None:
    lines = sys.stdin.buffer
    asked = json.loads(lines.readline())
    module, _, name = asked["open"].partition(":")
    with limited():
        sender: Sender = getattr(importlib.import_module(module), name)(asked["where"])
    if asked["size"]:
        sender = Fitted(sender, Size(*asked["size"]))
    memory: MemoryReader | None = None
    for line in lines:
        name = json.loads(line)
        if memory is None or memory.name != name:
            try:
                memory = MemoryReader(name)
            except FileNotFoundError:  # there is a larger one already, whose line comes
                continue
            memory.unlink()
        if (frame := memory.newest()) is not None:
            with limited():
                sender.send(frame)
            memory.done(sender.warning)
    with limited():
        sender.close()


if __name__ == "__main__":
    main()
