"""A program: what it is asked, what it says in the end, and that nothing is left of it."""

import os
from pathlib import Path

import pytest

from dreamstream.errors import OutputError
from dreamstream.program import Program
from tests.fakes import PATIENCE


def echo() -> Program:
    return Program("tests.echo", error=OutputError, means="it is gone")


@pytest.mark.parametrize(
    ("what", "says"),
    [("the address\nis wrong", r"^the address is wrong$"), (7, r"^it is gone \(7\)$")],
)
def test_it_is_asked_by_lines_and_has_last_words(what: object, says: str) -> None:
    program = echo()
    program.ask(["é\n", 2])
    assert program.stdout.readline() == b'["\\u00e9\\n", 2]\n'
    assert not program.over
    program.ask(what)
    assert program.stdout.read() == b""
    with pytest.raises(OutputError, match=says):
        raise program.failure()
    assert program.over
    program.close()


def test_one_that_was_killed_is_a_failure_to_whoever_asks() -> None:
    program = echo()
    program.kill()
    program.process.wait(PATIENCE)
    with pytest.raises(OutputError, match=r"^it is gone \("):
        program.ask([])
    program.close()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux alone lists its descriptors")
def test_it_finishes_where_it_is_let_and_leaves_nothing() -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    patient, hurried = echo(), echo()
    patient.ask([])
    assert patient.stdout.readline() == b"[]\n"
    patient.close(PATIENCE)
    hurried.close()
    assert patient.process.returncode == 0
    assert hurried.over
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
