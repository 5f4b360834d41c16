"""What the operator is told, and how often."""

import logging
import threading

import pytest

from dreamstream.live.messages import AGAIN, Messages
from tests.fakes import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def messages(clock: FakeClock) -> Messages:
    return Messages(clock)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_the_same_failure_at_midnight_and_at_three_is_told_twice(
    messages: Messages, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        for _ in range(100):  # it lasts for a while
            messages.tell("the camera is gone", "source")
            clock.advance(0.1)
        assert messages.lines == ("the camera is gone",)
        messages.tell("", "source")
        assert messages.lines == ()
        clock.advance(3 * 3600)
    assert logged(caplog) == ["the camera is gone"] * 2


def test_what_comes_and_goes_many_times_a_second_is_logged_once(
    messages: Messages, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(int(3 * AGAIN / 0.1)):
        messages.tell("this frame was no good", "dream")
        assert messages.lines == ("this frame was no good",)
        messages.tell("", "dream")
        clock.advance(0.1)
    assert logged(caplog) == ["this frame was no good"]


def test_a_matter_has_one_text_the_newest(messages: Messages, caplog: pytest.LogCaptureFixture) -> None:
    messages.tell("no such file", "source")
    messages.tell("mirror does not compile", "effect mirror")
    messages.tell("not a picture", "source")
    assert messages.lines == ("not a picture", "mirror does not compile")
    messages.tell("", "effect mirror")
    messages.tell("", "never heard of")
    assert messages.lines == ("not a picture",)
    assert logged(caplog) == ["no such file", "mirror does not compile", "not a picture"]


def test_news_stays_until_the_next_and_matters_stay_beside_it(
    messages: Messages, caplog: pytest.LogCaptureFixture
) -> None:
    for text in ("preset ocean", "preset ocean", "snapshot a.png"):
        messages.tell(text)
    messages.tell("the camera is gone", "source")
    assert messages.lines == ("the camera is gone", "snapshot a.png")
    assert logged(caplog) == ["preset ocean", "preset ocean", "snapshot a.png", "the camera is gone"]


def test_many_threads_may_tell_at_once(messages: Messages) -> None:
    def work(name: str) -> None:
        for number in range(200):
            messages.tell(f"{name} {number}", name)
            messages.tell("", name)
        messages.tell(f"{name} is over", name)

    names = [f"thread {number}" for number in range(8)]
    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(messages.lines) == [f"{name} is over" for name in names]
