"""Files that are damaged or made to harm: each is a NetError that names the file, or a net that dreams.

The mutations are drawn from a fixed seed, so that a failure comes again.
"""

import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dreamstream.caffe import net_text, read_net, write_caffemodel
from dreamstream.caffe.schema import MESSAGES
from dreamstream.dream.objectives import L2
from dreamstream.errors import NetError
from dreamstream.nets import Preprocessing
from dreamstream.nets.torch_net import TorchNet
from tests.fakes import PATIENCE, mutations, picture
from tests.nets.example_nets import TYPES, conv, he_weights, in_place, layer, net_of

ROOT = Path(__file__).parent.parent.parent
RICH = (
    conv("conv1", "data", 6, 3, "stride: 2")
    + in_place("BatchNorm", "bn", "conv1")
    + in_place("Scale", "scale", "conv1", "scale_param { bias_term: true }")
    + in_place("ReLU", "relu", "conv1")
    + layer("Pooling", "pool", "conv1", more="pooling_param { kernel_size: 3 stride: 2 pad: 1 }")
    + layer("LRN", "norm", "pool", more="lrn_param { local_size: 3 }")
    + conv("left", "norm", 4, 1)
    + conv("right", "norm", 4, 3, "pad: 1 group: 2")
    + layer("Concat", "joined", "left right")
    + layer("Slice", "cut", "joined", "a b")
    + layer("Eltwise", "sum", "a b", more="eltwise_param { coeff: 1 coeff: 0.5 }")
    + layer("Deconvolution", "up", "sum", more="convolution_param { num_output: 2 kernel_size: 2 stride: 2 }")
    + layer("Reshape", "shaped", "up", more="reshape_param { shape { dim: 0 dim: -1 } }")
    + layer("InnerProduct", "fc", "shaped", more="inner_product_param { num_output: 3 }")
)
SIZE = (20, 24)
MUTANTS = 1500  # of each of the two kinds of file
MEMORY = 1 << 30  # what all of them together may add to the process: nothing like a stated size
SLOWEST = 20.0  # seconds of computing: far beyond any single file here, far below a hang


