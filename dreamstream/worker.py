"""A worker: a named thread that ends when asked, and whose failure is not lost.

`stop` is flag, wake, join. What the thread raised is kept, and raised again to whoever joins.
"""

import threading
from collections.abc import Callable

from dreamstream.process import go_as_usual


class Worker:
    """Run `work(stopping)` in a thread called `name`; `wake` frees it from whatever it waits for."""

    def __init__(
        self,
        name: str,
        work: Callable[[threading.Event], None],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._work = work
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.error: BaseException | None = None

    def start(self) -> "Worker":
        """Start the thread, and return this worker."""
        self._thread.start()
        return self

    @property
    def alive(self) -> bool:
        """Whether the thread is running."""
        return self._thread.is_alive()

    def stop(self, timeout: float | None = None) -> None:
        """Ask the thread to end, wake it, and join it."""
        self._stopping.set()
        self._wake()
        self.join(timeout)

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end; raise what the thread raised."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        try:
            go_as_usual()
            self._work(self._stopping)
        except BaseException as error:  # kept for whoever joins: a thread has nobody else to tell
            self.error = error
