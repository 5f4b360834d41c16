"""NDI, in a network of its own: in this one every machine would hear of it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dreamstream.errors import OutputError, SourceError
from dreamstream.outputs import target_of
from dreamstream.sources import check_source, ndi
from tests.conftest import missing

pytest.importorskip("cyndilib")

_ALONE = """
ip link set lo up multicast on && ip route add 224.0.0.0/4 dev lo || exit 77
mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /dev/shm || exit 77
mkdir -p /run/dbus /run/avahi-daemon && dbus-daemon --system --fork --nopidfile || exit 77
avahi-daemon --file "$0" --no-rlimits --no-drop-root --no-chroot &
until [ -S /run/avahi-daemon/socket ]; do kill -0 $! && sleep 0.05 || exit 77; done
"$@"; exit $?  # this shell is the first process there, and what that is cannot be killed by itself
"""
_AVAHI = "[server]\nallow-interfaces=lo\nuse-ipv6=no\n"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has networks of their own")
def test_in_a_network_of_its_own(tmp_path: Path) -> None:
    for program in ("unshare", "ip", "dbus-daemon", "avahi-daemon"):
        if shutil.which(program) is None:
            missing(f"no {program} here, which NDI is tried with")
    if "apt" in (why := ndi.unseen()):
        missing(why)
    config = tmp_path / "avahi.conf"
    config.write_text(_AVAHI)
    # where this is given up, all that is in there ends too: else it would hold the pipes that are read here
    alone = ["unshare", "-n", "-m", "-p", "-f", "--mount-proc", "--kill-child"]
    inner = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "tests/outputs/ndi_alone.py"]
    ran = subprocess.run(
        [*alone, "bash", "-c", _ALONE, str(config), *inner],
        cwd=Path(__file__).parent.parent.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if ran.returncode == 77 or not ran.stdout:
        pytest.skip(f"no network of its own for NDI here: {ran.stderr.strip()[-200:]}")
    assert ran.returncode == 0, ran.stdout + ran.stderr


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
