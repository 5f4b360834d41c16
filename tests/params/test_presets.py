"""Presets: the program's are sound, the user's come back as they were saved, bad ones are one line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamstream.effects import EFFECTS
from dreamstream.errors import PresetError
from dreamstream.nets import catalog
from dreamstream.params import TABLE, Params, ParamStore
from dreamstream.params.presets import (
    DIGITS,
    PRESET_PARAMS,
    InFile,
    NetLayers,
    Preset,
    Shelf,
    load_presets,
    read_preset,
    users_folder,
)
from dreamstream.places import own_folder
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.transforms import TRANSFORMS

ARTICLE = [
    *("basic-zoom", "vertical-stretch", "vertical-stretch-reversed", "column-rolling", "dogesine"),
    *("random-shifts", "random-shifts-downward", "game-of-doge", "you-wow-or-you-die", "prewitt"),
    "edge-invention",
]
TINY = NetLayers("tiny", ("conv1", "relu1", "conv2"), ("conv1", "conv2"))


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's presets, empty."""
    monkeypatch.setattr("dreamstream.places.user_config_path", lambda *name, **more: tmp_path / "config")
    folder = users_folder()
    assert folder.is_relative_to(tmp_path)
    folder.mkdir(parents=True)
    return folder


def own(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def shelf() -> Shelf:
    return load_presets(list(TRANSFORMS))


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(Settings(size=Size(64, 48)))


def test_the_article_s_presets_come_first_and_have_the_keys() -> None:
    loaded = shelf()
    assert loaded.problems == {}
    names = [preset.name for preset in loaded.presets]
    assert names[: len(ARTICLE)] == ARTICLE
    assert [loaded.keys()[digit].name for digit in DIGITS] == ARTICLE[:10]
    assert len(names) == len(set(names)) == len(list(own_folder("presets").glob("*.toml")))
    assert all(preset.help and not preset.users for preset in loaded.presets)


@pytest.mark.parametrize("path", sorted(own_folder("presets").glob("*.toml")), ids=lambda path: path.stem)
def test_each_of_the_program_s_presets_is_taken_by_the_default_net(path: Path, stage: Stage) -> None:
    preset = read_preset(path, ParamStore(choices={"transform": list(TRANSFORMS)}))
    params = stage.recall(preset)
    told = preset.values(stage.playing.net.layers)
    assert {name: getattr(params, name) for name in told} == told
    assert params.layer in stage.playing.net.entry.highlights
    for net, values in preset.nets.items():
        known = catalog()[net].structure().names()
        assert values.get("layer", known[0]) in known


def test_the_article_s_numbers() -> None:
    presets = {preset.name: preset for preset in shelf().presets}
    assert presets["column-rolling"].params["roll"] == 1 / 15
    shifts = [presets[name].in_file().params for name in ARTICLE[5:7]]
    assert [(each["random_low"], each["random_high"], each["every"]) for each in shifts] == [
        (-5, 5, 1),
        (0, 5, 1),
    ]
    assert presets["vertical-stretch-reversed"].render.reverse
    assert presets["you-wow-or-you-die"].render == InFile(reverse=True, loop=1, delay=7)
    assert {presets[name].render.delay for name in ARTICLE} == {7}
    for name, knob in zip(ARTICLE[:3], ("zoom", "stretch", "stretch"), strict=True):
        assert presets[name].in_file().params[knob] == 0.05 > presets[name].params[knob]


def test_in_a_file_a_preset_s_params_of_the_render_go_before_all_others(config: Path) -> None:
    text = "[params]\nzoom = 0.01\nstep = 3.0\n[nets.tiny]\nzoom = 0.02\n[render.params]\nzoom = 0.05"
    own(config, "x", text)
    preset = shelf().find("x")
    assert preset.values(TINY) == {"zoom": 0.02, "step": 3.0}
    for net in ("tiny", "other"):
        assert preset.in_file().values(NetLayers(net, TINY.layers, ())) == {"zoom": 0.05, "step": 3.0}


def test_edge_invention_has_the_notebook_s_layer_or_one_as_deep() -> None:
    preset = shelf().find("edge-invention")
    depths = {}
    for name in ("bvlc_googlenet", "efficientnet_lite0", "vgg16"):
        entry = catalog()[name]
        layers = NetLayers(name, entry.structure().names(), list(entry.highlights))
        layer = preset.values(layers)["layer"]
        assert layer in layers.worth
        depths[name] = layers.depth(layer)
        if name == "bvlc_googlenet":
            assert layer == "inception_3b/5x5_reduce"
    assert max(depths.values()) - min(depths.values()) < 0.1
    assert preset.values(TINY)["layer"] == "conv1"


@pytest.mark.parametrize(("depth", "layer"), [(0.0, "conv1"), (0.4, "conv1"), (0.6, "conv2"), (1.0, "conv2")])
def test_a_depth_is_the_nearest_layer_worth_a_dream(depth: float, layer: str) -> None:
    assert Preset(name="x", depth=depth).values(TINY) == {"layer": layer}


def test_what_is_said_for_a_net_goes_before_what_is_said_for_all(config: Path) -> None:
    own(
        config, "x", 'depth = 0\n[params]\noctaves = 3\nstep = 1.0\n[nets.tiny]\nlayer = "conv2"\noctaves = 1'
    )
    preset = shelf().find("x")
    assert preset.users
    assert preset.values(TINY) == {"octaves": 1, "step": 1.0, "layer": "conv2"}
    assert preset.values(NetLayers("other", TINY.layers, ())) == {
        "octaves": 3,
        "step": 1.0,
        "layer": "conv1",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[params]\nzom = 1", ["no param 'zom'", "did you mean 'zoom'"]),
        ("[params]\noctaves = 99", ["octaves cannot be 99", "1..8"]),
        ("[params]\namount = 9", ["amount cannot be 9", "-4..4"]),
        ("[params]\namount = nan", ["amount cannot be nan", "-4..4"]),
        ("[params]\nstep = inf", ["step cannot be inf", "0..20"]),
        ("[params]\nstep = 1979-05-27", ["step cannot be", "0..20"]),
        ("[params]\nmatrix = [1, 2]", ["matrix"]),
        ("[params]\nchannels = [-1]", ["channels", "-1"]),
        ('[params]\ntransform = "zom"', ["no transform 'zom'", "did you mean 'zoom'"]),
        ('[params]\ntransform = "zoom:9"', ["zoom:9", "-4..4"]),
        ("[params]\nfps_target = 30", ["fps_target", "the show's own"]),
        ("[params]\nrestart = 1", ["restart", "the show's own"]),
        ("[params]\nhud = true", ["hud", "the show's own"]),
        ("octaves = 3", ["no 'octaves' here", "[params]"]),
        ("[param]", ["no 'param' here", "did you mean 'params'"]),
        ("params = 3", ["params cannot be 3", "[params]"]),
        ("[nets]\nvgg16 = 3", ["nets", "3", "[nets.vgg16]"]),
        ("[nets.vgg16]\nlayr = 'x'", ["no param 'layr'", "did you mean 'layer'"]),
        ("depth = 2", ["depth cannot be 2", "0..1"]),
        ("depth = nan", ["depth cannot be nan", "0..1"]),
        ("key = 3", ["key cannot be 3", '"3"']),
        ('key = "12"', ["key cannot be '12'", '"3"']),
        ('help = """two\nlines"""', ["help", "one line"]),
        ("[render]\nloop = -1", ["loop cannot be -1", "0..65535"]),
        ("[render]\ndelay = 7.5", ["delay cannot be 7.5", "2..6000"]),
        ("[render]\ndelay = true", ["delay cannot be True"]),
        ("[render]\nreverse = 1", ["reverse cannot be 1", "true or false"]),
        ("[render]\nrepeat = 1", ["no 'repeat' in [render]"]),
        ("[render]\nzoom = 0.05", ["no 'zoom' in [render]", "[render.params]"]),
        ("[render]\nparams = 3", ["params cannot be 3", "[render.params]"]),
        ("[render.params]\nzoom = 5", ["zoom cannot be 5", "-0.5..0.5"]),
        ("[render.params]\nzom = 0.05", ["no param 'zom'", "did you mean 'zoom'"]),
        ("[render.params]\nfps_target = 30", ["fps_target", "the show's own"]),
        ("[params\n", ["not TOML", "line 1"]),
        ("x = " + "9" * 5000, ["not TOML"]),
        ("x = " + "[" * 5000, ["not TOML"]),
    ],
)
def test_a_bad_preset_is_one_line_and_hides_no_other(text: str, words: list[str], config: Path) -> None:
    path = own(config, "bad", text)
    own(config, "good", "[params]\noctaves = 3")
    loaded = shelf()
    assert [preset.name for preset in loaded.presets if preset.users] == ["good"]
    assert len(loaded.presets) > len(ARTICLE)
    problem = loaded.problems["bad"]
    assert "\n" not in problem
    assert [word for word in [str(path), *words] if word not in problem] == []
    with pytest.raises(PresetError, match="bad"):
        loaded.find("bad")


