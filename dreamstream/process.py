"""The process: its threads, standard streams and signals made fit for a show, however it was started."""

import io
import os
import signal
import sys


def prepare() -> None:
    """Do what must be done before anything else is."""
    # NumPy's matrices are small here: its threads would only spin beside the net's
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _open_streams()
    _heed_signals()


def _open_streams() -> None:
    """Open what was closed of the standard streams, to nowhere, and have no letter end the program.

    Else the first file that is opened, a recording perhaps, gets their number, and what is told is in it.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
    if sys.stdin and sys.stdout and sys.stderr:
        return
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _heed_signals() -> None:
    """Have the terminal's closing and `kill` end a show as Ctrl-C does."""
    for number in (getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it: the show outlives its terminal
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
