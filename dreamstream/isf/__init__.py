"""ISF, the Interactive Shader Format (isf.video, version 2): shaders that say in JSON what they take.

    file -> Head (inputs, passes, pictures) -> GLSL 3.30 -> Program: pictures and values in, a picture out

Here is what loads quickly; `program` and `offscreen` draw, with OpenGL.
"""

from dreamstream.isf.head import Head, Pass, Role, read_isf
from dreamstream.isf.inputs import Dial, Input, Kind, Value

__all__ = ["Dial", "Head", "Input", "Kind", "Pass", "Role", "Value", "read_isf"]
