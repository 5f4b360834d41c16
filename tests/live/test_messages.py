"""What the operator is told, and how often."""

import itertools
import logging
import threading
from pathlib import Path

import pytest

from dreamstream.dreamer.loop import DreamLoop
from dreamstream.live.messages import AGAIN, Messages
from dreamstream.live.show import Show, ShowSettings
from dreamstream.params import Params, ParamStore
from dreamstream.ring import Ring
from dreamstream.sources import Still
from dreamstream.stage import Settings, Stage
from dreamstream.worker import Worker
from tests.dreamer.test_dreamer import Failing
from tests.fakes import PATIENCE, FakeClock, picture, tiny_net


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


def test_two_texts_of_a_matter_in_turn_are_logged_once_each(
    messages: Messages, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(100):
        for text in ("no camera", "", "no film"):
            messages.tell(text, "source")
            clock.advance(0.1)
    assert logged(caplog) == ["no camera", "no film"]


def test_a_failure_that_the_next_try_mends_stands_long_enough_to_be_read(clock: FakeClock) -> None:
    messages, store, ring = Messages(clock), ParamStore(Params(layer="conv2")), Ring(8)
    dreamer = Failing(store, (Still(picture()),), tiny_net(), 1, clock)
    dreamer.fails = frozenset({2})
    Worker("dreamer", DreamLoop(lambda: dreamer, store, ring, 6, tell=messages.tell)).start().join(PATIENCE)
    assert messages.lines == ("dream failed: not a number",)


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


def test_the_dream_tells_each_time_that_it_fails(caplog: pytest.LogCaptureFixture) -> None:
    hours = itertools.count(0.0, 3600.0)
    messages, store, ring = Messages(lambda: next(hours)), ParamStore(Params(layer="conv2")), Ring(8)
    dreamer = Failing(store, (Still(picture()),), tiny_net(), 1, lambda: next(hours))
    dreamer.fails = frozenset({2, 3, 5})  # the third step is the second frame, tried again
    loop = DreamLoop(lambda: dreamer, store, ring, 4, tell=messages.tell)
    Worker("dreamer", loop).start().join(PATIENCE)
    assert loop.status.failures == 3
    assert logged(caplog) == ["dream failed: not a number"] * 2
    assert messages.lines == ()


def test_a_show_tells_of_each_picture_that_could_not_be_saved(
    tiny: Settings,
    tmp_path: Path,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    show = Show(Stage(tiny, clock), ShowSettings())
    (tmp_path / "gone").rmdir()
    for count in (1, 2):
        show.recordings.snapshot(show.ring.latest()[0], {})
        while len(show.recordings.lost_snapshots) < count:  # another thread writes
            pass
        for _ in range(5):
            show.watch()
            clock.advance(1)
    texts = [text for text in logged(caplog) if "gone" in text]
    assert len(texts) == len(set(texts)) == 2
    assert [text for text in show.messages.lines if "gone" in text] == texts
    show.end()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_show_tells_at_once_that_its_score_ends(tiny: Settings) -> None:
    show = Show(Stage(tiny), ShowSettings(score=Path("/dev/full"), frames=2))
    reader = show.ring.reader()
    show.start()
    while reader.read(PATIENCE) is not None:
        pass
    show.watch()
    assert show.messages.lines == ("/dev/full: No space left on device",)
    show.end()
