"""Scores that were written by version 0.1.0 play: two shows' files and a snapshot."""

from pathlib import Path
from typing import Any

import pytest

from dreamstream.nets import catalog
from dreamstream.params import Params
from dreamstream.score import Score, read_score, records
from dreamstream.stage import Stage
from dreamstream.stage.player import ScorePlayer
from dreamstream.stage.session import settings_of

SCORES = Path(__file__).parent.parent / "scores"


def at_the_end(score: Score) -> Params:
    """Return the params that the score ends with."""
    values: dict[str, Any] = dict(score.params)
    for event in score.events:
        values |= event.change if isinstance(event, records.Change) else {}
    return Params.model_validate(values)


@pytest.mark.parametrize(("name", "frames"), [("plain.jsonl", 64), ("full.jsonl", 200), ("snapshot.png", 68)])
def test_an_old_score_plays_to_its_end(name: str, frames: int) -> None:
    score = read_score(SCORES / name)
    swaps = [event.swap for event in score.events if isinstance(event, records.Swap)]
    nets = [swap.net["net"] for swap in swaps if isinstance(swap, records.NetSwap)]
    names = {score.start["net"], *nets}
    if away := [name for name in names if not catalog()[name].is_here()]:
        pytest.skip(f"the weights of {', '.join(away)} are not here")
    assert not score.problems
    stage = Stage(settings_of(score))
    dreamer = ScorePlayer(score, stage, exact=True).open_dreamer()
    sizes = [dreamer.step().size for _ in range(score.last)]
    assert len(sizes) == frames
    assert stage.store.snapshot() == at_the_end(score)
    canvases = [
        score.start["canvas"],
        *(list(swap.canvas) for swap in swaps if isinstance(swap, records.CanvasSwap)),
    ]
    assert list(dict.fromkeys(sizes)) == list(dict.fromkeys(map(tuple, canvases)))
    sources = [
        *score.start["sources"],
        *(swap.source for swap in swaps if isinstance(swap, records.SourceSwap)),
    ]
    assert list(stage.playing.settings.sources) == sources
    assert stage.playing.settings.net.net == [score.start["net"], *nets][-1]
    assert stage.playing.record() == {
        **dict.fromkeys(("mask", "other_net", "preset_b"), ""),  # which old scores do not say
        "tile": 0,
        **{name: score.start[name] for name in stage.playing.record() if name in score.start},
        "canvas": canvases[-1],
        "sources": sources,
    }
