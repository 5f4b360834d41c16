"""`dreamstream nets fetch`: a catalog's net, from a server on loopback into an empty cache."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dreamstream import cli
from dreamstream.caffe import write_caffemodel
from dreamstream.errors import NetError
from dreamstream.nets import fetch_net, find_net
from tests.fakes import tiny_spec
from tests.nets.server import Server, quiet, serving, status

NAME = "googlenet_places365"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder of its own."""
    monkeypatch.setattr("dreamstream.places.user_cache_path", lambda *name, **more: tmp_path / "cache")
    return tmp_path / "cache" / "nets"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    write_caffemodel(tiny_spec(), tmp_path / "tiny.caffemodel")
    with serving(Server((tmp_path / "tiny.caffemodel").read_bytes())) as running:
        yield running


def dreamstream(*words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    return int(caught.value.code or 0)


def test_a_net_is_fetched_once_and_then_in_use(
    cache: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    sha256 = hashlib.sha256(server.body).hexdigest()
    words = ["nets", "fetch", NAME, "--sha256", sha256.upper(), "--from", server.url()]
    assert dreamstream(*words) == 0
    out = capsys.readouterr().out
    assert "2.8/2.8 kB" in out, "the bar is full"
    assert f"{cache / NAME}.caffemodel (licence: CC-BY)" in out
    assert len(server.asked) == 1
    entry = find_net(NAME)
    assert entry.caffemodel == cache / f"{NAME}.caffemodel"
    assert entry.caffemodel.read_bytes() == server.body
    assert entry.is_here()
    assert dreamstream(*words) == 0
    assert "is here already, and right" in capsys.readouterr().out
    assert len(server.asked) == 1


def test_wrong_flags_are_told_though_the_file_is_here(cache: Path, server: Server) -> None:
    sha256 = hashlib.sha256(server.body).hexdigest()
    assert fetch_net(NAME, quiet, sha256, server.url())
    with pytest.raises(NetError, match="'nonsense': an address"):
        fetch_net(NAME, quiet, sha256, "nonsense")


def test_the_bar_of_a_file_of_unknown_length_claims_none(
    cache: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.plan = [status(404)]
    assert dreamstream("nets", "fetch", NAME, "--sha256", 64 * "0", "--from", server.url()) == 2
    out = capsys.readouterr().out
    assert "0/? bytes" in out


def test_a_wrong_file_is_one_line_and_never_in_use(
    cache: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dreamstream("nets", "fetch", NAME, "--sha256", 64 * "0", "--from", server.url()) == 2
    found = hashlib.sha256(server.body).hexdigest()
    err = capsys.readouterr().err
    assert err.endswith(f"sha256 {64 * '0'} expected, {found} found; it was deleted\n")
    assert err.count("\n") == 1
    with pytest.raises(NetError, match="is not here yet"):
        find_net(NAME)


def test_the_catalog_s_own_checksums_hold_for_other_addresses(cache: Path, server: Server) -> None:
    with pytest.raises(NetError, match=r"53533754 bytes are expected, and the server has \d+$"):
        fetch_net("bvlc_googlenet", quiet, url=server.url())
    with pytest.raises(NetError, match=r"bvlc_googlenet has sha256 6f7101e3"):
        fetch_net("bvlc_googlenet", quiet, sha256=64 * "0", url=server.url())


def test_a_damaged_file_is_thrown_away_at_the_next_fetch(cache: Path, server: Server) -> None:
    file = cache / "squeezenet_v1.1.caffemodel"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"damaged")
    with pytest.raises(NetError, match="4950080 bytes are expected"):
        fetch_net("squeezenet_v1.1", quiet, url=server.url())
    assert not file.exists()


def test_a_slip_in_a_typed_checksum_deletes_nothing(cache: Path, server: Server) -> None:
    fetch_net(NAME, quiet, hashlib.sha256(server.body).hexdigest(), server.url())
    with pytest.raises(NetError, match="delete it to fetch another"):
        fetch_net(NAME, quiet, 64 * "0", server.url())
    assert find_net(NAME).is_here()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["googlenet"], "no net 'googlenet'; did you mean"),
        ([NAME], f"{NAME}: no checksum of it is published"),
        ([NAME, "--sha256", "abc"], "--sha256 abc: 64 hexadecimal digits are needed"),
        (
            ["efficientnet_lite0", "--sha256", "zz", "--from", "nonsense"],
            "--sha256 zz: 64 hexadecimal digits",
        ),
        (["efficientnet_lite0", "--from", "nonsense"], "'nonsense': an address that begins with http://"),
        (["vgg16", "--from", "ftp://x/y"], "'ftp://x/y': an address that begins with http:// or https://"),
        (["googlenet_places205"], "is not fetched: unpack http://places.csail.mit.edu/"),
        ([], "required: NAME"),
    ],
)
def test_what_cannot_be_fetched_is_one_line(
    cache: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dreamstream("nets", "fetch", *words) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert err.count("\n") == 1
    assert out == ""


def test_what_a_package_brought_needs_no_fetch(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dreamstream("nets", "fetch", "efficientnet_lite0") == 0
    assert capsys.readouterr().out == "efficientnet_lite0 is here already\n"


def test_a_show_with_a_net_that_is_not_here_says_what_to_do(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dreamstream("--headless", "--net", "vgg16") == 2
    said = "dreamstream: vgg16 is not here yet: dreamstream nets fetch vgg16\n"
    assert capsys.readouterr().err == said
    assert dreamstream("layers", "vgg16") == 0
    assert "conv4_3" in capsys.readouterr().out


def test_a_net_of_one_s_own_with_its_own_mean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_caffemodel(tiny_spec(), tmp_path / "tiny.caffemodel")
    np.save(tmp_path / "mean.npy", np.array([104.0, 117.0, 123.0]))
    for number, mean in enumerate(("104,117,123", str(tmp_path / "mean.npy"), "0,0,0")):
        words = ["render", "clouds", "-o", str(tmp_path / str(number)), "--frames", "1", "--size", "64x48"]
        words += [
            "--net",
            str(tmp_path / "tiny.caffemodel"),
            "--mean",
            mean,
            "--scale",
            "0.02",
            "--jitter",
            "0",
        ]
        assert dreamstream(*words, "--channel-order", "RGB") == 0
    first, second, third = ((tmp_path / str(n) / "00000001.png").read_bytes() for n in range(3))
    assert first == second
    assert first != third
