"""The classes that a net distinguishes: which layer has them, and their names.

structure -> the layer whose outputs are the classes, before any softmax
'1', 'goldfish', 'gold' -> the class's label, '1 goldfish'
"""

import re
from collections.abc import Sequence
from pathlib import Path

from dreamstream.caffe import NetSpec, read_content
from dreamstream.errors import NetError, ParamError, nearest

_MOST_SHOWN = 8
_MOST = 100_000
_SYNSET = re.compile(r"n\d{8}\s+")


def read_class_names(path: Path) -> list[str]:
    """Read a line of names for each class, synonyms separated by commas, as in Caffe's `synset_words.txt`.

    WordNet's numbers in front are left out. NetError names the file.
    """
    try:
        text = read_content(path, 16 << 20, "list of class names").decode("utf-8")
    except UnicodeDecodeError as error:
        raise NetError(f"{path}: not a list of class names: it is no UTF-8 text") from error
    names = [_SYNSET.sub("", line.strip()) for line in text.splitlines()]
    if not any(names):
        raise NetError(f"{path}: no class names in it; a line for each class is needed")
    return names


class Classes:
    """A net's classes. `names` holds a line for each, synonyms separated by commas; none: numbers only.

    `layer` is empty for a net that is no classifier.
    """

    def __init__(self, spec: NetSpec, names: Sequence[str] = ()) -> None:
        self.layer = _class_layer(spec)
        self._names = [[name.strip() for name in line.split(",")] for line in names]
        self._lower = [[name.lower() for name in each] for each in self._names]
        outputs = _outputs(spec, self.layer)
        if names and outputs and len(names) != outputs:
            raise NetError(f"{len(names)} names for the {outputs} classes of layer '{self.layer}'")
        self.count = len(names) or outputs
        """How many there are; None where only running the net tells."""
        if self.count and self.count > _MOST:
            raise NetError(
                f"{spec.origin}: layer '{self.layer}' has {self.count} classes, at most {_MOST} can be: "
                "is the file damaged?"
            )

    @property
    def labels(self) -> list[str]:
        """Every class's label, `1 goldfish`; `1` where it has no name."""
        return [self._label(index) for index in range(self.count or 0)]

    def find(self, text: str) -> str:
        """Return the label of the class that a number, a name or a part of one means; '' for ''.

        A whole name wins over a part of others; ParamError names the candidates where several are left.
        """
        text = " ".join(text.split())
        if not text:
            return ""
        if not self.layer:
            raise ParamError(f"class '{text}': this net is no classifier, it has no classes")
        number, *rest = text.split()
        if number.isdecimal() and (not rest or text == self._label(int(number[:6]))):
            if len(number) > 6 or (self.count and int(number) >= self.count):
                reason = f"there are {self.count}, from 0" if self.count else "it is too large"
                raise ParamError(f"layer '{self.layer}' has no class {number[:12]}; {reason}")
            return self._label(int(number))
        if not self._names:
            raise ParamError(f"class '{text}': this net's classes have no names; a number is needed")
        name = text.lower()
        found = [index for index, names in enumerate(self._lower) if name in names]
        found = found or [i for i, names in enumerate(self._lower) if any(name in each for each in names)]
        if not found:
            hint = nearest(name, [each for names in self._names for each in names])
            raise ParamError(f"no class '{text}'; {hint}")
        if len(found) > 1:
            shown = ", ".join(self._label(index) for index in found[:_MOST_SHOWN])
            more = f" and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
            raise ParamError(f"class '{text}' could be {shown}{more}; give a number or more of the name")
        return self._label(found[0])

    def _label(self, index: int) -> str:
        return f"{index} {self._names[index][0]}" if index < len(self._names) else str(index)


def _class_layer(spec: NetSpec) -> str:
    """Return the layer that feeds the last Softmax, or the last InnerProduct, or ''."""
    softmaxes = [at for at, layer in enumerate(spec.layers) if layer.type.startswith("Softmax")]
    if softmaxes:
        bottoms = set(spec.layers[softmaxes[-1]].bottoms[:1])
        feeding = [layer.name for layer in spec.layers[: softmaxes[-1]] if bottoms & set(layer.tops)]
        if feeding:
            return feeding[-1]
    products = [layer.name for layer in spec.layers if layer.type == "InnerProduct"]
    return products[-1] if products else ""


def _outputs(spec: NetSpec, name: str) -> int | None:
    """Return the outputs of the last layer with weights up to this one: pooling and the like keep them."""
    names = spec.names()
    for layer in reversed(spec.layers[: names.index(name) + 1] if name else ()):
        if layer.type == "InnerProduct":
            return int(layer.message.inner_product_param.num_output)
        if layer.type == "Convolution":
            return int(layer.message.convolution_param.num_output)
    return None
