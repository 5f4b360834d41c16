"""What names NDI's pictures, and what is told where nobody can be found."""

import json
import os
import sys
from pathlib import Path

import pytest

from dreamstream.errors import OutputError, SourceError
from dreamstream.outputs import target_of
from dreamstream.sources import check_source, ndi

pytest.importorskip("cyndilib")


@pytest.mark.parametrize(
    ("where", "parts"),
    [
        ("dream", ("dream", "")),
        ("STAGE (dream 1)", ("STAGE (dream 1)", "")),
        ("dream@club,stage", ("dream", "club,stage")),
        ("me@home@", ("me@home", "")),
        ("@club", ("", "club")),
    ],
)
def test_a_place_is_a_name_and_groups(where: str, parts: tuple[str, str]) -> None:
    assert ndi.parts(where) == parts


def test_a_name_is_needed() -> None:
    with pytest.raises(OutputError, match="a name is needed"):
        target_of("ndi:@club")
    with pytest.raises(SourceError, match="a name is needed"):
        check_source("ndi:")


def test_groups_come_beside_the_players_own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDI_CONFIG_DIR", os.fspath(tmp_path))
    assert json.loads(ndi.settings_with("a,b")) == {"ndi": {"groups": {"send": "a,b", "recv": "a,b"}}}
    own = {"ndi": {"networks": {"ips": "10.0.0.1"}, "groups": {"send": "x"}}}
    (tmp_path / "ndi-config.v1.json").write_text(json.dumps(own))
    assert json.loads(ndi.settings_with("a"))["ndi"] == {
        "networks": {"ips": "10.0.0.1"},
        "groups": {"send": "a", "recv": "a"},
    }


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone needs avahi")
def test_it_says_why_nobody_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndi, "_LIBRARY", "libno-such-library.so.3")
    assert "libno-such-library.so.3" in ndi.unseen()
    monkeypatch.setattr(ndi, "_LIBRARY", "libc.so.6")
    monkeypatch.setattr(ndi, "_AVAHI", tmp_path / "socket")
    assert "avahi-daemon" in ndi.unseen()
    monkeypatch.setattr(ndi, "_AVAHI", tmp_path)
    assert ndi.unseen() == ""
