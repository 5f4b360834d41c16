"""Routes that are learned, unlearned and read again while a show runs."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dreamstream.controls import Action, Board, Route, action_table, read_routes
from dreamstream.controls.learn import Learn
from dreamstream.controls.routefile import RouteFile
from dreamstream.controls.router import Router
from dreamstream.controls.tempo import Tempo
from dreamstream.live.hands import Hands
from dreamstream.live.routing import Routing
from dreamstream.live.show import Show, ShowSettings
from dreamstream.params import ParamStore
from dreamstream.stage import Settings, Stage
from tests.fakes import FakeClock, Told
from tests.shows import AllMessages

FADER, PAD = "midi:cc:1:7", "midi:note:10:36"
ACTIONS = action_table(["zoom"], ["mirror"])
Reader = Callable[..., tuple[list[Route], list[str]]]


def file_at(path: Path, read: Reader = read_routes) -> RouteFile:
    """A file of routes, there or not."""
    return RouteFile(path, lambda actions: read(path, actions) if path.exists() else ([], []))


class Played:
    """A router with its routing, on a file."""

    def __init__(
        self, path: Path | None, read: Reader = read_routes, actions: Mapping[str, Action] = ACTIONS
    ) -> None:
        self.clock, self.told, self.store = FakeClock(), Told(), ParamStore()
        self.board = Board(self.clock)
        self.strokes: list[str] = []
        tempo = Tempo(self.clock, self.store)
        file = file_at(path, read) if path is not None else None
        self.router = Router(
            (), self.board, self.store, tempo, self.clock, self.strokes.append, lambda name: None
        )
        learn = Learn(self.board, actions, self.clock)
        self.routing = Routing(self.router, learn, actions, file, self.told, self.clock)

    def turn(self, seconds: float = 0.1) -> None:
        self.clock.advance(seconds)
        self.routing.turn()
        self.router.turn()

    def move(self, *values: float, name: str = FADER, pressed: bool | None = None) -> None:
        for value in values:
            self.board.put(name, value, pressed, by_hand=True)
            self.turn()

    def learn(self, touched: str, *values: float, name: str = FADER, pressed: bool | None = None) -> None:
        self.routing.toggle()
        assert self.routing.touched(touched)
        self.move(*values, name=name, pressed=pressed)
        self.turn(1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "routes.toml"


def test_what_is_learned_holds_at_once_and_is_kept(path: Path) -> None:
    played = Played(path)
    played.learn("amount.up", 0.2, 0.5, 0.9)
    assert played.told[0].startswith("learn: touch")
    assert played.told[-1] == f"learned: {FADER} moves amount"
    played.move(*(n / 100 for n in range(90, 30, -1)))
    assert played.store.hand.amount == pytest.approx(played.router.ways[0].share, abs=1e-3)
    assert read_routes(path, ACTIONS) == ([Route(signal=FADER, to="amount")], [])
    played.learn("effect.mirror.hold", 0.7, name=PAD, pressed=True)
    played.move(0.0, name=PAD, pressed=False)
    played.move(0.7, name=PAD, pressed=True)
    assert played.strokes == ["effect.mirror.hold"]
    assert len(Played(path).router.ways) == 2


def test_the_same_again_is_unlearned_in_the_file_too(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(f'# mine\n[[route]]\nsignal = "{FADER}"\nto = "zoom"\ncurve = 2\n')
    played = Played(path)
    played.learn("zoom.up", 0.2, 0.5, 0.9)
    assert played.told[-1] == f"unlearned: {FADER} no longer moves zoom"
    assert not played.router.ways
    assert path.read_text() == "# mine\n"


def test_a_route_of_one_port_alone_is_unlearned_by_the_control_that_it_has_there(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(f'[[route]]\nsignal = "{FADER}@nano"\nto = "zoom"\n')
    played = Played(path)
    played.learn("zoom.up", 0.2, 0.5, 0.9)
    assert played.told[-1] == f"unlearned: {FADER}@nano no longer moves zoom"
    assert path.read_text() == ""


def test_what_a_map_of_a_controller_brings_is_switched_off(path: Path) -> None:
    brought = Route(signal=FADER, to="zoom")

    def with_map(path: Path, actions: object) -> tuple[list[Route], list[str]]:
        own = read_routes(path, ACTIONS)[0] if path.exists() else []
        return [*own, *([brought] if all(route.signal != FADER for route in own) else [])], []

    path.parent.mkdir()
    path.touch()
    played = Played(path, with_map)
    assert played.router.routes == (brought,)
    played.learn("zoom.up", 0.2, 0.5, 0.9)
    played.turn(2)
    assert not played.router.routes
    assert read_routes(path, ACTIONS)[0] == [brought.model_copy(update={"on": False})]


def test_without_a_file_or_where_it_cannot_be_written_it_holds_for_the_show(path: Path) -> None:
    played = Played(None)
    played.learn("zoom.up", 0.2, 0.5, 0.9)
    assert played.told[-1] == f"learned: {FADER} moves zoom"
    assert played.router.routes == (Route(signal=FADER, to="zoom"),)
    played = Played(path)
    path.parent.mkdir()
    path.write_bytes(b"# \xe9\n")
    played.learn("zoom.up", 0.2, 0.5, 0.9)
    assert f"learned: {FADER} moves zoom, in this show alone: {path}: not a text in UTF-8" in played.told
    path.write_text('[[route]]\nsignal = "lfo:saw:8s"\nto = "amount"\n')
    played.turn(2)
    assert [route.to for route in played.router.routes] == ["amount", "zoom"], "however the file changes"
    written = path.read_text()
    played.learn("zoom.up", 0.2, 0.5, 0.9)
    played.turn(2)
    assert [route.to for route in played.router.routes] == ["amount"]
    assert path.read_text() == written


def test_a_route_to_an_effect_whose_file_comes_later_is_turned_from_then_on(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('[[route]]\nsignal = "lfo:saw:8s"\nto = "effect.mine.toggle"\n')
    actions = dict(ACTIONS)
    played = Played(path, actions=actions)
    assert not played.router.routes
    actions.update(action_table(["zoom"], ["mirror", "mine"]))
    played.turn(2)
    assert [route.to for route in played.router.routes] == ["effect.mine.toggle"]


def test_what_cannot_be_a_route_is_told_and_learning_ends(path: Path) -> None:
    played = Played(path)
    played.learn("class_name.next", 0.2, 0.5, 0.9)
    played.learn("class_name", 0.2, 0.5, 0.9)
    assert played.told[-1] == "to: class_name is no number in a range, and no switch; an action may move it"
    assert not played.routing.touched("zoom.up")


def test_a_file_that_changes_is_taken_over_and_what_is_wrong_told_until_it_is_right(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('[[route]]\nsignal = "lfo:saw:8s"\nto = "amount"\nhigh = 4\nlow = 0\n')
    played = Played(path)
    played.turn(2)
    way, amount = played.router.ways[0], played.store.snapshot().amount
    assert amount == pytest.approx(1, abs=1e-2)
    path.write_text(path.read_text() + '\n[[route]]\nsignal = "lfo:saw:8s"\nto = "zoomx"\n')
    played.turn(1)
    told = next(each for each in played.told if "zoomx" in each)
    assert told.startswith(f"{path}, line 7: to: no param")
    assert played.router.ways == [way], "what is right goes on as it stands"
    path.unlink()  # as some editors do, for a moment
    played.turn(1)
    assert played.router.ways == [way]
    path.write_text("")
    played.turn(1)
    assert not played.router.ways
    assert played.store.snapshot().amount == played.store.hand.amount


WAVE, GLOW = Route(signal="lfo:sine:2s", to="zoom"), Route(signal="lfo:sine:2s", to="brightness", mode="add")


def test_a_preset_s_routes_replace_the_preset_s_before_and_not_one_s_own(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('[[route]]\nsignal = "lfo:sine:2s"\nto = "zoom"\nhigh = 0.1\n')
    played = Played(path)
    (own,) = played.router.routes
    played.routing.recalled([WAVE, GLOW])
    assert played.router.routes == (own, GLOW), "one's own to the same wins"
    glowing = played.router.ways[1]
    path.write_text("# none\n")
    played.turn(2)
    assert played.router.routes == (WAVE, GLOW)
    assert played.router.ways[1] is glowing, "and goes on as it stands"
    played.routing.recalled([WAVE])
    assert played.router.routes == (WAVE,)
    played.routing.recalled([])
    assert not played.router.routes


def test_what_came_with_a_preset_or_was_learned_is_kept_with_one(path: Path) -> None:
    played = Played(path)
    played.routing.recalled([WAVE, Route(signal=FADER, to="amount")])
    played.learn("zoom.up", 0.2, 0.5, 0.9)
    learned = Route(signal=FADER, to="zoom")
    assert played.routing.kept == [learned, WAVE, Route(signal=FADER, to="amount")]
    played.learn("amount.up", 0.2, 0.5, 0.9)
    assert played.told[-1] == f"unlearned: {FADER} no longer moves amount"
    assert played.routing.kept == [learned, WAVE]
    assert read_routes(path, ACTIONS)[0] == [learned], "a preset's route was never in the file"
    played.routing.recalled([])
    assert played.routing.kept == [learned]


def test_routes_are_recalled_and_saved_with_a_preset(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path)
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "glow.toml").write_text(
        'key = "1"\n[[route]]\nsignal = "lfo:sine:2s"\nto = "brightness"\nmode = "add"\n'
    )
    clock = FakeClock()
    show = Show(Stage(tiny.changed(preset="glow"), clock), ShowSettings(), AllMessages())
    hands = Hands(show)
    hands.turn()
    assert hands.router.routes == (GLOW,), "from the start on"
    hands.press("preset.2")
    hands.turn()
    assert not hands.router.routes
    hands.press("preset.1")
    hands.turn()
    assert hands.router.routes == (GLOW,)
    hands.press("preset.save.5")
    saved = (tmp_path / "presets" / "key-5.toml").read_text()
    assert saved.endswith('\n[[route]]\nsignal = "lfo:sine:2s"\nto = "brightness"\nmode = "add"\n')
    hands.press("preset.2")
    hands.turn()
    hands.press("preset.5")
    hands.turn()
    assert hands.router.routes == (GLOW,)
    show.end()


@pytest.mark.parametrize(
    ("record", "wrong"),
    [
        ('signal = "lfo:sine:2s"\nto = "zom"', "line 6: to: no param or action 'zom'"),
        ('signal = "lfo:sine"\nto = "zoom"', "line 6: signal 'lfo:sine': lfo:SHAPE:RATE"),
        ('signal = "lfo:sine:2s"\nto = "zoom"\nhi = 1', "line 6: hi: did you mean 'high'"),
        ('to = "zoom"', "line 6: signal: Field required"),
    ],
)
def test_a_preset_with_a_route_that_is_none_says_so_by_its_line(
    tiny: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str, wrong: str
) -> None:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path)
    (tmp_path / "presets").mkdir()
    good = '[[route]]\nsignal = "seq:0,1:1s"\nto = "zoom"\n\n'
    (tmp_path / "presets" / "bad.toml").write_text(f'help = "x"\n{good}[[route]]  # this\n{record}\n')
    stage = Stage(tiny)
    (problem,) = stage.shelf.problems.values()
    assert f"bad.toml, {wrong}" in problem
    stage.close()


def test_keys_and_other_programs_are_touches_while_a_show_learns(tiny: Settings, path: Path) -> None:
    messages, clock = AllMessages(), FakeClock()
    show = Show(Stage(tiny, clock), ShowSettings(), messages)
    hands = Hands(show, file=file_at(path))
    board, inbox, store = hands.board, hands.inbox, show.stage.store

    def turn_until(words: str) -> None:
        for _ in range(100):
            clock.advance(0.05)
            hands.turn()
        assert any(words in text for text in messages.texts), messages.texts

    before = store.hand
    hands.press("learn")
    hands.press("octaves.up")
    turn_until("learn octaves.up")
    inbox.set("zoom", 0.2)
    turn_until("learn zoom: ")
    for value in (0.1, 0.5, 0.9):
        board.put("osc:/1/fader1", value, by_hand=True)
    turn_until("learned: osc:/1/fader1 moves zoom")
    assert store.hand == before, "what is touched is not done"
    inbox.set("zoom", 0.02)
    hands.turn()
    assert store.hand.zoom == 0.02
    board.put("midi:note:1:9", 1.0, True, by_hand=True)
    hands.press("learn")
    hands.press("zoom.up")
    board.put("midi:note:1:9", 0.0, False, by_hand=True)
    turn_until("learn zoom.up")
    assert len(hands.router.routes) == 1, "a key that is let go is no stroke"
    hands.press("quit")
    assert not hands.going
    show.end()
