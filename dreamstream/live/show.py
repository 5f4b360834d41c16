"""The show: what runs whether there is a window or not.

    stage -> ring -> dreamer (thread), recorders and outputs (threads), score -> the end

The end: stop the dreamer, close the ring, let recorders finish their files, raise the first worker's error.
"""

import contextlib
import gc
import logging
import math
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from dreamstream.dreamer import Director, Dreamer, Listener
from dreamstream.dreamer.eye import Eye
from dreamstream.dreamer.loop import DreamLoop, DreamStatus
from dreamstream.errors import is_full
from dreamstream.every import Every
from dreamstream.frame import Frame
from dreamstream.live.growth import Growth
from dreamstream.live.messages import Messages
from dreamstream.live.score_copies import ScoreCopies
from dreamstream.live.swapper import Swapper
from dreamstream.outputs import Outputs, Target
from dreamstream.params import Params
from dreamstream.process import cpu_times
from dreamstream.record import (
    Encoding,
    Filming,
    Recordings,
    RecordStatus,
    Tape,
    Timing,
    files_to_record,
    load_encoders,
)
from dreamstream.ring import Ring
from dreamstream.score import Score, ScoreWriter, records
from dreamstream.size import Size
from dreamstream.stage import Stage
from dreamstream.stage.player import ScorePlayer
from dreamstream.stage.session import describe_session, files_of
from dreamstream.tell import counted
from dreamstream.worker import Worker

_log = logging.getLogger(__name__)

_RING, _RING_BYTES = 64, 256 * 2**20
_PATIENCE = 1.5  # seconds to wait for a dreamer in the middle of loading a net, and for a plan being built
_LOOK = 0.1  # seconds from one look at the recordings to the next
SEEN = 8
"""The newest frames that the screen chooses from."""


@dataclass(frozen=True)
class ShowSettings:
    """How a show runs: what is recorded and sent where, what is kept, what is played, and when it ends.

    `reads` are files of its own beside the stage's, which it must not write. If it `grows`, it goes on with
    the largest canvas that keeps the rate here and that its window has room for, but not while it records.
    What it `hears` is in its recordings.
    """

    records: tuple[Path, ...] = ()
    score: Path | None = None
    frames: int | None = None
    seconds: float | None = None
    force: bool = False
    play: Score | None = None
    timing: Timing = field(default_factory=Timing)
    encoding: Encoding = field(default_factory=Encoding)
    keep: float = 0.0
    screens: tuple[Path, ...] = ()
    screen_size: Size | None = None
    reads: tuple[Path, ...] = ()
    grows: bool = False
    outs: tuple[Target, ...] = ()
    hears: bool = False


@dataclass(frozen=True)
class ShowResult:
    """The outcome of a show. `stuck` says that a thread of it would not end in time.

    `error` is what ended the show, if it was not asked to end: files are finished all the same. `screen` says
    how its frames came, where there was one.
    """

    dream: DreamStatus
    records: tuple[RecordStatus, ...]
    stuck: bool
    error: Exception | None = None
    screen: str = ""


