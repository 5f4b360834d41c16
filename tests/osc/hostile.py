"""Packets that somebody has broken on purpose."""

import random
import struct
from collections.abc import Iterator

from dreamstream.osc.packets import packet_of

_GOOD = [
    packet_of("/dreamstream/param/zoom", 0.02),
    packet_of("/dreamstream/param/octaves", 3),
    packet_of("/dreamstream/param/layer", "block3"),
    packet_of("/dreamstream/param/freeze", False),
    packet_of("/dreamstream/param/channels", 1, 2, 3),
    packet_of("/dreamstream/action/amount.up", 1),
    packet_of("/1/fader1", 0.5),
    packet_of("/dreamstream/param/zoom"),
]
_NUMBERS = [struct.pack(">f", value) for value in (float("nan"), float("inf"), -float("inf"), 1e38, -1e-44)]
_SIZES = [struct.pack(">i", size) for size in (-1, -4, -20, 0, 2**31 - 1, 65_536)]


def mutated(rng: random.Random, count: int) -> Iterator[bytes]:
    """Give packets: bits turned, cut, doubled, wrong sizes and numbers, bundles of such, noise."""
    for _ in range(count):
        packet = bytearray(rng.choice(_GOOD))
        if rng.random() < 0.3:
            parts = [bytes(packet), rng.choice(_GOOD)]
            packet = bytearray(b"#bundle\0" + struct.pack(">Q", rng.choice([0, 1, 2**63, 2**64 - 1])))
            for part in parts:
                packet += struct.pack(">i", len(part)) + part
        for _ in range(rng.randint(1, 4)):
            _mutate(rng, packet)
        yield bytes(packet)


def _mutate(rng: random.Random, packet: bytearray) -> None:
    at = rng.randrange(len(packet) + 1)
    match rng.randrange(7):
        case 0 if packet:
            packet[at % len(packet)] ^= 1 << rng.randrange(8)
        case 1:
            del packet[at:]
        case 2:
            packet[at:at] = packet[: rng.randrange(64)]
        case 3:
            packet[at : at + 4] = rng.choice(_SIZES)
        case 4:
            packet[-4:] = rng.choice(_NUMBERS)
        case 5:
            packet[at:at] = rng.randbytes(rng.randrange(64))
        case _:
            packet[at:at] = b"\xff" * rng.choice([1, 4, 1000])
