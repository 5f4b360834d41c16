from pathlib import Path

import pytest

from dreamstream.score import newest_scores, own_score, scores_folder


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamstream.places.user_state_path", lambda *name, **more: tmp_path / "state")


def test_each_session_has_a_name_of_its_own_and_the_newest_comes_first() -> None:
    assert newest_scores() == []
    paths = []
    for _ in range(12):
        path = own_score()
        assert path is not None
        path.touch()
        paths.append(path)
    assert newest_scores() == paths[::-1]


def test_the_oldest_go_and_other_files_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_score() is not None
    folder = scores_folder()
    for day in range(1, 31):
        (folder / f"202601{day:02d}-120000.jsonl").touch()
    (folder / "mine.jsonl").touch()
    monkeypatch.setattr("dreamstream.score.library._MOST", 8)
    assert own_score() is not None, "there is room for it"
    assert [path.name[6:8] for path in newest_scores()] == [f"{day}" for day in range(30, 23, -1)]
    assert (folder / "mine.jsonl").exists()


def test_a_folder_that_cannot_be_is_no_end_of_the_show(caplog: pytest.LogCaptureFixture) -> None:
    scores_folder().parent.mkdir(parents=True)
    scores_folder().touch()
    assert own_score() is None
    assert "no score is kept" in caplog.text
