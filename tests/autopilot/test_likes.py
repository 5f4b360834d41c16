"""Likes: kept in a file, which is written whole, and never where it could not be read."""

from pathlib import Path

import pytest

from dreamstream.autopilot.likes import Likes
from tests.fakes import Told


def test_what_is_liked_is_there_the_next_time_and_liked_twice_no_more(tmp_path: Path) -> None:
    path, told = tmp_path / "settings" / "likes.toml", Told()
    likes = Likes(path, told)
    likes.toggle("reef")
    likes.toggle('my "own"\n')
    assert Likes(path, told).names == ["reef", 'my "own"\n']
    assert likes.toggle("reef") == "reef is liked no more"
    assert Likes(path, told).names == ['my "own"\n']
    assert [each.name for each in path.parent.iterdir()] == ["likes.toml"]
    assert not told


@pytest.mark.parametrize("text", ["liked = [", "liked = 3", "liked = [1]", "\xff", "[" * 10000])
def test_one_that_cannot_be_read_is_a_line_and_stays_as_it_is(tmp_path: Path, text: str) -> None:
    path, told = tmp_path / "likes.toml", Told()
    path.write_bytes(text.encode("latin-1"))
    likes = Likes(path, told)
    assert len(told) == 1 and told[0].startswith(f"{path}: ")
    assert likes.toggle("reef").startswith("liked: reef comes more often, in this show alone: ")
    assert likes.names == ["reef"]
    assert path.read_bytes() == text.encode("latin-1")


def test_one_that_cannot_be_written_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("no folder")
    likes = Likes(tmp_path / "settings" / "likes.toml", Told())
    assert "in this show alone" in likes.toggle("reef")
