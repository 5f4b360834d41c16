"""A net with random weights, as the file that every net is read from.

settings, canvases -> the layers that the dream needs, a picture that shapes their weights -> .caffemodel
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from dreamstream.caffe import NetSpec, cut, he_weights, joining, write_caffemodel
from dreamstream.errors import NetError
from dreamstream.nets import Classes, NetEntry, find_net
from dreamstream.params.second import mixed_layers
from dreamstream.params.walk import walk_layers
from dreamstream.size import Size
from dreamstream.stage import Settings, octaves_of

_CLASSIFIER = 224  # pixels a side that most nets were trained on


def random_entry(settings: Settings, canvases: Sequence[Size], folder: Path) -> NetEntry:
    """Return the settings' net with random weights for these canvases, in a file of the folder.

    Only the layers that the dream needs have weights. A NetError names file, layer and type.
    """
    if settings.net.weights is not None:
        raise NetError(f"--weights {settings.net.weights}: with --random-weights no others are taken")
    octaves = octaves_of(settings.changed(size=min(canvases, key=min)))
    entry = find_net(settings.net.net, structure_only=True, sizes=octaves)
    spec = _shaped(entry.structure(), _needed(settings, entry), octaves)
    path = folder / "random.caffemodel"
    write_caffemodel(spec, path)
    return replace(entry, caffemodel=path, package="", spec=None)


def _needed(settings: Settings, entry: NetEntry) -> list[str]:
    """Return the layers that are dreamt, the main one first."""
    structure, params = entry.structure(), settings.params
    needed = [structure.leading_to(params.get("layer") or entry.layer)]
    needed += [each.layer for each in mixed_layers(params.get("second", ""), structure.names())]
    needed += walk_layers(params.get("walk", ""))
    classes = Classes(structure).layer if params.get("class_name") else ""
    return [*dict.fromkeys([*needed, classes])] if classes else [*dict.fromkeys(needed)]


def _shaped(structure: NetSpec, layers: Sequence[str], octaves: Sequence[Size]) -> NetSpec:
    """Return what these layers need, with random weights.

    An InnerProduct's weights follow from the picture: a square, so that they slide over others, as large as
    most nets were trained with. Where the dream itself goes through one, it begins at the smallest octave.
    """
    own = structure.pruned(layers[:1])
    classifies = any(layer.type == "InnerProduct" for layer in own.layers)
    sides = sorted({min(_CLASSIFIER, *size) for size in octaves}, reverse=not classifies)
    for side in sides:
        with suppress(NetError):
            return _weighed(structure, layers, (side, side))
    return _weighed(structure, layers, octaves[0].shape)


def _weighed(structure: NetSpec, layers: Sequence[str], sides: tuple[int, int]) -> NetSpec:
    """Return what these layers need, with random weights for a picture of these sides."""
    picture = joining(structure, layers, (1, structure.channels, *sides))
    needed, _ = cut(structure, layers, picture, weighed=False)
    return he_weights(needed, picture)
