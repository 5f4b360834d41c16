from pathlib import Path

import numpy as np
import pytest

from dreamstream.errors import NetError
from dreamstream.nets import Preprocessing
from dreamstream.nets.torch_net import TorchNet
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.fakes import picture, tiny_spec

BASE = Preprocessing((104.0, 117.0, 123.0), 1.0, "BGR", 8)


def test_what_is_not_given_stays() -> None:
    assert BASE.changed() == BASE
    assert BASE.changed(scale=0.017) == Preprocessing(BASE.mean, 0.017, "BGR", 8)
    assert BASE.changed("1,2.5,-3e1") == Preprocessing((1.0, 2.5, -30.0), 1.0, "BGR", 8)


def test_the_mean_is_in_the_net_s_order_and_a_known_one_turns_with_it() -> None:
    assert BASE.changed(order="RGB").mean == (123.0, 117.0, 104.0)
    assert BASE.changed("104,117,123", order="RGB").mean == (104.0, 117.0, 123.0)
    assert BASE.changed(order="BGR") == BASE


def test_a_mean_s_file(tmp_path: Path) -> None:
    np.save(tmp_path / "mean.npy", np.array([9.0, 8.0, 7.0]))
    assert BASE.changed(str(tmp_path / "mean.npy")).mean == (9.0, 8.0, 7.0)


@pytest.mark.parametrize(
    "mean", ["1,2", "1,2,3,4", "a,b,c", "nan,1,2", "1e9,1,2", "inf,1,2", ",,", "mean.txt"]
)
def test_no_mean_is_one_clear_line(mean: str) -> None:
    with pytest.raises(
        NetError, match=r"three numbers .* as in 104,117,123, or a file: .binaryproto or .npy"
    ):
        BASE.changed(mean)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_no_scale_is_one_clear_line(scale: float) -> None:
    with pytest.raises(NetError, match=r"--scale .*: a positive number is needed"):
        BASE.changed(scale=scale)


def test_it_reaches_the_net() -> None:
    """(x - mean) · scale, seen through the same picture prepared by hand."""
    image = picture(16, 16)
    how = Preprocessing(multiple=1).changed("10,20,30", 0.5, "BGR")
    got = TorchNet(tiny_spec(), how, "cpu").activations(image, "conv1")
    by_hand = (image[:, :, ::-1] - np.array([10, 20, 30], np.float32)) * np.float32(0.5)
    plain = TorchNet(tiny_spec(), Preprocessing((0.0, 0.0, 0.0), 1.0, "RGB"), "cpu")
    assert np.allclose(got, plain.activations(np.ascontiguousarray(by_hand), "conv1"), atol=1e-4)


def test_a_stage_takes_it_from_its_settings() -> None:
    stage = Stage(Settings(mean="1,2,3", scale=2.0, channel_order="BGR", size=Size(32, 32)))
    assert stage.playing.net.entry.preprocessing == Preprocessing((1.0, 2.0, 3.0), 2.0, "BGR", 32)
    stage.close()