def test_files_that_cannot_be_read_are_a_line_too(config: Path) -> None:
    (config / "latin.toml").write_bytes(b'help = "caf\xe9"')
    (config / "folder.toml").mkdir()
    assert set(shelf().problems) == {"latin", "folder"}


def test_one_of_the_user_s_takes_its_namesake_s_place_and_its_key(config: Path) -> None:
    own(config, "basic-zoom", 'help = "mine"')
    own(config, "late", 'key = "3"')
    loaded = shelf()
    assert loaded.presets[0].help == "mine"
    assert {digit: loaded.keys()[digit].name for digit in "1234"} == {
        "1": "basic-zoom",
        "2": "vertical-stretch",
        "3": "late",
        "4": "column-rolling",
    }
    assert loaded.keys()["1"].users
    with pytest.raises(PresetError, match="no preset 'basic-zom'; did you mean 'basic-zoom'"):
        loaded.find("basic-zom")


def test_presets_are_gone_through_in_a_round() -> None:
    small = Shelf([Preset(name="a"), Preset(name="b"), Preset(name="c")], {})
    assert [small.after(name, 1).name for name in ("", "a", "b", "c")] == ["a", "b", "c", "a"]
    assert [small.after(name, -1).name for name in ("", "a", "c")] == ["c", "c", "b"]
    with pytest.raises(PresetError, match="no presets"):
        Shelf([], {}).after("", 1)


