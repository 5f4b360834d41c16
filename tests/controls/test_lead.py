"""What it takes until a change is seen, on simulated screens and dreamers whose delays are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls.lead import Lead


@given(st.floats(0.005, 0.03), st.floats(0, 1), st.floats(0.02, 0.3), st.floats(1.1, 6))
def test_it_is_the_mean_time_to_what_is_seen(
    screen: float, draws: float, dream: float, behind: float
) -> None:
    lead, frames = Lead(), [(n, n * dream) for n in range(1, 400)]
    draws *= screen
    for turn in range(round(30 * dream / screen)):
        turned = turn * screen
        begun = [frame for frame in frames if frame[1] <= turned][-12:]
        lead.note(turned, turned + draws, turned / dream - behind, begun)
    assert lead.screen == pytest.approx(draws + screen / 2)
    # a frame is seen from when the playhead leaves the one before it, half a screen frame later in the mean
    expected = behind * dream - dream + draws + dream / 2 + screen / 2
    assert lead.dream == pytest.approx(expected, abs=screen / 2 + 1e-6)


def test_nothing_is_led_before_it_is_measured_and_a_stall_hardly_counts() -> None:
    lead = Lead()
    assert (lead.screen, lead.dream) == (0, 0)
    frames = [(n, n * 0.1) for n in range(1, 40)]
    now = 0.0
    for number in range(1, 30):
        now += 3.0 if number == 20 else 0.1
        lead.note(now, now + 0.01, number - 0.5, frames[: number + 1])
    assert lead.screen == pytest.approx(0.06)


def test_a_frame_that_nobody_saw_begin_is_no_measure() -> None:
    lead = Lead()
    lead.note(0, 0, 5, [(3, -1.0)])
    assert lead.dream == 0
