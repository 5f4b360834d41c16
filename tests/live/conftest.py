"""Shows that are played in the tests' own process."""

import pytest

from dreamstream.live import run


@pytest.fixture(autouse=True)
def usual_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave this thread as nice as it is: it is the one of all later tests, too."""
    monkeypatch.setattr(run, "go_first", lambda: None)
