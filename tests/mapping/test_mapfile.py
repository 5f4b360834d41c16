"""The windows' mappings in their file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dreamstream.errors import DisplayError
from dreamstream.mapping import Mapping, own_mapping, read_mappings, write_mappings
from dreamstream.mapping.net import grid

BENT = ((0.1, 0.05), (0.9, 0.2), (1.0, 0.95), (0.0, 0.8))
numbers = {
    "edges": st.tuples(*[st.floats(0, 0.5)] * 4),
    "edge_curve": st.floats(1, 10),
    "edge_gamma": st.floats(0.2, 5),
    "gain": st.floats(0, 4),
    "gamma": st.floats(0.2, 5),
    "white": st.tuples(*[st.floats(0, 1)] * 3),
    "corners": st.none() | st.just(BENT),
    "mesh": st.none() | st.builds(grid, st.integers(2, 4), st.integers(2, 4)).map(lambda mesh: mesh.tolist()),
    "part": st.just((0.25, 0.0, 0.5, 1.0)),
    "effects": st.none() | st.just("mirror+trails:0.5"),
}


@given(st.lists(st.fixed_dictionaries({}, optional=numbers), max_size=3))
def test_what_is_written_is_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, windows: list[dict[str, object]]
) -> None:
    path = tmp_path_factory.mktemp("mapping") / "folder" / "mapping.toml"
    mappings = [Mapping.model_validate(rounded(fields)) for fields in windows]
    write_mappings(path, mappings)
    assert list(read_mappings(path)) == mappings


def rounded(value: object) -> object:
    """To what a file keeps: a millionth."""
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [rounded(each) for each in value]
    return round(value, 6) if isinstance(value, float) else value


def test_without_a_file_nothing_is_mapped(tmp_path: Path) -> None:
    assert read_mappings(tmp_path / "mapping.toml") == ()
    assert own_mapping().name == "mapping.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[window]\n", "not TOML"),
        ("corners = 3\n", "corners: records that begin with [[window]] are needed"),
        ("window = 3\n", "window: records that begin with [[window]] are needed"),
        ("[[window]]\ncorner = 3\n", "window 1: no field 'corner'; did you mean 'corners'?"),
        ("[[window]]\n\n[[window]]\ngamma = 9\n", "window 2: gamma: Input should be less than or equal to 5"),
        ("[[window]]\ncorners = [[0, 0], [1, 0], [0.2, 0.2], [0, 1]]\n", "no corner bent inwards"),
        ("[[window]]\ncorners = [[0, 0], [1, 0]]\n", "window 1: corners.2: Field required"),
        ("[[window]]\nmesh = [[[0, 0], [1, 0]], [[0, 1]]]\n", "mesh"),
        ("[[window]]\nmesh = [[[1, 0], [0, 0]], [[0, 1], [1, 1]]]\n", "must not lie over each other's"),
        ("[[window]]\npart = [0.5, 0, 0.6, 1]\n", "within the picture"),
        ("[[window]]\nedges = [0.6, 0, 0.6, 0]\n", "edges: left and right are more than the whole picture"),
        ("[[window]]\ngain = nan\n", "window 1: gain"),
        ("window = [3]\n", "window 1: "),
        ("[[window]]\neffects = '\xff'\n".encode("latin-1"), "not a text in UTF-8"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_the_file_stays(
    text: str | bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "mapping.toml"
    content = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(content)
    with pytest.raises(DisplayError) as raised:
        read_mappings(path)
    message = str(raised.value)
    assert message.startswith(str(path))
    assert said in message
    assert "\n" not in message
    assert path.read_bytes() == content


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DisplayError, match="Is a directory"):
        read_mappings(tmp_path)
    with pytest.raises(DisplayError, match="file"):
        write_mappings(tmp_path / "file" / "mapping.toml", [])


def test_a_mapping_that_moves_nothing_is_none() -> None:
    assert not Mapping(effects="mirror").moves
    assert Mapping(gain=0.9).moves
    assert Mapping(corners=BENT).moves
    with pytest.raises(ValidationError):
        Mapping(corners=BENT[::-1])
