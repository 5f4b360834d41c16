"""What the guides list is what there is."""

import re
import runpy
from pathlib import Path

from dreamstream.bench.figures import FIGURES, matrix_figures, rival_figures
from dreamstream.caffe.rules import RULES
from dreamstream.controls import action_table, read_routes
from dreamstream.controls.gamepad import PAD_MAP
from dreamstream.effects import EFFECTS, PALETTES
from dreamstream.params import TABLE
from dreamstream.params.presets import load_presets
from dreamstream.transforms import TRANSFORMS
from tests.nets.example_nets import TYPES
from tests.nets.fork_nets import FORK_TYPES
from tests.test_architecture import LAYERS, PACKAGE

ROOT = Path(__file__).parent.parent


def test_caffe_md_lists_every_layer_type_and_each_is_measured() -> None:
    text = (ROOT / "docs" / "caffe.md").read_text(encoding="utf-8")
    own, forks = text.split("## Layer types")[1].split("## Whole nets")[0].split("### Of forks")
    for table, types in ((own, TYPES), (forks, FORK_TYPES)):
        rows = re.finditer(r"^\| (\w+) \| (.*?) \|", table, re.MULTILINE)
        listed = {row[1]: row[2].split("; ") for row in rows if row[1] != "layer"}
        assert listed == {kind: list(settings) for kind, settings in types.items()}
    assert set(RULES) == {*TYPES, *FORK_TYPES}


def test_bench_md_explains_every_figure() -> None:
    text = (ROOT / "docs" / "bench.md").read_text(encoding="utf-8")
    figures = [FIGURES, matrix_figures("fp32"), rival_figures("eager"), rival_figures("caffe")]
    for key, row in ((key, row) for each in figures for key, row in each.items()):
        assert f"`{key}`" in text
        assert row.strip().split(":")[-1].split(",")[0].strip() in text


def test_effects_md_lists_every_effect_its_knobs_and_its_picture() -> None:
    docs = ROOT / "docs"
    text = (docs / "effects.md").read_text(encoding="utf-8")
    rows = {row[1]: row[2] for row in re.finditer(r"^\| `([\w-]+)` \|.*\| (.*) \|$", text, re.MULTILINE)}
    for name, effect in EFFECTS.items():
        assert rows[name] == ", ".join(f"`{TABLE[knob].flag}`" for knob in effect.knobs)
    assert all(f"`{name}`" in text for name in PALETTES)
    pictures = re.findall(r"\]\((effects/.*?)\)", text)
    assert {path.stem for path in (docs / "effects").iterdir()} == {Path(name).stem for name in pictures}
    assert all((docs / name).stat().st_size < 150_000 for name in pictures)


def test_gamepads_md_tells_what_the_map_of_pads_does() -> None:
    text = (ROOT / "docs" / "gamepads.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|.*\| (`pad:.*) \| (.*) \|$", text, re.MULTILINE)
    told = [
        pair
        for signals, targets in rows
        for pair in zip(re.findall(r"`(.*?)`", signals), re.findall(r"`(.*?)`", targets), strict=True)
    ]
    routes, _ = read_routes(PAD_MAP, action_table(TRANSFORMS, EFFECTS))
    assert sorted(told) == sorted((route.signal, route.to) for route in routes)


def test_gallery_md_shows_every_preset() -> None:
    docs = ROOT / "docs"
    text = (docs / "gallery.md").read_text(encoding="utf-8")
    names = [preset.name for preset in load_presets(list(TRANSFORMS)).presets if not preset.users]
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == names
    assert re.findall(r"^!\[(.+)\]\(gallery/\1\.jpg\)$", text, re.MULTILINE) == names
    assert {path.stem for path in (docs / "gallery").iterdir()} == set(names)
    commands = re.findall(
        r"^dreamstream render SOURCE --preset (\S+) -o \1\.gif --frames 120$", text, re.MULTILINE
    )
    assert commands == names


def test_install_md_takes_the_torch_that_is_pinned() -> None:
    text = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    pinned = re.search(r"^torch==\S+$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None
    assert re.findall(r"torch==[\d.]+", text) == [pinned[0]]


def test_osc_md_lists_every_address() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_osc.py"))
    text = (ROOT / "docs" / "osc.md").read_text(encoding="utf-8")
    assert text.endswith("\n" + made["tables"]()), "make it anew: python docs/make_osc.py"


def test_the_links_of_the_readme_lead_somewhere_and_it_is_short() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^):#]+)", text)
    assert len(links) > 10
    assert all((ROOT / link).exists() for link in links)
    assert len(text.split()) < 1000


def test_the_plan_of_the_house_has_every_room_on_its_layer() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    layers: dict[str, int] = {}
    layer = 0
    for row in re.finditer(r"^\| ?(\d*) \| `(\w+)/` \|", text, re.MULTILINE):
        layer = int(row[1] or layer)
        layers[row[2]] = layer
    planned = {room: number for number, rooms in enumerate(LAYERS, 1) for room in rooms}
    assert layers == {room: number for room, number in planned.items() if (PACKAGE / room).is_dir()}
