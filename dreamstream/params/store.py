"""The store: the newest params, for every thread to read, and the one place that changes them.

what was asked for -> choices, ranges, checks -> the next snapshot
"""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from textwrap import shorten
from typing import Any

from pydantic import ValidationError

from dreamstream.errors import ParamError, nearest
from dreamstream.params.chain import NONE, Link, chain_text, links_of
from dreamstream.params.table import TABLE, ParamInfo, Params

_CHAIN = "transform"
_CHAINS = (_CHAIN, "effects")


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
        self._params = Params()
        if params is not None:
            self.change(**params.model_dump())

    def snapshot(self) -> Params:
        """Return the newest params: immutable, so nothing tears."""
        return self._params

    def change(self, **values: Any) -> Params:
        """Set the named params, all or none; ParamError names the field, the value and the range."""
        with self._changed:
            checked = {name: self._checked(name, value) for name, value in values.items()}
            try:
                params = Params.model_validate({**self._params.model_dump(), **checked})
            except ValidationError as error:
                raise _param_error(error) from error
            kept = {
                name: self._checks[name](getattr(params, name)) for name in values if name in self._checks
            }
            self._params = params.model_copy(update=kept)
            self._changed.notify_all()
            return self._params

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
                params = self.change(**carried(self._params))
            except ParamError:
                self._choices, self._rounds, self._checks = before
                raise
            self._channels = {}
            return params

    def nudge(self, name: str, steps: float) -> Params:
        """Move a param by so many of its steps, within its range; names and channels go round.

        What has no parts (names, whole numbers) moves by one at least.
        """
        with self._changed:
            info, value, places = _known(name), getattr(self._params, name), _whole(steps)
            if name in self._rounds:
                names = self._rounds[name]
                if name in _CHAINS:
                    return self.change(**{name: self._turned_link(name, value, places)})
                if len(names) < 2:
                    raise ParamError(f"there is no other {name.replace('_', ' ')} to go to here")
                return self.change(**{name: self._moved(name, value, places)})
            if isinstance(value, bool):
                return self.change(**{name: not value})
            if isinstance(value, tuple):
                return self.change(**{name: self._turned(value, places)})
            if isinstance(value, str):
                raise ParamError(f"there is no list of what {name.replace('_', ' ')} can be to go through")
            if info.step is None:  # a counter
                return self.change(**{name: value + places})
            moved = round(value + steps * info.step, 9)
            if isinstance(value, int):
                moved = value + _whole(steps * info.step)
            return self.change(**{name: type(value)(_within(info, moved))})

    def add_link(self, chain: str = _CHAIN) -> Params:
        """Add one more link to a chain: that behind its last, for `nudge` to go on from."""
        with self._changed:
            links = links_of(getattr(self._params, chain), chain)
            last = links[-1].name if links else ""
            names = [name for name in self._rounds[chain] if links_of(name)]
            added = names[(names.index(last) + 1) % len(names)] if last in names else names[0]
            return self.change(**{chain: chain_text([*links, Link(added)])})

    def drop_link(self, chain: str = _CHAIN) -> Params:
        """Take the last link of a chain away."""
        with self._changed:
            return self.change(**{chain: chain_text(links_of(getattr(self._params, chain), chain)[:-1])})

    def has_link(self, name: str, link: str) -> bool:
        """Return whether a link of this name is in a param's chain."""
        return any(each.name == link for each in links_of(getattr(self._params, name), name))

    def switch_link(self, name: str, link: str, on: bool | None = None) -> Params:
        """Put a link at the end of a param's chain, or take it out of it; None: what it is not now."""
        with self._changed:
            links = links_of(getattr(self._params, name), name)
            rest = [each for each in links if each.name != link]
            there = len(rest) < len(links)
            if there == (not there if on is None else on):
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

    def _checked(self, name: str, value: Any) -> Any:
        info = _known(name)
        if name in _CHAINS:
            return self._chain(name, value)
        if name in self._choices and value not in self._choices[name]:
            raise ParamError(f"no {name} '{value}'; {nearest(str(value), self._choices[name])}")
        if not info.clamp:
            return value
        try:
            number = float(value)
        except (TypeError, ValueError):
            return value  # the model says what is wrong with it
        return value if math.isnan(number) else _within(info, number)

    def _chain(self, chain: str, value: Any) -> str:
        """Return a chain's text spelt one way, each name of it known."""
        links, names = links_of(str(value), chain), self._choices.get(chain)
        for link in links:
            if names is not None and link.name not in names:
                raise ParamError(f"no {chain.removesuffix('s')} '{link.name}'; {nearest(link.name, names)}")
        return chain_text(links)

    def _turned_link(self, chain: str, text: str, steps: int) -> str:
        """Return the chain with its last link moved on; an empty one begins with `none`."""
        *links, last = links_of(text, chain) or (Link(NONE),)
        return chain_text([*links, Link(self._moved(chain, last.name, steps), last.scale)])

    def _moved(self, name: str, value: str, steps: int) -> str:
        """Return the name so many places on; from one that is not on the short list, the next that is."""
        names, order = self._rounds[name], self._choices.get(name, self._choices.get("layer", ()))
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

    def _turned(self, channels: tuple[int, ...], steps: int) -> tuple[int, ...]:
        """Return the channels moved on, round the layer's count; from all of them, its first or last."""
        count = self._channels.get(self._params.layer)
        if not channels:
            return ((steps - 1 if steps > 0 else steps) % count if count else 0,)
        return tuple((channel + steps) % count if count else max(channel + steps, 0) for channel in channels)


def _known(name: str) -> ParamInfo:
    if name not in TABLE:
        raise ParamError(f"no param '{name}'; {nearest(name, TABLE)}")
    return TABLE[name]


def _whole(steps: float) -> int:
    """Return steps as a whole number, at least one either way."""
    return int(math.copysign(max(1, round(abs(steps))), steps))


def _within(info: ParamInfo, value: float) -> float:
    assert info.low is not None and info.high is not None
    return min(max(value, info.low), info.high)


def _param_error(error: ValidationError) -> ParamError:
    first = error.errors()[0]
    info = TABLE[str(first["loc"][0])]
    wanted = (
        f"a value in {info.range}" if info.range else f"something like {info.example or repr(info.default)}"
    )
    given = shorten(repr(first["input"]), 60, placeholder=" ...")
    name = info.flag.removeprefix("--").replace("-", "_")
    return ParamError(f"{name} cannot be {given}: {wanted} is needed ({info.help})")
