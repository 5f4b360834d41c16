"""dreamstream: a live instrument for DeepDream."""

__version__ = "0.1.0"
