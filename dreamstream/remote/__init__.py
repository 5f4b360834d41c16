"""The remote: a page for phone, tablet and desktop that plays the show, several at once."""

from dreamstream.remote.control import Remote

__all__ = ["Remote"]
