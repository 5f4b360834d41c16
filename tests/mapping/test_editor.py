"""A mapping in somebody's hands: the mouse's and the keys'."""

from itertools import pairwise

import numpy as np
import pytest

from dreamstream.errors import UsageError
from dreamstream.mapping import Mapping
from dreamstream.mapping.editor import SUBJECTS, Editor, Surface
from dreamstream.mapping.net import grid
from dreamstream.size import Size

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
HERE = Surface(Size(200, 100), np.array(SQUARE))


@pytest.fixture
def editor() -> Editor:
    return editor_of(Mapping(), Mapping(gain=0.5))


def editor_of(*mappings: Mapping) -> Editor:
    editor = Editor(*mappings)
    editor.surfaces = (HERE,) * len(mappings)
    return editor


def at(x: float, y: float) -> np.ndarray:
    return np.array((x, y)) / HERE.size


def test_a_corner_is_dragged_by_the_mouse_from_where_it_was_taken(editor: Editor) -> None:
    editor.press(at(190, 95))
    assert editor.held
    editor.drag(at(170, 75))
    assert editor.mapping.corners == (*SQUARE[:2], (0.9, 0.8), SQUARE[3])
    editor.let_go()
    editor.drag(at(10, 10))
    assert editor.mapping.corners[2] == (0.9, 0.8)
    assert editor.line() == "window 1 of 2: corner lower right, at 180.0, 80.0"
    assert HERE.corners.tolist() == [list(corner) for corner in SQUARE], "which are the window's"


def test_the_mouse_takes_nothing_far_from_all_handles(editor: Editor) -> None:
    editor.press(at(100, 50))
    editor.drag(at(110, 50))
    assert not editor.held
    assert editor.mapping == Mapping()


def test_keys_nudge_by_pixels_the_corner_that_is_chosen(editor: Editor) -> None:
    editor.step(1)
    editor.nudge(-1, 0)
    editor.nudge(0, 5)
    assert editor.mapping.corners == (SQUARE[0], (0.995, 0.05), *SQUARE[2:])
    editor.step(-2)
    editor.nudge(0, -0.2)
    assert editor.mapping.corners[3] == (0.0, 0.998)
    editor.reset()
    assert editor.mapping == Mapping()


def test_no_corner_is_bent_inwards(editor: Editor) -> None:
    editor.press(at(0, 0))
    editor.drag(at(90, 40))
    kept = editor.mapping
    editor.drag(at(150, 90))
    assert editor.mapping == kept
    editor.drag(at(80, 40))
    assert editor.mapping.corners[0] == (0.4, 0.4), "and it goes on from where that can be"


def test_a_mesh_is_moved_where_its_pinned_surface_is(editor: Editor) -> None:
    for corner, place in ((0, (20, 10)), (1, (180, 0))):
        editor.chosen = corner
        editor.press(at(*(np.array(SQUARE[corner]) * HERE.size)))
        editor.drag(at(*place))
        editor.let_go()
    editor.step_subject()
    assert editor.subject == "mesh"
    handles = editor.handles()
    assert len(handles) == 9
    middle = handles[4]
    editor.press(middle)
    editor.drag(middle + at(6, -4))
    assert editor.handles()[4] == pytest.approx(middle + at(6, -4), abs=1e-5)
    assert np.delete(editor.handles(), 4, axis=0) == pytest.approx(np.delete(handles, 4, axis=0), abs=1e-5)
    assert editor.line().startswith("window 1 of 2: mesh of 3x3, point 2, 2, at ")
    editor.reset()
    assert editor.mapping.mesh is None


def test_a_finer_mesh_lies_where_the_coarser_did(editor: Editor) -> None:
    mesh = grid(3, 3)
    mesh[1, 1] += (0.05, 0.03)
    editor = editor_of(Mapping(mesh=mesh.tolist()))
    points = grid(7, 7).reshape(-1, 2)
    before = editor.mapping.net(HERE.corners).places(points)
    editor.step_mesh(1)
    editor.step_mesh(1)
    assert np.array(editor.mapping.mesh).shape == (5, 5, 2)
    assert editor.mapping.net(HERE.corners).places(points) == pytest.approx(before, abs=0.012)
    for _ in range(20):
        editor.step_mesh(-1)
    assert np.array(editor.mapping.mesh).shape == (2, 2, 2)
    for _ in range(20):
        editor.step_mesh(1)
    assert np.array(editor.mapping.mesh).shape == (9, 9, 2)


def test_numbers_are_nudged_within_their_range(editor: Editor) -> None:
    editor.subject = "edges"
    editor.step(2)
    for _ in range(3):
        editor.nudge(1, 0)
    editor.nudge(0, -1)
    assert editor.mapping.edges == (0.0, 0.0, 0.02, 0.0)
    assert editor.line() == "window 1 of 2: edges, right 0.02"
    editor.step_window(1)
    editor.subject = "colour"
    editor.nudge(-1, 0)
    assert editor.mapping == Mapping(gain=0.48)
    for _ in range(100):
        editor.nudge(0, 1)
    assert editor.mapping.gain == pytest.approx(0.0, abs=0.02)
    assert len(editor.handles()) == 0
    editor.press(at(0, 0))
    assert not editor.held
    editor.reset()
    assert editor.mappings[0].edges == (0.0, 0.0, 0.02, 0.0)
    assert editor.mappings[1] == Mapping()


def test_all_that_can_be_moved_comes_in_turn(editor: Editor) -> None:
    seen = []
    for _ in SUBJECTS:
        seen.append(editor.subject)
        editor.step_subject()
    assert tuple(seen) == SUBJECTS
    assert editor.subject == SUBJECTS[0]


def test_the_sides_of_the_part_are_numbers_and_stay_within_the_picture(editor: Editor) -> None:
    while editor.subject != "part":
        editor.step_subject()
    editor.nudge(5, 0)
    editor.step(2)
    editor.nudge(-10, 0)
    editor.nudge(11, 0)
    assert editor.mapping.part == (0.05, 0.0, 0.85, 1.0)
    assert editor.line() == "window 1 of 2: part, right 0.9"
    editor.nudge(-90, 0)
    assert editor.mapping.part == (0.05, 0.0, 0.85, 1.0), "nothing would be left of it"
    editor.reset()
    assert editor.mapping == Mapping()


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_picture_is_spread_over_the_windows_and_again_in_each(count: int) -> None:
    editor = editor_of(*[Mapping(gain=0.5)] * count)
    editor.spread()
    assert editor.mappings[0].part[0] == 0
    for one, other in pairwise(editor.mappings):
        assert one.part[0] + one.part[2] == pytest.approx(other.part[0], abs=1e-5)
    assert sum(editor.mappings[-1].part[::2]) == pytest.approx(1, abs=1e-5)
    assert [Mapping.model_validate(each.model_dump()) for each in editor.mappings] == [*editor.mappings]
    editor.spread()
    assert editor.mappings == (Mapping(gain=0.5),) * count


def test_a_window_keeps_effects_of_its_own_until_it_goes_with_the_show_s_again(editor: Editor) -> None:
    editor.go_to(1)
    editor.keep_effects("mirror+trails:0.5")
    assert [each.effects for each in editor.mappings] == [None, "mirror+trails:0.5"]
    assert editor.line().endswith("; effects of its own: mirror+trails:0.5")
    editor.keep_effects("none")
    assert editor.mapping.effects is None
    with pytest.raises(UsageError, match="there is no window 3: the show has 2"):
        editor.go_to(2)
    assert editor.window == 1
