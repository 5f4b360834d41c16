"""The command line: words -> a command, its settings -> its room; one clear line for what is wrong."""

from dreamstream.cli.entry import main

__all__ = ["main"]
