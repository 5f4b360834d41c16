"""`dreamstream nets fetch`: the download with its progress bar."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from dreamstream.nets import catalog, fetch_net


def fetch(name: str, sha256: str, url: str, console: Console) -> None:
    """Fetch a net's weights and say where they are and whose; raises NetError."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    progress = Progress(*columns, console=console)

    def report(done: int, total: int) -> None:
        if not progress.task_ids:
            progress.start()  # not before there is something to see
            progress.add_task(name, total=None)  # rich's default is 100
        progress.update(progress.task_ids[0], completed=done, total=total or None)

    try:
        fetched = fetch_net(name, report, sha256, url)
    except KeyboardInterrupt:
        console.print("stopped; the same command again goes on from there")
        raise
    finally:
        if progress.task_ids:
            progress.stop()
    entry = catalog()[name]
    if not fetched:
        where = f"here already, and right: {entry.caffemodel}" if entry.download else "here already"
        console.print(f"{name} is {where}")
        return
    console.print(f"{name} is here, and right: {entry.caffemodel} (licence: {entry.licence})")
    console.print(f"dream with it: dreamstream --net {name}")
