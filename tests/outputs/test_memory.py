"""Shared memory: what one process writes, others read whole, in Python and in C."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.errors import OutputError
from dreamstream.frame import Frame
from dreamstream.outputs.memory import (
    HEADER,
    SLOT,
    Memory,
    MemoryReader,
    MemoryWriter,
    check_name,
    memory_path,
)
from dreamstream.size import Size
from tests.fakes import PATIENCE, frame, picture, until

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="memory is a file there is none of on Windows"
)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"dreamstream-test-{os.getpid()}"
    yield name
    memory_path(name).unlink(missing_ok=True)


def dreamt(index: int = 1, size: Size = Size(64, 48)) -> Frame:
    return Frame.of(picture(size.height, size.width, index), index, None, index / 10)


def test_a_reader_gets_the_newest_picture_once_and_counts_the_others(name: str) -> None:
    writer = MemoryWriter(name, Size(64, 48))
    reader = MemoryReader(name)
    assert reader.newest() is None
    writer.write(dreamt(5))
    first = reader.newest()
    assert first is not None
    assert (first.index, first.time) == (5, 0.5)
    assert (first.pixels == dreamt(5).pixels).all()
    assert reader.newest() is None
    for index in range(6, 20):
        writer.write(dreamt(index))
    last = reader.newest()
    assert last is not None
    assert (last.pixels == dreamt(19).pixels).all()
    reader.done("a word")
    assert (writer.taken, writer.missed, writer.warning) == (15, 13, "a word")
    writer.close()
    assert not memory_path(name).exists()


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 30)), min_size=1, max_size=8))
def test_pictures_of_any_sizes_come_whole(sizes: list[tuple[int, int]]) -> None:
    name = f"dreamstream-sizes-{os.getpid()}"
    sender = Memory(name)
    for index, (width, height) in enumerate(sizes):
        sent = dreamt(index, Size(width, height))
        sender.send(sent)
        read = MemoryReader(name).newest()
        assert read is not None
        assert (read.pixels == sent.pixels).all()
    sender.close()
    assert not memory_path(name).exists()


def test_a_picture_with_an_alpha_has_four_channels(name: str) -> None:
    sender = Memory(name)
    sender.send(frame(1))
    pixels = np.arange(64 * 48 * 4, dtype=np.uint32).astype(np.uint8).reshape(48, 64, 4)
    sender.send(Frame(pixels, 2, 0.0))
    read = MemoryReader(name).newest()
    assert read is not None
    assert (read.pixels == pixels).all()
    sender.close()


def test_one_name_has_one_writer(name: str) -> None:
    sender = Memory(name)
    sender.send(frame())
    with pytest.raises(OutputError, match="another show is writing there"):
        Memory(name).send(frame())
    sender.close()
    Memory(name).send(frame())


def test_what_a_killed_show_left_behind_is_taken_over(name: str) -> None:
    code = "import os; from dreamstream.outputs.memory import *; "
    code += f"MemoryWriter({name!r}, Size(8, 6)); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert memory_path(name).exists()
    sender = Memory(name)
    sender.send(frame(3))
    read = MemoryReader(name).newest()
    assert read is not None
    assert read.index == 3
    sender.close()


def test_what_is_something_elses_is_left_alone(name: str) -> None:
    memory_path(name).write_bytes(b"a model's weights")
    with pytest.raises(OutputError, match="something else's"):
        Memory(name).send(frame())
    assert memory_path(name).read_bytes() == b"a model's weights"


@pytest.mark.parametrize("name", ["", "a/b", "..", "/etc/passwd", "x y"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(OutputError, match="letters, digits"):
        check_name(name)


def compiled(folder: Path) -> list[str]:
    if (compiler := shutil.which("cc")) is None:
        pytest.skip("no C compiler is here")
    program = str(folder / "read_memory")
    flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program]
    subprocess.run([compiler, *flags, str(ROOT / "tools" / "read_memory.c")], check=True, timeout=PATIENCE)
    return [program]


@pytest.mark.parametrize("language", ["Python", "C"])
def test_a_reader_that_knows_nothing_of_the_program_gets_whole_pictures(
    language: str, name: str, tmp_path: Path
) -> None:
    """The writer goes as fast as it can: a picture that is torn is not taken."""
    python = [sys.executable, str(ROOT / "tools" / "read_memory.py")]
    command = python if language == "Python" else compiled(tmp_path)
    writer = MemoryWriter(name, Size(160, 90))
    frames = [frame(index, index, Size(160, 90)) for index in range(1, 11)]
    with (tmp_path / "pictures.ppm").open("wb") as out:
        program = subprocess.Popen([*command, str(memory_path(name)), "20"], stdout=out)

        def ended() -> bool:
            for each in frames:
                writer.write(each)
            return program.poll() is not None

        until(ended, "the reader's end")
    writer.close()
    assert program.returncode == 0
    data = BytesIO((tmp_path / "pictures.ppm").read_bytes())
    for _ in range(20):
        assert data.readline() == b"P6 160 90 255\n"
        pixels = np.frombuffer(data.read(3 * 160 * 90), np.uint8)
        assert len(set(pixels.tolist())) == 1, "a picture is torn"
    assert not data.read()


def test_the_guide_has_the_offsets_that_are_written() -> None:
    text = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    for table in (HEADER, SLOT):
        for field in table.names or ():
            if field != "unused":
                assert f"| {table.fields[field][1]} | `{field}` |" in text
