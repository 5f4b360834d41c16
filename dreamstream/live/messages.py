"""Messages: what the operator is told, whoever has to say it.

tell (any thread) -> Messages -> `lines`, for HUD, terminal and operator's window; the log
"""

import logging
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)

AGAIN = 10.0
"""Seconds: what comes back sooner with the same text is still the same failure, and is not logged again."""


class Messages:
    """Keeps the text of each matter until it is over, and the newest piece of news.

    Each is logged once, as a warning.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._matters: dict[str, str] = {}
        self._ended: dict[tuple[str, str], float] = {}  # by key and text: when, for those of late
        self._news = ""
        self.lines: tuple[str, ...] = ()
        """All of them, the oldest matter first and the news last."""

    def tell(self, text: str, key: str = "") -> None:
        """Take a text (see `Tell`): news is always logged, a matter only where its text is new."""
        with self._lock:
            if key:
                is_new = self._take_matter(text, key)
            else:
                self._news, is_new = text, bool(text)
            self.lines = tuple(dict.fromkeys(filter(None, (*self._matters.values(), self._news))))
        if is_new:
            _log.warning("%s", text)

    def _take_matter(self, text: str, key: str) -> bool:
        """Change a matter; return whether that is to be logged."""
        before = self._matters.get(key, "")
        if text == before:
            return False
        now = self._clock()
        self._ended = {matter: when for matter, when in self._ended.items() if now - when < AGAIN}
        is_new = bool(text) and (key, text) not in self._ended
        if before:
            self._ended[key, before] = now
        if text:
            self._matters[key] = text
        else:
            del self._matters[key]
        return is_new
