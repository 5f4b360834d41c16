"""What the guides list is what there is."""

import re
from pathlib import Path

from dreamstream.caffe.rules import RULES
from tests.nets.example_nets import TYPES


def test_caffe_md_lists_every_layer_type_and_each_is_measured() -> None:
    text = (Path(__file__).parent.parent / "docs" / "caffe.md").read_text(encoding="utf-8")
    table = text.split("## Layer types")[1].split("## Whole nets")[0]
    listed = {
        row[1]: row[2].split("; ") for row in re.finditer(r"^\| (\w+) \| (.*?) \|", table, re.MULTILINE)
    }
    listed.pop("layer", None)
    assert set(listed) == set(RULES) == set(TYPES)
    assert listed == {kind: list(settings) for kind, settings in TYPES.items()}
