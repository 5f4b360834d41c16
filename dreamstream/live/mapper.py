"""The mapper: the windows' mappings of a show, from their file, in the hands of whoever plays it, and back.

mapping.toml -> Editor <- actions, mouse -> mapping.toml, once nothing has moved for a moment
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from dreamstream.errors import DisplayError, ParamError, UsageError
from dreamstream.mapping import PLAIN, Mapping, read_mappings, write_mappings
from dreamstream.mapping.editor import Editor
from dreamstream.tell import Tell

_SETTLED = 0.5  # seconds without a change after which it is written


class Mapper:
    """Keeps an editor of the windows that there are, once they are open. For the main thread."""

    def __init__(self, path: Path, tell: Tell, effects: Callable[[], str] = lambda: "none") -> None:
        """Keep it in a file; `effects` gives the show's chain, which a window may keep as its own."""
        self._path, self._tell = path, tell
        self.editor = Editor()
        """What somebody maps with; of no windows as long as none are open."""
        self._rest: tuple[Mapping, ...] = ()  # of windows that are not here today
        self._saved: tuple[Mapping, ...] = ()
        self._seen: tuple[Mapping, ...] = ()
        self._changed = 0.0
        moves = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
        self.commands: dict[str, Callable[..., object]] = {
            "mapping.toggle": self._toggle,
            **{f"mapping.{name}": partial(self._nudge, *way) for name, way in moves.items()},
            "mapping.next": lambda: self._now.step(1),
            "mapping.previous": lambda: self._now.step(-1),
            "mapping.subject": lambda: self._now.step_subject(),
            "mapping.finer": lambda: self._now.step_mesh(1),
            "mapping.coarser": lambda: self._now.step_mesh(-1),
            "mapping.window": lambda: self._now.step_window(1),
            **{f"mapping.window.{n}": partial(self._go_to, n - 1) for n in range(1, 10)},
            "mapping.spread": lambda: self._now.spread(),
            "mapping.effects": lambda: self._now.keep_effects(effects()),
            "mapping.card": self._toggle_card,
            "mapping.reset": lambda: self._now.reset(),
        }
        """What actions do with it, by their names."""

    def open(self, windows: int, check: Callable[..., object] = lambda **params: None) -> None:
        """Begin with so many windows; DisplayError for a file with something wrong in it.

        `check` raises ParamError for params that cannot be, as a window's own effects.
        """
        mappings = mappings_of(self._path, check)
        self._rest = mappings[windows:]
        self.editor.mappings = (*mappings[:windows], *(PLAIN,) * (windows - len(mappings)))
        self._saved = self._seen = self.editor.mappings

    @property
    def mappings(self) -> tuple[Mapping, ...]:
        """The windows' mappings."""
        return self.editor.mappings

    def turn(self, now: float) -> None:
        """Write what was changed, once it stays; call it each screen frame."""
        if self.mappings is not self._seen:
            self._seen, self._changed = self.mappings, now
        elif self._seen is not self._saved and now - self._changed >= _SETTLED:
            self._save()

    def close(self) -> None:
        """Write what was changed and is not written yet."""
        if self.mappings is not self._saved:
            self._save()

    @property
    def _now(self) -> Editor:
        """The editor; UsageError where nothing can be mapped."""
        if not self.editor.mappings:
            raise UsageError("there is no window whose picture could be mapped")
        return self.editor

    def _toggle(self) -> None:
        editor = self._now
        editor.on = not editor.on
        editor.card = editor.card and editor.on
        editor.let_go()

    def _go_to(self, window: int) -> None:
        self._now.go_to(window)

    def _toggle_card(self) -> None:
        self._now.card = not self._now.card

    def _nudge(self, across: int, down: int, scale: float = 1.0) -> None:
        self._now.nudge(across * scale, down * scale)

    def _save(self) -> None:
        self._saved = self._seen = self.mappings
        try:
            write_mappings(self._path, (*self.mappings, *self._rest))
        except DisplayError as error:
            self._tell(f"mapping not kept: {error}", "mapping")
        else:
            self._tell("", "mapping")


def mappings_of(path: Path, check: Callable[..., object]) -> tuple[Mapping, ...]:
    """Return a file's mappings, whose effects can all be; DisplayError says in one line what is wrong."""
    mappings = read_mappings(path)
    for number, mapping in enumerate(mappings, 1):
        try:
            check(effects=mapping.effects or "none")
        except ParamError as error:
            raise DisplayError(f"{path}, window {number}: {error}") from error
    return mappings
