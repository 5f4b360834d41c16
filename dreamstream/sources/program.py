"""The program that a source is read in when it is apart, for as long as somebody asks.

python -m dreamstream.sources.program
    the first line of JSON on stdin says the opener and the place; each later one is a size, and asks for the
    newest picture, which comes on stdout: rows of RGB. What went wrong comes on stderr
"""

import json
import os
import sys
from collections.abc import Callable

from dreamstream.errors import reason
from dreamstream.frame import rounded
from dreamstream.program import begin_program
from dreamstream.size import Size


def main() -> None:
    """Give pictures until stdin ends; what is wrong is a line on stderr, and exit code 1."""
    say, end = begin_program()
    try:
        _serve(say)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:
        end(reason(error) or type(error).__name__)
    end("it has ended")


def _serve(say: Callable[[bytes], None]) -> None:
    from dreamstream.sources.openers import OPENERS

    lines = sys.stdin.buffer
    opener, where = json.loads(lines.readline())
    asked = (Size(*json.loads(line)) for line in lines)
    pictures = OPENERS[opener](where)
    for size in asked:
        picture = next(pictures, None)
        if picture is None:
            return
        say(rounded(picture(size)).tobytes())
    os._exit(0)  # nobody asks any more


if __name__ == "__main__":
    main()
