"""OSCQuery over real connections: what the proposal says, python-oscquery as a client, and hostile ones."""

import http.client
import json
import random
import socket
import time
from typing import Any, cast

import pytest
from pythonoscquery.osc_query_client import OSCQueryClient
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Request
from websockets.sync.client import ClientConnection, connect
from zeroconf import ServiceInfo

from dreamstream.controls.values import PARAMS
from dreamstream.osc import Osc
from dreamstream.osc.packets import Message, messages_of, packet_of
from dreamstream.osc.server import Query
from dreamstream.osc.tree import EXTENSIONS, Tree
from tests.fakes import PATIENCE, until
from tests.osc.conftest import ZOOM, Player, Show


def get(osc: Osc, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", osc.port, timeout=PATIENCE)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def node(osc: Osc, path: str) -> Any:
    status, text = get(osc, path)
    assert status == 200
    return json.loads(text)


def listen(osc: Osc, **more: Any) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{osc.port}", open_timeout=PATIENCE, **more)


def command(connection: ClientConnection, kind: str, path: str) -> None:
    connection.send(json.dumps({"COMMAND": kind, "DATA": path}))


def heard(connection: ClientConnection) -> Message:
    packet = connection.recv(PATIENCE)
    assert isinstance(packet, bytes)
    (message,) = messages_of(packet)
    return message


def test_a_param_is_described_as_the_proposal_says(osc: Osc, show: Show) -> None:
    show.store.change(zoom=0.03, layer="high", freeze=True, channels=(3, 17))
    zoom = node(osc, ZOOM)
    assert zoom == {
        "FULL_PATH": ZOOM,
        "DESCRIPTION": PARAMS["zoom"].help,
        "ACCESS": 3,
        "TYPE": "f",
        "VALUE": [0.03],
        "RANGE": [{"MIN": PARAMS["zoom"].low, "MAX": PARAMS["zoom"].high}],
    }
    layer = node(osc, "/dreamstream/param/layer")
    assert (layer["TYPE"], layer["VALUE"], layer["RANGE"]) == ("s", ["high"], [{"VALS": ["", "low", "high"]}])
    freeze = node(osc, "/dreamstream/param/freeze")
    assert (freeze["TYPE"], freeze["VALUE"]) == ("T", [True])
    assert "RANGE" not in freeze
    assert node(osc, "/dreamstream/param/channels")["VALUE"] == ["3,17"]
    assert node(osc, "/dreamstream/param/jitter")["UNIT"] == ["distance.pixels"]


def test_the_whole_tree_has_every_param_and_action(osc: Osc) -> None:
    tree = node(osc, "/")
    both = tree["CONTENTS"]["dreamstream"]["CONTENTS"]
    assert set(both["param"]["CONTENTS"]) == set(PARAMS)
    actions = both["action"]["CONTENTS"]
    assert actions["effect.mirror.hold"]["TYPE"] == "T"
    assert actions["amount.up"] == {
        "FULL_PATH": "/dreamstream/action/amount.up",
        "DESCRIPTION": actions["amount.up"]["DESCRIPTION"],
        "ACCESS": 2,
        "TYPE": "N",
    }
    assert set(both) == {"param", "action", "tempo", "subscribe", "unsubscribe"}
    for path in ("/dreamstream", "/dreamstream/param", "/dreamstream/action/amount.up", "/dreamstream/tempo"):
        assert node(osc, path)["FULL_PATH"] == path


def test_one_attribute_is_given_where_it_is_asked_for(osc: Osc, show: Show) -> None:
    show.store.change(octaves=5)
    octaves = "/dreamstream/param/octaves"
    assert node(osc, f"{octaves}?VALUE") == {"VALUE": [5]}
    assert node(osc, f"{octaves}?RANGE") == {"RANGE": [{"MIN": 1, "MAX": 8}]}
    assert node(osc, f"{octaves}?TYPE") == {"TYPE": "i"}
    assert node(osc, "/dreamstream/param?TYPE") == {}
    info = node(osc, "/anywhere?HOST_INFO")
    assert info == {
        "NAME": "dreamstream",
        "EXTENSIONS": dict.fromkeys(EXTENSIONS, True),
        "OSC_PORT": osc.port,
        "OSC_TRANSPORT": "UDP",
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/dreamstream/param/zom", 404),
        ("/dreamstream/action/nothing?TYPE", 404),
        ("/dreamstream/action/amount.up?VALUE", 204),
        ("/dreamstream/param?VALUE", 204),
        ("/dreamstream/param/zoom?CLIPMODE", 204),
        ("/dreamstream/param/zoom?GABBA", 400),
        ("//[/", 400),
    ],
)
def test_errors_are_the_proposals(path: str, status: int, osc: Osc) -> None:
    assert get(osc, path)[0] == status


