"""The passes: one effect after the other, each from one texture into the next.

    the moment in a texture -> effect, effect, ... -> the last one's texture

Two textures are enough for most; an effect that looks at what it gave before has two of its own. A file
that changed is compiled anew; one that does not compile is told of, and what was good before stays.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import moderngl

from dreamstream.display.picture import Picture
from dreamstream.display.shader import BEFORE, PALETTES, PICTURE, Shader, shader_text
from dreamstream.effects import PALETTES as PALETTE_NAMES
from dreamstream.effects import EffectShelf, ShaderFile, strip, strobe_rate
from dreamstream.errors import DisplayError, reason
from dreamstream.knobs import Link
from dreamstream.params import FORMER, TABLE, Params
from dreamstream.size import Size
from dreamstream.tell import Tell

_LONGEST = 0.25  # seconds between two screen frames: trails should not jump where the screen stood still


class Target:
    """A texture of the picture's size that is drawn into."""

    def __init__(self, gl: moderngl.Context, size: Size) -> None:
        self.texture = gl.texture(size, 4)
        self.texture.repeat_x = self.texture.repeat_y = False
        self.buffer = gl.framebuffer([self.texture])
        self.buffer.clear()

    def release(self) -> None:
        """Let go of the driver's objects."""
        self.buffer.release()
        self.texture.release()


class EffectPasses:
    """Keeps the compiled effects and their textures; draws in the context that is current."""

    def __init__(
        self, gl: moderngl.Context, shaders: Path, shelf: EffectShelf, tell: Tell, start: float | None
    ) -> None:
        self._gl, self._shelf, self._tell = gl, shelf, tell
        self._vertex = shader_text(shaders / "quad.vert")
        self._begin, self._end = (shader_text(shaders / name) for name in ("effect.glsl", "effect_end.glsl"))
        self._ready: dict[str, Shader] = {}
        self._tried: dict[str, ShaderFile] = {}
        self._targets: list[Target] = []
        self._trails: dict[tuple[int, str], list[Target]] = {}
        self._size = Size(0, 0)
        self._first = start
        self._then = 0.0
        palettes = strip()
        self._palettes = gl.texture(Size.of(palettes), 3, palettes, alignment=1)
        self._palettes.repeat_x = self._palettes.repeat_y = False

    def usable(self, links: Sequence[Link], seconds: float) -> list[Link]:
        """Return the links whose shaders are there; looks for files that changed, and compiles what is new.

        What nobody asked for yet is compiled, too, one in each screen frame: none shall wait when it is.
        """
        self._shelf.watch(seconds)
        wanted = dict.fromkeys(link.name for link in links)
        files = self._shelf.files
        stale = [name for name, file in files.items() if self._tried.get(name) != file]
        for name in [name for name in stale if name in wanted] or stale[:1]:
            self._compile(name, files[name])
        return [link for link in links if link.name in self._ready]

    def target(self, size: Size) -> moderngl.Framebuffer:
        """Return where to draw the moment, as large as the picture is on the window."""
        if size != self._size:
            self._release_targets()
            self._size = size
            self._targets = [Target(self._gl, size), Target(self._gl, size)]
        return self._targets[0].buffer

    def run(self, links: Sequence[Link], picture: Picture) -> moderngl.Texture:
        """Draw the effects in order over what was drawn into the target, and return the last texture."""
        values = self._values(picture)
        given, spare = self._targets
        kept = {}
        for number, link in enumerate(links):
            shader, key = self._ready[link.name], (number, link.name)
            if "before" in shader.takes:
                before, into = self._trails.pop(key, None) or [Target(self._gl, self._size) for _ in range(2)]
                kept[key] = [into, before]
                before.texture.use(BEFORE)
            else:
                into = spare
            given.texture.use(PICTURE)
            into.buffer.use()
            shader.draw({**values, "strength": link.scale})
            if into is spare:
                spare = next(target for target in self._targets if target is not into)
            given = into
        self._release_trails()
        self._trails = kept
        return given.texture

    def close(self) -> None:
        """Let go of everything."""
        self._release_targets()
        self._palettes.release()
        for shader in self._ready.values():
            shader.release()

    def _values(self, picture: Picture) -> dict[str, Any]:
        first = self._first = picture.seconds if self._first is None else self._first
        passed, self._then = picture.seconds - self._then, picture.seconds
        self._palettes.use(PALETTES)
        return {
            **param_values(picture.params),
            "size": tuple(map(float, self._size)),
            "kept": True,
            "seconds": picture.seconds - first,  # a machine's clock may be too far for a shader's floats
            "since_beat": picture.seconds - (first if picture.beat is None else picture.beat),
            "passed": min(max(passed, 0.0), _LONGEST),
        }

    def _compile(self, name: str, file: ShaderFile) -> None:
        self._tried[name] = file
        try:
            text = _read(file.path)
            fragment = f"{self._begin}\n#line 1\n{text}\n{self._end}"
            shader = Shader(self._gl, self._vertex, fragment, file.path)
            try:
                shader.check(param_values(Params()))
            except DisplayError:
                shader.release()
                raise
        except DisplayError as error:
            stays = "; what was good before stays" if name in self._ready else ""
            self._tell(f"effect {name}: {error}{stays}", f"effect {name}")
            return
        self._tell("", f"effect {name}")
        if name in self._ready:
            self._ready[name].release()
            self._tell(f"effect {name}: read again")
        self._ready[name] = shader

    def _release_trails(self) -> None:
        for pair in self._trails.values():
            for target in pair:
                target.release()
        self._trails = {}

    def _release_targets(self) -> None:
        self._release_trails()
        for target in self._targets:
            target.release()
        self._targets = []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DisplayError(f"{path}: {reason(error)}") from error
    except ValueError as error:
        raise DisplayError(f"{path}: not UTF-8 text") from error


def param_values(params: Params) -> dict[str, Any]:
    """Return all params that a shader can take, by name; a palette as the number of its row."""
    values = {name: params[name] for name in TABLE}
    values |= {old: values[name] for old, name in FORMER.items()}  # in a shader of one's own
    numbers = {name: value for name, value in values.items() if isinstance(value, bool | int | float)}
    palette = list(PALETTE_NAMES).index(params["palette"])
    return {**numbers, "palette": float(palette), "strobe_rate": strobe_rate(params)}
