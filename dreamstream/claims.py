"""Files to be written: none that is read, none that another writes, none that nobody gave away.

    path -> check_free, before anything begins -> open(..., opener=claimed), locked for as long as it is open

Two paths are the same file whatever their spelling, through links of both kinds too. The lock is the system's
(flock), on the file itself: it ends with its process, however that ends. Windows has none.
"""

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from dreamstream.errors import RecordError


def check_free(path: Path, taken: bool, force: bool) -> None:
    """Raise RecordError where nothing can be written at `path`, or it is `taken` and there is no `force`."""
    folder = path.parent
    if not folder.is_dir():
        raise RecordError(f"{path}: there is no folder {folder}; make it first")
    if path.is_symlink() and not path.exists():
        raise RecordError(
            f"{path}: is a link to {path.readlink()}, which is not there; remove it, or take another name"
        )
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise RecordError(f"{path}: no permission to write there")
    if taken and not force:
        raise RecordError(f"{path}: is there already; take another name, or --force to replace it")


def check_unread(outputs: Iterable[Path], read: Iterable[Path]) -> None:
    """Raise RecordError where an output is one of the files and folders that are read."""
    known = {_identity(path): path for path in read}
    for path in outputs:
        if path.exists() and (other := known.get(_identity(path))) is not None:
            what = "what is read here" if other == path else f"{other}, which is read here"
            raise RecordError(f"{path}: is {what}; take another name for the output")


def is_among(path: Path, files: Iterable[Path]) -> bool:
    """Return whether a path leads to one of the files, or would where that is not there yet."""
    return _identity(path) in map(_identity, files)


def claimed(path: str, flags: int) -> int:
    """Open a file or folder and lock it, as an `opener` does; what is in it stays until it is emptied.

    Raises OSError, and RecordError where another writer has it, or where a new file is there already.
    """
    with _new(path):
        descriptor = os.open(path, flags & ~os.O_TRUNC, 0o666)
    try:
        _lock(descriptor)
    except BlockingIOError as error:
        os.close(descriptor)
        raise RecordError(f"{path}: another recording is writing there; take another name") from error
    return descriptor


def claim_folder(path: Path, new: bool) -> Callable[[], None]:
    """Lock a folder to write in it, made first if `new`; return what lets go of it. Raises as `claimed`."""
    if new:
        with _new(str(path)):
            path.mkdir()
    if sys.platform == "win32":  # where folders cannot be opened
        return lambda: None
    return partial(os.close, claimed(str(path), os.O_RDONLY))


def empty(descriptor: int) -> None:
    """Empty a file that was opened with `claimed`; a pipe or a device has nothing in it."""
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.ftruncate(descriptor, 0)


@contextlib.contextmanager
def _new(path: str) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise RecordError(f"{path}: has come to be there meanwhile; take another name") from error


def _lock(descriptor: int) -> None:
    """Lock a file as long as it is open; BlockingIOError where another has it."""
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a network's disk, perhaps, which has no locks
        return


def _identity(path: Path) -> object:
    """Return what a file is known by: its number on its disk, or where it is not there, its whole path."""
    try:
        status = path.stat()
    except OSError:
        return Path(os.path.realpath(path))
    return status.st_dev, status.st_ino
