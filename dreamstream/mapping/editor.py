"""The editor: a window's mapping in somebody's hands, whatever moves it.

mouse, keys (as steps) -> the chosen handle or knob of the chosen window -> its Mapping, as long as it is one

What would fold the picture, or leave a knob's range, is not done.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from dreamstream.errors import UsageError
from dreamstream.mapping.homography import Points, through
from dreamstream.mapping.mapping import CORNERS, MOST_POINTS, PLAIN, Mapping
from dreamstream.mapping.net import grid, net_of
from dreamstream.size import Size

SUBJECTS = ("corners", "mesh", "edges", "colour", "part")
"""What can be moved, in turn."""
_MESH = 3  # points along each side of a mesh that is new
_REACH = 24  # pixels from a handle at which the mouse takes it


@dataclass(frozen=True)
class _Knob:
    """One number of a mapping: its name, its field, its place in that, and a step."""

    name: str
    field: str
    place: int | None
    step: float


_COLOURS = ("red", "green", "blue")
_SIDES = ("left", "top", "right", "bottom")
_KNOBS = {
    "edges": (
        *(_Knob(side, "edges", place, 0.005) for place, side in enumerate(_SIDES)),
        *(_Knob("curve", "edge_curve", None, 0.1), _Knob("gamma", "edge_gamma", None, 0.05)),
    ),
    "colour": (
        *(_Knob("gain", "gain", None, 0.02), _Knob("gamma", "gamma", None, 0.02)),
        *(_Knob(f"white {name}", "white", place, 0.01) for place, name in enumerate(_COLOURS)),
    ),
    "part": tuple(_Knob(side, "part", place, 0.01) for place, side in enumerate(_SIDES)),
}


@dataclass(frozen=True)
class Surface:
    """A window as it is now: its size, and where the picture lies if its corners are not pinned."""

    size: Size
    corners: Points


class Editor:
    """Changes `mappings`, one a window; which window, subject and handle are chosen is kept of each."""

    def __init__(self, *mappings: Mapping) -> None:
        self.mappings = mappings
        self.on = self.card = False
        """Whether somebody maps, and whether the test card is shown instead of the picture."""
        self.surfaces: tuple[Surface, ...] = ()
        """The windows as they are now; whoever draws them sets it before anything is moved."""
        self.window = 0
        self.subject = SUBJECTS[0]
        self.chosen = 0
        """The handle or knob, by number."""
        self._held: Points | None = None  # from the mouse to what it holds, in the window

    @property
    def mapping(self) -> Mapping:
        """The chosen window's."""
        return self.mappings[self.window]

    @property
    def _surface(self) -> Surface:
        return self.surfaces[self.window]

    @property
    def held(self) -> bool:
        """Whether the mouse holds a handle."""
        return self._held is not None

    def handles(self) -> Points:
        """Return where the chosen window's handles lie in its window (N×2); none where knobs are moved."""
        corners = self._corners()
        if self.subject == "corners":
            return corners
        if self.subject == "mesh":
            return through(net_of(corners).matrix, self.mesh.reshape(-1, 2))
        return np.empty((0, 2))

    def line(self) -> str:
        """Return in one line what is moved, where that is, and which effects are the window's own."""
        own = self.mapping.effects
        return self._moved() + (f"; effects of its own: {own}" if own is not None else "")

    def _moved(self) -> str:
        head = f"window {self.window + 1}" + (f" of {len(self.mappings)}" if len(self.mappings) > 1 else "")
        if knobs := _KNOBS.get(self.subject):
            knob = knobs[self.chosen]
            return f"{head}: {self.subject}, {knob.name} {self._value(knob):.3g}"
        x, y = self.handles()[self.chosen] * self._surface.size
        if self.subject == "corners":
            return f"{head}: corner {CORNERS[self.chosen]}, at {x:.1f}, {y:.1f}"
        rows, columns = self.mesh.shape[:2]
        row, column = divmod(self.chosen, columns)
        return f"{head}: mesh of {columns}x{rows}, point {column + 1}, {row + 1}, at {x:.1f}, {y:.1f}"

    def step_window(self, steps: int) -> None:
        """Go on to the next window."""
        self.window = (self.window + steps) % len(self.mappings)
        self.chosen, self._held = 0, None

    def go_to(self, window: int) -> None:
        """Go on to a window by its number from 0; UsageError where there is no such one."""
        if window >= len(self.mappings):
            raise UsageError(f"there is no window {window + 1}: the show has {len(self.mappings)}")
        self.step_window(window - self.window)

    def spread(self) -> None:
        """Part the picture among the windows, from left to right; all of it in each where that is so."""
        count = len(self.mappings)
        shares = [(round(n / count, 6), 0.0, round(1 / count, 6), 1.0) for n in range(count)]
        if all(each.part == share for each, share in zip(self.mappings, shares, strict=True)):
            shares = [PLAIN.part] * count
        self.mappings = tuple(
            each.model_copy(update={"part": share}) for each, share in zip(self.mappings, shares, strict=True)
        )

    def keep_effects(self, effects: str) -> None:
        """Have these be the chosen window's own effects; with its own already, it takes the show's again."""
        self._change(effects=effects if self.mapping.effects is None else None)

    def step_subject(self) -> None:
        """Go on to the next of what can be moved."""
        self.subject = SUBJECTS[(SUBJECTS.index(self.subject) + 1) % len(SUBJECTS)]
        self.chosen, self._held = 0, None

    def step(self, steps: int) -> None:
        """Go on to the next handle or knob."""
        self.chosen = (self.chosen + steps) % self._count()

    def nudge(self, across: float, down: float) -> None:
        """Move the chosen handle by so many pixels; a knob by as many steps, more to the right and up."""
        if knobs := _KNOBS.get(self.subject):
            knob = knobs[self.chosen]
            self._set(knob, round(self._value(knob) + (across - down) * knob.step, 6))
        else:
            at = self.handles()[self.chosen]
            self._move(at + np.array([across, down]) / self._surface.size)

    def press(self, place: Points) -> None:
        """Take the handle that is nearest to the mouse, if one is near."""
        handles = self.handles()
        far = np.hypot(*((handles - place) * self._surface.size).T)
        if len(far) and far.min() <= _REACH:
            self.chosen = int(far.argmin())
            self._held = handles[self.chosen] - place

    def drag(self, place: Points) -> None:
        """Move what the mouse holds along with it."""
        if self._held is not None:
            self._move(place + self._held)

    def let_go(self) -> None:
        """The mouse holds nothing any more."""
        self._held = None

    def reset(self) -> None:
        """Have what is moved now as it was before anybody mapped it."""
        fields = {"corners": ["corners"], "mesh": ["mesh"]}.get(self.subject)
        fields = fields or [knob.field for knob in _KNOBS[self.subject]]
        self._change(**{name: Mapping.model_fields[name].default for name in fields})
        self.chosen = min(self.chosen, self._count() - 1)

    def step_mesh(self, steps: int) -> None:
        """Give the mesh more points a side, or fewer; it stays as it is as nearly as they can say it."""
        mesh = self.mesh
        count = min(max(max(mesh.shape[:2]) + steps, 2), MOST_POINTS)
        square = net_of(np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float), mesh)
        points = square.places(grid(count, count).reshape(-1, 2)).reshape(count, count, 2)
        self.subject, self.chosen = "mesh", 0
        self._change(mesh=points.round(6).tolist())

    def _corners(self) -> Points:
        """Return a copy of where the corners lie."""
        return np.array(self._surface.corners if self.mapping.corners is None else self.mapping.corners)

    @property
    def mesh(self) -> Points:
        """The points of the chosen window's mesh (rows × columns × 2), a new one if it has none."""
        return np.array(self.mapping.mesh) if self.mapping.mesh is not None else grid(_MESH, _MESH)

    def _count(self) -> int:
        if knobs := _KNOBS.get(self.subject):
            return len(knobs)
        return len(CORNERS) if self.subject == "corners" else self.mesh.size // 2

    def _move(self, place: Points) -> None:
        """Have the chosen handle lie at a place in the window."""
        points = self._corners()
        if self.subject == "mesh":
            place = through(np.asarray(np.linalg.inv(net_of(points).matrix), np.float64), place)
            points = self.mesh
        points.reshape(-1, 2)[self.chosen] = place
        self._change(**{self.subject: points.round(6).tolist()})

    def _value(self, knob: _Knob) -> float:
        if knob.field == "part":
            return _sides_of(self.mapping)[knob.place or 0]
        value = getattr(self.mapping, knob.field)
        return float(value if knob.place is None else value[knob.place])

    def _set(self, knob: _Knob, value: float) -> None:
        if knob.field == "part":
            sides = _sides_of(self.mapping)
            sides[knob.place or 0] = value
            left, top, right, bottom = sides
            self._change(part=[left, top, round(right - left, 6), round(bottom - top, 6)])
        elif knob.place is None:
            self._change(**{knob.field: value})
        else:
            values = list(getattr(self.mapping, knob.field))
            values[knob.place] = value
            self._change(**{knob.field: values})

    def _change(self, **fields: Any) -> None:
        """Change the chosen window's mapping, if that gives one."""
        try:
            changed = Mapping.model_validate({**self.mapping.model_dump(), **fields})
        except ValidationError:
            return
        self.mappings = (*self.mappings[: self.window], changed, *self.mappings[self.window + 1 :])


def _sides_of(mapping: Mapping) -> list[float]:
    """Return where in the picture a mapping's part begins and ends: left, top, right, bottom."""
    left, top, width, height = mapping.part
    return [left, top, round(left + width, 6), round(top + height, 6)]
