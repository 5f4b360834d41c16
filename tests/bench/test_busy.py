"""Programs that want a core each, beside which a show is measured."""

import os
import sys

import pytest

from dreamstream.bench.busy import beside


@pytest.mark.skipif(sys.platform == "win32", reason="there are no sessions")
def test_each_has_a_session_of_its_own_and_all_end_with_the_measurement() -> None:
    with beside(2) as programs:
        assert [os.getsid(program) for program in programs] == list(programs)
        assert len({os.getsid(0), *programs}) == 3
    for program in programs:
        with pytest.raises(ProcessLookupError):
            os.kill(program, 0)
