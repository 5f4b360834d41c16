"""Measuring: how fast it dreams here, part by part, and beside other ways of computing the same.

All parts are the real ones: a whole `Dreamer.step`, then its parts once more by themselves, turn by turn,
so that a machine that is busy for a while is busy for all of them.
"""
