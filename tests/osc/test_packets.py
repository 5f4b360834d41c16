"""OSC packets: valid ones are read as python-osc wrote them, broken ones refused."""

import math
import random
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder, build_msg

from dreamstream.controls.values import shortest
from dreamstream.errors import ControlError
from dreamstream.osc.packets import Message, messages_of, packet_of
from tests.osc.hostile import mutated

ADDRESS = "/dreamstream/param/zoom"


def bundle(*packets: bytes, tag: int = 1) -> bytes:
    elements = b"".join(struct.pack(">i", len(packet)) + packet for packet in packets)
    return b"#bundle\0" + struct.pack(">Q", tag) + elements


@given(
    st.lists(
        st.one_of(
            st.integers(-(2**31), 2**31 - 1),
            st.booleans(),
            st.text(max_size=20).filter(lambda t: "\0" not in t),
        )
    )
)
def test_messages_are_read_as_they_were_written(values: list[int | bool | str]) -> None:
    (message,) = messages_of(bytes(build_msg(ADDRESS, values).dgram))
    assert message == Message(ADDRESS, tuple(values))


def test_a_bang_and_a_symbol_are_read_too() -> None:
    assert messages_of(b"/x\0\0,I\0\0") == [Message("/x", (None,))]
    assert messages_of(b"/x\0\0,S\0\0abc\0") == [Message("/x", ("abc",))]
    assert messages_of(b"/x\0\0") == [Message("/x", ())]


def test_switches_are_written_as_numbers_where_they_are_to_be_plain() -> None:
    assert messages_of(packet_of("/x", True)) == [Message("/x", (1,))]
    assert messages_of(packet_of("/x", True, plain=False))[0].values[0] is True


def test_a_bundle_says_when_its_messages_are_due() -> None:
    when = time.time() + 5
    builder = OscBundleBuilder(when)  # type: ignore[arg-type]
    builder.add_content(build_msg("/a", 1))
    inner = OscBundleBuilder(IMMEDIATELY)
    inner.add_content(build_msg("/b", 2))
    builder.add_content(inner.build())
    first, second = messages_of(bytes(builder.build().dgram))
    assert (first.address, second.address) == ("/a", "/b")
    assert first.due == pytest.approx(when, abs=1e-3)
    assert second.due == first.due, "what stands in a bundle is not due before it"
    assert messages_of(bundle(packet_of("/a", 1)))[0].due == 0


@pytest.mark.parametrize(
    ("packet", "words"),
    [
        (b"", "no OSC"),
        (b"GET / HTTP/1.1\r\n", "no OSC"),
        (b"/x", "without kinds"),
        (b"/x\0\0abc\0", "without kinds"),
        (b"/x\0\0,i\0\0\0\0", "cut off"),
        (b"/x\0\0,s\0\0\xff\xfe\0\0", "not text"),
        (b"/x\0\0,b\0\0\0\0\0\0", "of a kind"),
        (b"/x\0\0," + b"[" * 3000 + b"\0", "of a kind"),
        (packet_of("/x", "y" * 65_000), "4096 bytes"),
        (bundle()[:12], "cut off"),
        (bundle() + b"\xff\xff\xff\xfc", "wrong size"),
        (bundle() + b"\xff\xff\xff\xec" + packet_of("/x", 1), "wrong size"),
        (bundle() + b"\0\0\0\0", "wrong size"),
        (bundle(packet_of("/x", 1), b"nonsense"), "no OSC"),
        (bundle(*[packet_of("/x")] * 2000), "1024 messages"),
    ],
)
def test_what_is_broken_is_refused_in_a_few_words(packet: bytes, words: str) -> None:
    with pytest.raises(ControlError, match=words):
        messages_of(packet)


def test_bundles_in_bundles_are_refused_before_they_fill_the_stack() -> None:
    packet = packet_of("/x", 1)
    for _ in range(3000):
        packet = bundle(packet)
    with pytest.raises(ControlError, match="too many bundles"):
        messages_of(packet)


def test_mutated_packets_are_read_or_refused(caplog: pytest.LogCaptureFixture) -> None:
    for packet in mutated(random.Random(5), 10_000):
        try:
            messages = messages_of(packet)
        except ControlError as error:
            assert len(str(error)) < 100
        else:
            assert all(message.address.startswith("/") for message in messages)
    assert not caplog.records, "python-osc logs each thing that it does not know"


@given(st.floats(width=32, allow_nan=False))
def test_numbers_come_back_as_they_were_meant(number: float) -> None:
    assert struct.pack("f", shortest(number)) == struct.pack("f", number)


def test_the_shortest_number_is_the_one_that_a_person_means() -> None:
    def through(number: float) -> float:
        message = OscMessageBuilder("/x")
        message.add_arg(number, "f")
        return shortest(messages_of(bytes(message.build().dgram))[0].values[0])

    assert [through(number) for number in (0.05, 1.1, -0.01, 123.456)] == [0.05, 1.1, -0.01, 123.456]
    assert shortest(1 / 3) == 1 / 3, "a double is kept"
    assert math.isinf(shortest(math.inf))
