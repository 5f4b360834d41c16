from dreamstream.controls.actions import Guard, Kind, action_table
from dreamstream.controls.keymap import GROUPS, KEYS, MAPPING_KEYS, MODIFIERS, key_help, keys_hint
from dreamstream.effects import EFFECTS
from dreamstream.params import ParamStore
from dreamstream.params.presets import DIGITS
from dreamstream.transforms import TRANSFORMS

ARTICLE = {"zoom", "vertical-stretch", "column-roll", "sine-roll", "random-roll", "sobel", "prewitt"}
ACTIONS = action_table(TRANSFORMS, EFFECTS)


def test_every_key_s_action_is_there_and_no_key_is_twice() -> None:
    assert [name for name in KEYS.values() if name not in ACTIONS] == []
    assert [name for name in MAPPING_KEYS.values() if name not in ACTIONS] == []
    assert len(KEYS) + len(MAPPING_KEYS) == sum(map(len, GROUPS.values()))


def test_the_article_s_transforms_have_keys_of_their_own_and_e_goes_through_all() -> None:
    bound = {ACTIONS[name].value for name in KEYS.values() if name.startswith("transform.")}
    assert bound >= ARTICLE
    store, onwards = ParamStore(choices={"transform": list(TRANSFORMS)}), ACTIONS[KEYS["e"]]
    seen = {store.nudge(onwards.param, onwards.value).transform for _ in TRANSFORMS}
    assert seen == set(TRANSFORMS)


def test_f_keys_switch_effects_and_hold_them_with_shift() -> None:
    for number in range(1, 13):
        switch, hold = ACTIONS[KEYS[f"f{number}"]], ACTIONS[KEYS[f"shift+f{number}"]]
        assert (switch.kind, hold.kind) == (Kind.LINK, Kind.HOLD)
        assert switch.value == hold.value in EFFECTS


def test_the_keys_that_the_show_promises() -> None:
    promised = {"t": "tempo.tap", "b": "blackout.toggle", "home": "panic", "space": "freeze.toggle",
                "r": "record.toggle", "f": "fullscreen.toggle", "h": "show_help.toggle",
                "tab": "hud.toggle", "escape": "quit",
                "backspace": "source.restart", "up": "amount.up", "left": "layer.down",
                **{f"ctrl+{digit}": f"preset.save.{digit}" for digit in DIGITS},
                **{f"shift+{digit}": f"preset.{digit}" for digit in DIGITS}}  # fmt: skip
    assert {key: KEYS[key] for key in promised} == promised


def test_no_own_action_takes_the_fine_step_of_a_key_that_nudges() -> None:
    repeating = {name for name, action in ACTIONS.items() if action.kind is Kind.NUDGE and action.repeats}
    nudging = [key for key, name in KEYS.items() if name in repeating]
    assert [key for key in nudging if any(modifier + key in KEYS for modifier in MODIFIERS)] == []


def test_the_help_tells_of_every_key() -> None:
    help = dict(key_help({**KEYS, "f14": "grain.up"}, ACTIONS))
    assert list(help) == [group for group in (*GROUPS, "yours") if group != "mapping"]
    assert help["yours"] == (("F14", "grain +"),)
    rows = dict(row for rows in help.values() for row in rows)
    assert rows["Shift+1 … 0"] == "preset"
    assert rows["Ctrl+1 … 0"] == "keep as that"
    assert rows["Shift+F1 … F12"] == "while held"
    assert rows["Up Down"] == "amount + −"
    named = " ".join(rows).lower()
    runs = (*MODIFIERS, "[")
    hidden = {key for key in KEYS if key.startswith(runs) and key.strip("]")[-1].isdigit()}  # by a row's `…`
    assert [key for key in KEYS if key not in hidden and key not in named] == []
    told = {text.removesuffix(" (hold)").rstrip(" +−›‹") for text in rows.values()}
    assert {ACTIONS[name].label for name in KEYS.values()} <= told
    assert (rows["Backspace"], rows["Escape"]) == ("begin again (hold)", "end the show (hold)")


def test_the_help_says_which_effect_and_which_preset_a_key_of_one_s_own_is_for() -> None:
    own = {"j": "effect.mirror.hold", "f13": "effect.hue-turn.hold", "y": "preset.3"}
    rows = [row for _, rows in key_help(own, ACTIONS) for row in rows]
    assert rows == [("J F13", "while held (mirror) (hue turn)"), ("Y", "preset 3")]


def test_the_first_words_name_the_keys_as_they_are() -> None:
    assert keys_hint(KEYS) == "H shows the keys, Escape ends it"
    assert keys_hint({"f14": "quit"}) == "F14 ends it"
    assert keys_hint({}) == "until the window is closed"


def test_only_what_ends_or_resets_is_guarded() -> None:
    guarded = {name for name, action in ACTIONS.items() if action.guard is not Guard.NONE}
    assert guarded == {"quit", "source.restart"}
