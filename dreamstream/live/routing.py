"""A show's routes while it runs: a person's own, and the preset's behind them.

preset recalled -> its routes, in place of the preset's before -> router
routes.toml, looked at each second -> router
something touched, a control moved -> a route more, or one fewer -> router, routes.toml
"""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from dreamstream.controls import Route
from dreamstream.controls.learn import Learn
from dreamstream.controls.routefile import RouteFile, add_route, drop_routes
from dreamstream.controls.router import Router
from dreamstream.controls.routes import besides
from dreamstream.controls.signals import control_of
from dreamstream.errors import ControlError
from dreamstream.every import Every
from dreamstream.tell import Tell

_LOOK = 1.0  # seconds from one look at the file to the next
_AT_ONCE = ("quit", "panic")  # done whoever is learning what


class Routing:
    """Looks after the routes of a router, those of a `file` to begin with; ControlError if it cannot be read.

    Without a file what is learned holds for the show alone.
    """

    def __init__(
        self,
        router: Router,
        learn: Learn,
        actions: Collection[str],
        file: RouteFile | None,
        tell: Tell,
        clock: Callable[[], float],
    ) -> None:
        self._router, self._learn, self._actions, self._file = router, learn, actions, file
        self._tell, self._clock, self._look = tell, clock, Every(_LOOK)
        self._problems: list[str] = []
        self._own = list(router.routes)
        self._of_preset: list[Route] = []
        self._learned: list[Route] = []
        self._unwritten: list[Route] = []  # learned, where the file could not be written
        self._known = 0  # actions, when the file was read
        if file is not None:
            self._go_by(*file.read(actions))

    @property
    def kept(self) -> list[Route]:
        """The routes that go with a preset that is saved now: what came with one, and what was learned."""
        return [*self._learned, *besides(self._of_preset, self._learned)]

    def recalled(self, routes: Sequence[Route]) -> None:
        """Turn a preset's routes, in place of those of the preset before."""
        self._of_preset = list(routes)
        self._turn_all()

    def toggle(self) -> None:
        """Begin to learn a route, or leave it."""
        if self._learn.on:
            self._learn.end()
        else:
            self._learn.begin()
        self._tell(self._learn.text, "learn")

    def touched(self, name: str) -> bool:
        """Take an action or a param as touched, if somebody is learning; return whether it was that alone."""
        if not self._learn.on or name == "learn":
            return False
        self._learn.touch(name)
        return name not in _AT_ONCE

    def turn(self) -> None:
        """Look at what was learned, and at the file; call it each screen frame."""
        if self._learn.on:
            try:
                if (route := self._learn.turn()) is not None:
                    self._tell(self._take(route))
            except ControlError as error:
                self._tell(str(error))
            self._tell(self._learn.text, "learn")
        if self._file is not None and self._look.due(self._clock()) and self._is_news(self._file):
            self._read(self._file)

    def _take(self, route: Route) -> str:
        """Take over a route, or take away the one from its control to the same; return what to say."""
        routes, kept = self._router.routes, ""
        route = next((each for each in routes if _is_of_one_port(each, route)), route)
        control = control_of(route.signal)
        same = [each for each in routes if each.ends == route.ends]
        of_file = not same or any(each in self._own and each not in self._unwritten for each in same)
        lists = (self._own, self._of_preset, self._learned, self._unwritten)
        self._own, self._of_preset, self._learned, self._unwritten = (
            besides(each, [route]) for each in lists
        )
        if not same:
            self._own.append(route)
            self._learned.append(route)
        self._turn_all()
        try:
            if self._file is not None and of_file:
                self._keep(self._file.path, route, bool(same))
        except ControlError as error:
            kept = f", in this show alone: {error}"
            self._unwritten += [] if same else [route]
        self._look.hurry()
        does = "moves" if route.param is not None else "presses"
        return (f"unlearned: {control} no longer {does}" if same else f"learned: {route.signal} {does}") + (
            f" {route.to}{kept}"
        )

    def _turn_all(self) -> None:
        self._router.take([*self._own, *besides(self._of_preset, self._own)])

    def _keep(self, path: Path, route: Route, less: bool) -> None:
        """Write a route into the file, or take it out of it; what a controller's map says is switched off."""

        def same(signal: str, to: str) -> bool:
            return control_of(signal) == control_of(route.signal) and to == route.to

        if not less:
            add_route(path, route)
        elif not drop_routes(path, same):
            add_route(path, route.model_copy(update={"on": False}))

    def _is_news(self, file: RouteFile) -> bool:
        """Return whether a file has changed, or an action has come that it may have meant."""
        return file.changed() or len(self._actions) != self._known

    def _read(self, file: RouteFile) -> None:
        try:
            self._go_by(*file.read(self._actions))
        except ControlError as error:
            self._say([str(error)])

    def _go_by(self, routes: list[Route], problems: list[str]) -> None:
        """Take over what the file says."""
        self._own, self._known = [*routes, *besides(self._unwritten, routes)], len(self._actions)
        self._turn_all()
        self._say(problems)

    def _say(self, problems: list[str]) -> None:
        """Tell what is wrong in the file, until it is right."""
        before, self._problems = self._problems, problems
        for number in range(max(len(before), len(problems))):
            self._tell(problems[number] if number < len(problems) else "", f"routes {number}")


def _is_of_one_port(route: Route, learned: Route) -> bool:
    """Return whether a route is what was learned, of one MIDI port alone: nobody learns which port it was."""
    control, port = control_of(route.signal).split("@", 1) if "@" in route.signal else ("", "")
    return bool(port) and control.startswith("midi:") and (control, route.to) == learned.ends
