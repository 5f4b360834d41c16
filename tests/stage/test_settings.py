from pathlib import Path

import pytest
from pydantic import ValidationError

from dreamstream.errors import ScoreError
from dreamstream.size import Size
from dreamstream.stage import NetChoice, Settings

CHOICE = NetChoice(net="own.prototxt", weights=Path("own.caffemodel"), mean="1,2,3", channel_order="RGB")


def test_the_net_s_fields_are_taken_among_the_others_or_as_one() -> None:
    flat = Settings(net="own.prototxt", weights="own.caffemodel", mean="1,2,3", channel_order="RGB", seed=3)
    assert flat == Settings(net=CHOICE, seed=3)
    assert flat.changed(mean="7").net == CHOICE.model_copy(update={"mean": "7"})
    assert flat.changed(net="other").net == NetChoice(net="other"), "what belongs to the old net stays behind"
    assert flat.changed(net=CHOICE) == flat


def test_settings_go_into_a_record_and_back() -> None:
    settings = Settings(
        net=NetChoice(net="googlenet", mean="104.0,117.0,123.5", scale=0.5, classes=Path("names.txt")),
        sources=("a.mp4", "noise"),
        size=Size(64, 48),
        seed=7,
        guide=Path("guide.png"),
        transforms=(Path("own.py"),),
        params={"step": 2.0},
    )
    record = settings.record()
    assert (record["canvas"], record["guide"], record["weights"]) == ([64, 48], "guide.png", "")
    assert Settings.of_record(record, {"step": 2.0}) == settings
    numbers = {**record, "mean": [104, 117, 123.5]}  # as scores have what was left to the net
    assert Settings.of_record(numbers, {"step": 2.0}) == settings


def test_a_record_from_before_windows_of_a_gradient_says_nothing_of_them() -> None:
    record = Settings(tile=512).record()
    assert Settings.of_record(record, {}).tile == 512
    del record["tile"]
    assert Settings.of_record(record, {}).tile == 0


def test_what_is_wrong_is_one_line() -> None:
    record = Settings().record()
    for wrong, words in (
        ({"seed": "x"}, "seed: Input should be a valid integer"),
        ({"canvas": [64]}, "canvas"),
        ({"scale": "big"}, "net.scale"),
        ({"engine": "steam"}, "engine: Input should be 'torch' or 'caffe'"),
    ):
        with pytest.raises(ScoreError, match=words) as raised:
            Settings.of_record({**record, **wrong}, {})
        assert "\n" not in str(raised.value)
    with pytest.raises(ScoreError, match="'channel_order'"):
        NetChoice.of_record({"net": "x", "weights": "", "mean": [1, 2, 3], "scale": 1})
    with pytest.raises(ValidationError, match="nett"):
        Settings(nett="x")
