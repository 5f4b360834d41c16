"""`dreamstream formats` and `--codec` know what can be written, all of it."""

import pytest
from rich.console import Console

from dreamstream.cli.commands import COMMANDS
from dreamstream.cli.output import CODECS
from dreamstream.cli.parser import parse
from dreamstream.errors import UsageError
from dreamstream.record import CONTAINERS, PURPOSES
from dreamstream.record.pictures import PICTURES


def test_the_flag_and_the_list_name_the_codecs_of_all_files() -> None:
    written = {codec for container in CONTAINERS.values() for codec in container.codecs} | PICTURES.keys()
    assert set(CODECS) == written == PURPOSES.keys()


def test_the_list_has_each_codec_with_its_files() -> None:
    console = Console(width=160)
    with console.capture() as capture:
        COMMANDS["formats"].run(parse(["formats"]), console)
    lines = {line.split()[0]: line for line in capture.get().splitlines() if line.strip()}
    assert lines.keys() >= PURPOSES.keys()
    assert " .mov .mkv " in lines["prores"]
    assert " yes " in lines["prores4444"]
    assert " yes " not in lines["dxv"]


def test_an_alpha_that_is_none_is_one_line() -> None:
    for words in ("lume", "key:green"):
        with pytest.raises(
            UsageError, match=f"--alpha: '{words}' makes no alpha; luma, change or key:#00ff00"
        ):
            parse(["render", "clouds", "-o", "x.mov", "--alpha", words])
