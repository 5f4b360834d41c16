"""Still pictures: what is opened, how large it may be, and what is refused."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from dreamstream.errors import SourceError
from dreamstream.size import Size
from dreamstream.sources import open_picture, open_source
from dreamstream.sources.picture import read_picture


def test_a_picture_that_would_take_too_much_memory_is_told_so_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "plan.png"
    Image.new("1", (33_000, 33_000)).save(path)
    words = r"plan\.png: 33000x33000 is too large; 900 million pixels are the most"
    for refuse in (lambda: open_source(str(path), Size(64, 64), 0), lambda: open_picture(str(path), 4096)):
        with pytest.raises(SourceError, match=words) as caught:
            refuse()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("shape", [(1, 30_000), (30_000, 1), (1, 1)])
def test_a_picture_of_any_shape_is_opened(tmp_path: Path, shape: tuple[int, int]) -> None:
    Image.new("RGB", shape, (200, 100, 50)).save(tmp_path / "x.png")
    canvas = open_source(str(tmp_path / "x.png"), Size(96, 54), 0).read()
    assert canvas.shape == (54, 96, 3)
    assert (canvas == (200, 100, 50)).all()
    assert (open_picture(str(tmp_path / "x.png"), 96 * 54) == (200, 100, 50)).all()


@pytest.mark.parametrize(
    "suffix", [".png", ".jpg", ".webp", ".tiff", ".bmp", ".avif", ".jp2", ".ppm", ".tga"]
)
def test_pictures_of_every_kind_are_read(tmp_path: Path, suffix: str) -> None:
    Image.new("RGB", (40, 30), (200, 100, 50)).save(tmp_path / f"x{suffix}")
    picture = read_picture(tmp_path / f"x{suffix}")
    assert picture is not None
    assert picture.shape == (30, 40, 3)
    assert abs(picture.astype(int) - (200, 100, 50)).max() <= 3


LARGE = """
import resource, sys
from dreamstream.size import Size
from dreamstream.sources import open_source
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
canvas = open_source(sys.argv[1], Size(96, 54), 0).read()
taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(taken // (1024 if sys.platform == "darwin" else 1))
print(*canvas[27, 24], *canvas[27, 72])
"""


@pytest.mark.parametrize(
    ("mode", "suffix", "bytes_a_pixel"), [("L", ".png", 1), ("RGB", ".jpg", 1), ("RGBA", ".png", 4)]
)
def test_a_large_picture_is_opened_in_the_memory_that_is_stated(
    tmp_path: Path, mode: str, suffix: str, bytes_a_pixel: float
) -> None:
    path, size = tmp_path / f"large{suffix}", Size(12_000, 9_000)
    picture = Image.new(mode, size, tuple([200] * (len(mode) if mode != "L" else 1)))
    picture.paste(tuple([0] * len(picture.getbands())), (6_000, 0, 12_000, 9_000))
    picture.save(path)
    told = subprocess.run([sys.executable, "-c", LARGE, path], capture_output=True, text=True, check=True)
    kilobytes, *colours = map(float, told.stdout.split())
    light = 200 * 200 / 255 if mode == "RGBA" else 200
    assert colours == pytest.approx([light] * 3 + [0] * 3, abs=2)
    assert kilobytes < (bytes_a_pixel * size.area + 500e6) / 1000


def test_what_is_transparent_is_black_whatever_colour_it_hides(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    alpha = np.repeat(np.arange(0, 256, 6.4), 30).reshape(40, 30).T.astype(np.uint8)
    rgba = Image.fromarray(np.dstack([rgb, alpha]))
    matted = np.rint(rgb * (alpha[..., None] / 255))
    for suffix in (".png", ".tiff", ".tga"):
        rgba.save(tmp_path / f"x{suffix}")
        assert np.abs(read_picture(tmp_path / f"x{suffix}").astype(int) - matted).max() <= 1
    rgba.save(tmp_path / "x.webp", lossless=True, exact=True)
    assert np.abs(read_picture(tmp_path / "x.webp").astype(int) - matted).max() <= 1
    grey = rgba.convert("LA")
    grey.save(tmp_path / "grey.png")
    assert (
        np.abs(
            read_picture(tmp_path / "grey.png") - np.asarray(grey.convert("RGBA").convert("RGBa"))[..., :3]
        ).max()
        == 0
    )


def test_a_colour_that_stands_for_transparent_is_black(tmp_path: Path) -> None:
    picture = Image.new("RGB", (4, 4), (1, 2, 3))
    picture.putpixel((0, 0), (200, 100, 50))
    picture.save(tmp_path / "x.png", transparency=(200, 100, 50))
    few = Image.new("P", (4, 4), 1)
    few.putpalette([200, 100, 50, 1, 2, 3])
    few.putpixel((0, 0), 0)
    few.save(tmp_path / "few.png", transparency=0)
    for name in ("x.png", "few.png"):
        seen = read_picture(tmp_path / name)
        assert seen[0, 0].tolist() == [0, 0, 0]
        assert seen[1, 1].tolist() == [1, 2, 3]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright(tmp_path: Path, mode: str, orientation: int) -> None:
    picture = Image.new(mode, (40, 20))
    picture.paste((255,) * len(mode), (0, 0, 20, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(tmp_path / "x.png", exif=exif)
    with Image.open(tmp_path / "x.png") as stored:
        upright = np.asarray(ImageOps.exif_transpose(stored).convert("RGB"))
    seen = read_picture(tmp_path / "x.png")
    assert seen is not None
    assert np.array_equal(seen, upright)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff", ".bmp", ".avif", ".jp2"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_that_is_cut_off_is_refused_by_its_name(
    tmp_path: Path, suffix: str, mode: str, capfd: pytest.CaptureFixture[str]
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (90, 120, len(mode)), np.uint8)
    picture = Image.fromarray(noise)
    picture = picture.convert("RGB") if suffix == ".jpg" else picture
    picture.save(tmp_path / f"whole{suffix}")
    data = (tmp_path / f"whole{suffix}").read_bytes()
    (tmp_path / f"cut{suffix}").write_bytes(data[: len(data) // 2])
    with pytest.raises(SourceError, match=rf"cut\{suffix}: \S+") as caught:
        open_source(str(tmp_path / f"cut{suffix}"), Size(64, 64), 0)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")
