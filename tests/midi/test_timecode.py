"""MTC, put together from quarter frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.midi.timecode import TimeCode, TimeCodeReader


def pieces(code: TimeCode, rate: int) -> list[int]:
    parts = (code.frames, code.seconds, code.minutes, code.hours + 32 * rate)
    return [half for part in parts for half in (part % 16, part // 16)]


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 23), st.integers(0, 3))
def test_eight_quarter_frames_are_a_time(
    hours: int, minutes: int, seconds: int, frames: int, rate: int
) -> None:
    code = TimeCode(hours, minutes, seconds, frames, (24.0, 25.0, 30 / 1.001, 30.0)[rate])
    reader = TimeCodeReader()
    for _ in range(2):
        *none, read = [reader.take(number, value) for number, value in enumerate(pieces(code, rate))]
        assert read == code
        assert not any(none)
    assert all(0 <= share <= 1 for share in code.shares().values())


def test_it_is_told_as_people_write_it_and_as_shares_of_what_goes_round() -> None:
    code = TimeCode(1, 30, 15, 10, 24.0)
    assert str(code) == "01:30:15:10"
    shares = code.shares()
    assert shares["mtc:second"] == 0.5, "two frames have passed while it was said"
    assert shares["mtc:minute"] == pytest.approx(15.5 / 60)
    assert shares["mtc:hour"] == pytest.approx((30 + 15.5 / 60) / 60)


def test_what_is_missing_or_runs_backwards_is_no_time() -> None:
    reader = TimeCodeReader()
    assert not any(reader.take(number, 0) for number in (0, 1, 2, 4, 5, 6, 7))
    assert not any(reader.take(number, 0) for number in range(7, -1, -1))
