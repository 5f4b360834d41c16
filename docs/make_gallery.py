"""Make the gallery: for every preset a strip of frames from clouds, and one from a photograph.

    .venv/bin/python docs/make_gallery.py PHOTOGRAPH [PRESET ...]

Writes `gallery/NAME.jpg`, two rows of the frames named below each, and `gallery.md` with the commands.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import imageio.v3 as imageio
import numpy as np

from dreamstream.params import TABLE
from dreamstream.params.presets import Preset, load_presets
from dreamstream.size import Size
from dreamstream.sources import open_source
from dreamstream.transforms import TRANSFORMS

FOLDER = Path(__file__).parent
SIZE, THUMB, SEED = Size(320, 180), Size(192, 108), "3"
SHOWN = (0, 10, 30, 60, 120)
HEAD = """# Gallery

Every preset of the program, by the program: above from its clouds (`--seed 3`), below from a photograph (by
Daniel Büchele, CC BY 2.0, one of scikit-learn's sample pictures, changed by the dream); the source and frames
10, 30, 60 and 120, at 320x180, with the default net. They are shown as a show dreams them: in a file the
first seven go at the article's own tempo, with more of a dream in each frame ([Presets](presets.md)), and
reversed ones backwards. `docs/make_gallery.py` makes it anew.
"""


def strip(source: str, preset: Preset) -> np.ndarray:
    """Return the frames of one stream side by side, as a show dreams them; frame 0 is the source."""
    live = {name: preset.params.get(name, TABLE[name].default) for name in preset.render.params}
    first = open_source(source, SIZE, int(SEED)).read()
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "dreamstream", "render", source, "-o", f"{scratch}/frames"]
        command += ["--size", str(SIZE), "--seed", SEED, "--frames", str(max(SHOWN)), "--precision", "auto"]
        command += ["--preset", preset.name, "--no-reverse"]
        command += [f"{TABLE[name].flag}={value}" for name, value in live.items()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        dreamt = [imageio.imread(f"{scratch}/frames/{at:08d}.png") for at in SHOWN if at]
    frames = [np.clip(first, 0, 255).astype(np.uint8), *dreamt]
    return np.hstack([cv2.resize(frame, THUMB, interpolation=cv2.INTER_AREA) for frame in frames])


def main() -> None:
    photograph, *names = sys.argv[1:]
    presets = [preset for preset in load_presets(list(TRANSFORMS)).presets if not preset.users]
    (FOLDER / "gallery").mkdir(exist_ok=True)
    text = HEAD
    for preset in presets:
        if not names or preset.name in names:
            rows = [strip(source, preset) for source in ("clouds", photograph)]
            imageio.imwrite(FOLDER / "gallery" / f"{preset.name}.jpg", np.vstack(rows), quality=80)
        command = f"dreamstream render SOURCE --preset {preset.name} -o {preset.name}.gif --frames 120"
        text += f"\n## {preset.name}\n\n{preset.help.capitalize()}.\n\n"
        text += f"![{preset.name}](gallery/{preset.name}.jpg)\n\n```sh\n{command}\n```\n"
    (FOLDER / "gallery.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
