"""`dreamstream replay`: a score into a file, offline, at any size and quality.

score -> settings, stage, player -> dreamer -> frames -> laid out in time -> writer
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.console import Console

from dreamstream.dreamer import Dreamer
from dreamstream.errors import ScoreError, UsageError
from dreamstream.frame import Canvas, Frame, Pixels
from dreamstream.offline.film import Film, OutputSettings
from dreamstream.offline.layout import laid_out, tweened
from dreamstream.offline.music import Hearing, sound_of
from dreamstream.offline.scaling import Change, Scaling
from dreamstream.record import CONTAINERS, Sound
from dreamstream.score import ScreenTimes, Timeline, read_score
from dreamstream.size import Size
from dreamstream.sound import Track
from dreamstream.sources import is_live
from dreamstream.stage import Settings, Stage
from dreamstream.stage.player import ScorePlayer
from dreamstream.stage.session import differences, files_of, on_this_machine, settings_of
from dreamstream.tell import counted
from dreamstream.transforms.tween import Moment


@dataclass(frozen=True)
class ReplaySettings:
    """What is replayed; whatever is not given is as it was in the show.

    The output's `fps` tweens to that rate, with the screen's `effects` and light; without it each dreamed
    frame is written once, as it was dreamt. `first` and `last` are frames. `sound` began with the show's
    first frame; it moves no param, as what it did is in the score, but shaders hear it.
    """

    score: Path
    output: OutputSettings
    size: Size | None = None
    iterations: Change | None = None
    octaves: Change | None = None
    first: int = 1
    last: int | None = None
    sources: tuple[str, ...] = ()
    device: str = ""
    canvas_on: str = ""
    precision: str = ""
    effects: bool = True
    sound: Path | None = None


class Replay:
    """One replay: everything that can be wrong is found when it is made."""

    def __init__(self, settings: ReplaySettings) -> None:
        self.settings = settings
        self._dreamer: Dreamer | None = None
        if settings.output.loop_bars and settings.output.fps is None:
            raise UsageError("--loop-bars needs --fps F in a replay: its own frames have no steady rate")
        self.score = read_score(settings.score)
        self.last = self.score.last if settings.last is None else settings.last
        if not 1 <= settings.first <= self.last <= self.score.last:
            raise UsageError(
                f"frames {settings.first} to {self.last} cannot be replayed: "
                f"{settings.score} has 1 to {self.score.last}"
            )
        played = settings_of(self.score)
        possible, otherwise = on_this_machine(played)
        asked = _settings(possible, settings)
        drawn = settings.effects and settings.output.fps is not None
        self.timeline = Timeline(self.score, as_shown=drawn)
        self.sound = self._sound()
        self.stage = Stage(asked)
        with ExitStack() as refused:
            refused.callback(self.stage.close)
            read = [settings.sound] if settings.sound else []
            settings.output.check([*self.stage.reads, *files_of(self.score), *read])
            scaling = Scaling(played.size, asked.size, settings.iterations, settings.octaves)
            self.exact = asked == played and scaling.same
            """Whether all is as it was, so that the same machine dreams the same bits."""
            self.notes = [*self.score.problems, *differences(self.score, self.stage), *otherwise]
            self._player = ScorePlayer(self.score, self.stage, scaling, self.exact)
            refused.pop_all()

    def _sound(self) -> Sound | None:
        """Return what is heard from the first frame that is written on."""
        settings = self.settings
        if settings.sound is None:
            return None
        suffix = settings.output.path.suffix.lower()
        if suffix not in CONTAINERS:
            raise UsageError(f"--sound: {suffix or 'a folder'} carries no sound; {', '.join(CONTAINERS)} do")
        begin = self.timeline.time(settings.first) - self.timeline.time(1)
        return sound_of(Track(settings.sound), settings.output, begin)

    def frames(self, on_tile: Callable[[int, int], None] = lambda done, total: None) -> Iterator[Frame]:
        """Load the net and dream, from the first frame of the show to the last that is asked for."""
        dreamer = self._dreamer = self._player.open_dreamer()
        dreamer.network.on_tile = on_tile
        for _ in range(self.last):
            yield dreamer.step()

    def shown(self) -> Canvas | None:
        """Return the source's picture that was looked at last, where there is one yet."""
        return self._dreamer.shown if self._dreamer else None


def run_replay(settings: ReplaySettings, console: Console) -> None:
    """Replay into a file; raises the error of the first frame that fails."""
    replay = Replay(settings)
    with closing(replay.stage):
        for note in replay.notes:
            console.print(f"{settings.score.name}: {note}")
        size = replay.stage.playing.settings.size
        quality = "as it was dreamt" if replay.exact else "all that was asked for in each frame"
        console.print(
            f"replaying {settings.score.name}, frames {settings.first} to {replay.last} at {size}: {quality}"
        )
        film = Film(settings.output, console)
        dreamt = film.follow(replay.frames(film.show_tile), settings.output.path.name, replay.last)
        from_first = (frame for frame in dreamt if frame.index >= settings.first)
        with _drawn(replay, from_first, console) as frames:
            if loop := settings.output.looped:
                frames = islice(frames, loop.frames)
            written = film.write(frames, replay.sound, replay.shown)
    console.print(f"replayed into {settings.output.path}: {counted(written, 'picture')}")


@contextmanager
def _drawn(replay: Replay, dreamt: Iterator[Frame], console: Console) -> Iterator[Iterator[Frame]]:
    """Give the pictures that are written: the frames, or the moments between them as a screen shows them."""
    timeline, settings = replay.timeline, replay.settings
    fps = settings.output.fps
    if fps is None or not settings.effects:
        yield laid_out(dreamt, timeline) if fps is None else tweened(dreamt, timeline, fps)
        return
    from dreamstream.display import Picture
    from dreamstream.display.offscreen import open_off_screen

    def tell(text: str, key: str = "") -> None:
        if text:
            console.print(text)

    stage, score = replay.stage, replay.score
    hearing = Hearing(Track(settings.sound)) if settings.sound is not None else None
    begun = timeline.time(1)
    times, opened = ScreenTimes(score.params, score.events), score.opened
    screen = open_off_screen(stage.effects, tell)
    console.print(f"effects are drawn by {screen.name}")

    def draw(moment: Moment, seconds: float) -> Pixels:
        # the newest frame is the moment's later one, and the store still has what that was dreamt with
        dreamt = stage.store.snapshot()
        params = dreamt.model_copy(update=times.params(seconds))
        beat = times.beat(seconds)
        bands = hearing.bands(seconds - begun) if hearing is not None else ()
        picture = Picture(
            *(params, seconds - opened, None if beat is None else beat - opened), bands=bands, dreamt=dreamt
        )
        return screen.draw(moment, moment.later.size, picture)

    try:
        yield tweened(dreamt, timeline, fps, draw)
    finally:
        screen.close()


def _settings(played: Settings, settings: ReplaySettings) -> Settings:
    """Return the settings of the show with what is to be otherwise."""
    sources = settings.sources or played.sources
    if len(sources) != len(played.sources):
        count = counted(len(played.sources), "source")
        raise UsageError(f"the show has {count}; --source is needed as many times")
    for source in sources:
        if is_live(source):
            raise ScoreError(
                f"{settings.score}: the pictures of a {source.partition(':')[0]} are not kept; "
                "give films or pictures with --source"
            )
    size = settings.size or played.size
    return played.changed(
        sources=sources,
        size=size,
        drawn=None if size == played.size else played.size,
        device=settings.device or played.device,
        canvas_on=settings.canvas_on or played.canvas_on,
        precision=settings.precision or played.precision,
    )
