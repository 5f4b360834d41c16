"""The remote by its wire: what a page is told, what it moves, and that others see it."""

import cv2
import numpy as np

from dreamstream.controls.values import PARAMS
from dreamstream.remote import Remote
from tests.fakes import until
from tests.remote.conftest import Page, Show, opened


def test_a_page_is_told_all_params_and_actions_as_the_tables_have_them(page: Page, show: Show) -> None:
    params = {info["name"]: info for info in page.tables["params"]}
    assert set(params) == set(PARAMS) == set(page.params)
    zoom, info = params["zoom"], PARAMS["zoom"]
    assert (zoom["kind"], zoom["low"], zoom["high"], zoom["step"]) == (
        "number",
        info.low,
        info.high,
        info.step,
    )
    assert (params["jitter"]["unit"], params["jitter"]["whole"]) == ("px", True)
    assert (params["layer"]["kind"], params["layer"]["choices"]) == ("choice", ["", "low", "high"])
    assert (params["transform"]["kind"], params["freeze"]["kind"]) == ("text", "switch")
    actions = {action["name"]: action for action in page.tables["actions"]}
    assert {"freeze.toggle", "panic", "record.toggle", "like", "tempo.tap", "preset.to.reef"} <= set(actions)
    assert actions["effect.mirror.hold"]["hold"]
    assert "quit" not in actions, "a finger slips"
    assert page.params["zoom"] == show.store.hand.zoom


def test_what_one_sets_the_show_has_and_another_is_told(page: Page, remote: Remote, show: Show) -> None:
    with opened(remote) as other:
        other.until(lambda: other.params)
        for name, given, value in (
            *(("zoom", 0.07, 0.07), ("octaves", 3, 3), ("freeze", True, True), ("layer", "high", "high")),
            *(("channels", "3,17", (3, 17)), ("transform", "zoom+rotate:0.5", "zoom+rotate:0.5")),
        ):
            page.send(set=[name, given])
            until(lambda name=name, value=value: show.turn(remote) or show.store.hand[name] == value)
            other.until(lambda name=name, given=given: other.params[name] == given)
    page.send(set=["zoom", 0.01])
    until(lambda: show.turn(remote) or show.store.hand.zoom == 0.01)
    show.store.change(zoom=0.02)  # by somebody else
    show.turn(remote)
    page.until(lambda: page.params["zoom"] == 0.02)


def test_actions_are_pressed_and_held_and_let_go_by_who_leaves(remote: Remote, show: Show) -> None:
    with opened(remote) as page:
        page.send(do="preset.to.reef")
        page.send(press="effect.mirror.hold")
        page.send(press="freeze.hold")
        page.send(release="freeze.hold")
        page.send(release="blackout.hold")  # not its own
        until(lambda: show.turn(remote) or len(show.strokes) == 5)
    until(lambda: show.turn(remote) or len(show.strokes) == 6)
    assert show.strokes == [
        *(("preset.to.reef", True), ("preset.to.reef", False), ("effect.mirror.hold", True)),
        *(("freeze.hold", True), ("freeze.hold", False), ("effect.mirror.hold", False)),
    ]


def test_what_is_wrong_is_said_and_what_is_so_comes_back(page: Page, remote: Remote, show: Show) -> None:
    for message, said in (
        ({"set": ["zom", 1]}, "did you mean 'zoom'"),
        ({"set": ["zoom", 10]}, "zoom cannot be 10"),
        ({"set": ["octaves", 10**400]}, "a smaller number"),
        ({"set": ["freeze", None]}, "numbers, texts"),
        ({"do": "panik"}, "did you mean 'panic'"),
        ({"say": "hello"}, "is needed"),
    ):
        page.send(**message)
        page.until(lambda said=said: said in "".join(page.refused))
    assert len(show.told) == 1, "the operator is told once a minute"
    assert "did you mean 'zoom'" in show.told[0]
    show.turn(remote)
    assert show.store.hand == show.store.snapshot() == type(show.store.hand)()


def test_pictures_are_the_newest_and_one_at_a_time(page: Page, remote: Remote, show: Show) -> None:
    show.dream(light=40, size=(720, 1280))
    page.until(lambda: page.pictures)
    picture = cv2.imdecode(np.frombuffer(page.pictures[0], np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (360, 640, 3)
    assert abs(picture.mean() - 40) < 2
    for light in (60, 80, 200):
        show.dream(light)
        until(lambda: remote._pictures._shown is show.frames[-1])
    show.state.lines = ["said after the pictures"]
    page.until(lambda: show.turn(remote) or page.state == show.state.lines)
    assert len(page.pictures) == 1, "the first has not been shown"
    page.send(seen=True)
    page.until(lambda: len(page.pictures) == 2)
    picture = cv2.imdecode(np.frombuffer(page.pictures[1], np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert abs(picture.mean() - 200) < 2, "those in between are left out"


def test_state_and_messages_are_shown(page: Page, remote: Remote, show: Show) -> None:
    show.state.lines, show.state.messages = ["dreamed 20.0/s", "REC a.mp4"], ["a message"]
    page.until(lambda: show.turn(remote) or page.state)
    assert page.state == ["dreamed 20.0/s", "REC a.mp4"]
    assert remote.line == f"remote: http://127.0.0.1:{remote.port}/, 1 client"
