"""Shows that are played in the tests' own process."""

from pathlib import Path

import pytest

from dreamstream.live import run


@pytest.fixture(autouse=True)
def usual_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave this thread as nice as it is: it is the one of all later tests, too."""
    monkeypatch.setattr(run, "go_first", lambda: None)


@pytest.fixture
def shaders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_table: None) -> Path:
    """The user's folder of shaders, empty."""
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path / "config")
    folder = tmp_path / "config" / "shaders"
    folder.mkdir(parents=True)
    return folder
