"""The passes: one effect after the other, each from one texture into the next.

    the moment in a texture -> effect, effect, ... -> the last one's texture

Two textures are enough for most; an effect that reads its own previous output has two more. A file that
changed is compiled again; if it does not compile, the operator is told, and its last good version stays.
Those of the Interactive Shader Format, of which a folder may have hundreds, are compiled when asked for.
"""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import moderngl

from dreamstream.display.isf_effect import IsfEffect
from dreamstream.display.picture import Picture
from dreamstream.display.shader import BEFORE, PALETTES, PICTURE, Shader, shader_text
from dreamstream.display.transition import Transition
from dreamstream.effects import PALETTES as PALETTE_NAMES
from dreamstream.effects import EffectShelf, ShaderFile, strip, strobe_rate
from dreamstream.errors import DisplayError, ShaderError, reason
from dreamstream.isf import Role
from dreamstream.knobs import Link
from dreamstream.params import FORMER, TABLE, Params, newest_params
from dreamstream.places import own_folder
from dreamstream.size import Size
from dreamstream.tell import Tell

_LONGEST = 0.25  # seconds from the screen frame before, for the effects: trails shall not jump after a pause


class Target:
    """A texture that is drawn into."""

    def __init__(self, gl: moderngl.Context, size: Size) -> None:
        self.texture = gl.texture(size, 4)
        self.texture.repeat_x = self.texture.repeat_y = False
        self.buffer = gl.framebuffer([self.texture])
        self.buffer.clear()


