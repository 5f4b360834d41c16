"""What the tests of whole shows share."""

from dreamstream.frame import Frame
from dreamstream.live.messages import Messages
from dreamstream.live.show import Show
from dreamstream.ring import Reader
from tests.fakes import PATIENCE


class AllMessages(Messages):
    """Keeps all that was told, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def tell(self, text: str, key: str = "") -> None:
        if text:
            self.texts.append(text)
        super().tell(text, key)


def ended(show: Show, reader: Reader, seen: list[Frame]) -> list[Frame]:
    """End a show of which these frames were read; return all, and see that nothing failed or was missed."""
    result = show.end()
    while (frame := reader.read(PATIENCE)) is not None:
        seen.append(frame)
    assert result.error is None
    assert not result.dream.failures
    assert [frame.index for frame in seen] == list(range(1, len(seen) + 1)), "none was missed"
    return seen
