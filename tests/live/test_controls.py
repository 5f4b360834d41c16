"""The controls of a show: all that are wanted, or none and one clear line."""

import subprocess
import sys
import threading
import time

import pytest

from dreamstream.controls import Board, Inbox
from dreamstream.controls.tempo import Tempo
from dreamstream.errors import ControlError
from dreamstream.live.controls import Rig, Wanted, open_controls
from dreamstream.params import ParamStore
from dreamstream.tell import tell_nobody


def rig() -> Rig:
    clock, store = time.monotonic, ParamStore()
    return Rig(Board(clock), Inbox(), store, {}, Tempo(clock, store), tell_nobody, clock)


def test_what_is_open_is_closed_where_the_next_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise ControlError("no such Carabiner")

    monkeypatch.setattr("dreamstream.controls.link.Link", refuse)
    with pytest.raises(ControlError, match="no such Carabiner"):
        open_controls(rig(), Wanted(osc=("127.0.0.1", 0), link=("127.0.0.1", 1)))
    assert "osc" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(("control", "library"), [("osc", "pythonosc"), ("remote", "segno")])
def test_a_library_that_is_missing_is_named_with_how_to_install_it(control: str, library: str) -> None:
    code = f"import sys; sys.modules['{library}'] = None\n"
    code += (
        f"from dreamstream.live.controls import *\nopen_controls(None, Wanted({control}=('127.0.0.1', 0)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    needed = f"ControlError: --{control} needs {library}: pip install 'dreamstream[{control}]'"
    assert needed in result.stderr
