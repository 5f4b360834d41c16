from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.caffe import parse_net, read_net
from dreamstream.errors import NetError, ParamError
from dreamstream.nets import Classes, catalog, find_net
from dreamstream.nets.classes import read_class_names
from dreamstream.places import own_folder
from tests.fakes import CLASSIFIER, TINY, tiny_spec

LITE0 = find_net("efficientnet_lite0")
IMAGENET = Classes(LITE0.structure(), LITE0.class_names())
SQUEEZED = (
    TINY
    + """
layer { name: "pool" type: "Pooling" bottom: "conv2" top: "pool"
        pooling_param { pool: AVE global_pooling: true } }
layer { name: "drop" type: "Dropout" bottom: "pool" top: "pool" }
layer { name: "prob" type: "Softmax" bottom: "pool" top: "prob" }
"""
)


def test_the_names_are_the_thousand_of_imagenet_in_order() -> None:
    assert IMAGENET.count == 1000
    assert (IMAGENET.labels[0], IMAGENET.labels[1], IMAGENET.labels[999]) == (
        "0 tench",
        "1 goldfish",
        "999 toilet tissue",
    )
    assert IMAGENET.labels[285] == "285 Egyptian cat"


@pytest.mark.parametrize("name", list(catalog()))
def test_nets_of_a_thousand_classes_know_their_names(name: str) -> None:
    entry = catalog()[name]
    count = Classes(entry.structure()).count
    assert len(entry.class_names()) == (1000 if count == 1000 else 0)
    if count == 1000:
        assert Classes(entry.structure(), entry.class_names()).find("goldfish") == "1 goldfish"


def test_classes_without_end_are_one_line() -> None:
    text = CLASSIFIER.replace("num_output: 5", "num_output: 300000000")
    with pytest.raises(NetError, match=r"huge: layer 'fc' has 300000000 classes.*damaged"):
        Classes(parse_net(text, "huge"))


@pytest.mark.parametrize(
    ("text", "layer", "count"),
    [
        (CLASSIFIER, "fc", 5),
        (CLASSIFIER.replace('type: "Softmax"', 'type: "Dropout"'), "fc", 5),
        (SQUEEZED, "drop", 6),
        (TINY, "", None),
    ],
)
def test_the_classifier_s_output_is_found_by_itself(text: str, layer: str, count: int | None) -> None:
    classes = Classes(parse_net(text, "net"))
    assert (classes.layer, classes.count) == (layer, count)
    assert classes.labels == [str(index) for index in range(count or 0)]


@pytest.mark.parametrize(
    ("net", "layer"),
    [
        ("efficientnet_lite0", "fc"),
        ("bvlc_googlenet", "loss3/classifier"),
        ("bvlc_alexnet", "fc8"),
        ("vgg16", "fc8"),
        ("squeezenet_v1.1", "pool10"),
    ],
)
def test_the_published_nets_are_asked_before_the_softmax(net: str, layer: str) -> None:
    classes = Classes(read_net(own_folder("models") / f"{net}.prototxt", None))
    assert (classes.layer, classes.count) == (layer, 1000)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("", ""),
        ("1", "1 goldfish"),
        ("goldfish", "1 goldfish"),
        ("GoldFish", "1 goldfish"),
        ("Carassius", "1 goldfish"),
        (" siamese   CAT ", "284 Siamese cat"),
        ("ant", "310 ant"),
        ("volcan", "980 volcano"),
        ("134 crane", "134 crane"),
    ],
)
def test_a_class_is_found_by_number_name_or_part(text: str, label: str) -> None:
    assert IMAGENET.find(text) == label


@given(st.sampled_from(IMAGENET.labels))
def test_a_label_finds_itself(label: str) -> None:
    assert IMAGENET.find(label) == label


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shark", "could be 2 great white shark, 3 tiger shark, 4 hammerhead; give"),
        ("crane", "could be 134 crane, 517 crane"),
        ("cat", "and [0-9]+ more"),
        ("goldfsh", "no class 'goldfsh'; did you mean 'goldfish'"),
        ("4 cats", "no class '4 cats'"),
        ("1000", "'fc' has no class 1000; there are 1000, from 0"),
        ("9" * 5000, "there are 1000"),
        ("-1", "no class '-1'"),
    ],
)
def test_what_is_no_one_class_is_told(text: str, words: str) -> None:
    with pytest.raises(ParamError, match=words):
        IMAGENET.find(text)


def test_nets_without_names_or_classes_say_so() -> None:
    nameless = Classes(parse_net(CLASSIFIER, "net"))
    assert nameless.find("4") == "4"
    with pytest.raises(ParamError, match="no names; a number is needed"):
        nameless.find("cat")
    with pytest.raises(ParamError, match="no class 5; there are 5"):
        nameless.find("5")
    with pytest.raises(ParamError, match="is no classifier"):
        Classes(tiny_spec()).find("1")


def test_classes_to_step_through_are_of_the_thousand_and_each_is_one() -> None:
    chosen = LITE0.class_highlights()
    assert len({IMAGENET.find(name) for name in chosen}) == len(chosen) > 20
    assert find_net("efficientnet_lite0").class_names() == LITE0.class_names()


def test_caffe_s_list_of_class_names_is_read(tmp_path: Path) -> None:
    path = tmp_path / "synset_words.txt"
    path.write_text("n01440764 tench, Tinca tinca\nn01443537 goldfish, Carassius auratus\nplain name\n")
    assert read_class_names(path) == ["tench, Tinca tinca", "goldfish, Carassius auratus", "plain name"]
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(NetError, match=r"synset_words.txt: not a list of class names"):
        read_class_names(path)
    path.write_text("\n\n")
    with pytest.raises(NetError, match="no class names in it"):
        read_class_names(path)
    with pytest.raises(NetError, match="No such file"):
        read_class_names(tmp_path / "missing.txt")


def test_names_for_another_number_of_classes_are_told() -> None:
    with pytest.raises(NetError, match="3 names for the 5 classes of layer 'fc'"):
        Classes(parse_net(CLASSIFIER, "net"), ["a", "b", "c"])


def test_a_stranger_s_highlights_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("a\nb\n")
    (tmp_path / "highlights.txt").write_text("my best shows\n")
    assert replace(LITE0, classes=tmp_path / "classes.txt").class_highlights() == []
