"""The house plan: which room may import from which, and what heavy library it may use at import."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dreamstream"

LAYERS: list[set[str]] = [
    {"errors", "maths", "places", "process", "program", "tell", "every", "size", "frame", "ring", "worker"}
    | {"claims", "extras"},
    {"knobs"},
    {"pictures", "isf"},
    {"transforms", "effects", "sources", "caffe", "mapping"},
    {"params"},
    {"nets", "controls", "score", "record"},
    {"dream", "midi", "osc", "remote", "sound", "autopilot", "outputs"},
    {"dreamer", "display"},
    {"stage"},
    {"offline", "bench", "live"},
    {"cli"},
    {"__init__", "__main__"},
]
"""The rooms from the ground up: each may import from the layers below its own, and from itself."""

BESIDE = {"frame": {"size"}, "ring": {"frame"}, "worker": {"process"}}
BESIDE |= {"claims": {"errors"}, "program": {"errors"}}
"""What a room may import from its own layer."""

HEAVY = {"cv2", "scipy", "torch", "pygame", "moderngl", "av", "imageio", "PIL", "pydantic", "google", "rich"}
HEAVY |= {"mido", "rtmidi", "pythonosc", "websockets", "segno", "sounddevice", "soundcard", "mss", "aiortc"}
HEAVY |= {"cyndilib", "SpoutGL", "syphon"}
MAY_USE = {
    "knobs": {"pydantic"},
    "effects": {"pydantic"},
    "params": {"pydantic"},
    "pictures": {"cv2", "torch"},
    "mapping": {"cv2", "pydantic"},
    "isf": {"moderngl", "PIL"},
    "sources": {"av", "cv2", "PIL", "mss", "cyndilib", "SpoutGL", "syphon"},
    "transforms": {"cv2", "pydantic"},
    "caffe": {"google"},
    "nets": {"torch"},
    "dream": {"cv2", "torch"},
    "midi": {"mido"},
    "autopilot": {"pydantic"},
    "osc": {"pythonosc", "websockets"},
    "remote": {"websockets", "segno", "cv2"},
    "sound": {"av", "sounddevice", "soundcard"},
    "outputs": {"av", "cv2", "aiortc", "cyndilib", "SpoutGL", "syphon"},
    "display": {"pygame", "moderngl", "cv2"},
    "controls": {"pygame", "pydantic", "websockets"},
    "score": {"pydantic", "PIL"},
    "record": {"av", "cv2", "imageio", "PIL"},
    "stage": {"pydantic"},
    "offline": {"rich"},
    "live": {"rich"},
    "bench": {"rich", "torch", "pygame"},
    "cli": {"rich"},
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            found.add(node.module or "")
            if node.module == "dreamstream":
                found.update(f"dreamstream.{alias.name}" for alias in node.names)
    return found


def layer_of(room: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if room in layer)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_room_imports_only_what_the_plan_allows(path: Path) -> None:
    room, names = room_of(path), imports(path)
    assert any(room in layer for layer in LAYERS), f"{room} is not in the house plan"
    others = {name.split(".")[1] for name in names if name.startswith("dreamstream.")} - {room}
    others.discard("__version__")
    below = set().union(*LAYERS[: layer_of(room)])
    assert others <= below | BESIDE.get(room, set())
    heavy = {name.split(".")[0] for name in names} & HEAVY
    assert heavy <= MAY_USE.get(room, set())


def test_only_leaves_and_knobs_stand_beside_the_rooms() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__"} | LAYERS[0] | LAYERS[1]


def test_only_keyboard_and_pads_use_pygame_among_the_controls() -> None:
    for path in (PACKAGE / "controls").glob("*.py"):
        assert "pygame" not in imports(path) or path.name in {"keyboard.py", "gamepad.py"}


@pytest.mark.parametrize(
    ("module", "lazy"),
    [
        ("dreamstream.cli.entry", "torch cv2 pygame moderngl av imageio scipy google"),
        ("dreamstream.stage.stage", "torch pygame moderngl av imageio"),
        ("dreamstream.live.run", "torch av imageio"),
        ("dreamstream.bench.command", "torch av imageio"),
        ("dreamstream.record", "av imageio PIL cv2"),
    ],
)
def test_heavy_libraries_are_imported_only_when_needed(module: str, lazy: str) -> None:
    code = f"import sys, {module}; print(*[m for m in {lazy.split()} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == []


def annotated(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Give what has an annotation, by its name, with the annotation; an alias of a type is one, too."""
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as kind):
                yield name, ast.unparse(kind)
            case ast.FunctionDef(name=name, returns=ast.expr() as kind):
                yield name, ast.unparse(kind)
            case ast.AnnAssign(target=target, annotation=kind):
                yield ast.unparse(target), ast.unparse(kind)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() as kind):
                yield name, ast.unparse(kind)


def test_a_size_is_a_size_and_no_pair_of_numbers() -> None:
    """A pair says nothing of its order; places, ranges and counts may be pairs."""
    bare = re.compile(r"(?i)(size|canvas|window|room|drawn|octave|grid)s?$")
    found = [
        f"{path.relative_to(PACKAGE)}: {name}: {kind}"
        for path in PACKAGE.rglob("*.py")
        for name, kind in annotated(ast.parse(path.read_text(encoding="utf-8")))
        if "tuple[int, int]" in kind and bare.search(name)
    ]
    assert found == []


def test_the_help_of_the_program_is_there_without_the_table_of_params() -> None:
    slow = "[name for name in ('numpy', 'pydantic') if name in sys.modules]"
    code = f"import atexit, sys; atexit.register(lambda: print({slow}))\n"
    code += "from dreamstream.cli.parser import parse; parse(['--help'])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.rstrip().endswith("[]")


def test_modules_stay_small() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, f"{path}: split it"