def test_people_get_a_page(osc: Osc, show: Show) -> None:
    show.store.change(second="<b>")
    status, text = get(osc, "/", Accept="text/html,application/xhtml+xml")
    assert status == 200
    assert text.startswith("<!doctype html>")
    assert "<td>&lt;b&gt;</td>" in text
    for address in (ZOOM, "/dreamstream/action/effect.mirror.hold"):
        assert f"<td>{address}</td>" in text
    assert get(osc, "/?HTML") == (200, text)
    assert json.loads(get(osc, "/", Accept="application/json")[1])["FULL_PATH"] == "/"


def test_python_oscquery_reads_it(osc: Osc, show: Show) -> None:
    where = ServiceInfo(
        "_oscjson._tcp.local.", "it._oscjson._tcp.local.", port=osc.port, addresses=[bytes([127, 0, 0, 1])]
    )
    client = OSCQueryClient(where)
    info = client.get_host_info()
    assert (info.name, info.osc_port, info.osc_transport) == ("dreamstream", osc.port, "UDP")
    show.store.change(zoom=0.03, octaves=5)
    params = client.query_node("/dreamstream/param")
    assert {each.full_path.rsplit("/")[-1] for each in params.contents} == set(PARAMS)
    assert params.find_subnode(ZOOM).value == [0.03]
    assert params.find_subnode("/dreamstream/param/octaves").type == [int]
    assert client.query_node("/dreamstream/param/zom") is None


def test_who_listens_is_told_what_changes_until_it_ignores(osc: Osc, show: Show) -> None:
    with listen(osc) as connection:
        command(connection, "LISTEN", ZOOM)
        command(connection, "LISTEN", "/dreamstream/param/freeze")
        assert {heard(connection).address for _ in range(2)} == {ZOOM, "/dreamstream/param/freeze"}
        show.store.change(zoom=0.05, freeze=True, octaves=7)
        osc.told(show.store.snapshot())
        values = {address: value for address, (value,), _ in (heard(connection), heard(connection))}
        assert values == {ZOOM: pytest.approx(0.05), "/dreamstream/param/freeze": True}
        assert values["/dreamstream/param/freeze"] is True, "OSC's own, as its type says"
        command(connection, "IGNORE", ZOOM)
        connection.send(packet_of("/dreamstream/param/octaves"))
        assert heard(connection).values == (7,)
        show.store.change(zoom=0.01, freeze=False)
        osc.told(show.store.snapshot())
        assert heard(connection).values == (False,)
    until(lambda: "client" not in osc.line)


def test_packets_by_websocket_are_taken_and_not_told_back(osc: Osc, show: Show, player: Player) -> None:
    with listen(osc) as connection, listen(osc) as other:
        for each in (connection, other):
            command(each, "LISTEN", ZOOM)
            heard(each)
        connection.send(packet_of(ZOOM, 0.04))
        until(lambda: show.turn() or show.store.hand.zoom == 0.04)
        osc.told(show.store.snapshot())
        assert heard(other).values[0] == pytest.approx(0.04)
        show.store.change(zoom=0.02)
        osc.told(show.store.snapshot())
        assert heard(connection).values[0] == pytest.approx(0.02)


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "[" * 50_000, "{}", '{"COMMAND": 3, "DATA": 4}', '{"COMMAND": "LISTEN", "DATA": "/x"}'],
)
def test_wrong_commands_are_told_and_the_connection_holds(text: str, osc: Osc, show: Show) -> None:
    with listen(osc) as connection:
        connection.send(text)
        connection.send(packet_of(ZOOM))
        assert heard(connection).address == ZOOM
    (line,) = show.told
    assert "is needed" in line


