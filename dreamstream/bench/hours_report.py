"""What hours of a dream come to: the table, one JSON object, the picture, and whether the bars are passed.

minutes -> spans of five minutes, or hours -> a row each -> what is dead, old, or like another one
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean, median
from typing import Any

import numpy as np
from rich.table import Table

from dreamstream.bench.grid import GAP, grid
from dreamstream.bench.hours import Minute
from dreamstream.frame import Pixels
from dreamstream.tell import counted

_MEDIAN, _WORST = 5, 8  # of the loudest channels, which may be those of 6,000 frames before
_DEAD = 5  # minutes in a row that are dead, and as many as are too many
ALIKE = 0.25
"""The distance below which two spans are alike: the halves of one dream are nearer (docs/hours.md)."""
_FEW = 60  # minutes up to which a row is five of them, and an hour beyond


@dataclass(frozen=True, eq=False)
class Span:
    """Some minutes of a night, one after the other."""

    minutes: Sequence[Minute]

    @property
    def name(self) -> str:
        """From which minute to which."""
        return f"{self.minutes[0].number - 1} to {self.minutes[-1].number}"

    @property
    def in_common(self) -> list[int]:
        """How many of the loudest channels each minute had in common with that of 6,000 frames before."""
        return [each.in_common for each in self.minutes if each.in_common is not None]

    @property
    def dead(self) -> list[Minute]:
        """The minutes in which something is wrong with the picture."""
        return [each for each in self.minutes if each.verdict != "alive"]

    def distance(self, other: "Span") -> float:
        """Return how far apart two are: the mean distance of one's minutes from the nearest of the other's.

        Of the two means it is the larger (Dubuisson and Jain 1994, 'A modified Hausdorff distance for object
        matching'): two are alike where each minute of either has its like in the other.
        """
        pairs: list[list[float]] = [
            [a.signature.distance(b.signature) for b in other.minutes] for a in self.minutes
        ]
        return float(max(mean(map(min, pairs)), mean(map(min, zip(*pairs, strict=True)))))


class Report:
    """What the minutes of a night come to."""

    def __init__(self, minutes: Sequence[Minute], layer: str, failures: int = 0) -> None:
        self.all, self._layer, self._failures = Span(minutes), layer, failures
        each = 5 if len(minutes) <= _FEW else 60
        self.spans = [Span(minutes[first : first + each]) for first in range(0, len(minutes), each)]
        self._distances = {pair: pair[0].distance(pair[1]) for pair in combinations(self.spans, 2)}

    @property
    def misses(self) -> list[str]:
        """What a night must not do, and this one did, a line each."""
        found, misses = self.all.in_common, []
        if found and median(found) > _MEDIAN:
            misses.append(f"it repeats itself: a median of {median(found):g} in common, and {_MEDIAN} may be")
        if found and max(found) > _WORST:
            misses.append(f"it repeats itself: {max(found)} in common at the worst, and {_WORST} may be")
        if (dead := self._dead_in_a_row()) >= _DEAD:
            misses.append(f"it was dead for {counted(dead, 'minute')}: {self.all.dead[0].verdict}")
        for (one, other), distance in self._distances.items():
            if distance < ALIKE:
                misses.append(f"minutes {one.name} and {other.name} are alike: {distance:.2f} apart")
        if self._failures:
            misses.append(f"{counted(self._failures, 'frame')} failed")
        return misses

    def table(self) -> Table:
        """Return a row for each span."""
        table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
        heads = ("minutes", "in common", "worst", "new in 5 min", "dead", "nearest", "distance")
        for head in heads:
            table.add_column(head, justify="left" if head == "minutes" else "right", no_wrap=True)
        table.add_column("wrong")
        for span in self.spans:
            new = [each.new5 for each in span.minutes if each.new5 is not None]
            nearest = self._nearest(span)
            table.add_row(
                span.name,
                *((f"{median(span.in_common):g}", str(max(span.in_common))) if span.in_common else "--"),
                f"{median(new):.2f}" if new else "-",
                str(len(span.dead)),
                *((nearest[0].name, f"{nearest[1]:.2f}") if nearest else "--"),
                ", ".join(dict.fromkeys(each.verdict for each in span.dead)),
            )
        return table

    def as_json(self) -> dict[str, Any]:
        """Return it all as one object."""
        found = self.all.in_common
        return {
            "layer": self._layer,
            "in_common": {"median": median(found), "worst": max(found)} if found else None,
            "dead_minutes_in_a_row": self._dead_in_a_row(),
            "failed_frames": self._failures,
            "misses": self.misses,
            "spans": [
                {
                    "minutes": [span.minutes[0].number - 1, span.minutes[-1].number],
                    "in_common": {"median": median(span.in_common), "worst": max(span.in_common)}
                    if span.in_common
                    else None,
                    "distance": nearest[1] if (nearest := self._nearest(span)) else None,
                }
                for span in self.spans
            ],
            "minutes": [
                {
                    "minute": each.number,
                    "in_common": each.in_common,
                    "new5": each.new5,
                    "alive": each.vitals.alive,
                    "verdict": each.verdict,
                    "transform": each.transform,
                    "layer": each.layer,
                }
                for each in self.all.minutes
            ],
        }

    def _nearest(self, span: Span) -> tuple[Span, float] | None:
        """Return the span that is most like one, with its distance; None where there is no other."""
        found = [
            (pair[pair[0] is span], distance) for pair, distance in self._distances.items() if span in pair
        ]
        return min(found, key=lambda each: each[1], default=None)

    def _dead_in_a_row(self) -> int:
        longest = row = 0
        for each in self.all.minutes:
            row = 0 if each.verdict == "alive" else row + 1
            longest = max(longest, row)
        return longest


def picture(minutes: Sequence[Minute]) -> Pixels:
    """Return a strip with a column a minute, and below it the thumbnails, row by row."""
    small = grid([each.thumbnail for each in minutes if each.thumbnail is not None])
    each = max((small.shape[1] + GAP) // len(minutes), 1)  # px of a column
    strip = np.concatenate([np.repeat(minute.column, each, axis=1) for minute in minutes], axis=1)
    top = strip.shape[0] + (GAP if small.size else 0)
    whole = np.zeros((top + small.shape[0], max(strip.shape[1], small.shape[1]), 3), np.uint8)
    whole[: strip.shape[0], : strip.shape[1]] = strip
    whole[top:, : small.shape[1]] = small
    return whole
