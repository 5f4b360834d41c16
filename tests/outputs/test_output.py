"""An output keeps its sender going, whatever that does."""

import threading

import pytest

from dreamstream.errors import OutputError
from dreamstream.outputs import Output, Outputs, Sender, Target
from dreamstream.record import Filming
from dreamstream.ring import Ring
from tests.fakes import PATIENCE, Told, frame, until
from tests.outputs.kinds import Kept, target


def test_it_sends_the_newest_picture_and_counts_what_it_is_too_slow_for() -> None:
    ring, sender, told = Ring(64), Kept(), Told()
    inside, go = threading.Event(), threading.Event()

    def hold() -> None:
        inside.set()
        assert go.wait(PATIENCE)

    sender.hold = hold
    output = Output(target(lambda: sender), ring.reader, told).start()
    until(lambda: ring.statistics().readers)
    ring.put(frame(1))
    assert inside.wait(PATIENCE)
    for index in range(2, 21):
        ring.put(frame(index))
    go.set()
    until(lambda: len(sender.frames) >= 2)
    assert [each.index for each in sender.frames[:2]] == [1, 20]
    assert output.status.dropped == 18
    assert output.stop(PATIENCE)
    assert sender.closed == 1
    assert not told
    assert not ring.statistics().readers


def test_a_picture_that_stands_still_is_sent_again_at_a_later_time() -> None:
    ring, sender = Ring(4), Kept()
    output = Output(target(lambda: sender), ring.reader, Told()).start()
    until(lambda: ring.statistics().readers)
    ring.put(frame(1))
    until(lambda: len(sender.frames) == 3)
    assert output.stop(PATIENCE)
    times = [each.time for each in sender.frames]
    assert times == sorted(set(times))
    assert {each.index for each in sender.frames} == {1}


def test_what_fails_is_told_and_opened_again_and_told_when_it_is_back() -> None:
    ring, told, senders = Ring(4), Told(), [Kept(), Kept(), Kept()]
    senders[0].fail, senders[1].fail = OutputError("the wire is cut"), ConnectionRefusedError(111, "refused")
    left = iter(senders)
    output = Output(target(lambda: next(left), "stage"), ring.reader, told, pause=0.01).start()

    def sent() -> bool:
        ring.put(frame(1))
        return bool(senders[2].frames)

    until(sent)
    until(lambda: len(told) == 3)
    assert told == [
        "output shm:stage: the wire is cut; it is tried again",
        "output shm:stage: refused; it is tried again",
        "output shm:stage: it is back",
    ]
    status = output.status
    assert (status.state, status.restarts) == ("on", 2)
    assert "2 restarts" in status.line
    assert output.stop(PATIENCE)
    assert [each.closed for each in senders] == [1, 1, 1]


def test_pauses_grow() -> None:
    tries: list[int] = []

    def refuse() -> Sender:
        tries.append(1)
        raise OSError("no")

    output = Output(target(refuse), Ring(4).reader, Told(), pause=0.001).start()
    until(lambda: len(tries) == 8)
    assert "again in 0.128 s" in output.status.state or len(tries) > 8
    assert output.stop(PATIENCE)


def test_it_is_switched_off_and_on_while_it_plays() -> None:
    ring, told, sender = Ring(4), Told(), Kept()
    outputs = Outputs([target(lambda: sender)], ring, Filming(), told)
    outputs._all[0].start()
    until(lambda: ring.statistics().readers)
    assert outputs.toggle() == "output off: shm:x"
    until(lambda: sender.closed == 1)
    until(lambda: outputs.statuses[0].state == "off")
    assert not ring.statistics().readers
    assert outputs.toggle(1) == "output on: shm:x"
    until(lambda: ring.statistics().readers)
    ring.put(frame(7))
    until(lambda: sender.frames)
    until(lambda: outputs.statuses[0].state == "on")
    assert outputs.lines[0].startswith("shm:x  on, 1 sent")
    with pytest.raises(OutputError, match="no output 2"):
        outputs.toggle(2)
    ring.close()
    outputs.close()
    assert sender.closed == 2


def test_none_is_not_switched() -> None:
    with pytest.raises(OutputError, match="--out KIND:WHERE adds one"):
        Outputs([], Ring(2), Filming(), Told()).toggle()


def test_an_end_does_not_wait_for_one_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamstream.outputs.outputs._PATIENCE", 0.1)
    ring, sender, go = Ring(4), Kept(), threading.Event()
    inside = threading.Event()
    sender.hold = lambda: (inside.set(), go.wait(PATIENCE))
    outputs = Outputs([target(lambda: sender), target(Kept)], ring, Filming(), Told())
    outputs.start()
    until(lambda: ring.statistics().readers == 2)
    ring.put(frame(1))
    assert inside.wait(PATIENCE)
    outputs.close()
    go.set()
    until(lambda: sender.closed)


def test_a_password_and_a_key_are_not_shown() -> None:
    url = Target("dream", None, "rtmp", "//me:secret@host:1935/live/key-123")
    assert url.shown == "rtmp://host:1935/live/…"
    told = Told()

    def refuse() -> Sender:
        raise OSError(f"refused: {url.address}")

    hidden = target(refuse, url.where)
    hidden = type(hidden)("dream", None, "rtmp", url.where)
    output = Output(hidden, Ring(2).reader, told, pause=0.001).start()
    until(lambda: told)
    assert output.stop(PATIENCE)
    assert "secret" not in "".join(told)
    assert "key-123" not in "".join(told) + output.status.line
