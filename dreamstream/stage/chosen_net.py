"""The chosen net: the net that a show plays with, and what its params may be there.

    NetChoice (names and numbers) -> files -> ChosenNet: entry, layers, classes -> what the store may hold

Nothing heavy is loaded: that is for who opens the network.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from dreamstream.caffe import channel_counts, reached
from dreamstream.errors import NetError
from dreamstream.nets import USUAL, Classes, NetEntry, find_net, worth_dreaming
from dreamstream.params import TABLE, Params
from dreamstream.params.presets import OF_A_NET, NetLayers
from dreamstream.params.second import mixed_layers, mixed_text
from dreamstream.params.walk import checked_walk
from dreamstream.size import Size
from dreamstream.stage.settings import NetChoice


class ChosenNet:
    """A net that can be played with: its entry, its classes, and the layers that presets go by.

    `entry` is the net, where it is not the one that the choice names; `sizes` are those of the octaves, the
    largest first. NetError says what is wrong with the files or the numbers.
    """

    def __init__(
        self, choice: NetChoice, entry: NetEntry | None = None, sizes: Sequence[Size] = USUAL
    ) -> None:
        self.choice = choice
        entry = entry or find_net(choice.net, choice.weights, sizes=sizes)
        preprocessing = entry.preprocessing.changed(choice.mean, choice.scale, choice.channel_order)
        self.entry = replace(entry, preprocessing=preprocessing, classes=choice.classes or entry.classes)
        structure = self.entry.structure()
        self.classes = Classes(structure, self.entry.class_names())
        names = structure.names()
        self.layers = NetLayers(
            self.entry.name, names, list(self.entry.highlights) or worth_dreaming(structure)
        )

    def layer_called(self, name: str) -> str:
        """Return the layer of a name, its own or that of a blob that it writes; else the name as it is."""
        structure = self.entry.structure()
        try:
            return structure.leading_to(name)
        except NetError:
            return name

    @cached_property
    def channel_counts(self) -> dict[str, int]:
        """How many channels each layer has, as far as that follows from the net without its weights."""
        return channel_counts(self.entry.structure())

    @property
    def choices(self) -> dict[str, Sequence[str]]:
        """What the names in params may be, as the store takes it."""
        return {"layer": self.layers.layers}

    @property
    def rounds(self) -> dict[str, Sequence[str]]:
        """What names go round live, as the store takes it."""
        worth = list(self.entry.highlights) or reached(self.entry.structure())
        seconds = ["", *(name for name in worth if "," not in name)]  # commas part the layers there
        classes = [self.classes.find(name) for name in self.entry.class_highlights()] or self.classes.labels
        return {"layer": worth, "second": seconds, "class_name": ["", *classes]}

    @property
    def checks(self) -> dict[str, Callable[[Any], Any]]:
        """What checks a requested value and returns the one to be stored, as the store takes it."""
        layers = self.layers.layers
        return {
            "second": lambda text: mixed_text(mixed_layers(text, layers)),
            "walk": lambda text: checked_walk(text, layers),
            "class_name": self.classes.find,
        }

    def carried(self, params: Params, before: "ChosenNet") -> dict[str, Any]:
        """Return what this net takes over of the params of the net before.

        The layer is that at the same depth, of those worth a dream; a class that is here, too, stays;
        what else means nothing here is as at first.
        """
        if before is self:
            return {name: getattr(params, name) for name in OF_A_NET}
        values: dict[str, Any] = {name: TABLE[name].default for name in OF_A_NET}
        same = self.layers.layers == before.layers.layers
        if same:  # the same structure with other weights
            values |= {name: getattr(params, name) for name in OF_A_NET if name != "class_name"}
        elif params.layer in before.layers.layers:
            values["layer"] = self.layers.at(before.layers.depth(params.layer))
        else:
            values["layer"] = self.entry.layer
        if params.class_name in self.classes.labels:
            values["class_name"] = params.class_name
        return values

    def record(self) -> dict[str, Any]:
        """Return the choice as a score keeps it: what was left to the net itself is said, too."""
        own = self.entry.preprocessing
        return {
            **self.choice.model_dump(mode="json"),
            "mean": list(own.mean),
            "scale": own.scale,
            "channel_order": own.order,
        }
