"""Sizes of passes: the small arithmetic that a file's WIDTH and HEIGHT are written in.

    "floor($WIDTH/2.0)", {"WIDTH": 640} -> 320.0

Python's own parser reads it, and nothing but numbers, names, + - * / % **, and the functions below is done.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping

from dreamstream.size import Size

_LONGEST = 256  # characters
_SIDE, _AREA = 8192, 4096 * 2160
"""Pixels of a buffer: more are not drawn, whatever a file asks for."""

_TWO: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: math.pow,
}
_ONE: dict[type[ast.unaryop], Callable[[float], float]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in ("floor", "ceil", "sqrt", "sin", "cos", "tan", "exp", "pow")},
    "min": min,
    "max": max,
    "abs": abs,
    "round": round,
    "log": math.log10,
    "ln": math.log,
}


class Expression:
    """A text that comes to a number; ValueError says what cannot be read of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > _LONGEST:
            raise ValueError(f"a size of {len(text)} characters; {_LONGEST} at most")
        try:
            self._tree = ast.parse(re.sub(r"\$(?=[A-Za-z_])", "", text).strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise ValueError(f"a size cannot be '{text}'") from error
        _checked(self._tree, text)

    def __call__(self, names: Mapping[str, float]) -> float:
        """Return what it comes to; ValueError where that is no number, or a name is not there."""
        try:
            result = _value(self._tree, names)
        except (ArithmeticError, ValueError, TypeError) as error:
            raise ValueError(f"the size '{self.text}' comes to no number: {error}") from error
        except KeyError as error:
            raise ValueError(f"the size '{self.text}': no input {error}") from error
        if not math.isfinite(result):
            raise ValueError(f"the size '{self.text}' has no end")
        return result


def size_of(
    width: Expression | None, height: Expression | None, whole: Size, names: Mapping[str, float]
) -> Size:
    """Return a buffer's size in whole pixels, at least one, no more than can be drawn. Raises ValueError."""
    known = {**names, "WIDTH": whole.width, "HEIGHT": whole.height}
    sides = [
        side if expression is None else min(max(int(expression(known)), 1), _SIDE)
        for expression, side in ((width, whole.width), (height, whole.height))
    ]
    size = Size(*sides)
    return (
        size
        if size.area <= _AREA
        else Size(*(max(1, int(side * (_AREA / size.area) ** 0.5)) for side in size))
    )


def _checked(node: ast.AST, text: str) -> None:
    """Raise ValueError for what is no arithmetic."""
    match node:
        case ast.Constant(value=int() | float()) | ast.Name():
            return
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _TWO:
            parts = [left, right]
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _ONE:
            parts = [operand]
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as parts, keywords=[]) if (
            name.lower() in _FUNCTIONS
        ):
            pass
        case _:
            raise ValueError(
                f"a size cannot be '{text}': numbers, inputs, + - * / and {', '.join(_FUNCTIONS)}"
            )
    for part in parts:
        _checked(part, text)


def _value(node: ast.AST, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return float(names[name])
        case ast.BinOp(left=left, op=op, right=right):
            return _TWO[type(op)](_value(left, names), _value(right, names))
        case ast.UnaryOp(op=sign, operand=operand):
            return _ONE[type(sign)](_value(operand, names))
        case ast.Call(func=ast.Name(id=name), args=parts):
            return float(_FUNCTIONS[name.lower()](*(_value(part, names) for part in parts)))
    raise TypeError(f"no arithmetic: {ast.dump(node)}")
