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


def bar(value: float, goal: float | None = None, cells: int = 10) -> str:
    """Return a number from 0 to 1 as a bar, with a mark at the goal; what is beyond is cut."""
    full = min(max(round(value * cells), 0), cells)
    text = "█" * full + "░" * (cells - full)
    if goal is None:
        return text
    at = min(int(goal * cells), cells - 1)
    return f"{text[:at]}┃{text[at + 1 :]}"
