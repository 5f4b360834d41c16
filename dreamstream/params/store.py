"""The store: the newest params, for every thread to read, and the one place that changes them.

change that is requested -> choices, ranges, checks -> the hand's params -> what routes lay over -> snapshot
"""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from textwrap import shorten
from typing import Any

from pydantic import ValidationError

from dreamstream.errors import ParamError, nearest
from dreamstream.knobs import NONE, Chain, Link, Numbers, ParamInfo, Round, chain_text, links_of
from dreamstream.params.growing import add_params, newest_params
from dreamstream.params.table import TABLE, Params, of_today


class ParamStore:
    """The newest snapshot, for any thread to read and to change.

    `choices` lists what the names in a text parameter may be (the transforms, the net's layers);
    `rounds` the shorter list that `nudge` goes through, where all would be too many; `checks` are asked
    for the value to keep (a class's full name for a part of it), and may raise ParamError.
    """

    def __init__(
        self,
        params: Params | None = None,
        choices: Mapping[str, Sequence[str]] | None = None,
        rounds: Mapping[str, Sequence[str]] | None = None,
        checks: Mapping[str, Callable[[Any], Any]] | None = None,
    ) -> None:
        fixed = {name: info.choices for name, info in TABLE.items() if info.choices}
        self._choices: dict[str, Sequence[str]] = {**fixed, **(choices or {})}
        self._rounds = {**self._choices, **(rounds or {})}
        self._checks = dict(checks or {})
        self._channels: dict[str, int] = {}
        self._changed = threading.Condition()
        self._hand = self._params = newest_params()()
        self._over: dict[str, float] = {}
        if params is not None:
            self.change(**params.model_dump())

    def snapshot(self) -> Params:
        """Return the newest params: immutable, so nothing tears."""
        return self._params

    @property
    def hand(self) -> Params:
        """The newest params as the hand has set them, without what is laid over them."""
        return self._hand

    def lay_over(self, values: Mapping[str, float]) -> None:
        """Lay numbers over some of the hand's, in place of those laid over before, cut to their ranges.

        Whole numbers are rounded, switches are on from 0.5. The hand's stay below, and may change meanwhile;
        they are to be seen where a param is refused what is laid over it.
        """
        with self._changed:
            if values != self._over:
                self._over = dict(values)
                self._put(self._hand)

    def change(self, **values: Any) -> Params:
        """Set the named params, all or none; ParamError names the field, the value and the range."""
        with self._changed:
            self._put(self._hand.model_copy(update=self.check(**values)))
            return self._params

    def check(self, **values: Any) -> dict[str, Any]:
        """Return the named params as `change` sets them, and change nothing; raises what it does."""
        values = of_today(values)
        with self._changed:
            checked = {name: self._checked(name, value) for name, value in values.items()}
            try:
                params = newest_params().model_validate(checked)
            except ValidationError as error:
                raise _param_error(error) from error
            return {
                name: self._checks[name](params[name]) if name in self._checks else params[name]
                for name in values
            }

    def grow(self, fields: Mapping[str, tuple[type, Any]]) -> bool:
        """Have more params, as `add_params` takes them; return whether there are new ones."""
        with self._changed:
            grown = add_params(fields)
            if grown:
                self._put(newest_params().model_construct(**dict(self._hand)))
            return grown

    def choices(self, name: str) -> Sequence[str]:
        """Return what the names in a text param may be now; none where that is not known, or it is free."""
        return self._choices.get(name, ())

    def go_over(
        self,
        choices: Mapping[str, Sequence[str]],
        rounds: Mapping[str, Sequence[str]],
        checks: Mapping[str, Callable[[Any], Any]],
        carried: Callable[[Params], Mapping[str, Any]],
    ) -> Params:
        """Go over to other choices, rounds and checks of some params, all or, with ParamError, nothing.

        `carried` gives the values that the params of the moment come to there.
        """
        with self._changed:
            before = self._choices, self._rounds, self._checks
            self._choices = {**self._choices, **choices}
            self._rounds = {**self._rounds, **choices, **rounds}
            self._checks = {**self._checks, **checks}
            try:
                params = self.change(**carried(self._hand))
            except ParamError:
                self._choices, self._rounds, self._checks = before
                raise
            self._channels = {}
            return params

    def nudge(self, name: str, steps: float) -> Params:
        """Move a param by so many of its steps, as its declaration says; ParamError where it has none.

        What has no parts (names, whole numbers) moves by one at least.
        """
        with self._changed:
            info, value, places = _known(name), getattr(self._hand, name), _whole(steps)
            match info.stepped:
                case Numbers(of=of):  # round their count where it is known; from none, its first or last
                    count = self._channels.get(self._hand[of])
                    first = (places - 1 if places > 0 else places) if count else 0
                    moved = [each + places for each in value] or [first]
                    value = tuple(each % count if count else max(each, 0) for each in moved)
                case Chain() as chain:
                    *links, last = links_of(value, chain) or (Link(NONE),)
                    onwards = self._next_name(name, last.name, places)
                    value = chain_text([*links, Link(onwards, last.scale)])
                case Round(order=order):
                    value = self._next_name(name, value, places, order)
                case None:
                    value = _stepped(info, value, steps)
            return self.change(**{name: value})

    def add_link(self, name: str) -> Params:
        """Add one more link to a param's chain: that behind its last, for `nudge` to go on from."""
        with self._changed:
            links = self._links(name)
            last = links[-1].name if links else ""
            names = [each for each in self._rounds[name] if each != NONE]
            added = names[(names.index(last) + 1) % len(names)] if last in names else names[0]
            return self.change(**{name: chain_text([*links, Link(added)])})

    def drop_link(self, name: str) -> Params:
        """Take the last link of a param's chain away."""
        with self._changed:
            return self.change(**{name: chain_text(self._links(name)[:-1])})

    def has_link(self, name: str, link: str) -> bool:
        """Return whether a link of this name is in a param's chain."""
        return any(each.name == link for each in self._links(name))

    def switch_link(self, name: str, link: str, on: bool | None = None) -> Params:
        """Put a link at the end of a param's chain, or take it out of it; None: what it is not now."""
        with self._changed:
            links = self._links(name)
            rest = [each for each in links if each.name != link]
            there = len(rest) < len(links)
            if on == there:
                return self._params
            return self.change(**{name: chain_text(rest if there else [*links, Link(link)])})

    def learn_channels(self, layer: str, count: int) -> None:
        """Note how many channels a layer has; who runs the net tells."""
        self._channels[layer] = count

    def channel_count(self, layer: str) -> int | None:
        """Return how many channels a layer has; None until it was dreamt with."""
        return self._channels.get(layer)

    def wait_for(self, ready: Callable[[Params], bool], timeout: float | None = None) -> bool:
        """Wait until a snapshot satisfies `ready`; it is also asked again at each `wake`."""
        with self._changed:
            return self._changed.wait_for(lambda: ready(self._params), timeout)

    def wake(self) -> None:
        """Have everyone in `wait_for` look again."""
        with self._changed:
            self._changed.notify_all()

    def _put(self, hand: Params) -> None:
        over = {name: self._laid(name, hand[name], value) for name, value in self._over.items()}
        self._hand, self._params = hand, hand.model_copy(update=over) if over else hand
        self._changed.notify_all()

    def _laid(self, name: str, below: Any, value: float) -> Any:
        fitted = _fitted(TABLE[name], below, value)
        if name not in self._checks:
            return fitted
        try:
            return self._checks[name](fitted)
        except ParamError:
            return below

    def _links(self, name: str) -> tuple[Link, ...]:
        chain = _known(name).stepped
        assert isinstance(chain, Chain), f"{name} is no chain"
        return links_of(getattr(self._hand, name), chain)

    def _checked(self, name: str, value: Any) -> Any:
        info = _known(name)
        if isinstance(info.stepped, Chain):
            links = links_of(str(value), info.stepped)
            names = self._choices.get(name, [link.name for link in links])
            for link in links:
                if link.name not in names:
                    raise ParamError(f"no {info.stepped.noun} '{link.name}'; {nearest(link.name, names)}")
            return chain_text(links)
        if name in self._choices and value not in self._choices[name]:
            raise ParamError(f"no {name} '{value}'; {nearest(str(value), self._choices[name])}")
        if not info.clamp:
            return value
        try:
            number = float(value)
        except (TypeError, ValueError):
            return value  # the model says what is wrong with it
        return value if math.isnan(number) else _within(info, number)

    def _next_name(self, name: str, value: str, steps: int, order_of: str = "") -> str:
        """Return the name so many places on; from one that is not on the short list, the next that is."""
        names, order = self._rounds.get(name), self._choices.get(order_of or name, ())
        if names is None:
            raise ParamError(f"there is no list of what {name.replace('_', ' ')} can be to go through")
        if len(names) < 2:
            raise ParamError(f"there is no other {name.replace('_', ' ')} to go to here")
        first = value.split(",")[0]
        known = [text for text in (value, first, first.rpartition(":")[0]) if text in names or text in order]
        if not known or known[0] in names:
            at = names.index(known[0]) if known else 0
        else:
            place = order.index(known[0])
            before = [i for i, each in enumerate(names) if each in order and order.index(each) < place]
            begin = next(i for i, each in enumerate(names) if each in order)
            at = (before[-1] if before else begin - 1) + (steps < 0)  # between two: back is the one before
        return names[(at + steps) % len(names)]


