"""What a port says, under the names that routes have for it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from dreamstream.controls import Board
from dreamstream.midi.hearing import Hearing, steps_of
from dreamstream.midi.ports import message_of
from tests.fakes import FakeClock

PORT = "nanoKONTROL2:nanoKONTROL2 CTRL 20:0"


def hear(*messages: Message, wanted: Sequence[str] = ()) -> Board:
    board = Board(FakeClock())
    for name in wanted:
        board.inlet(name)
    hearing = Hearing(board, PORT, FakeClock())
    for message in messages:
        hearing.take(message)
    return board


def controls(*pairs: tuple[int, int], channel: int = 0) -> list[Message]:
    return [Message("control_change", channel=channel, control=n, value=value) for n, value in pairs]


@pytest.mark.parametrize(
    ("message", "name", "value"),
    [
        (Message("control_change", channel=0, control=7, value=127), "midi:cc:1:7", 1.0),
        (Message("control_change", channel=15, control=127, value=0), "midi:cc:16:127", 0.0),
        (Message("pitchwheel", channel=1, pitch=-8192), "midi:bend:2", 0.0),
        (Message("pitchwheel", channel=1, pitch=0), "midi:bend:2", 0.5),
        (Message("pitchwheel", channel=1, pitch=8191), "midi:bend:2", 1.0),
        (Message("aftertouch", channel=2, value=127), "midi:pressure:3", 1.0),
        (Message("polytouch", channel=2, note=60, value=127), "midi:pressure:3:60", 1.0),
    ],
)
def test_what_stands_somewhere_is_put_there(message: Message, name: str, value: float) -> None:
    board = hear(message)
    assert {name: inlet.value for name, inlet in board.snapshot().items()} == {name: value}
    assert board.moved == name


def test_a_note_is_a_key_with_its_velocity_and_one_of_velocity_0_is_its_end() -> None:
    note = {"channel": 9, "note": 36}
    board = hear(
        Message("note_on", velocity=10, **note),
        Message("note_on", velocity=0, **note),
        Message("note_on", velocity=127, **note),
    )
    key = board.inlet("midi:note:10:36")
    assert (key.strokes, key.pressed, key.value) == (2, True, 1.0)
    board = hear(Message("note_on", velocity=10, **note), Message("note_off", velocity=64, **note))
    key = board.inlet("midi:note:10:36")
    assert (key.strokes, key.pressed, key.value) == (1, False, 0.0)


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (Message("program_change", channel=3, program=12), "midi:program:4:12"),
        (Message("start"), "midi:start"),
        (Message("stop"), "midi:stop"),
        (Message("continue"), "midi:continue"),
    ],
)
def test_what_happens_once_is_a_stroke(message: Message, name: str) -> None:
    board = hear(message, message)
    assert board.inlet(name).strokes == 2
    assert not board.inlet(name).pressed


@pytest.mark.parametrize(
    ("convention", "right", "left"), [("twos", 3, 126), ("offset", 67, 62), ("sign", 3, 66)]
)
def test_encoders_turn_as_a_route_reads_them(convention: str, right: int, left: int) -> None:
    name = f"midi:cc:1:16:{convention}"
    board = hear(*controls((16, right), (16, left), (16, left)), wanted=[name])
    assert board.inlet(name).turned == 3 - 2 - 2
    assert not [other for other in board.snapshot() if other.startswith("midi:cc:1:16:") and other != name]


@given(st.sampled_from(["twos", "offset", "sign"]), st.integers(0, 127))
def test_steps_are_never_more_than_a_half_of_what_can_be_said(convention: str, value: int) -> None:
    assert abs(steps_of(convention, value)) <= 64


@given(st.lists(st.integers(0, 16383), min_size=1))
def test_a_control_of_14_bits_never_jumps_back_and_arrives_exactly(values: list[int]) -> None:
    board = Board(FakeClock())
    inlet, hearing = board.inlet("midi:cc14:1:3"), Hearing(board, PORT, FakeClock())
    hearing.take(controls((35, 0))[0])
    before = inlet.value
    for value in values:
        for message in controls((3, value // 128), (35, value % 128)):
            hearing.take(message)
            low, high = sorted((before, value / 16383))
            assert low - 1e-9 <= inlet.value <= high + 1e-9, "between where it was and where it goes"
        before = inlet.value
        assert inlet.value == pytest.approx(value / 16383)


def test_a_control_whose_fine_half_never_comes_goes_all_its_way() -> None:
    assert hear(*controls((3, 127)), wanted=["midi:cc14:1:3"]).inlet("midi:cc14:1:3").value == 1.0


@given(st.integers(0, 16382), st.integers(0, 16383))
def test_a_parameter_by_number_is_put_together(number: int, value: int) -> None:
    high, low = divmod(number, 128)
    coarse, fine = divmod(value, 128)
    board = hear(*controls((99, high), (98, low), (6, coarse), (38, fine), channel=4))
    name = f"midi:nrpn:5:{number}"
    assert board.snapshot()[name].value == pytest.approx(value / 16383)
    assert board.moved == name


def test_a_parameter_is_stepped_and_a_registered_one_is_none_of_ours() -> None:
    chosen = controls((99, 1), (98, 2), (6, 64), (38, 0))
    assert hear(*chosen, *controls((96, 0), (96, 0), (97, 0))).inlet(
        "midi:nrpn:1:130"
    ).value == pytest.approx((64 * 128 + 1) / 16383)
    board = hear(*controls((101, 0), (100, 0), (6, 12)))
    assert not [name for name in board.snapshot() if "nrpn" in name]


def test_at_a_port_that_is_gone_nothing_is_held_and_faders_stay() -> None:
    board, clock = Board(FakeClock()), FakeClock()
    also = board.inlet("midi:note:10:36@nanoKONTROL2")
    hearing = Hearing(board, PORT, clock)
    for message in (
        Message("note_on", channel=9, note=36, velocity=100),
        Message("pitchwheel", channel=0, pitch=8191),
        Message("polytouch", channel=9, note=36, value=90),
        *controls((7, 127)),
    ):
        hearing.take(message)
    moved = board.moved
    hearing.rest()
    key, fader = board.inlet("midi:note:10:36"), board.inlet("midi:cc:1:7")
    assert (key.value, key.pressed, also.pressed, key.strokes) == (0.0, False, False, 1)
    assert (board.inlet("midi:bend:1").value, board.inlet("midi:pressure:10:36").value) == (0.5, 0.0)
    assert (fader.value, fader.puts, board.moved) == (1.0, 1, moved)
    puts = key.puts
    hearing.rest()
    assert key.puts == puts


def test_a_port_is_meant_by_a_part_of_its_name() -> None:
    wanted = ["midi:cc:1:7@nanokontrol", "midi:cc:1:7@APC", "midi:cc:1:8:twos@CTRL"]
    board = hear(*controls((7, 127), (8, 1)), wanted=wanted)
    assert [board.inlet(name).puts for name in wanted] == [1, 0, 1]
    assert board.inlet("midi:cc:1:7").value == 1.0


def test_a_route_that_comes_later_is_heard_too() -> None:
    board = Board(FakeClock())
    hearing = Hearing(board, PORT, FakeClock())
    hearing.take(controls((7, 127))[0])
    later = board.inlet("midi:cc:1:7@nano")
    hearing.take(controls((7, 127))[0])
    assert later.value == 1.0


@given(st.lists(st.lists(st.integers(0, 255), max_size=4), max_size=50))
def test_no_bytes_are_too_strange(strange: list[list[int]]) -> None:
    board = Board(FakeClock())
    hearing = Hearing(board, PORT, FakeClock())
    for each in strange:
        if message := message_of(each):
            hearing.take(message)
    assert all(0 <= inlet.value <= 1 for inlet in board.snapshot().values())
