"""The layer that a dream begins with where nobody has chosen one."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamstream.caffe import cut, he_weights, joining, net_text, parse_net, reached, write_caffemodel
from dreamstream.errors import NetError
from dreamstream.nets import find_net
from dreamstream.nets.beginning import USUAL, first_layer, worth_dreaming
from dreamstream.size import Size
from tests.nets.example_nets import HEAD, INCEPTION_LIKE, conv, in_place, layer, net_of

BACKBONE = "".join(conv(f"c{i}", f"c{i - 1}" if i else "data", 8, 3, "pad: 1") for i in range(4))


def heads(kind: str, count: int = 12) -> str:
    """Layers of a detector behind one of this type."""
    begin = layer(kind, "gate", "c3")
    return begin + "".join(conv(f"head{i}", "gate", 4, 3, "pad: 1") for i in range(count))


def test_it_is_two_thirds_up_where_that_is_reached() -> None:
    spec = net_of(BACKBONE + heads("ReLU"))
    names = worth_dreaming(spec)
    assert first_layer(spec, USUAL) == names[len(names) * 2 // 3] == "head6"


@pytest.mark.parametrize("kind", ["Python", "PriorBox", "ROIPooling"])
def test_what_lies_behind_a_layer_that_is_not_supported_is_passed_over(kind: str) -> None:
    spec = net_of(BACKBONE + heads(kind) + in_place(kind, "over", "c1") + conv("last", "c1", 4, 3))
    assert first_layer(spec, USUAL) == "c3"
    assert worth_dreaming(spec) == reached(spec) == ["c0", "c1", "c2", "c3"]


def test_what_needs_more_than_a_picture_or_has_a_fault_is_passed_over() -> None:
    label = 'input: "data" input: "label" ' + BACKBONE.replace(HEAD, "")
    joined = "".join(layer("Concat", f"j{i}", "c3 label") for i in range(9))
    assert first_layer(parse_net(label + joined, "two"), USUAL) == "c3"
    slips = "".join(conv(f"s{i}", "c3", 8, 3, "strid: 2") for i in range(9))
    assert first_layer(net_of(BACKBONE + slips), USUAL) == "c3"


def test_it_is_reached_at_the_smallest_octave_or_else_at_the_canvas_itself() -> None:
    wide = "".join(conv(f"w{i}", "c3", 8, 100) for i in range(9))
    spec = net_of(BACKBONE + wide)
    assert first_layer(spec, (Size(448, 252), Size(228, 128))) == "w4"
    assert first_layer(spec, USUAL) == "c3"  # 163x92 is its smallest octave
    assert first_layer(net_of(conv("w", "data", 8, 100)), USUAL) == "w"


def test_a_layer_whose_weights_the_caffemodel_lacks_is_passed_over(tmp_path: Path) -> None:
    text = BACKBONE + heads("ReLU")
    whole = he_weights(net_of(text), (1, 3, 64, 64))
    kept = {f"c{i}": whole.layer(f"c{i}").blobs for i in range(4)}
    write_caffemodel(whole.bare().with_blobs(kept), tmp_path / "part.caffemodel")
    (prototxt := tmp_path / "part.prototxt").write_text(net_text(whole, (1, 3, 64, 64)))
    assert find_net(str(prototxt)).layer == "c3"
    (tmp_path / "part.caffemodel").write_bytes(b"damaged")
    assert find_net(str(prototxt)).layer == first_layer(net_of(text), USUAL) == "head6"


def test_a_net_without_convolutions_is_dreamt_through_what_there_is() -> None:
    inner = [layer("InnerProduct", f"i{i}", f"i{i - 1}" if i else "data") for i in range(4)]
    text = "".join(inner).replace(" }", " inner_product_param { num_output: 5 } }")
    assert first_layer(net_of(text), USUAL) == "i2"


def test_a_canvas_that_would_take_far_too_long_is_one_that_a_layer_is_not_reached_at() -> None:
    heavy = "".join(conv(f"h{i}", f"h{i - 1}" if i else "data", 5000, 3, "pad: 1") for i in range(3))
    assert first_layer(net_of(BACKBONE + heavy), (Size(448, 252), Size(40, 36))) == "c3"


def test_what_joins_at_no_size_is_tried_once() -> None:
    """Each try takes a walk through the net for every size: four hundred of them would take many minutes."""
    text = BACKBONE + conv("cut", "c3", 8, 3) + layer("Eltwise", "bad", "c3 cut")
    text += "".join(conv(f"h{i}", f"h{i - 1}" if i else "bad", 8, 3, "pad: 1") for i in range(400))
    began = time.process_time()
    assert first_layer(net_of(text), USUAL) == "cut"
    assert time.process_time() - began < 30


def test_what_lies_above_is_better_than_nothing() -> None:
    spec = net_of(
        layer("Python", "x") + conv("a", "x", 4, 3) + conv("b", "a", 4, 3) + conv("c", "data", 4, 3)
    )
    assert first_layer(spec, USUAL) == "c"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (layer("Python", "own") + conv("a", "own", 4, 3), r"test: layer 'own' \(Python\).* not supported"),
        (
            conv("a", "data", 4, 3, "strid: 2"),
            r"test: layer 'a' \(Convolution\): line \d+: .*no field 'strid'",
        ),
        (
            conv("a", "data", 4, 999),
            r"test: layer 'a' \(Convolution\), with a picture of 448x252: .*too small",
        ),
    ],
)
def test_a_net_that_cannot_be_dreamt_says_which_layer_bars_the_way(text: str, words: str) -> None:
    with pytest.raises(NetError, match=words):
        first_layer(net_of(text), USUAL)


@pytest.mark.parametrize("channels", [2, 4, 15])
def test_nets_for_other_than_colour_or_gray_are_refused(channels: int) -> None:
    text = f'input: "data" input_dim: [1, {channels}, 224, 224] ' + conv("a", "data", 4, 3)
    with pytest.raises(
        NetError, match=rf"^net: is for pictures of {channels} channels; RGB \(3\) or gray \(1\)"
    ):
        first_layer(parse_net(text, "net"), USUAL)


@given(st.integers(33, 300), st.integers(33, 300), st.integers(33, 300))
@settings(deadline=None)
def test_whatever_the_sizes_it_is_reached(width: int, height: int, smaller: int) -> None:
    spec = net_of(BACKBONE.replace("c3", "last") + INCEPTION_LIKE)
    sizes = Size(width, height), Size(min(width, smaller), min(height, smaller))
    found = first_layer(spec, sizes)
    shape = joining(spec, (found,), (1, 3, *sizes[-1].shape))
    assert cut(spec, (found,), shape, weighed=False)[1][found]