class EffectPasses:
    """Holds the compiled effects and their textures; draws in the context that is current."""

    def __init__(self, gl: moderngl.Context, shelf: EffectShelf, tell: Tell) -> None:
        self._gl, self._shelf, self._tell = gl, shelf, tell
        self._compiled: dict[str, Shader | IsfEffect] = {}
        self._mixing = cache(self._isf_mixing)
        self._tried: dict[str, ShaderFile] = {}
        self._targets: list[Target] = []
        self._trails: dict[tuple[int, str], list[Target]] = {}
        self._size = Size(0, 0)
        self._last = 0.0
        palettes = strip()
        self._palettes = gl.texture(Size.of(palettes), 3, palettes, alignment=1)
        self._palettes.repeat_x = self._palettes.repeat_y = False

    def usable(self, picture: Picture, crossing: bool = False) -> list[Link]:
        """Return the links whose shaders compile; looks for files that changed, and compiles what is new.

        What nobody has asked for yet is compiled, too, one in each screen frame, so that it is ready by then;
        all but what is of the Interactive Shader Format. A transition forgets all unless it is `crossing`.
        """
        self._shelf.watch(picture.seconds)
        links, transition = picture.links, picture.params.transition
        requested = {link.name for link in links} | {transition}
        files = self._shelf.files
        stale = [name for name, file in files.items() if self._tried.get(name) != file]
        early = [name for name in stale if not files[name].is_isf]
        for name in [name for name in stale if name in requested] or early[:1]:
            self._compile(name, files[name])
        self._forget_but(requested if crossing else requested - {transition})
        return [link for link in links if link.name in self._compiled]

    def target(self, size: Size) -> moderngl.Framebuffer:
        """Return where to draw the moment before the effects are run."""
        if size != self._size:
            self._size = size
            self._targets, self._trails = self._two_targets(), {}
        return self._targets[0].buffer

    def run(
        self, links: Sequence[Link], picture: Picture, transition: Transition | None = None
    ) -> moderngl.Texture:
        """Draw the effects in order over what was drawn into the target, and return the last texture.

        Behind them is the transition, where one is under way and its file is good.
        """
        values = self._values(picture)
        source, spare = self._targets
        trails = {}
        for number, link in enumerate(links):
            effect, key, target = self._compiled[link.name], (number, link.name), spare
            try:
                shader = effect.prepared(source.texture, picture) if isinstance(effect, IsfEffect) else effect
            except ShaderError as error:
                self._tell(f"effect {link.name}: {error}", f"effect {link.name}")
                continue
            if shader is effect and "before" in shader.takes:
                before, target = self._trails.pop(key, None) or self._two_targets()
                trails[key] = [target, before]
                before.texture.use(BEFORE)
            source.texture.use(PICTURE)
            target.buffer.use()
            shader.draw({**values, "strength": link.scale})
            if target is spare:
                spare = next(other for other in self._targets if other is not target)
            source = target
        self._trails = trails
        return source.texture if transition is None else self._crossed(transition, picture, source, spare)

    def _crossed(
        self, transition: Transition, picture: Picture, source: Target, spare: Target
    ) -> moderngl.Texture:
        """Draw a picture with what was there before a transition, by its file."""
        name = picture.params.transition
        effect = self._compiled.get(name)
        if not isinstance(effect, IsfEffect):
            return source.texture
        values = {"progress": transition.progress(picture.seconds)}
        try:
            shader = effect.prepared(source.texture, picture, {"startImage": transition.start}, values)
        except ShaderError as error:
            self._tell(f"transition {name}: {error}", f"transition {name}")
            return source.texture
        source.texture.use(PICTURE)
        spare.buffer.use()
        shader.draw({"size": tuple(map(float, self._size)), "strength": 1.0, "into_texture": True})
        return spare.texture

    def _values(self, picture: Picture) -> dict[str, Any]:
        passed, self._last = picture.seconds - self._last, picture.seconds
        self._palettes.use(PALETTES)
        return {
            **param_values(picture.params),
            "size": tuple(map(float, self._size)),
            "into_texture": True,
            "seconds": picture.seconds,
            "since_beat": picture.seconds - (picture.beat or 0.0),
            "passed": min(max(passed, 0.0), _LONGEST),
        }

    def _compile(self, name: str, file: ShaderFile) -> None:
        self._tried[name] = file
        what = self._shelf.called(name)
        try:
            effect = self._opened(name, file)
        except (DisplayError, ShaderError) as error:
            stays = "; what was good before stays" if name in self._compiled else ""
            self._tell(f"{what}: {error}{stays}", what)
            return
        self._tell("", what)
        if name in self._compiled:
            self._tell(f"{what}: read again")
        self._compiled[name] = effect

    def _opened(self, name: str, file: ShaderFile) -> Shader | IsfEffect:
        if file.is_isf:
            head = file.head()
            return IsfEffect(self._gl, name, head, self._mixing(head.role is Role.GENERATOR))
        shader = Shader(self._gl, _fragment(file.path), file.path)
        shader.check(param_values(newest_params()()))
        return shader

    def _isf_mixing(self, over: bool) -> Shader:
        """Return what puts the picture of a file of the Interactive Shader Format over the one before."""
        path = own_folder("shaders") / "isf.frag"
        return Shader(self._gl, _fragment(path, f"#define OVER {str(over).lower()}"), path)

    def _forget_but(self, requested: Collection[str]) -> None:
        """Have the effects that are not asked for forget what they kept."""
        for name, effect in self._compiled.items():
            if isinstance(effect, IsfEffect) and name not in requested:
                effect.forget()

    def _two_targets(self) -> list[Target]:
        return [Target(self._gl, self._size), Target(self._gl, self._size)]


def _fragment(path: Path, defined: str = "") -> str:
    """Return the whole shader of an effect's file; errors in it are counted by the file's own lines."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DisplayError(f"{path}: {reason(error)}") from error
    return f"{shader_text('effect.glsl')}\n{defined}\n#line 1\n{text}\n{shader_text('effect_end.glsl')}"


def param_values(params: Params) -> dict[str, Any]:
    """Return all params that a shader can take, by name; a palette as the number of its row."""
    values = {name: params[name] for name in TABLE}
    values |= {old: values[name] for old, name in FORMER.items()}  # a user's shader may have these
    numbers = {name: value for name, value in values.items() if isinstance(value, bool | int | float)}
    palette = list(PALETTE_NAMES).index(params["palette"])
    return {**numbers, "palette": float(palette), "strobe_rate": strobe_rate(params)}