def test_another_sites_page_may_not_play(osc: Osc) -> None:
    for origin in (
        "http://evil.example",
        "null",
        f"http://evil.example:{osc.port}",
        "http://[",
        "http://10.0.0.1",
    ):
        with pytest.raises(InvalidStatus, match="403"), listen(osc, origin=origin):
            pass
    by_name = {"origin": "http://evil.example", "additional_headers": {"Host": "evil.example"}}
    with pytest.raises(InvalidStatus, match="403"), listen(osc, **by_name):  # its name leads here
        pass
    with listen(osc, origin=f"http://127.0.0.1:{osc.port}"):
        pass


def test_a_message_that_is_too_large_ends_its_connection_alone(osc: Osc) -> None:
    with listen(osc) as connection, pytest.raises(ConnectionClosed):
        connection.send(b"x" * 70_000)
        connection.recv(PATIENCE)
    assert node(osc, ZOOM)["FULL_PATH"] == ZOOM


def test_noise_at_the_port_harms_nothing(osc: Osc, show: Show, player: Player) -> None:
    rng = random.Random(3)
    starts = [b"", b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\n", b"GET " + b"/a" * 9000]
    starts += [b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", b"GET /%ff%00?VALUE HTTP/1.1\r\n\r\n"]
    starts += [b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"]
    for number in range(150):
        with socket.create_connection(("127.0.0.1", osc.port), PATIENCE) as connection:
            connection.sendall(starts[number % len(starts)] + rng.randbytes(rng.randrange(200)))
    until(lambda: _answers(osc))
    player.send(ZOOM, 0.07)
    player.settle()
    show.turn()
    assert show.store.hand.zoom == 0.07
    assert show.told == []


def test_connections_are_bounded(osc: Osc, player: Player) -> None:
    idle = [socket.create_connection(("127.0.0.1", osc.port), PATIENCE) for _ in range(80)]
    refused = sum(_is_closed(each) for each in idle[64:])
    assert refused == 16
    player.settle()
    for each in idle:
        each.close()
    until(lambda: _answers(osc))


def _is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def _answers(osc: Osc) -> bool:
    try:
        return get(osc, ZOOM)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def test_whole_trees_are_given_ten_times_a_second_and_single_addresses_all_the_same(show: Show) -> None:
    tree, any_taker, nobody = Tree(show.store, {}), cast(Any, None), cast(Any, None)
    query = Query(tree, any_taker, nobody, nobody, 9000, clock=lambda: 0.0)

    def status(path: str) -> int:
        response = query._answer(Request(path, Headers(), "GET", "HTTP/1.1"))
        return 101 if response is None else response.status_code

    assert [status("/") for _ in range(12)] == [200] * 10 + [503] * 2
    assert status("/dreamstream/param") == 503
    assert status(ZOOM) == 200


def test_it_ends_at_once_with_connections_that_ask_for_nothing(osc: Osc) -> None:
    idle = [socket.create_connection(("127.0.0.1", osc.port), PATIENCE) for _ in range(5)]
    with listen(osc) as connection:
        started = time.monotonic()
        osc.close()
        assert time.monotonic() - started < 4, "they have 5 s to ask"
        with pytest.raises(ConnectionClosed):
            connection.recv(PATIENCE)
    assert all(_is_closed(each) for each in idle)
    for each in idle:
        each.close()


def test_who_does_not_read_is_let_go(osc: Osc, show: Show) -> None:
    """What waits for it would fill the memory."""
    lines = ["GET / HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "\r\n"]
    show.store.change(second="x" * 3000)
    ask = packet_of("/dreamstream/param/second")
    frame = bytes([0x82, 0x80 | len(ask)]) + b"\0\0\0\0" + ask
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", osc.port))
        connection.sendall("\r\n".join(lines).encode())
        assert b"101" in connection.recv(4096)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while True:
                connection.sendall(frame * 100)
    assert node(osc, ZOOM)["FULL_PATH"] == ZOOM
