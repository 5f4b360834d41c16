import importlib
import re
from pathlib import Path

import numpy as np
import pytest

from dreamstream.caffe import write_caffemodel
from dreamstream.dream.objectives import L2
from dreamstream.errors import NetError
from dreamstream.nets import Network, catalog, find_net, open_network
from dreamstream.places import cache_folder
from tests.fakes import TINY, picture, tiny_spec


@pytest.mark.parametrize("name", sorted(catalog()))
def test_every_entry_loads_and_its_layers_are_there(name: str) -> None:
    entry = catalog()[name]
    names = entry.structure().names()
    assert entry.layer in names
    assert set(entry.highlights) <= set(names)
    assert list(entry.highlights) == [n for n in names if n in entry.highlights], "in the net's order"
    assert entry.licence
    assert len(entry.highlights) >= 5
    assert entry.how_to_get()


@pytest.mark.parametrize("name", sorted(catalog()))
def test_where_the_weights_come_from_is_stated_once_and_well_formed(name: str) -> None:
    entry = catalog()[name]
    assert [bool(entry.package), entry.download is not None, bool(entry.archive)].count(True) == 1
    assert bool(entry.package) == (entry.caffemodel.parent == cache_folder())
    if entry.download is not None:
        assert re.fullmatch(r"https?://[!-~]+\.caffemodel", entry.download.url)
        checksums = entry.download.checksums
        assert re.fullmatch(r"([0-9a-f]{40})?", checksums.get("sha1", ""))
        assert re.fullmatch(r"([0-9a-f]{64})?", checksums.get("sha256", ""))
        assert entry.download.size > 0 or not checksums


def test_the_default_net_is_kept_as_a_caffemodel(lite0: object) -> None:
    files = list(cache_folder().glob("efficientnet_lite0-*.caffemodel"))
    assert files
    assert not list(cache_folder().glob("tmp*.part"))


def test_a_damaged_or_unwritable_cache_does_not_stop_the_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lite0: Network
) -> None:
    image, expected = picture(32, 64), lite0.activations(picture(32, 64), "block3")
    folder = tmp_path / "cache"
    module = importlib.import_module("dreamstream.nets.catalog")  # the package has a function of that name
    monkeypatch.setattr(module, "cache_folder", lambda: folder)
    entry = find_net("efficientnet_lite0")
    open_network(entry, "cpu")
    (file,) = folder.glob("*.caffemodel")
    whole = file.read_bytes()
    file.write_bytes(whole[:100_000])
    assert np.array_equal(open_network(entry, "cpu").activations(image, "block3"), expected)
    assert file.read_bytes() == whole, "it is made anew"
    monkeypatch.setattr(module, "cache_folder", lambda: file / "no folder")
    entry = find_net("efficientnet_lite0")
    assert np.array_equal(open_network(entry, "cpu").activations(image, "block3"), expected)


def test_a_net_of_one_s_own_by_path(tmp_path: Path) -> None:
    (tmp_path / "deploy.prototxt").write_text(TINY)
    write_caffemodel(tiny_spec(), tmp_path / "weights.caffemodel")
    entry = find_net(str(tmp_path / "deploy.prototxt"), tmp_path / "weights.caffemodel")
    assert entry.layer == "conv2"
    assert open_network(entry, "cpu").activations(picture(), "conv2").shape[0] == 6
    alone = find_net(str(tmp_path / "weights.caffemodel"))
    assert np.array_equal(
        open_network(alone, "cpu").activations(picture(), "conv2"),
        open_network(entry, "cpu").activations(picture(), "conv2"),
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("efficientnet_light0", "did you mean 'efficientnet_lite0'"),
        ("nowhere.prototxt", "no such file"),
        ("nowhere.prototxt.txt", "no such file"),
        ("squeezenet.pt", "squeezenet.pt: a file of torch; a .prototxt and its .caffemodel are needed"),
        ("squeezenet.PTH", "a file of torch"),
        ("squeezenet.onnx", "a file of ONNX"),
    ],
)
def test_a_net_that_is_not_there_is_one_clear_line(name: str, words: str) -> None:
    with pytest.raises(NetError, match=words):
        find_net(name)


@pytest.mark.parametrize(
    "name", ["deploy.prototxt", "deploy.prototxt.txt", "deploy.PROTOTXT", "d.Prototxt.TXT"]
)
def test_a_net_s_file_is_known_by_its_name_however_it_ends(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(TINY)
    weights = tmp_path / f"{name.split('.')[0]}.caffemodel"
    with pytest.raises(
        NetError, match=f"no weights; give them with --weights, or put {weights.name} beside it"
    ):
        find_net(str(tmp_path / name))
    write_caffemodel(tiny_spec(), weights)
    entry = find_net(str(tmp_path / name))
    assert (entry.name, entry.prototxt, entry.caffemodel) == (weights.stem, tmp_path / name, weights)
    with pytest.raises(NetError, match=r"w\.pt: a file of torch"):
        find_net(str(tmp_path / name), tmp_path / "w.pt")


def test_a_prototxt_without_weights_says_where_they_could_be(tmp_path: Path) -> None:
    (tmp_path / "deploy.prototxt").write_text(TINY)
    with pytest.raises(NetError, match="--weights"):
        find_net(str(tmp_path / "deploy.prototxt"))
    assert find_net(str(tmp_path / "deploy.prototxt"), structure_only=True).structure().names()


def test_weights_alone_are_not_silently_ignored() -> None:
    with pytest.raises(NetError, match="brings its own; name the net"):
        find_net("efficientnet_lite0", Path("other.caffemodel"))


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    module = importlib.import_module("dreamstream.nets.catalog")
    monkeypatch.setattr(module, "cache_folder", lambda: tmp_path)
    return tmp_path


def test_a_net_that_was_not_fetched_says_how_to_and_shows_its_layers(empty_cache: Path) -> None:
    with pytest.raises(
        NetError, match=r"^bvlc_googlenet is not here yet: dreamstream nets fetch bvlc_googlenet$"
    ):
        find_net("bvlc_googlenet")
    with pytest.raises(NetError, match=r"fetch googlenet_places365 --sha256 HEX$"):
        find_net("googlenet_places365")
    with pytest.raises(
        NetError, match=r"unpack http://\S+, then: dreamstream --net googlenet_places205 --weights ITS"
    ):
        find_net("googlenet_places205")
    layers = find_net("bvlc_googlenet", structure_only=True).structure().names()
    assert "inception_4c/output" in layers
    assert not list(empty_cache.iterdir())


def test_a_known_net_takes_weights_from_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(NetError, match=r"mine.caffemodel: no such file"):
        find_net("googlenet_places205", tmp_path / "mine.caffemodel")
    (tmp_path / "mine.caffemodel").write_bytes(b"")
    entry = find_net("googlenet_places205", tmp_path / "mine.caffemodel")
    assert (entry.caffemodel, entry.layer) == (tmp_path / "mine.caffemodel", "inception_4c/output")


def test_weights_that_were_read_to_find_the_first_layer_are_not_read_again(tmp_path: Path) -> None:
    write_caffemodel(tiny_spec(), tmp_path / "own.caffemodel")
    (tmp_path / "own.prototxt").write_text(TINY)
    entry = find_net(str(tmp_path / "own.prototxt"))
    (tmp_path / "own.caffemodel").unlink()
    gradient, _ = open_network(entry, "cpu").input_gradient(picture(), L2(entry.layer))
    assert gradient.any()