def text_mutations(text: str, count: int, seed: int) -> Iterator[bytes]:
    """Like `mutations`, and numbers that become huge or negative, names that become other names."""
    rng = random.Random(seed)
    numbers = ["0", "-1", "1", "7", "999999999", "4294967295", "18446744073709551615", "1e30", "nan", "MAX"]
    yield from mutations(text.encode(), count // 3, seed)
    words = text.split(" ")
    for _ in range(count - count // 3):
        mutant = list(words)
        for _ in range(rng.choice([1, 1, 2, 4])):
            at = rng.randrange(len(mutant))
            if mutant[at].isdigit():
                mutant[at] = rng.choice(numbers)
            else:
                mutant[at] = rng.choice(words)
        yield " ".join(mutant).encode()


def dreams_or_says_why(prototxt: Path | None, caffemodel: Path | None, mutated: Path) -> bool:
    """Read the files and excite every layer in turn, deepest first, until one works."""
    began = time.process_time()
    try:
        spec = read_net(prototxt, caffemodel)
        net = TorchNet(spec, Preprocessing(), "cpu")
        gradient, _ = net.input_gradient(picture(*SIZE), L2(spec.names()[-1]))
        assert gradient.shape == (*SIZE, 3)
        return True
    except NetError as error:
        assert mutated.name in str(error), str(error)
        assert "\n" not in str(error).strip()
        return False
    finally:
        assert time.process_time() - began < SLOWEST


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    spec = he_weights(net_of(RICH), (1, 3, *SIZE))
    prototxt, caffemodel = tmp_path / "net.prototxt", tmp_path / "net.caffemodel"
    prototxt.write_text(net_text(spec, (1, 3, *SIZE)))
    write_caffemodel(spec, caffemodel)
    assert dreams_or_says_why(prototxt, caffemodel, prototxt)
    assert dreams_or_says_why(None, caffemodel, caffemodel)
    return prototxt, caffemodel


def peak(reset: bool = False) -> int:
    """Return the most memory that the process held since the last reset, in bytes; 0 where nobody counts."""
    proc = Path("/proc/self")
    if not (proc / "clear_refs").exists():
        return 0
    if reset:
        (proc / "clear_refs").write_text("5", encoding="ascii")
    return int((proc / "status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) * 1024


def survivors(mutants: Iterator[bytes], prototxt: Path | None, caffemodel: Path, mutated: Path) -> int:
    """Try each mutant in the file's place, in bounded memory, and return how many still dream."""
    before, survived = peak(reset=True), 0
    for mutant in mutants:
        mutated.write_bytes(mutant)
        survived += dreams_or_says_why(prototxt, caffemodel, mutated)
    assert peak() - before < MEMORY
    return survived


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_mutated_caffemodels(files: tuple[Path, Path], seed: int) -> None:
    _, caffemodel = files
    mutants = mutations(caffemodel.read_bytes(), MUTANTS // 2, seed)
    assert 0 < survivors(mutants, None, caffemodel, caffemodel) < MUTANTS // 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_mutated_prototxts(files: tuple[Path, Path], seed: int) -> None:
    prototxt, caffemodel = files
    mutants = text_mutations(prototxt.read_text(), MUTANTS // 2, seed)
    assert 0 < survivors(mutants, prototxt, caffemodel, prototxt) < MUTANTS // 2


def drive_caffe(folder: Path, seed: int) -> None:
    """Give real Caffe mutants of every example; it must still be there afterwards."""
    from dreamstream.nets.pycaffe_net import PycaffeNet

    texts = [RICH, *(text for cases in TYPES.values() for text in cases.values())]
    for number, text in enumerate(texts):
        spec = he_weights(net_of(text), (1, 3, *SIZE))
        prototxt, model, mutated = folder / "net.prototxt", folder / "net.caffemodel", folder / "m.caffemodel"
        write_caffemodel(spec, model)
        for which, mutant in [
            *(
                ("text", m)
                for m in text_mutations(net_text(spec, (1, 3, *SIZE)), 20 if number else 200, seed)
            ),
            *(("model", m) for m in mutations(model.read_bytes(), 10 if number else 200, seed)),
        ]:
            (prototxt if which == "text" else mutated).write_bytes(mutant)
            with contextlib.suppress(NetError):
                read = read_net(prototxt, model) if which == "text" else read_net(None, mutated)
                PycaffeNet(read, Preprocessing()).input_gradient(picture(*SIZE), L2(read.names()[-1]))


@pytest.mark.slow
@pytest.mark.usefixtures("caffe")
def test_mutated_nets_do_not_abort_real_caffe(tmp_path: Path) -> None:
    code = "import pathlib, sys; from tests.caffe.test_hostile import drive_caffe; "
    code += "drive_caffe(pathlib.Path(sys.argv[1]), 4)"
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("kind", list(TYPES))
def test_each_layer_type_with_its_numbers_blown_up(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "net.prototxt"
    for text in TYPES[kind].values():
        spec = he_weights(net_of(text), (1, 3, *SIZE))
        write_caffemodel(spec, tmp_path / "net.caffemodel")
        for mutant in text_mutations(net_text(spec, (1, 3, *SIZE)), 40, 3):
            path.write_bytes(mutant)
            dreams_or_says_why(path, tmp_path / "net.caffemodel", path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep text", b"layer { a { " * 20_000),
        ("deep and closed", b"layer { " + b"a { " * 3000 + b"} " * 3000 + b"}"),
        ("a long name", b'name: "' + b"x" * (7 << 20) + b'"'),
        ("many layers", b'input: "d" ' + b'layer { name: "x" type: "ReLU" bottom: "d" top: "x" } ' * 12_000),
        ("too long", b"# " + b"x" * (9 << 20)),
        ("not text", bytes(range(256)) * 50),
        ("nothing", b""),
        ("a zero", b"\0"),
        ("huge inputs", b'input: "d" input_dim: 999999999 input_dim: 999999999 layer { name: "x" }'),
        (
            "a loop",
            b'layer { name: "a" type: "ReLU" bottom: "b" top: "a" } '
            b'layer { name: "b" type: "ReLU" bottom: "a" top: "b" }',
        ),
    ],
)
def test_text_bombs(name: str, content: bytes, tmp_path: Path) -> None:
    path, before = tmp_path / "bomb.prototxt", peak(reset=True)
    path.write_bytes(content)
    began = time.process_time()
    with pytest.raises(NetError, match=r"bomb\.prototxt"):
        net = read_net(path, None)
        net.pruned(net.names()[-1:])
    assert time.process_time() - began < SLOWEST
    assert peak() - before < MEMORY


def test_binary_bombs(tmp_path: Path) -> None:
    path, before = tmp_path / "bomb.caffemodel", peak(reset=True)
    net = MESSAGES["NetParameter"](name="bomb", input=["data"])  # type: ignore[call-arg]
    conv1 = net.layer.add(name="c", type="Convolution", bottom=["data"], top=["c"])  # type: ignore[attr-defined]
    blob = conv1.blobs.add(data=[b"\0" * 400])
    nested = b"\x0a\x7f" * 5000
    for dims in ([10**9, 10**9, 10**9], [2**62, 4], [-1, -100], [2**63 - 1, 0, 100], [1] * 1000, [50, 3]):
        blob.shape.dim[:] = dims
        path.write_bytes(net.SerializeToString())
        with pytest.raises(NetError, match=r"bomb\.caffemodel: layer 'c': a blob of shape"):
            read_net(None, path)
    for content in (b"\xa2\x06" + b"\xff\xff\xff\xff\x07", nested, b"\xff" * 1000, b"\x00" * 1000, b""):
        path.write_bytes(content)
        with pytest.raises(NetError, match=r"bomb\.caffemodel"):
            read_net(None, path)
    conv1.name = "ok"
    path.write_bytes(net.SerializeToString().replace(b"\x02ok", b"\x02\xff\xfe"))
    with pytest.raises(NetError, match=r"bomb\.caffemodel"):
        read_net(None, path)
    assert peak() - before < MEMORY


def test_weights_that_are_not_numbers_end_in_one_clear_line(tmp_path: Path) -> None:
    from dreamstream.dream import ascend
    from dreamstream.errors import DreamError
    from dreamstream.params import Params

    spec = net_of(conv("c", "data", 2, 3))
    spec = spec.with_blobs({"c": [np.full((2, 3, 3, 3), np.nan, np.float32), np.zeros(2, np.float32)]})
    write_caffemodel(spec, tmp_path / "nan.caffemodel")
    net = TorchNet(read_net(None, tmp_path / "nan.caffemodel"), Preprocessing(), "cpu")
    with pytest.raises(DreamError, match="the gradient of c is not a number"):
        ascend(net, picture(*SIZE), L2("c"), Params(layer="c"), np.random.default_rng(0))
