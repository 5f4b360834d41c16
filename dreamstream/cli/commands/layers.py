"""`dreamstream layers`: what `--layer` chooses from."""

from dreamstream.cli.command import Command, Console, Options, Parser


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("net", nargs="?", metavar="NET", help="(default: the net of a show without --net)")


def _run(options: Options, console: Console) -> None:
    from dreamstream.caffe import RULES, channel_counts
    from dreamstream.cli.tables import new_table
    from dreamstream.nets import DEFAULT_NET, Classes, find_net

    entry = find_net(options.net or DEFAULT_NET, structure_only=True)
    structure = entry.structure()
    classes, counts = Classes(structure, entry.class_names()), channel_counts(structure)
    table = new_table("layer", "type", "channels", "what it shows")
    for layer in structure.layers:
        shows = entry.highlights.get(layer.name, "")
        start = "where it begins" if layer.name == entry.layer else ""
        notes = [shows, start, "the classes" if layer.name == classes.layer else ""]
        table.add_row(
            layer.name,
            layer.type + ("" if layer.type in RULES else " (not supported)"),
            str(counts.get(layer.name, "")),
            "; ".join(filter(None, notes)),
            style="bold" if shows else "",
        )
    console.print(table)


COMMAND = Command("layers", "list a net's layers, and what those worth a dream show", _run, _add_arguments)
