"""Sockets: a port for messages and for queries, and whose of them are taken."""

import contextlib
import socket
from collections.abc import Callable, Collection
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from dreamstream.errors import ControlError, reason

Network = IPv4Network | IPv6Network

_BUFFER = 2**22  # bytes: a preset of another program comes as one burst
_TRIES = 20  # ports, until one is free for both


def among(networks: Collection[Network]) -> Callable[[str], bool]:
    """Return what says whether an address is in one of some networks; without any each is."""

    @lru_cache(1024)
    def may_send(host: str) -> bool:
        address = ip_address(host.partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return not networks or any(address in network for network in networks)

    return may_send


def sockets(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """Return a bound UDP socket, and a listening TCP socket, of the same port."""
    for left in reversed(range(_TRIES)):
        with contextlib.ExitStack() as opened:
            try:
                family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
                udp = opened.enter_context(socket.socket(family, socket.SOCK_DGRAM))
                with contextlib.suppress(OSError):  # some systems refuse so many
                    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
                udp.setblocking(False)
                udp.bind(address)
                tcp = opened.enter_context(socket.create_server(udp.getsockname(), family=family))
                opened.pop_all()
                return udp, tcp
            except OSError as error:
                if port or not left:
                    why = reason(error).partition(" (while")[0]  # Python's own words for the same
                    raise ControlError(
                        f"--osc {host}:{port}: {why}; another is needed, as in 9001"
                    ) from error
    raise AssertionError
