import re
from pathlib import Path

import pytest

from dreamstream.score import records
from dreamstream.score.records import line_of, parse_line

LINES = [
    '{"start": {"format": 1, "seed": 5, "params": {"matrix": [1, 0, 2, 0, 1, 3]}}}',
    '{"frame": 12, "change": {"layer": "b", "matrix": [1, 0, 2, 0, 1, 3]}}',
    '{"frame": 97, "swap": {"net": {"net": "a", "mean": [1.0, 2.0, 3.0]}}}',
    '{"frame": 97, "swap": {"canvas": [96, 64]}}',
    '{"frame": 97, "swap": {"source": "clouds"}}',
    '{"frame": 97, "swap": {"source": "/x/é.png", "checksum": "sha256:0"}}',
    '{"frame": 1, "source": 0, "place": 1}',
    '{"frame": 15, "effort": {"octaves": 1, "iterations": 2, "scale": 0.707}}',
    '{"frame": 90, "effort": null}',
    '{"frame": 91, "threads": 2}',
    '{"frame": 95, "pull": {"L2": 0.30000000000000004}}',
    '{"frame": 96, "map": "block9", "places": 1, "vectors": "fwA="}',
    '{"frame": 12, "shader": "stain", "path": "/x/Stain.fs"}',
    '{"frame": 99, "frozen": 2.5}',
    '{"frame": 99, "failed": "empty gradient"}',
    '{"frame": 600, "novelty": {"new5": 0.41, "new30": 0.5, "alive": 1.0, "past": 610.0}}',
    '{"frame": 12, "at": 5.01, "screen": {"gamma": [0, 1.5], "palette": [9, "fire"]}, "shown": [0, 9.5]}',
    '{"frame": 100, "time": 5.01}',
    '{"end": 120, "time": 6.2}',
    '{"recording": "x.mp4", "first": 1, "last": 90}',
    '{"snapshot": 90}',
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_read_and_written_as_it_was(line: str) -> None:
    assert line_of(parse_line(line)) == line + "\n"


def test_all_kinds_of_records_are_above_and_in_the_documentation() -> None:
    assert {type(parse_line(line)) for line in LINES} == set(records.KINDS.values())
    documented = Path("docs/score.md").read_text(encoding="utf-8")
    for line in LINES:
        (key,) = re.findall(r'^\{(?:"frame": \d+, )?(?:"at": [\d.]+, )?"(\w+)"', line)
        assert re.search(rf'^\| `\{{("frame": n, )?("at": t, )?"{key}"', documented, re.MULTILINE), key


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"frame": 3, "threads": "two"}', "threads should be a valid integer, not 'two'"),
        ('{"frame": true, "time": 1}', "frame should be a valid integer, not True"),
        ('{"time": 3}', "frame is missing"),
        ('{"frame": 3, "time": NaN}', "time should be a finite number, not nan"),
        ('{"frame": 3, "failed": 4}', "failed should be an instance of str, not 4"),
        (
            '{"frame": 3, "effort": {"octaves": 1, "iterations": 1, "scale": 2}}',
            "effort.scale should be less than or equal to 1, not 2",
        ),
        (
            '{"frame": 3, "effort": {"octaves": 1, "iterations": 1, "scale": 1.0, "tiles": 9}}',
            "effort.tiles should be less than or equal to 8, not 9",
        ),
        ('{"frame": 3, "swap": {}}', "swap should be a net, a net in turn, a canvas or a source, not {}"),
        (
            '{"frame": 3, "swap": {"canvas": [0, 4]}}',
            "swap.canvas.0 should be greater than or equal to 1, not 0",
        ),
        ('{"frame": 3, "colour": "red"}', "unknown: colour; a newer dreamstream may have written it"),
        ("[3]", "not a record"),
        ('{"frame": 3, ', "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse_line(line)


def test_names_that_are_no_text_are_read() -> None:
    assert parse_line(r'{"frame": 1, "failed": "caf\udce9"}') == records.Failed(1, "caf\udce9")
