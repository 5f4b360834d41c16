"""The real program under Xvfb with a filter of the Interactive Shader Format, its knobs by hand and signal.

A replay draws it as the show did, and twice the same.
"""

from pathlib import Path
from typing import Any

import numpy as np

from tests.isf.files import PICTURE, written
from tests.live.test_screen_replayed import REPLAYED, nearest, run
from tests.record.films import read

ROUTE = """
[[route]]
signal = "lfo:sine:1.3s"
to = "isf_stain_amount"
"""
BODY = """void main() {
    vec4 seen = IMG_THIS_PIXEL(inputImage), old = IMG_THIS_PIXEL(kept);
    if (PASSINDEX == 0) gl_FragColor = mix(seen, old, 0.5);
    else gl_FragColor = turned ? seen : vec4(mix(old.rgb, ink.rgb, amount), 1.0);
}"""
INPUTS: list[dict[str, Any]] = [
    PICTURE,
    {"NAME": "amount", "TYPE": "float"},
    {"NAME": "turned", "TYPE": "bool", "DEFAULT": True},
    {"NAME": "ink", "TYPE": "color", "DEFAULT": [1, 1, 1, 1]},
]
SHOW = (
    *("--window", "96x64", "--size", "96x64", "--transform", "saturation", "--seconds", "5", "--no-status"),
    *(
        "--opengl",
        "--effects",
        "stain",
        "--no-isf-stain-turned",
        "--isf-stain-ink-red",
        "0",
        "--no-flash-guard",
    ),
    *("--score", "show.jsonl", "--record", "screen:shown.mkv", "--codec", "ffv1"),
)


def test_a_show_with_a_filter_is_replayed_as_it_was(display: str, tmp_path: Path) -> None:
    folder = tmp_path / "dreamstream" / "shaders"
    folder.mkdir(parents=True)
    written(
        folder / "Stain.fs", BODY, INPUTS, PASSES=[{"TARGET": "kept", "PERSISTENT": True, "FLOAT": True}, {}]
    )
    (folder.parent / "routes.toml").write_text(ROUTE)
    run(tmp_path, *SHOW)
    options = ("--fps", str(REPLAYED), "--codec", "ffv1")
    for name, effects in (
        ("again.mkv", "--effects"),
        ("twice.mkv", "--effects"),
        ("bare.mkv", "--no-effects"),
    ):
        run(tmp_path, "replay", "show.jsonl", "-o", name, *options, effects)
    shown, again, twice, bare = (
        [each.pixels for each in read(tmp_path / f"{name}.mkv")]
        for name in ("shown", "again", "twice", "bare")
    )
    assert all(np.array_equal(*pair) for pair in zip(again, twice, strict=True))
    off, _ = nearest(shown, again)
    assert off < 25
    assert off < nearest(shown, bare)[0] / 2
    assert np.mean([each[..., 1].astype(float) - each[..., 0] for each in again]) > 20, "the ink has no red"
