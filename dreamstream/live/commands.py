"""The show's commands: what a key does beyond changing a param.

action's name -> what it does -> the text for the operator, where there is one
"""

import json
from collections.abc import Callable, Mapping
from functools import partial

from dreamstream.controls.tempo import Tempo
from dreamstream.live.recall import preset_commands
from dreamstream.live.show import Show
from dreamstream.params import ParamStore
from dreamstream.tell import Tell

_FLASHES = 3.0  # a second: what the flash guard lets through of a strobe on the beat


def show_commands(show: Show, tempo: Tempo) -> dict[str, Callable[[], object]]:
    """Return what the keys do with the show, by the actions' names; what fails raises DreamstreamError."""
    store, swapper, recordings = show.stage.store, show.swapper, show.recordings
    return {
        "transform.add": partial(store.add_link, "transform"),
        "transform.drop": partial(store.drop_link, "transform"),
        "canvas.larger": partial(swapper.canvas, 1),
        "canvas.smaller": partial(swapper.canvas, -1),
        "net.next": partial(swapper.step_net, 1),
        "net.previous": partial(swapper.step_net, -1),
        "tempo.tap": partial(_tap, tempo, store),
        **telling(
            show.messages.tell,
            {
                "record.toggle": recordings.toggle,
                "record.screen": recordings.toggle_screen,
                "record.keep": recordings.save_replay,
                "snapshot": partial(_snapshot, show),
                **preset_commands(show.stage),
            },
        ),
    }


def telling(tell: Tell, commands: Mapping[str, Callable[[], str]]) -> dict[str, Callable[[], object]]:
    """Return commands that tell the operator what these return."""

    def do(command: Callable[[], str]) -> None:
        tell(command())

    return {name: partial(do, command) for name, command in commands.items()}


def _tap(tempo: Tempo, store: ParamStore) -> None:
    if bpm := tempo.tap():
        rate = bpm / 60
        while rate > _FLASHES:
            rate /= 2
        store.change(bpm=bpm, strobe_rate=rate)


def _snapshot(show: Show) -> str:
    frame = show.ring.latest()[0]
    text = {
        "dreamstream:params": show.params_of(frame).model_dump_json(),
        "dreamstream:frame": str(frame.index),
        "dreamstream:show": json.dumps(show.stage.playing.record()),
    }
    return show.recordings.snapshot(frame, text, partial(show.score_entry, frame))
