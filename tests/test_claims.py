import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.claims import check_free, check_unread, is_among
from dreamstream.errors import RecordError
from dreamstream.places import free_path

STEPS = ["plain", "dot", "up", "absolute", "link", "hard link", "folder's link"]


def respelt(path: Path, step: str, number: int) -> Path:
    """Another path to the same file; links of its own are made beside it."""
    beside = path.absolute().parent / f"{number}{path.suffix}"
    match step:
        case "dot":
            return Path(os.path.join(path.parent, ".", path.name))  # noqa: PTH118  # Path would leave it out
        case "up":
            return path.parent / ".." / path.absolute().parent.name / path.name
        case "absolute":
            return path.absolute()
        case "link":
            beside.symlink_to(path.absolute())
            return beside
        case "hard link":
            beside.hardlink_to(path)
            return beside
        case "folder's link":
            folder = path.absolute().parent.parent / f"folder-{number}"
            folder.symlink_to(path.absolute().parent)
            return folder / path.name
    return path


@given(st.lists(st.sampled_from(STEPS), max_size=4))
def test_a_file_that_is_read_is_known_by_any_path(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    path = tmp_path_factory.mktemp("top") / "folder" / "source.mp4"
    path.parent.mkdir()
    path.write_bytes(b"precious")
    output = path
    for number, step in enumerate(steps):
        output = respelt(output, step, number)
    with pytest.raises(RecordError, match="read here; take another name"):
        check_unread([output], [path])
    with pytest.raises(RecordError, match="read here; take another name"):
        check_unread([path], [output])
    assert is_among(output, [path])


def test_a_copy_of_what_is_read_and_what_is_not_there_are_free(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"precious")
    (tmp_path / "copy").write_bytes(b"precious")
    check_unread([tmp_path / "copy", tmp_path / "new"], [tmp_path / "source", tmp_path / "new"])
    assert not is_among(tmp_path / "copy", [tmp_path / "source"])
    assert is_among(tmp_path / "new", [tmp_path / "." / "new"])


def test_a_link_that_leads_nowhere_is_no_place_and_no_free_name(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").symlink_to(tmp_path / "gone" / "y.mp4")
    with pytest.raises(RecordError, match=r"x.mp4: is a link to .*y.mp4, which is not there; remove it"):
        check_free(tmp_path / "x.mp4", taken=False, force=True)
    assert free_path(tmp_path, "x", ".mp4") == tmp_path / "x-2.mp4"
