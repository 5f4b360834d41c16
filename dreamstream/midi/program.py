"""The program that has the ports open, for as long as a show is there.

python -m dreamstream.midi.program
    a first line of JSON on stdin says what to hear and where the clock goes; each later one what to send to
    which port. Lines of JSON come on stdout: which ports there are, which of them are open, what they say and
    when; and an empty one now and then, so that it is known to be alive. What went wrong comes on stderr

Without a first line it says which ports there are, and no more.
"""

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict

from dreamstream.errors import ControlError, reason
from dreamstream.every import Every
from dreamstream.midi.plugged import Plugged, Plugging
from dreamstream.midi.ports import Ports
from dreamstream.process import go_first
from dreamstream.program import begin_program, limited

_READ, _IDLE = 0.002, 0.05  # seconds from one reading to the next, with a port to read and without
_LOOK, _PULSE = 0.25, 0.05  # seconds from one list of the ports to the next, and from one sign of life
_MOST = 4096  # lines that wait to be sent at most: beyond, the newest are lost
_LAST = 0.1  # seconds until what was sent last is on its way: JACK takes it a period later


def main() -> None:
    """Serve until stdin ends, or the server; what is wrong is a line on stderr, and exit code 1."""
    say, end = begin_program()
    go_first()  # it takes little, and what comes is played
    try:
        _serve(lambda **what: say(json.dumps(what).encode() + b"\n"))
    except BrokenPipeError:
        pass
    except Exception as error:
        end(reason(error) or type(error).__name__)
    os._exit(0)  # whatever hangs: JACK's clients are not closed


def _serve(say: Callable[..., None]) -> None:
    asked = sys.stdin.buffer.readline()
    say()
    try:
        with limited():
            ports = Ports()
            say(inputs=ports.inputs(), outputs=ports.outputs())
    except ControlError as error:
        say(none=str(error))
        return
    if asked:
        _play(ports, Plugging(ports, **json.loads(asked)), say)


def _play(ports: Ports, plugging: Plugging, say: Callable[..., None]) -> None:
    to_send = _lines()
    look, pulse, told = Every(_LOOK), Every(_PULSE), Plugged()
    while ports.alive:
        now = time.monotonic()
        if look.due(now):
            with limited():
                plugged = plugging.look()
            if plugged != told:
                told = plugged
                say(plugged=asdict(plugged))
        if heard := plugging.read():
            say(at=time.monotonic(), heard=heard)
        elif pulse.due(now):
            say()
        try:
            line = to_send.get(timeout=_READ if plugging.heard else _IDLE)
            while line:
                plugging.send(*json.loads(line))
                line = to_send.get_nowait()
        except queue.Empty:
            continue
        time.sleep(_LAST if plugging.fed else 0)
        return


def _lines() -> "queue.SimpleQueue[bytes]":
    """Return where the lines of stdin come, as many as there is room for, and an empty one at its end.

    They are taken at once, so that no show ever waits to be rid of them.
    """
    came: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def take() -> None:
        for line in sys.stdin.buffer:
            if came.qsize() < _MOST:
                came.put(line)
        came.put(b"")

    threading.Thread(target=take, daemon=True).start()
    return came


if __name__ == "__main__":
    main()
