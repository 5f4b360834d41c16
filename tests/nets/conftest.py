"""Fixtures of the downloads, and of plans."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dreamstream.nets.plan import slide, winograd
from dreamstream.nets.precision import half_missing
from tests.nets.server import BODY, Server, Start, serving


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a server that answers as it is told, until the test's end."""
    with ExitStack() as stack:
        yield lambda *plan, body=BODY: stack.enter_context(serving(Server(body, *plan)))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the file is to be, in a folder that is not there yet."""
    return tmp_path / "nets" / "net.caffemodel"


@pytest.fixture
def on_card(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Build plans as for a graphics card: of torch's own convolutions, which run on this CPU, too."""
    half_missing.cache_clear()  # what a CPU can do by these says nothing of what it can by its own
    for module in (slide, winograd):
        monkeypatch.setattr(module, "has_onednn", lambda: False)
    yield
    half_missing.cache_clear()
