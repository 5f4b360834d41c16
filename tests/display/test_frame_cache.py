from dreamstream.display.frame_cache import FrameCache
from dreamstream.frame import Frame
from tests.fakes import frame


def test_a_frame_is_made_once_and_the_one_not_used_for_longest_is_written_over() -> None:
    made: list[tuple[int, str | None]] = []

    def make(frame: Frame, spare: str | None) -> str:
        made.append((frame.index, spare))
        return f"form {frame.index}"

    cache, frames = FrameCache(make), [frame(index) for index in range(5)]
    for each in (*frames[:4], frames[0], frames[4], frames[0]):
        assert cache(each) == f"form {each.index}"
    assert made == [(0, None), (1, None), (2, None), (3, None), (4, "form 1")]
    again = frame(3)
    assert cache(again) == "form 3"
    assert made[-1] == (3, "form 3"), "another frame of the same number is another picture"
    assert cache.clear() == ["form 2", "form 4", "form 0", "form 3"]
    cache(frames[0])
    assert made[-1] == (0, None)
