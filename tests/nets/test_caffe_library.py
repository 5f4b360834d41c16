"""Each case in a process of its own: what is imported first, and from where, is what is tested."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dreamstream.nets.caffe_library import build_folder, caffe_missing
from tests.conftest import missing
from tests.fakes import PATIENCE

ROOT = Path(__file__).parent.parent.parent

ASK = """
from dreamstream.errors import NetError
from dreamstream.nets.caffe_library import caffe_missing, import_caffe
print(caffe_missing())
try:
    print(import_caffe().__file__)
except NetError as error:
    print(error)
"""

COMPARE = """
import os, sys, tempfile
from pathlib import Path
import numpy as np
from dreamstream.nets.caffe_library import import_caffe

def load_torch():
    import torch
    torch.nn.functional.conv2d(torch.ones(1, 3, 9, 9), torch.ones(4, 3, 3, 3))
    return torch

if sys.argv[1] == "torch first":
    torch, caffe = load_torch(), import_caffe()
else:
    caffe, torch = import_caffe(), load_torch()
import dreamstream.caffe
assert caffe.__file__ != dreamstream.caffe.__file__ and "skimage" not in sys.modules
assert os.environ["GLOG_minloglevel"] == "2"

net = caffe.NetSpec()
net.data = caffe.layers.Input(input_param=dict(shape=[dict(dim=[1, 3, 33, 46])]))
net.conv = caffe.layers.Convolution(
    net.data, num_output=8, kernel_size=3, bias_term=False, weight_filler=dict(type="msra"))
net.relu = caffe.layers.ReLU(net.conv, in_place=True)
text = net.to_proto()
text.force_backward = True
with tempfile.TemporaryDirectory() as folder:
    structure, weights = Path(folder, "net.prototxt"), Path(folder, "net.caffemodel")
    structure.write_text(str(text))
    net = caffe.Net(str(structure), caffe.TEST)
    net.save(str(weights))
    spec = dreamstream.caffe.read_net(None, weights)

image = np.random.default_rng(1).standard_normal((1, 3, 33, 46)).astype(np.float32)
net.blobs["data"].data[...] = image
net.forward()
net.blobs["conv"].diff[...] = net.blobs["conv"].data
net.backward()

x = torch.tensor(image, requires_grad=True)
(kernel,) = [layer.blobs[0] for layer in spec.layers if layer.name == "conv"]
y = torch.relu(torch.nn.functional.conv2d(x, torch.tensor(kernel)))
y.backward(y.detach())
assert np.abs(net.blobs["conv"].data - y.detach().numpy()).max() < 1e-5 * y.max().item()
assert np.abs(net.blobs["data"].diff - x.grad.numpy()).max() < 1e-5 * x.grad.abs().max().item()
print("agree")
"""


def python(code: str, *arguments: str, **environment: str) -> list[str]:
    """Run code from the root of the project and return its lines."""
    inherited = {name: value for name, value in os.environ.items() if name != "GLOG_minloglevel"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def nothing(tmp_path: Path) -> dict[str, str]:
    """An environment without a build in the cache."""
    (spec,) = python("import importlib.util; print(importlib.util.find_spec('caffe'))")
    if spec != "None":
        pytest.skip("Caffe is installed in this Python itself")
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


@pytest.fixture
def built() -> None:
    if caffe_missing():
        missing(caffe_missing())


def test_where_there_is_no_caffe_one_line_says_how_to_get_it(nothing: dict[str, str]) -> None:
    hint = "Caffe is not installed for this Python: `make caffe` builds it (docs/nets.md)"
    assert python(ASK, **nothing) == [hint, hint]


def test_a_mere_folder_named_caffe_is_not_caffe(nothing: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "caffe").mkdir()
    found, _ = python(ASK, PYTHONPATH=str(tmp_path), **nothing)
    assert "not installed" in found


def test_a_caffe_that_does_not_import_is_named_with_the_reason(tmp_path: Path) -> None:
    package = tmp_path / "caffe"
    package.mkdir()
    (package / "__init__.py").write_text(
        'raise ImportError("libboost.so:\\n cannot open shared object file")'
    )
    found, why = python(ASK, PYTHONPATH=str(tmp_path))
    assert found == "", "it is there, whatever it is worth"
    assert why == (
        f"the Caffe in {package} does not import (ImportError: libboost.so: cannot open shared object file); "
        "`make caffe` builds it (docs/nets.md)"
    )


def test_a_build_that_does_not_import_any_more_is_to_be_made_anew(nothing: dict[str, str]) -> None:
    package = Path(nothing["XDG_CACHE_HOME"], "dreamstream", build_folder().name, "python", "caffe")
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("import caffe._caffe")
    found, why = python(ASK, **nothing)
    assert found == ""
    assert why.startswith(f"the Caffe in {package} does not import (ModuleNotFoundError: No module named")
    assert why.endswith("`make caffe ARGS=--force` builds it anew")


def test_another_module_of_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "caffe.py").write_text("drink = True\n")
    _, why = python(ASK, PYTHONPATH=str(tmp_path))
    assert why.startswith(f"the module 'caffe' in {tmp_path / 'caffe.py'} is not Caffe (it has no Net)")


@pytest.mark.usefixtures("built")
def test_the_build_is_found_past_a_folder_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "caffe").mkdir()
    found, file = python(ASK, PYTHONPATH=str(tmp_path))
    assert found == ""
    assert Path(file).parts[-2:] == ("caffe", "__init__.py")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("order", ["torch first", "caffe first"])
def test_caffe_and_torch_work_and_agree_in_one_process(order: str) -> None:
    assert python(COMPARE, order) == ["agree"]
