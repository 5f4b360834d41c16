"""OSC over real sockets on this machine: params, actions, signals, bundles, feedback, and what is refused."""

import random
import socket
import struct
import threading
import time
import tracemalloc
from ipaddress import ip_network
from typing import Any

import pytest

from dreamstream.errors import ControlError
from dreamstream.knobs import param
from dreamstream.osc import Osc
from dreamstream.osc.packets import packet_of
from dreamstream.params import ParamStore
from dreamstream.tell import tell_nobody
from tests.fakes import until
from tests.osc.conftest import ZOOM, Player, Show
from tests.osc.hostile import mutated

PARAM, ACTION = "/dreamstream/param/", "/dreamstream/action/"


@pytest.mark.parametrize(
    ("name", "sent", "value"),
    [
        ("zoom", 0.05, 0.05),
        ("zoom", "0.05", 0.05),
        ("octaves", 3, 3),
        ("octaves", 2.6, 3),
        ("octaves", "4", 4),
        ("freeze", True, True),
        ("freeze", 1, True),
        ("freeze", 0.7, True),
        ("freeze", "on", True),
        ("second_share", 1.5, 1.0),
        ("layer", "high", "high"),
        ("effects", "mirror:0.5", "mirror:0.5"),
        ("channels", "3,17", (3, 17)),
        ("drift", 0.4, 0.4),
    ],
)
def test_a_message_sets_a_param(name: str, sent: Any, value: Any, show: Show, player: Player) -> None:
    player.send(PARAM + name, sent)
    player.settle()
    show.turn()
    assert show.store.hand[{"drift": "wander"}.get(name, name)] == value
    assert show.told == []


def test_a_list_is_several_numbers(show: Show, player: Player) -> None:
    player.send(f"{PARAM}channels", 3, 17)
    player.send(f"{PARAM}scales", 0.5, 1.0)
    player.settle()
    show.turn()
    assert (show.store.hand.channels, show.store.hand.scales) == ((3, 17), (0.5, 1.0))


def test_without_a_value_it_is_asked(show: Show, player: Player) -> None:
    show.store.change(zoom=0.03, channels=(3, 17), freeze=True)
    for name, value in (("zoom", pytest.approx(0.03)), ("channels", "3,17"), ("freeze", 1), ("layer", "")):
        player.send(PARAM + name)
        assert player.next() == (PARAM + name, value)


