"""For tests of programs: answers each line with itself; a number is its exit code, words its last ones."""

import json
import sys

from dreamstream.program import begin_program

say, end = begin_program()
for stream in (sys.stdout, sys.stderr):
    stream.write("a library speaks")  # nobody hears it
    stream.flush()
for line in sys.stdin.buffer:
    what = json.loads(line)
    if isinstance(what, int):
        sys.exit(what)
    if isinstance(what, str):
        end(what)
    say(line)
