"""Scores of a project that is somewhere else now."""

import json
from pathlib import Path

import pytest

from dreamstream.score import read_score, records

NET = {"net": "/was/show/net/x.caffemodel", "weights": "", "mean": [1.0, 2.0, 3.0]}


def written(folder: Path, project: object) -> Path:
    """A score with files of a project and others, at its start and in swaps."""
    start: dict[str, object] = {
        "params": {},
        "sources": ["/was/show/sources/a.png", "clouds", "/was/showing/b.png"],
        "guide": "/was/show/pictures/g.png",
        "checksums": {"guide": "sha256:1"},
    }
    start |= {"project": project} if project else {}
    lines = [
        {"start": start},
        {"frame": 2, "swap": {"source": "/was/show/sources/c.png", "checksum": "sha256:2"}},
        {"frame": 3, "swap": {"net": NET}},
        {"frame": 4, "swap": {"canvas": [64, 48]}},
    ]
    path = folder / "scores" / "x.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_its_files_are_where_the_project_is(tmp_path: Path) -> None:
    (tmp_path / "project.toml").touch()
    score = read_score(written(tmp_path, "/was/show"))
    now = str(tmp_path)
    assert score.start["sources"] == [f"{now}/sources/a.png", "clouds", "/was/showing/b.png"]
    assert score.start["guide"] == f"{now}/pictures/g.png"
    assert score.start["checksums"] == {"guide": "sha256:1"}
    source, net, canvas = (event.swap for event in score.events if isinstance(event, records.Swap))
    assert source == records.SourceSwap(f"{now}/sources/c.png", "sha256:2")
    assert net == records.NetSwap({**NET, "net": f"{now}/net/x.caffemodel"})
    assert canvas == records.CanvasSwap((64, 48))
    assert not score.problems


@pytest.mark.parametrize("project", ["/was/show", None, 3, ["x"], ""])
def test_one_of_no_project_or_in_none_is_as_it_was(project: object, tmp_path: Path) -> None:
    if project != "/was/show":
        (tmp_path / "project.toml").touch()
    score = read_score(written(tmp_path, project))
    assert score.start["sources"][0] == "/was/show/sources/a.png"
    assert {event.frame for event in score.events} == {2, 3, 4}
