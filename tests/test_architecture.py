"""The house plan: which room may import from which, and what heavy library it may use at import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dreamstream"

LEAVES = {"errors", "places"}
ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "places": set(),
    "frame": LEAVES,
    "worker": LEAVES,
    "memory": set(),
    "process": set(),
    "params": LEAVES,
    "ring": {"frame"},
    "sources": set(),
    "transforms": {"params"},
    "caffe": set(),
    "nets": {"caffe"},
    "dream": {"nets", "params"},
    "dreamer": {"sources", "transforms", "dream", "nets", "params", "frame", "ring", "worker"},
    "dream_loop": {"dreamer", "params", "frame", "ring"},
    "tween": {"frame", "transforms"},
    "effects": {"params"},
    "display": {"frame", "params", "transforms", "tween", "effects"},
    "controls": {"params"},
    "record": {"frame", "ring", "worker"},
    "score": {"params"},
    "presets": {"params"},
    "chosen_net": {"caffe", "dream", "nets", "params", "presets"},
}
TOP = {
    *("arguments", "flags", "kinds", "stage", "show", "recall", "app", "render", "replay", "bench", "health"),
    *("convert", "recording_commands", "session", "score_commands", "desk", "report", "safety", "status"),
    *("tables", "face", "fetching", "swap", "swapper", "drop", "cli", "__main__", "__init__"),
}
"""These may import from all rooms; `bench` because it measures each of them by itself."""

HEAVY = {"cv2", "scipy", "torch", "pygame", "moderngl", "av", "imageio", "PIL", "pydantic", "google", "rich"}
MAY_USE = {
    "params": {"pydantic"},
    "sources": {"cv2"},
    "transforms": {"cv2", "scipy"},
    "caffe": {"google"},
    "nets": {"torch"},
    "dream": {"cv2", "torch"},
    "display": {"pygame", "moderngl", "cv2"},
    "controls": {"pygame"},
    "score": {"pydantic", "PIL"},
    "render": {"rich"},
    "replay": {"rich"},
    "score_commands": {"rich"},
    "tween": {"cv2"},
    "record": {"av", "cv2", "imageio", "PIL"},
    "convert": {"rich"},
    "recording_commands": {"rich"},
    "bench": {"rich", "torch", "pygame"},
    "health": {"rich"},
    "status": {"rich"},
    "tables": {"rich"},
    "face": {"rich"},
    "fetching": {"rich"},
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


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_room_imports_only_what_the_plan_allows(path: Path) -> None:
    room = room_of(path)
    assert room in ROOMS or room in TOP, f"{room} is not in the house plan"
    names = imports(path)
    rooms = {name.split(".")[1] for name in names if name.startswith("dreamstream.")} - {room}
    rooms.discard("__version__")
    if room not in TOP:
        assert rooms <= ROOMS[room] | LEAVES
    heavy = {name.split(".")[0] for name in names} & HEAVY
    assert heavy <= MAY_USE.get(room, set())


def test_only_keyboard_uses_pygame_among_the_controls() -> None:
    for path in (PACKAGE / "controls").glob("*.py"):
        assert "pygame" not in imports(path) or path.name == "keyboard.py"


@pytest.mark.parametrize(
    ("module", "lazy"),
    [
        ("dreamstream.cli", "torch cv2 pygame moderngl av imageio scipy google"),
        ("dreamstream.stage", "torch pygame moderngl av imageio"),
        ("dreamstream.app", "torch av imageio"),
        ("dreamstream.bench.command", "torch av imageio"),
        ("dreamstream.record", "av imageio PIL cv2"),
    ],
)
def test_heavy_libraries_are_imported_only_when_needed(module: str, lazy: str) -> None:
    code = f"import sys, {module}; print(*[m for m in {lazy.split()} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == []


def test_modules_stay_small() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, f"{path}: split it"
