"""GLSL 3.30 around a shader of the format: about twenty lines of defines, and a declaration for each name.

Head -> vertex and fragment shader -> compiled; errors are counted by the player's own lines
"""

import re

import moderngl

from dreamstream.errors import ShaderError, reason
from dreamstream.isf.head import Head

_ERROR = re.compile(r"\b0[:(](\d+)\)?(?:\(\d+\))?[^\n]*?error[^:\n]*:\s*(.+)")
"""How drivers report one: `0:12(3): error: ...` (Mesa), `0(12) : error C1008: ...` (NVIDIA), `0:12: ...`."""

_VERSION = re.compile(r"^[ \t]*#version[^\n]*", re.MULTILINE)

_BOTH = """#version 330 core
#define texture2D isf_texture
#define texture2DRect isf_texture
#define texture2DLod textureLod
#define IMG_SIZE(image) vec2(textureSize(image, 0))
#define IMG_NORM_PIXEL(image, at) isf_texture(image, at)
#define IMG_PIXEL(image, at) isf_texture(image, (at) / IMG_SIZE(image))
#define IMG_THIS_NORM_PIXEL(image) isf_texture(image, isf_FragNormCoord)
#define IMG_THIS_PIXEL(image) isf_texture(image, isf_FragNormCoord)
#define vv_FragNormCoord isf_FragNormCoord
#define vv_vertShaderInit isf_vertShaderInit
uniform int PASSINDEX;
uniform int FRAMEINDEX;
uniform vec2 RENDERSIZE;
uniform float TIME;
uniform float TIMEDELTA;
uniform vec4 DATE;
vec4 isf_texture(sampler2D image, vec2 at) { return texture(image, at); }
"""
_FRAGMENT = """#define varying in
#define gl_FragColor isf_FragColor
out vec4 isf_FragColor;
in vec2 isf_FragNormCoord;
vec4 isf_texture(sampler2D image, vec2 at, float bias) { return texture(image, at, bias); }
"""
_VERTEX = """#define varying out
out vec2 isf_FragNormCoord;
void isf_vertShaderInit() {
    isf_FragNormCoord = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    gl_Position = vec4(isf_FragNormCoord * 2.0 - 1.0, 0.0, 1.0);
}
"""
_PLAIN = "void main() { isf_vertShaderInit(); }"


def compiled(gl: moderngl.Context, head: Head) -> moderngl.Program:
    """Compile a file, and its vertex shader; ShaderError names the one that is wrong, its line, and why."""
    try:
        return gl.program(*sources_of(head))
    except moderngl.Error as error:
        of_vertices = str(error).splitlines()[2:3] == ["vertex_shader"]
        path = head.path.with_suffix(".vs") if of_vertices else head.path
        raise ShaderError(f"{path}: {first_error(error)}") from error


def sources_of(head: Head) -> tuple[str, str]:
    """Return the whole vertex and fragment shader; ShaderError where the file beside it cannot be read."""
    vertex = head.path.with_suffix(".vs")
    try:
        text = vertex.read_text(encoding="utf-8", errors="replace") if vertex.is_file() else _PLAIN
    except OSError as error:
        raise ShaderError(f"{vertex}: {reason(error)}") from error
    names = {each.name: each.kind.glsl for each in head.inputs}
    names |= dict.fromkeys([*head.targets, *(name for name, _ in head.imported)], "sampler2D")
    declared = "".join(f"uniform {kind} {name};\n" for name, kind in names.items())
    for name in (name for name, kind in names.items() if kind == "sampler2D"):  # what version 1 knew
        declared += f"#define _{name}_imgSize IMG_SIZE({name})\n"
        declared += f"#define _{name}_imgRect vec4(0.0, 0.0, 1.0, 1.0)\n"
    return _whole(declared + _VERTEX, text), _whole(declared + _FRAGMENT, head.text)


def first_error(error: Exception) -> str:
    """Return the first error of a driver's list, with its line, as one line."""
    found = _ERROR.search(str(error))
    return f"line {found[1]}: {found[2].strip()}" if found else " ".join(str(error).split())


def _whole(declared: str, text: str) -> str:
    # a version of the player's own would be a second one, and is ours; its line is kept for the count
    return f"{_BOTH}{declared}#line 1\n{_VERSION.sub('', text.lstrip(chr(0xFEFF)))}\n"
