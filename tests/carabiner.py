"""A Carabiner for tests: a Link session's state, told by the documented lines on a real socket."""

import socket
import socketserver
import threading
import time
from collections.abc import Callable


class Carabiner(socketserver.ThreadingTCPServer):
    """Tells a session's state when it is asked, when somebody comes, and sometimes by itself."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0, answer: Callable[[], str] | None = None) -> None:
        self.bpm, self.peers, self.begun = 126.5, 1, time.monotonic() - 1000
        self.answer, self.connections = answer or self.status, list[socket.socket]()
        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def beats(self, seconds: float) -> float:
        return (seconds - self.begun) * self.bpm / 60

    def status(self) -> str:
        beat = self.beats(time.monotonic())
        return f"status {{ :peers {self.peers} :bpm {self.bpm:f} :start 73743731220 :beat {beat:f} }}\n"

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in self.connections:
            connection.close()


class Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Carabiner)
        self.server.connections.append(self.request)
        try:
            self.request.sendall(self.server.answer().encode())
            number = 0
            while data := self.request.recv(100):
                for _ in range(data.count(b"status\n")):
                    self.request.sendall(self.server.answer().encode())
                    number += 1
                    if number % 4 == 0:  # something has changed
                        self.request.sendall(b'version "1.1.6"\n' + self.server.answer().encode())
        except OSError:
            pass
