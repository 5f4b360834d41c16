from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.controls.actions import action_table
from dreamstream.controls.keyfile import read_keys
from dreamstream.controls.keymap import KEYS, key_named, key_text
from dreamstream.effects import EFFECTS
from dreamstream.errors import ControlError
from dreamstream.transforms import TRANSFORMS

LISTED = "`dreamstream keys` lists those in use, docs/keys.md all names"
ACTIONS = action_table(TRANSFORMS, EFFECTS)


def read(path: Path, text: str) -> tuple[dict[str, str], list[str]]:
    (path / "keys.toml").write_text(text, encoding="utf-8")
    keys, problems = read_keys(path / "keys.toml", ACTIONS)
    return keys, [problem.removeprefix(f"{path / 'keys.toml'}, ") for problem in problems]


def test_a_file_goes_over_the_table_and_takes_keys_away(tmp_path: Path) -> None:
    keys, problems = read(
        tmp_path,
        """# mine
        [keys]   # all of them
        "f5" = "preset.next"
        Shift-Up = 1
        "Shift+Up" = "amount.reset"
        1 = ""
        'ö' = "panic"  # a key of a German keyboard
        "Ctrl++" = "brightness.up"
        PgUp = "snapshot"
        """,
    )
    assert problems == [f"line 4: no key 'Shift-Up'; {LISTED}"]
    assert keys["f5"] == "preset.next"
    assert keys["shift+up"] == "amount.reset"
    assert keys["ö"] == "panic"
    assert keys["ctrl++"] == "brightness.up"
    assert keys["page up"] == "snapshot"
    assert "1" not in keys
    kept = set(KEYS) - {"f5", "1", "page up"}
    assert {key: keys[key] for key in kept} == {key: KEYS[key] for key in kept}


def test_a_mark_of_unicode_that_some_editors_put_first_is_no_fault(tmp_path: Path) -> None:
    keys, problems = read(tmp_path, '\ufeff[keys]\n"f5" = "preset.next"\n')
    assert (keys["f5"], problems) == ("preset.next", [])


def test_what_is_wrong_is_told_by_line_and_the_rest_holds(tmp_path: Path) -> None:
    keys, problems = read(
        tmp_path,
        """"f1" = "panic"
[keys]
"f5" = "preset.nex"
f5 = "preset.next"
shift+f6 = "panic"
"F5" = "panic"
"warp" = "panic"
"f7" = 3
[kees]
"f8" = "panic"
[keys]
"esc" = "panic"
= =
[keys
""",
    )
    assert problems == [
        "line 1: keys belong under [keys]",
        "line 3: no action 'preset.nex'; did you mean 'preset.next'?",
        'line 5: not TOML: a key and an action are needed, as in "shift+f5" = "preset.next"',
        "line 6: f5 is given already in line 4",
        f"line 7: no key 'warp'; {LISTED}",
        'line 8: an action cannot be 3: a name is needed, as in "preset.next"',
        "line 9: no part [kees] here; [keys] is needed",
        'line 13: not TOML: a key and an action are needed, as in "shift+f5" = "preset.next"',
        'line 14: not TOML: a key and an action are needed, as in "shift+f5" = "preset.next"',
    ]
    assert (keys["f5"], keys["escape"]) == ("preset.next", "panic")
    assert (keys["f1"], keys["f8"]) == (KEYS["f1"], KEYS["f8"])


def test_without_a_file_there_are_the_program_s_and_one_asked_for_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path)
    assert read_keys(None, ACTIONS) == (KEYS, [])
    with pytest.raises(ControlError, match=r"keys.toml: No such file"):
        read_keys(tmp_path / "keys.toml", ACTIONS)
    (tmp_path / "keys.toml").write_bytes(b"\xff\xfe[keys]")
    with pytest.raises(ControlError, match="not a text in UTF-8"):
        read_keys(tmp_path / "keys.toml", ACTIONS)
    with pytest.raises(ControlError, match="not a text in UTF-8"):
        read_keys(None, ACTIONS)
    with pytest.raises(ControlError, match="directory"):
        read_keys(tmp_path, ACTIONS)


@given(text=st.text(max_size=200))
def test_no_text_breaks_it_and_what_it_gives_can_be_done(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(f'[keys]\n{text}\n"f9" = "panic"', encoding="utf-8", errors="replace")
    keys, problems = read_keys(path, ACTIONS)
    assert all(name in ACTIONS and key_named(key) == key for key, name in keys.items())
    assert all("\n" not in problem for problem in problems)


@given(st.sampled_from(sorted(KEYS)))
def test_a_printed_key_is_read_again(key: str) -> None:
    assert key_named(key_text(key)) == key
