"""Contexts of OpenGL 3.3: of a window that is current, or without any window."""

import contextlib
import ctypes
import sys
from typing import Any

import moderngl

from dreamstream.errors import DisplayError


def new_context(**options: Any) -> moderngl.Context:
    """Return a context of OpenGL 3.3; DisplayError where there is none.

    Objects in it that nobody refers to any more are released by its `gc`, which is to be called now and then.
    """
    try:
        gl = moderngl.create_context(require=330, **options)
    except Exception as error:  # moderngl raises bare Exception
        raise DisplayError(f"no OpenGL 3.3: {error}") from error
    gl.gc_mode = "context_gc"
    return gl


def off_screen_context() -> moderngl.Context:
    """Return a context without a window, for the thread that asks; DisplayError where there is none."""
    # without EGL it would go over X11, which ends the whole process where the display refuses it
    backend: dict[str, Any] = {"backend": "egl"} if sys.platform.startswith(("linux", "freebsd")) else {}
    return new_context(standalone=True, **backend)


def close_off_screen(gl: moderngl.Context) -> None:
    """Release a context, and its thread: while that is EGL's, an X11 window would end the process."""
    gl.release()
    with contextlib.suppress(OSError, AttributeError):  # where there is no EGL
        ctypes.CDLL("libEGL.so.1").eglReleaseThread()
