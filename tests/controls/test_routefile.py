"""The file of routes: what is written is read again, and nothing else in the file changes."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls import Route, action_table, read_routes
from dreamstream.controls.routefile import add_route, drop_routes
from dreamstream.errors import ControlError

ACTIONS = action_table(["zoom"], ["mirror"])
FILE = """# my routes
[[route]]     # breathing
signal = "lfo:sine:8s"
to = "zoom"   # gently
mode = "add"
# the fader on the left

[[route]]
signal = "midi:cc:1:7"
to = "amount"

# the end
"""


def unwanted(signal: str, to: str) -> bool:
    return (signal, to) == ("lfo:sine:8s", "zoom")


def test_what_is_added_is_read_and_all_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "routes.toml"
    add_route(path, Route(signal='osc:/1/fader\\"3', to="zoom", low=0.1, takeover=False))
    assert path.read_text().startswith('[[route]]\nsignal = "osc:')
    path.write_bytes(FILE.replace("\n", "\r\n").encode("utf-8-sig"))
    before = path.read_bytes()
    add_route(path, Route(signal="pad:button:a", to="effect.mirror.hold"))
    assert path.read_bytes().startswith(before + b"\r\n[[route]]\r\n")
    routes, problems = read_routes(path, ACTIONS)
    assert not problems
    assert [route.to for route in routes] == ["zoom", "amount", "effect.mirror.hold"]


def test_what_is_dropped_leaves_comments_and_others(tmp_path: Path) -> None:
    path = tmp_path / "routes.toml"
    path.write_text(FILE)
    drop_routes(path, unwanted)
    assert path.read_text() == FILE[: FILE.index("[[route]]")] + FILE[FILE.index("# the fader") :]
    drop_routes(path, lambda signal, to: to == "amount")
    assert path.read_text() == "# my routes\n# the fader on the left\n\n# the end\n"
    drop_routes(tmp_path / "none.toml", unwanted)
    assert not (tmp_path / "none.toml").exists()


ROUTES = st.builds(
    Route,
    signal=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1).map(
        "midi:cc:1:7@".__add__
    )
    | st.just("lfo:sine:1s"),
    to=st.sampled_from(["zoom", "amount", "grain"]),
    low=st.none() | st.floats(-1e6, 1e6),
    attack=st.floats(0, 60),
    takeover=st.booleans(),
)


@given(st.lists(ROUTES, min_size=1, max_size=3), st.sampled_from(["", FILE, FILE.rstrip(), "\n", "# x"]))
def test_what_is_added_can_be_read_and_dropped_again(
    tmp_path_factory: pytest.TempPathFactory, routes: list[Route], before: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"routes{os.getpid()}.toml"
    path.write_text(before)
    there = read_routes(path, ACTIONS)[0]
    for route in routes:
        add_route(path, route)
    read, problems = read_routes(path, ACTIONS)
    assert (read, problems) == ([*there, *routes], [])
    ends = {(route.signal, route.to) for route in routes}
    drop_routes(path, lambda *found: found in ends)
    assert read_routes(path, ACTIONS) == (
        [route for route in there if (route.signal, route.to) not in ends],
        [],
    )
    assert [line for line in path.read_text().splitlines() if line.startswith("#")] == [
        line for line in before.splitlines() if line.startswith("#")
    ]


def test_a_link_stays_one_and_permissions_are_kept(tmp_path: Path) -> None:
    path, link = tmp_path / "mine.toml", tmp_path / "routes.toml"
    path.write_text(FILE)
    path.chmod(0o640)
    link.symlink_to(path)
    drop_routes(link, unwanted)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert len(read_routes(path, ACTIONS)[0]) == 1


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "routes.toml").mkdir()
    with pytest.raises(ControlError, match=r"routes\.toml: Is a directory"):
        add_route(tmp_path / "routes.toml", Route(signal="midi:cc:1:7", to="zoom"))
    path = tmp_path / "latin.toml"
    path.write_bytes(b"# \xe9\n")
    with pytest.raises(ControlError, match="not a text in UTF-8"):
        add_route(path, Route(signal="midi:cc:1:7", to="zoom"))
    assert path.read_bytes() == b"# \xe9\n"
