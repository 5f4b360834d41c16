"""Generators of the Interactive Shader Format as sources: by frames, whatever thread reads them."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dreamstream.errors import SourceError
from dreamstream.frame import Canvas
from dreamstream.size import Size
from dreamstream.sources import Source, check_source, open_source
from tests.isf.files import written

SIZE = Size(48, 32)
COUNT = """void main() {
    vec4 kept = IMG_THIS_PIXEL(sum);
    if (PASSINDEX == 0) gl_FragColor = kept + vec4(1.0 / 255.0, 0.0, 0.0, 0.0);
    else gl_FragColor = vec4(kept.r, TIME / 10.0, isf_FragNormCoord.y, 1.0);
}"""
PASSES = [{"TARGET": "sum", "PERSISTENT": True}, {}]


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    path = written(tmp_path / "count.fs", COUNT, [], PASSES=PASSES)
    source = open_source(f"isf:{path}", SIZE, 1)
    yield source
    source.close()


def seen(picture: Canvas) -> list[int]:
    """How often it was drawn, and its time in 30ths of a second."""
    return [round(float(picture[0, 0, 0])), round(float(picture[0, 0, 1]) / 25.5 * 30)]


def test_each_picture_is_a_thirtieth_of_a_second_later(source: Source) -> None:
    pictures = [source.read() for _ in range(4)]
    assert [picture.shape for picture in pictures] == [(*SIZE.shape, 3)] * 4
    assert pictures[0].dtype == np.float32
    assert pictures[0][0, 0, 2] > pictures[0][-1, 0, 2], "upright"
    assert [seen(picture)[0] for picture in pictures] == [1, 2, 3, 4]
    assert [seen(picture)[1] for picture in pictures] == pytest.approx([0, 1, 2, 3], abs=1)
    assert source.place == 3
    assert source.moving


def test_it_goes_by_seconds_and_back_to_where_it_was(source: Source) -> None:
    source.read()
    source.elapse(3.0)
    assert seen(source.read())[1] == pytest.approx(90, abs=1)
    assert (source.place, source.jumped) == (90, True)
    source.seek(1)
    assert seen(source.read()) == [1, pytest.approx(1, abs=1)], "what persists began anew"
    assert source.place == 1


def test_it_follows_the_canvas_and_may_be_read_by_any_thread(source: Source) -> None:
    assert source.resized(Size(20, 10)) is source
    got: list[Canvas] = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: got.append(source.read()))
        thread.start()
        thread.join()
    assert [picture.shape for picture in got] == [(10, 20, 3)] * 2
    source.close()
    source.close()


def test_the_same_show_gives_the_same_pictures(source: Source, tmp_path: Path) -> None:
    again = open_source(f"isf:{tmp_path / 'count.fs'}", SIZE, 1)
    for _ in range(3):
        assert np.array_equal(source.read(), again.read())
    again.close()


@pytest.mark.parametrize(
    ("body", "inputs", "words"),
    [
        ("void main() { nothing; }", [], r"line \d+: .*nothing"),
        ("void main() {}", None, "a filter, which needs pictures; a generator is needed"),
    ],
)
def test_what_is_no_generator_is_said(
    body: str, inputs: list[dict[str, str]] | None, words: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.fs", body, inputs)
    with pytest.raises(SourceError, match=words):
        open_source(f"isf:{path}", SIZE, 1)


def test_a_name_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(SourceError, match="isf:nothing: a generator's name or file is needed"):
        check_source("isf:nothing")
    with pytest.raises(SourceError, match=r"nothing\.fs: No such file"):
        check_source("isf:nothing.fs")