class Show(Director, Listener):
    """What runs whether there is a window or not: dreamer, ring, recordings, outputs, score.

    Its dreamer asks it what to do, and tells it of other params; both on the thread that dreams.
    """

    def __init__(self, stage: Stage, settings: ShowSettings, messages: Messages | None = None) -> None:
        self._reads = [*stage.reads, *settings.reads, *(files_of(settings.play) if settings.play else ())]
        with contextlib.ExitStack() as refused:  # nobody else would close the stage
            refused.callback(stage.close)
            self._records = files_to_record(
                *(settings.records, settings.screens, settings.score),
                *(settings.force, settings.encoding, self._reads),
            )
            first = stage.playing.sources[0].read()
            self._score = ScoreWriter(settings.score, settings.force, self._reads) if settings.score else None
            refused.pop_all()
        self.stage, self.settings = stage, settings
        self.opened = stage.clock()
        """From when on the screen counts its seconds, which effects go by."""
        self.messages = messages or Messages(stage.clock)
        self._look = Every(_LOOK)
        self.ring = Ring(_RING, _RING_BYTES, least=SEEN)
        # the source itself, to be seen while the net loads
        self.ring.put(Frame.of(first, 0, None, stage.clock()))
        filming = Filming(settings.timing.fps, settings.screen_size)
        self.tape = Tape(stage.clock, settings.keep) if settings.hears else None
        of_all = settings.timing, settings.encoding, filming, self.tape
        self.recordings = Recordings(self.ring, Path.cwd(), *of_all)
        self.outputs = Outputs(settings.outs, self.ring, filming, self.messages.tell)
        self.copies = ScoreCopies(settings.score, settings.force, self._reads, self.messages.tell)
        self.player: ScorePlayer | None = None
        if settings.play:
            self.player = ScorePlayer(settings.play, stage, interactive=True, tell=self.messages.tell)
        self.swapper = Swapper(stage, self.messages.tell)
        self.listeners: list[Listener] = []
        """Who else is told what it dreams; whoever wants to be comes before it starts."""
        self._changes: deque[tuple[int, Params]] = deque(maxlen=64)  # the newest ones of the params, by frame
        self._playing: Dreamer | None = None
        self._growth: Growth | None = None  # as long as the canvas may grow
        self._cued = 0
        self.begun: deque[tuple[int, float]] = deque(maxlen=SEEN + 4)
        """When the newest frames were begun, by number."""
        self.dream = DreamLoop(
            self._open_dreamer, stage.store, self.ring, settings.frames, self.messages.tell
        )
        self._dreamer = Worker("dreamer", self.dream, stage.store.wake)
        self._encoders = Worker("encoders", lambda stopping: load_encoders())

    def start(self, window: Size | None = None) -> None:
        """Start recorders, then the dreamer: a recording from the start misses no frame.

        To the size of `window` a canvas may grow.
        """
        self._growth = Growth(window) if window is not None and self.settings.grows else None
        for number, path in enumerate(self._records):
            self.recordings.start(path, screen=number >= len(self.settings.records))
        if self.settings.keep:
            self.recordings.start_buffer(self.settings.keep)
        self.outputs.start()
        self._dreamer.start()

    def params_of(self, frame: Frame) -> Params:
        """Return the params that a recent frame was dreamt with."""
        before = [params for index, params in tuple(self._changes) if index <= frame.index]
        return before[-1] if before else self.stage.store.snapshot()

    def changed(self, frame: int, params: Params) -> None:
        """See `Listener`."""
        self._changes.append((frame, params))

    def note(self, record: records.Event) -> None:
        """See `Listener`. For want of memory the canvas goes one step down, and grows no more."""
        if isinstance(record, records.Failed) and is_full(record.failed):
            self._cued = 0  # the frame is tried again on the smaller one, as soon as that is ready
            if not self.swapper.preparing:
                self.canvas(-1)

    def dreamt(self, frame: Frame) -> None:
        """See `Listener`."""
        if not self.dream.status.frames:  # the first: until then all time is the net's
            gc.enable()
            self._encoders.start()
            return
        if self._growth is not None and self._playing is not None:
            busy = bool(self.swapper.preparing or self.recordings.running)
            pace, canvas = self._playing.governor.pace, self._playing.size
            if steps := self._growth.steps(self.dream.status.seconds, pace, canvas, busy):
                self.swapper.canvas(steps)

    def canvas(self, steps: int) -> None:
        """Ask for a larger canvas, or below 0 a smaller one, as the operator wants: it then grows no more."""
        self._growth = None
        self.swapper.canvas(steps)

    def cue(self, dreamer: Dreamer) -> None:
        """Play the score, if there is one, and apply a swap that the operator asked for."""
        self.begun.append((dreamer.index, dreamer.clock()))
        if self.player is not None:
            self.player.cue(dreamer)
        if dreamer.index != self._cued:  # a frame that failed is tried again with what it had
            self._cued = dreamer.index
            self.swapper.turn(dreamer)

    @property
    def plays_score(self) -> bool:
        """Whether a score is being played: what is dreamt, and its tempo, are the score's then."""
        return self.player is not None and self.player.playing

    @property
    def engine(self) -> str:
        """What computes the gradients, and on how many threads, as text; empty until the net is loaded."""
        text = self._playing.network.engine if self._playing is not None else ""
        count = self._playing.governor.thread_count if self._playing is not None else 0
        return text + (f", {counted(count, 'thread')}" if count else "")

    @property
    def writing(self) -> list[Path]:
        """The files that it writes and has not finished."""
        return [*self.recordings.writing, *([self._score.path] if self._score else ())]

    @property
    def over(self) -> bool:
        """Whether the dreamer has ended, or the requested time since its first frame has passed."""
        limit, status = self.settings.seconds, self.dream.status
        dreamt = self.stage.clock() - status.started if status.frames else 0.0
        late = limit is not None and dreamt >= limit
        return late or not self._dreamer.alive

    def end(self, error: Exception | None = None) -> ShowResult:
        """End in order, and return the outcome; `error` is what went wrong outside of the dreamer."""
        try:
            self._dreamer.stop(_PATIENCE)
        except Exception as raised:  # files are finished first
            error = raised
        settled = self.swapper.close(_PATIENCE)
        with contextlib.suppress(Exception):  # told where one is needed
            self._encoders.join()
        self.ring.close()
        records = self.recordings.close()
        self.outputs.close()
        if self._score is not None and (failure := self._score.close()):
            records += (RecordStatus(self._score.path, 0, 0, failure),)
        self.copies.put_beside(self.recordings.ended)
        self.copies.close()
        if not self._dreamer.alive:
            self.stage.close()
        stuck = self._dreamer.alive or not settled
        if self._playing is not None:
            stuck = not self._playing.end_threads(_PATIENCE) or stuck
        return ShowResult(self.dream.status, records, stuck, error)

    def seen(self, params: Params, place: float | None = None, beat: float | None = None) -> None:
        """Take note of what the screen shows now: params, how far in the dream it is, when a beat was.

        Without a screen it is the newest frame. A score that is played goes on from there.
        """
        frame = self.ring.latest()[0].index if place is None else math.ceil(place)
        if self._score is not None and self._score.screen is not None:
            self._score.screen.see(self.stage.clock(), params, frame, place, beat)
        if self.player is not None:
            self.player.follow(frame if place is None else place)

    def watch(self) -> None:
        """Look after recordings and score, and tell if they fail; call it each turn of the main loop."""
        if not self._look.due(self.stage.clock()):
            return
        recordings = self.recordings
        if self._score is not None:
            self.messages.tell(self._score.failure, "score")
        self.copies.put_beside(recordings.ended)
        for record in recordings.running:
            self.messages.tell(record.warning, f"recording {record.path}")
        for record in (*recordings.ended, *recordings.lost_snapshots):
            self.messages.tell(record.failure, f"recording {record.path}")

    def open_eye(self) -> Eye:
        """Return what looks at the dream, for the thread that dreams."""
        assert self._playing is not None, "nothing is dreamt yet"
        return self.stage.eye_on(self._playing.network)

    def keep_note(self, record: records.Event) -> None:
        """Write a note into the score, if there is one; for the thread that dreams."""
        if self._score is not None:
            self._score.note(record)

    def _open_dreamer(self) -> Dreamer:
        before = cpu_times()
        network = self.stage.open_net()
        ran, waited = (now - then for now, then in zip(cpu_times(), before, strict=True))
        listeners = [self, *([self._score] if self._score else ()), *self.listeners]
        dreamer = self.stage.dreamer_on(network, listeners, self, live=True, crowded=waited > ran)
        self._playing = dreamer
        if self._score is not None:
            described = describe_session(self.stage, network)
            now = dreamer.clock()
            described["opened"] = round(self.opened - now, 3)
            self._score.start(described, self.stage.store.snapshot(), now)
        return dreamer
