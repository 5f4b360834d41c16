"""For tests of programs: answers each line with itself; a number is its exit code, words its last ones."""

import json
import sys

from dreamstream.program import begin_program

end = begin_program()
sys.stderr.write("a library speaks")  # nobody hears it
for line in sys.stdin.buffer:
    what = json.loads(line)
    if isinstance(what, int):
        sys.exit(what)
    if isinstance(what, str):
        end(what)
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
