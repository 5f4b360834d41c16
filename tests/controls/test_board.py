"""Board and inbox: nothing that comes between two turns is lost, and no sender fills the memory."""

import math
import threading

from dreamstream.controls import Board, Inbox
from tests.fakes import FakeClock


def test_an_inlet_counts_strokes_and_steps_that_nobody_read() -> None:
    board = Board(FakeClock())
    inlet = board.inlet("midi:cc:1:7")
    for value in (1.0, 0.0, 0.6, 0.45, 0.3, 0.55):
        board.put("midi:cc:1:7", value)
    assert (inlet.strokes, inlet.pressed, inlet.value, inlet.puts) == (3, True, 0.55, 6)
    for steps in (1, 1, -3):
        board.turn("midi:cc:1:8:twos", steps)
    assert board.snapshot()["midi:cc:1:8:twos"].turned == -1


def test_a_soft_key_is_pressed_all_the_same() -> None:
    board = Board()
    board.put("midi:note:1:60", 0.1, pressed=True)
    assert board.inlet("midi:note:1:60").strokes == 1
    board.put("midi:note:1:60", 0.0, pressed=False)
    assert not board.inlet("midi:note:1:60").pressed


def test_what_is_no_number_counts_for_nothing_and_what_is_too_large_is_cut() -> None:
    board = Board()
    for value in (math.nan, 7.0, -math.inf):
        board.put("osc:/x", value)
    for steps in (math.nan, math.inf):
        board.turn("osc:/x", steps)
    inlet = board.inlet("osc:/x")
    assert (inlet.value, inlet.puts, inlet.turned) == (0.0, 2, 0.0)


def test_the_control_that_a_hand_moved_last_is_known() -> None:
    board = Board()
    board.put("midi:cc:1:1", 0.5, by_hand=True)
    board.put("sound:low", 0.5)
    assert board.moved == "midi:cc:1:1"


def test_ever_new_names_do_not_fill_the_memory() -> None:
    board = Board()
    for number in range(10_000):
        board.put(f"osc:/{number}", 1.0)
    assert len(board.snapshot()) < 5000
    inlet = board.inlet("osc:/9999")
    board.put("osc:/9999", 0.7)
    assert inlet.value == 0.7, "a route's has room all the same"


def test_of_a_param_the_newest_value_counts_and_strokes_keep_their_order() -> None:
    inbox, done = Inbox(), list[str]()

    def send() -> None:
        for number in range(5000):
            inbox.set("zoom", number)
            inbox.press("a")
            inbox.release("a")

    def turn() -> None:
        inbox.turn(
            lambda name, value: done.append(f"{name} {value}"),
            lambda name: done.append(f"+{name}"),
            lambda name: done.append(f"-{name}"),
        )

    sender = threading.Thread(target=send)
    sender.start()
    sender.join()
    turn()
    assert done[:3] == ["zoom 4999", "+a", "-a"]
    assert len(done) < 300
    done.clear()
    turn()
    assert not done


def test_what_is_held_is_let_go_however_much_came_before() -> None:
    inbox, held = Inbox(), set[str]()
    for _ in range(2000):
        for name in ("a", "b", "c"):
            inbox.press(name)
            inbox.release("a")
        inbox.release("b")
    inbox.press("c")
    inbox.release("c")
    inbox.turn(lambda name, value: None, held.add, held.discard)
    assert not held
