from pathlib import Path

import pytest

from dreamstream.cli.flags import settings_of_flags
from dreamstream.cli.parser import parse
from dreamstream.errors import UsageError
from dreamstream.stage import NetChoice, Settings


def test_flags_are_settings() -> None:
    words = ["live", "film.mp4", "--net", "own.prototxt", "--weights", "own.caffemodel", "--mean", "1,2,3"]
    words += [
        "--channel-order",
        "rgb",
        "--size",
        "64x48",
        "--guide",
        "g.png",
        "--other-net",
        "vgg16",
        "--mask",
        "m.png",
        "--threads",
        "2",
    ]
    settings = settings_of_flags(parse([*words, "--zoom", "0.1"]))
    assert settings.net == NetChoice(
        net="own.prototxt", weights=Path("own.caffemodel"), mean="1,2,3", channel_order="RGB"
    )
    assert (settings.sources, settings.size, settings.threads) == (("film.mp4",), (64, 48), 2)
    assert (settings.mask, settings.other_net) == (Path("m.png"), "vgg16")
    assert (settings.guide, settings.seed, settings.engine) == (Path("g.png"), 1, "torch")
    assert settings.params["zoom"] == "0.1"


def test_what_no_flag_says_is_as_settings_have_it() -> None:
    assert settings_of_flags(parse(["render", "clouds", "-o", "x.gif"])) == Settings()


def test_a_fader_needs_to_know_where_it_goes() -> None:
    words = ["render", "clouds", "-o", "x.gif", "--morph", "0.5"]
    with pytest.raises(UsageError, match="which one, says --preset-b NAME"):
        settings_of_flags(parse(words))
    settings = settings_of_flags(parse([*words, "--preset-b", "reef"]))
    assert (settings.preset_b, settings.params) == ("reef", {"morph": "0.5"})
