"""The same show on both engines, from the command line."""

import subprocess
import sys
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest

from dreamstream.caffe import read_net, write_caffemodel
from dreamstream.nets import catalog
from tests.fakes import PATIENCE
from tests.nets.example_nets import he_weights

ROOT = Path(__file__).parents[2]


def first_frame(folder: Path, engine: str, *arguments: str) -> np.ndarray:
    """Dream one frame without a window and return it."""
    out = folder / engine
    command = [sys.executable, str(ROOT / "run.py"), "live", *arguments, "--headless", "--frames", "1"]
    command += ["--record", str(out), "--size", "160x120", "--engine", engine, "--precision", "fp32"]
    command += ["--force", "--threads", "1"]  # several of Caffe's wait for each other where others compute
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    (picture,) = out.glob("*.png")
    return np.asarray(imageio.imread(picture)).astype(int)


def differences(folder: Path, *arguments: str) -> np.ndarray:
    theirs, ours = (first_frame(folder, engine, *arguments) for engine in ("caffe", "torch"))
    assert ours.std() > 10
    return np.abs(theirs - ours)


@pytest.mark.slow
@pytest.mark.usefixtures("caffe")
def test_googlenet_s_first_frame_is_the_same_on_both_engines(tmp_path: Path) -> None:
    """Within 2 grey levels; but where two numbers under a MAX window differ by less than rounding, each
    engine takes another one, and the few pixels around it may differ by more.
    """
    prototxt, layer = catalog()["bvlc_googlenet"].prototxt, "inception_4c/output"
    assert prototxt is not None
    weights = tmp_path / "random.caffemodel"
    write_caffemodel(he_weights(read_net(prototxt, None).pruned([layer]), (1, 3, 120, 160)), weights)
    net = ["--net", str(prototxt), "--weights", str(weights), "--layer", layer]
    seen = [differences(tmp_path, source, *net) for source in ("clouds", "noise")]
    assert all((difference <= 2).mean() > 0.999 for difference in seen)
    assert min(difference.max() for difference in seen) <= 2


@pytest.mark.usefixtures("caffe")
def test_the_default_net_dreams_the_same_on_both_engines(tmp_path: Path) -> None:
    assert differences(tmp_path, "noise").max() <= 2


def test_caffe_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "run.py"), "--headless", "--engine", "caffe", "--frames", "1"]
    environment = {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=environment)
    if done.returncode == 0:
        pytest.skip("Caffe is installed in this environment itself")
    assert done.returncode == 2
    assert done.stderr.startswith("dreamstream: --engine caffe: Caffe is not installed for this Python")
    assert len(done.stderr.splitlines()) == 1
