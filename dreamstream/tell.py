"""How any room says something to the operator, without knowing who shows it."""

from typing import Protocol


class Tell(Protocol):
    """Takes what the operator should know, from any thread.

    `key` names one matter: a new text takes the place of the one before, an empty one says that the matter
    is over. Without a key it is news, and stays until the next.
    """

    def __call__(self, text: str, key: str = "") -> None:
        """Take a line of text."""
        ...


def tell_nobody(text: str, key: str = "") -> None:
    """Tell no one."""


def counted(number: int, noun: str) -> str:
    """Return `1 frame`, `2 frames`."""
    return f"{number} {noun}{'s' * (number != 1)}"