def test_saved_presets_are_numbered_and_found_again(config: Path) -> None:
    loaded = shelf()
    own(config, "user-2", "")
    saved = [loaded.save(Params(octaves=number), TINY) for number in (1, 3)]
    assert [path.name for path in saved] == ["user-1.toml", "user-3.toml"]
    assert [preset.name for preset in loaded.presets][-2:] == ["user-1", "user-3"]
    assert shelf().find("user-3").values(TINY)["octaves"] == 3
    assert shelf().find("user-3").users


def test_where_nothing_can_be_saved_it_is_told(config: Path) -> None:
    config.rmdir()
    config.write_text("in the way")
    loaded = shelf()
    with pytest.raises(PresetError, match="config"):
        loaded.save(Params(), TINY)
    assert not [preset for preset in loaded.presets if preset.users]


def _values(name: str) -> st.SearchStrategy[object]:
    info = TABLE[name]
    if name == "transform":
        shares = st.tuples(st.sampled_from(sorted(TRANSFORMS)), st.floats(-4, 4))
        return st.lists(shares, max_size=4).map(lambda links: "+".join(f"{n}:{share}" for n, share in links))
    if name == "effects":
        shares = st.tuples(st.sampled_from(sorted(EFFECTS)), st.floats(0, 1))
        return st.lists(shares, max_size=4).map(lambda links: "+".join(f"{n}:{share}" for n, share in links))
    if name == "direction":
        terms = st.tuples(st.from_regex(r"m?[1-9]\d{0,3}", fullmatch=True), st.floats(-16, 16))
        different = st.lists(terms, max_size=4, unique_by=lambda term: term[0])
        return different.map(lambda terms: "+".join(f"{n}:{weight}" for n, weight in terms))
    if name == "matrix":
        return st.tuples(*[st.floats(-100, 100)] * 6)
    if name == "scales":
        return st.lists(st.floats(0, 16), max_size=5).map(tuple)
    if info.choices:
        return st.sampled_from(info.choices)
    if name == "channels":
        return st.lists(st.integers(0, 65535), max_size=64).map(tuple)
    if isinstance(info.default, bool):
        return st.booleans()
    if isinstance(info.default, str):
        return st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    assert info.low is not None
    assert info.high is not None
    if isinstance(info.default, int):
        return st.integers(int(info.low), int(info.high))
    return st.floats(info.low, info.high)


@given(st.fixed_dictionaries({}, optional={name: _values(name) for name in PRESET_PARAMS}), st.text())
def test_whatever_is_saved_comes_back_the_same(values: dict[str, object], net: str) -> None:
    params = ParamStore(choices={"transform": list(TRANSFORMS)}).change(**values)
    layers = NetLayers("".join(c for c in net if c.isprintable()), (params.layer, "last"), ())
    loaded = shelf()
    path = loaded.save(params, layers)
    try:
        assert shelf().problems == {}
        kept = shelf().find(path.stem).values(layers)
        assert kept == params.model_dump(include=set(PRESET_PARAMS))
        assert ParamStore().change(**kept) == params
        assert shelf().find(path.stem) == loaded.presets[-1]
    finally:
        path.unlink()
