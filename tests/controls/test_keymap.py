from dreamstream.controls.keymap import KEYS, Command, Nudge, Set, key_help
from dreamstream.params import TABLE, ParamStore
from dreamstream.presets import DIGITS
from dreamstream.transforms import TRANSFORMS

ARTICLE = {"zoom", "vertical-stretch", "column-roll", "sine-roll", "random-roll", "sobel", "prewitt"}


def test_the_article_s_transforms_have_keys_of_their_own_and_t_goes_through_all() -> None:
    picked = {a.value for a in KEYS.values() if isinstance(a, Set) and a.param == "transform"}
    assert ARTICLE <= picked <= set(TRANSFORMS)
    store, onwards = ParamStore(choices={"transform": list(TRANSFORMS)}), KEYS["t"]
    assert isinstance(onwards, Nudge)
    seen = {store.nudge(onwards.param, onwards.steps).transform for _ in TRANSFORMS}
    assert seen == set(TRANSFORMS)


def test_every_action_can_be_done_and_helps() -> None:
    for action in KEYS.values():
        assert action.help
        if isinstance(action, Command):
            assert action.name in {
                *("quit", "record", "save replay", "snapshot", "add transform", "drop transform"),
                *(f"preset {digit}" for digit in DIGITS),
                *("next preset", "previous preset", "save preset"),
            }
            continue
        assert action.param in TABLE
        names = {name: ["", "a"] for name in ("layer", "second", "class_name")}
        store = ParamStore(choices={"transform": list(TRANSFORMS), **names})
        before = store.snapshot()
        if isinstance(action, Nudge):
            store.change(mix=0.5)
            assert store.nudge(action.param, action.steps) != before
        else:
            assert getattr(store.change(**{action.param: action.value}), action.param) == action.value


def test_the_keys_that_the_show_promises() -> None:
    for key in ("left", "right", "up", "down", "space", "backspace", "f", "r", "s", "h", "tab", "escape"):
        assert key in KEYS
    helped = dict(key_help())
    assert {action.help for action in KEYS.values()} == set(helped.values())
    assert helped["Shift+1 … Shift+0"] == "recall a preset"
    assert helped["Return"] == KEYS["return"].help