def _known(name: str) -> ParamInfo:
    if name not in TABLE:
        raise ParamError(f"no param '{name}'; {nearest(name, TABLE)}")
    return TABLE[name]


def _stepped(info: ParamInfo, value: Any, steps: float) -> Any:
    """Return a switch or a number moved."""
    if isinstance(value, bool):
        return not value
    if not isinstance(value, int | float):
        raise ParamError(f"{info.name.replace('_', ' ')} has no steps")
    if info.step is None:
        return value + _whole(steps)
    if isinstance(value, int):
        return int(_within(info, value + _whole(steps * info.step)))
    return float(_within(info, round(value + steps * info.step, 9)))


def _whole(steps: float) -> int:
    """Return steps as a whole number, at least one either way."""
    return int(math.copysign(max(1, round(abs(steps))), steps))


def _within(info: ParamInfo, value: float) -> float:
    assert info.low is not None and info.high is not None
    return min(max(value, info.low), info.high)


def _fitted(info: ParamInfo, like: Any, value: float) -> Any:
    """Return a number as a param of the kind of `like` has it."""
    if isinstance(like, bool):
        return value >= 0.5
    return type(like)(round(_within(info, value)) if isinstance(like, int) else _within(info, value))


def _param_error(error: ValidationError) -> ParamError:
    first = error.errors()[0]
    info = TABLE[str(first["loc"][0])]
    needed = (
        f"a value in {info.range}" if info.range else f"something like {info.example or repr(info.default)}"
    )
    given = shorten(repr(first["input"]), 60, placeholder=" ...")
    name = info.flag.removeprefix("--").replace("-", "_")
    return ParamError(f"{name} cannot be {given}: {needed} is needed ({info.help})")
