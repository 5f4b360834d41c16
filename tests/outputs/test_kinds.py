"""What `--out` says, and what it must not say."""

import pytest

from dreamstream.errors import OutputError
from dreamstream.extras import extra_missing
from dreamstream.outputs import KINDS, Kind, Target, target_of
from dreamstream.outputs.memory import Memory
from dreamstream.size import Size


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("shm:dream", Target("dream", None, "shm", "dream")),
        ("dream:shm:dream", Target("dream", None, "shm", "dream")),
        ("screen:shm:screen", Target("screen", None, "shm", "screen")),
        ("screen@1280x720:shm:x", Target("screen", Size(1280, 720), "shm", "x")),
        ("@64x48:shm:x", Target("dream", Size(64, 48), "shm", "x")),
    ],
)
def test_a_target_has_a_picture_a_size_a_kind_and_a_place(text: str, target: Target) -> None:
    assert target_of(text) == target


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "KIND:WHERE is needed"),
        ("show.mp4", "KIND:WHERE is needed"),
        ("shn:x", "did you mean 'shm'"),
        ("shm:", "as in shm:NAME"),
        ("screen:shm", "KIND:WHERE is needed"),
        ("@8x8:shm:x", "32 to 8192"),
        ("screen@big:shm:x", "no kind of output"),
        ("shm:a/b", "letters, digits"),
        ("gone:x", "pip install 'dreamstream[gone]'"),
    ],
)
def test_what_cannot_be_is_one_line(text: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Kind("NAME", "nothing", Memory, missing=lambda: extra_missing("no_such_module", "gone"))
    monkeypatch.setitem(KINDS, "gone", gone)
    with pytest.raises(OutputError) as error:
        target_of(text)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