@pytest.mark.parametrize(
    ("address", "values", "words"),
    [
        ("param/zom", (1.0,), "no param 'zom'; did you mean 'zoom'?"),
        ("param/zoom", (77.0,), "zoom cannot be 77.0: a value in"),
        ("param/zoom", (float("nan"),), "a number that has an end"),
        ("param/octaves", (float("inf"),), "a number that has an end"),
        ("param/freeze", (float("nan"),), "a number that has an end"),
        ("param/octaves", (99,), "a value in 1..8"),
        ("param/octaves", (2**40,), "a value in 1..8"),
        ("param/octaves", ("many",), "a value in 1..8"),
        ("param/zoom", (0.1, 0.2), "one value"),
        ("param/layer", (3,), "a text is needed"),
        ("param/layer", ("hihg",), "did you mean 'high'?"),
        ("param/restart", (3,), "no param 'restart'"),
        ("param/channels", ("3,x",), "channels cannot be"),
        ("action/amount.upp", (1,), "did you mean 'amount.up'?"),
        ("action/amount.up", ("now",), "1 (pressed), 0 (let go)"),
        ("subscribe", (99_999_999,), "the port where you listen"),
        ("tempo", (120.0,), "and how many have passed are needed"),
        ("tempo", (float("nan"), 1.0), "beats a minute, 1 to 300"),
        ("tempo", (0, 1), "beats a minute, 1 to 300"),
        ("tempo", (120.0, float("inf")), "beats a minute, 1 to 300"),
        ("tempo", ("fast", 1), "beats a minute, 1 to 300"),
        ("parm/zoom", (1.0,), "no such address"),
        ("param/layer", ("\x1b[2J\n",), "no layer '?[2J?'"),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(
    address: str, values: Any, words: str, show: Show, player: Player
) -> None:
    before = show.store.hand
    player.send(f"/dreamstream/{address}", *values)
    player.settle()
    show.turn()
    assert show.store.hand is before
    assert show.strokes == []
    assert show.led == []
    (line,) = show.told
    assert words in line
    assert line.startswith(f"osc: /dreamstream/{address} ")
    assert line.isprintable()


def test_another_program_leads_the_tempo(show: Show, player: Player) -> None:
    player.send("/dreamstream/tempo", 126.5, 32.25)
    player.send("/dreamstream/tempo", 127, -1)
    player.settle()
    assert show.led == [(126.5, 32.25), (127.0, -1.0)]
    assert show.told == []


def test_actions_are_pressed_let_go_or_both(show: Show, player: Player) -> None:
    player.send(f"{ACTION}effect.mirror.hold", 1)
    player.send(f"{ACTION}effect.mirror.hold", 0)
    player.send(f"{ACTION}effect.mirror.hold", 0.0)
    player.send(f"{ACTION}amount.up")
    player.send(f"{ACTION}freeze.hold", True)
    player.send(f"{ACTION}freeze.hold", False)
    player.settle()
    show.turn()
    names = [name for name, pressed in show.strokes]
    assert names == [*["effect.mirror.hold"] * 2, *["amount.up"] * 2, *["freeze.hold"] * 2]
    assert [pressed for _, pressed in show.strokes] == [True, False] * 3


def test_other_addresses_are_signals(show: Show, player: Player) -> None:
    player.send("/1/fader3", 0.25)
    player.send("/xy", 0.5, 0.75)
    player.send("/led", True)
    player.send("/bang")
    player.send("/far", 7.0)
    player.settle()
    inlets = show.board.snapshot()
    values = {name.removeprefix("osc:/"): inlet.value for name, inlet in inlets.items()}
    assert values == {"1/fader3": 0.25, "xy": 0.5, "xy.2": 0.75, "led": 1.0, "bang": 0.0, "far": 1.0}
    assert inlets["osc:/bang"].strokes == 1
    assert inlets["osc:/led"].key
    assert not inlets["osc:/1/fader3"].key
    assert show.board.moved == "osc:/far"


def test_signals_of_made_up_names_leave_room_on_the_board(show: Show, player: Player) -> None:
    show.board.inlet("osc:/routed")
    for number in range(1000):
        player.send(f"/made/up/{number}", 0.5)
    player.send("/routed", 1.0)
    player.send("/with blank", 1.0)
    player.settle()
    inlets = show.board.snapshot()
    assert len(inlets) == 513
    assert inlets["osc:/routed"].value == 1.0
    assert len(show.told) == 1


def bundle(due: float, *packets: bytes) -> bytes:
    tag = int((due + 2_208_988_800) * 2**32)
    return b"#bundle\0" + struct.pack(">Q", tag) + b"".join(struct.pack(">i", len(p)) + p for p in packets)


def test_bundles_are_done_when_they_are_due(show: Show, player: Player) -> None:
    player.raw(bundle(time.time() - 1, packet_of(ZOOM, 0.01), packet_of(f"{PARAM}octaves", 5)))
    player.settle()
    show.turn()
    assert (show.store.hand.zoom, show.store.hand.octaves) == (0.01, 5)
    due = time.time() + 0.3
    player.raw(bundle(due, packet_of(ZOOM, 0.02)))
    player.settle()
    show.turn()
    assert show.store.hand.zoom == 0.01 or time.time() >= due
    until(lambda: show.turn() or show.store.hand.zoom == 0.02)
    assert time.time() >= due


def test_what_waits_in_one_bundle_is_done_in_order(show: Show, player: Player) -> None:
    packets = [packet_of("/x", number / 200) for number in range(200)]
    player.raw(bundle(time.time() + 0.2, *packets))
    inlet = show.board.inlet("osc:/x")
    until(lambda: inlet.puts == 200)
    assert inlet.value == pytest.approx(199 / 200)


def test_bundles_that_are_due_in_ages_or_too_many_are_refused(show: Show, player: Player) -> None:
    player.raw(bundle(time.time() + 3600, packet_of(ZOOM, 0.01)))
    player.settle()
    assert "whose clock errs?" in show.told[0]
    for _ in range(5):
        player.raw(bundle(time.time() + 50, *[packet_of("/x", 1)] * 400))
    player.send(ZOOM, 0.07)
    player.settle()
    show.turn()
    assert show.store.hand.zoom == 0.07


def test_a_subscriber_is_told_what_there_is_and_what_changes(osc: Osc, show: Show, player: Player) -> None:
    player.send("/dreamstream/subscribe")
    names = {player.next()[0] for _ in range(100)}
    assert len(names) == 100
    until(lambda: osc.line.endswith(", 1 client"))
    player.settle()
    show.store.change(zoom=0.04, octaves=6)
    osc.told(show.store.snapshot())
    assert player.wait_for(ZOOM) == pytest.approx(0.04)
    player.send("/dreamstream/unsubscribe")
    player.settle()
    assert osc.line == f"osc: 127.0.0.1:{osc.port}"


def test_a_param_that_comes_later_is_told_and_set_as_all_others(
    osc: Osc, show: Show, player: Player, own_table: None
) -> None:
    player.send("/dreamstream/subscribe")
    player.wait_for(f"{PARAM}zoom")  # the last by its name
    show.store.grow({"isf_a": (float, param(0.5, "a", 0, 1, 0.1, group="effect", clamp=True))})
    osc.told(show.store.snapshot())
    assert player.wait_for(f"{PARAM}isf_a") == 0.5
    player.send(f"{PARAM}isf_a", 0.75)

    def is_set() -> bool:
        show.turn()
        return bool(show.store.hand["isf_a"] == 0.75)

    until(is_set)


def test_who_has_sent_a_value_is_not_told_it_and_others_are(
    osc: Osc, show: Show, player: Player, second: Player
) -> None:
    everyone = player, second
    for each in everyone:
        each.send("/dreamstream/subscribe")
        each.wait_for(f"{PARAM}zoom")  # the last by its name
    player.send(ZOOM, 0.04)
    player.settle()
    show.turn()
    osc.told(show.store.snapshot())
    assert second.wait_for(ZOOM) == pytest.approx(0.04)
    show.store.change(octaves=7)
    osc.told(show.store.snapshot())
    assert player.next() == (f"{PARAM}octaves", 7), "and not its own zoom before"
    show.store.change(zoom=0.01)  # as a preset does
    osc.told(show.store.snapshot())
    assert player.wait_for(ZOOM) == pytest.approx(0.01)


def test_a_subscriber_may_listen_at_another_port(osc: Osc, player: Player, second: Player) -> None:
    player.send("/dreamstream/subscribe", second.socket.getsockname()[1])
    assert second.next()[0].startswith(PARAM)
    second.wait_for(f"{PARAM}zoom")
    player.send(f"{PARAM}octaves")
    assert second.next() == (f"{PARAM}octaves", 2), "answers go there, too"


def test_of_many_subscribers_the_newest_are_told(osc: Osc) -> None:
    players = [Player(osc.port) for _ in range(20)]
    for player in players:
        player.send("/dreamstream/subscribe")
        player.settle()
    assert osc.line.endswith(", 16 clients")
    for player in players:
        player.socket.close()


def test_only_the_senders_that_are_named_are_taken(show: Show) -> None:
    for networks, taken in (("127.0.0.1/32", True), ("10.0.0.0/8", False)):
        osc = show.open(ip_network(networks))
        player = Player(osc.port)
        player.send("/x", 0.5)
        if taken:
            player.settle()
        else:
            until(lambda: show.told)
        assert ("osc:/x" in show.board.snapshot()) == taken
        show.board._inlets.clear()
        osc.close()
        player.socket.close()
    assert "is not among --osc-from" in show.told[0]


def test_a_port_that_is_taken_is_one_clear_line(osc: Osc, show: Show) -> None:
    with pytest.raises(ControlError, match=rf"--osc 127.0.0.1:{osc.port}: Address already in use; another"):
        Osc("127.0.0.1", osc.port, (), show.board, show.inbox, show.store, {}, tell_nobody)
    with pytest.raises(ControlError, match=r"--osc 192\.0\.2\.1:9001: "):
        Osc("192.0.2.1", 9001, (), show.board, show.inbox, show.store, {}, tell_nobody)


def test_it_ends_and_frees_its_port(show: Show) -> None:
    osc = show.open()
    osc.close()
    osc.close()
    osc.told(show.store.snapshot())
    osc.turn()
    assert "osc" not in {thread.name for thread in threading.enumerate()}
    assert osc._udp.fileno() == osc._tcp.fileno() == -1
    assert show.told == []


def test_ten_thousand_mutated_packets_change_nothing_and_a_good_one_works(show: Show, player: Player) -> None:
    rng = random.Random(17)
    player.settle()
    started = time.monotonic()
    tracemalloc.start()
    grown = []
    for _ in range(4):
        for number, packet in enumerate(mutated(rng, 2500)):
            player.raw(packet)
            if number % 100 == 0:
                player.settle()
                show.turn()
        player.settle()
        show.turn()
        grown.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    player.send(ZOOM, 0.07)
    player.send("/good", 0.5)
    player.settle()
    show.turn()
    assert show.store.hand.zoom == 0.07
    assert show.board.snapshot().get("osc:/good") is not None or len(show.board.snapshot()) >= 512
    minutes = (time.monotonic() - started) / 60
    assert len(show.told) <= 2 + minutes, "a line a minute"
    assert grown[-1] - grown[1] < 2**19, "memory stays"


def test_behind_a_message_that_fails_unforeseen_the_next_is_done() -> None:
    show = Show(ParamStore(checks={"freeze": lambda on: 1 / 0}))
    osc = show.open()
    player = Player(osc.port)
    player.send(f"{PARAM}freeze", True)
    player.send(ZOOM, 0.07)
    player.settle()
    show.turn()
    assert show.store.hand.zoom == 0.07
    assert "it failed: ZeroDivisionError" in show.told[0]
    osc.close()
    player.socket.close()


def test_it_listens_at_version_6_too(show: Show) -> None:
    try:
        osc = Osc("::1", 0, [ip_network("::1/128")], show.board, show.inbox, show.store, {}, tell_nobody)
    except ControlError as error:
        pytest.skip(str(error))
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as player:
        player.sendto(packet_of("/x", 0.5), ("::1", osc.port))
        until(lambda: "osc:/x" in show.board.snapshot())
    with socket.create_connection(("::1", osc.port)) as client:
        client.sendall(b"GET /?HOST_INFO HTTP/1.1\r\n\r\n")
        assert b"200 OK" in client.recv(4096)
    assert osc.line == f"osc: [::1]:{osc.port}"
    osc.close()


def test_too_many_bad_texts_are_looked_at_later_and_the_newest_good_one_arrives(
    show: Show, player: Player
) -> None:
    for number in range(2000):
        player.send(f"{PARAM}layer", f"nonsense{number}")
    player.send(f"{PARAM}layer", "high")
    until(lambda: show.turn() or show.store.hand.layer == "high")
    assert len(show.told) == 1


def test_more_actions_than_hands_can_do_are_refused(show: Show, player: Player) -> None:
    for _ in range(2000):
        player.send(f"{ACTION}amount.up")
    player.settle()
    show.turn()
    assert 100 <= len(show.strokes) // 2 < 1000
    assert "more than 100 actions in a second" in show.told[0]


def test_of_a_storm_on_one_param_the_newest_counts_and_every_stroke_of_a_button(
    show: Show, player: Player, second: Player
) -> None:
    for number in range(1000):
        player.send(ZOOM, number / 10_000)
        second.send(f"{PARAM}octaves", 1 + number % 8)
        player.send("/push", number % 2 == 0)
    for each in (player, second):
        each.settle()
    show.turn()
    assert (show.store.hand.zoom, show.store.hand.octaves) == (0.0999, 8)
    assert show.board.snapshot()["osc:/push"].strokes == 500


def test_a_burst_of_two_thousand_is_not_lost(show: Show, player: Player) -> None:
    for number in range(2000):
        player.send("/count", number / 2000)
    player.settle()
    assert show.board.snapshot()["osc:/count"].puts == 2000
