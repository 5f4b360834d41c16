"""`dreamstream nets`: what `--net` chooses from; `nets fetch` fetches the weights of one."""

from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.tables import new_table


def _add_arguments(parser: Parser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    parser.set_defaults(action="list")  # after the subparsers, whose own default is None
    help = "list the nets that are known by name (as without an action)"
    actions.add_parser("list", help=help, description=help)
    help = "fetch a net's weights into the cache folder; a fetch that was cut off goes on"
    fetch = actions.add_parser("fetch", help=help, description=help)
    fetch.add_argument("net", metavar="NAME", help="a name that `dreamstream nets` lists")
    fetch.add_argument("--sha256", default="", metavar="HEX", help="the checksum that the file must have")
    fetch.add_argument("--from", dest="url", default="", metavar="URL", help="another address of the file")


def _run(options: Options, console: Console) -> None:
    from dreamstream.nets import catalog

    if options.action == "fetch":
        _fetch(options.net, options.sha256, options.url, console)
        return
    table = new_table("net", "what it is", "licence of its weights", "MB", "here")
    for name, entry in catalog().items():
        size = f"{entry.size / 1e6:.0f}" if entry.size else "?"
        table.add_row(name, entry.title, entry.licence, size, "yes" if entry.is_here() else "no")
    console.print(table)
    console.print("a net that is not here: dreamstream nets fetch NAME (or it says how else to get it)")


def _fetch(name: str, sha256: str, url: str, console: Console) -> None:
    """Fetch a net's weights with a progress bar, and say where they are and whose; raises NetError."""
    from rich import progress

    from dreamstream.nets import catalog, fetch_net

    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
    )
    bar = progress.Progress(*columns, console=console)

    def report(done: int, total: int) -> None:
        if not bar.task_ids:
            bar.start()  # not before there is something to see
            bar.add_task(name, total=None)  # rich's default is 100
        bar.update(bar.task_ids[0], completed=done, total=total or None)

    try:
        fetched = fetch_net(name, report, sha256, url)
    except KeyboardInterrupt:
        console.print("stopped; the same command again goes on from there")
        raise
    finally:
        if bar.task_ids:
            bar.stop()
    entry = catalog()[name]
    if not fetched:
        where = f"here already, and right: {entry.caffemodel}" if entry.download else "here already"
        console.print(f"{name} is {where}")
        return
    console.print(f"{name} is here, and right: {entry.caffemodel} (licence: {entry.licence})")
    console.print(f"dream with it: dreamstream --net {name}")


COMMAND = Command("nets", "list the nets that are known by name, or fetch one", _run, _add_arguments)
