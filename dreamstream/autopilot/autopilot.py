"""The autopilot: plays a show by itself, while it is on and no hand plays.

each screen frame (offline: dreamed) -> judge, phrase -> the scene goes on, varies, or turns into another
a hand plays -> it stops where it is; minutes without one -> it takes the helm again
"""

import logging
import random
from functools import cached_property
from pathlib import Path

from dreamstream.autopilot.bag import Bag
from dreamstream.autopilot.helm import Helm
from dreamstream.autopilot.judge import Judge
from dreamstream.autopilot.lately import Lately
from dreamstream.autopilot.likes import Likes, own_likes
from dreamstream.autopilot.phrase import Phrase, minutes_text
from dreamstream.autopilot.scenes import Scene, Scenes
from dreamstream.autopilot.taste import TasteFile, own_taste
from dreamstream.controls import Board
from dreamstream.every import Every
from dreamstream.params.presets import PRESET_PARAMS, Preset
from dreamstream.tell import Tell, tell_nobody

_AGAIN = 1.0  # seconds until it tries again what went wrong
_SAY = 60.0  # seconds from one line on that to the next

_log = logging.getLogger(__name__)


class Autopilot:
    """Turns a show by its params `autopilot` and `autopilot_after`; what it picks follows from the `seed`.

    `turn` it from one thread, with the time in seconds on the board's clock.
    """

    def __init__(
        self,
        helm: Helm,
        board: Board,
        seed: int = 1,
        tell: Tell = tell_nobody,
        taste: Path | None = None,
        likes: Path | None = None,
    ) -> None:
        rng = random.Random(seed)
        self._helm, self._store, self._tell = helm, helm.store, tell
        self._files = taste or own_taste(), likes or own_likes()
        self._lately, self._bag, self._judge = Lately(), Bag(rng), Judge(board)
        self._scenes = Scenes(helm, self._lately, rng)
        self._scene: Scene | None = None  # as long as it has the helm
        self._phrase: Phrase | None = None
        self._touches = False  # a hand, since the last turn
        self._touched: float | None = None  # when, as long as that counts
        self._left, self._failing = "", False
        self._told: set[str] = set()  # what is told once a show
        self._now, self._wait = 0.0, 0.0
        self._say = Every(_SAY)

    @cached_property
    def _taste(self) -> TasteFile:
        return TasteFile(self._files[0], self._tell)  # read where it is needed: the autopilot may never be on

    @cached_property
    def _likes(self) -> Likes:
        return Likes(self._files[1], self._tell)

    @property
    def quarantined(self) -> tuple[str, ...]:
        """The presets that are not played again until the show ends, the oldest first."""
        return self._bag.quarantined

    @property
    def line(self) -> str:
        """What plays, for how long, and why the scene before was left, as text; empty where it is off."""
        if not self._store.hand.autopilot:
            return ""
        if self._touched is not None:
            after = 60 * self._store.hand.autopilot_after
            left = f"; takes the helm in {minutes_text(self._touched + after - self._now)}" if after else ""
            return f"autopilot: your hand{left}"
        if self._scene is None or self._phrase is None:
            return "autopilot: waits for the dream"
        left = self._phrase.left(self._now, self._helm.beats())
        name = self._scene.preset.name or "what plays"
        return f"autopilot: {name}, next in {left}" + (f"; {self._left}" if self._left else "")

    def touch(self) -> None:
        """Take note that a hand plays: it has the helm from now on."""
        self._touches = True

    def like(self, name: str = "") -> str:
        """Like what plays, or like it no more; return what to say. `name` is that of the hand's preset."""
        name = self._scene.preset.name if self._scene is not None else name
        if not name:
            return "nothing that plays has a name to be liked by; Return keeps it as a preset"
        return self._likes.toggle(name)

    def turn(self, now: float) -> None:
        """Play on, up to now; nothing is raised: what goes wrong is told, and tried again."""
        self._now = now
        if now < self._wait:
            return
        try:
            self._turn(now)
        except Exception as error:
            self._wait = now + _AGAIN
            if self._say.due(now):
                self._tell(f"autopilot: {error}; it goes on")
            _log.info("it failed here", exc_info=error)

    def _turn(self, now: float) -> None:
        hand, touches = self._store.hand, self._touches
        self._touches = False
        if not hand.autopilot or touches:
            self._touched = now if hand.autopilot else None
            if self._scene is not None:
                self._let_go(now)
            return
        if self._touched is not None:
            after = 60 * hand.autopilot_after
            if not after or now - self._touched < after:
                return
            self._touched = None
        self._taste.turn(now)
        self._fly(now)

    def _fly(self, now: float) -> None:
        pulse, leave = self._helm.pulse(), self._taste.taste.leave
        if self._scene is None or self._phrase is None:
            if pulse.frames or pulse.failures >= leave.failures:  # else the net is being loaded
                self._take(now)
            return
        if why := self._judge.verdict(now, pulse, leave):
            name = self._scene.preset.name
            self._bag.put_out(name)
            self._left = f"left {name}: it {why}"
            self._tell(f"autopilot {self._left}, and is not played again tonight")
            self._next(now, revive=why != "bored")
        elif self._phrase.share(now, self._helm.beats()) >= 1:
            self._left = ""
            self._next(now)
        elif self._phrase.turns(now, self._helm.beats()):
            self._vary(now)

    def _take(self, now: float) -> None:
        """Take the helm: nothing stays frozen or dark."""
        hand = self._store.hand
        if hand.freeze or hand.blackout:
            self._store.change(freeze=False, blackout=False)
        self._left = ""
        self._next(now)

    def _let_go(self, now: float) -> None:
        self._rest(now)
        self._scene = self._phrase = None
        self._helm.stop()

    def _next(self, now: float, revive: bool = False) -> None:
        """Go to another scene; the second that is to `revive` the dream begins again from the source."""
        self._rest(now)
        if revive and self._failing:
            self._store.nudge("restart", 1)
        self._failing = revive
        taste = self._taste.taste
        for text in self._scenes.unknown(taste):
            self._tell_once(f"{self._files[0]}: {text}")
        self._phrase = Phrase(now, self._helm.beats(), self._store.hand.bpm, taste.phrase)
        seconds = 0.0 if taste.phrase.jump else min(taste.phrase.morph, 30 * taste.phrase.minutes)
        self._judge.begin(now, seconds, self._helm.pulse())
        self._scene = self._played(now, seconds) or self._as_it_is()
        self._rest(now)

    def _played(self, now: float, seconds: float) -> Scene | None:
        """Have a scene of the next preset that can be played come in; None where none can."""
        taste, likes = self._taste.taste, self._likes.names
        for shelf in (self._scenes.presets(taste), self._scenes.transforms(taste)):
            presets = {preset.name: preset for preset in shelf}
            rest = {name: self._scenes.rest(preset, now) for name, preset in presets.items()}
            for _ in presets:
                name = self._bag.draw(list(presets), likes, rest.__getitem__)
                try:
                    scene = self._scenes.large(presets[name], taste, now)
                    self._helm.go(scene.values, seconds)
                    return scene
                except Exception as error:
                    self._leave_out(name, error)
        return None

    def _leave_out(self, name: str, error: Exception) -> None:
        """Play a preset no more, and say so once a show."""
        self._bag.put_out(name)
        self._left = f"left out {name}: {error}"
        self._tell_once(f"autopilot {self._left}")
        _log.info("it failed here", exc_info=error)

    def _tell_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._tell(text)

    def _as_it_is(self) -> Scene:
        """Return what plays as a scene."""
        values = self._store.hand.model_dump(include=set(PRESET_PARAMS))
        return Scene(Preset(name=""), values)

    def _vary(self, now: float) -> None:
        """Change something small."""
        taste = self._taste.taste
        assert self._scene is not None
        scene = self._scenes.small(self._scene, taste, now)
        seconds = 0.0 if taste.phrase.jump else min(taste.phrase.morph / 4, 15 * taste.phrase.minutes)
        self._helm.go(scene.values, seconds)
        self._scene = scene
        self._rest(now)

    def _rest(self, now: float) -> None:
        """Note what is seen now: it is to rest for a while, once it is gone."""
        for kind, name in self._scene.uses if self._scene is not None else ():
            self._lately.use(kind, name, now)
