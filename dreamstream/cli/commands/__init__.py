"""The commands: name -> Command."""

from dreamstream.cli.commands import (
    bench,
    convert,
    effects,
    formats,
    health,
    lists,
    live,
    map,
    nets,
    outputs,
    project,
    render,
    replay,
    signals,
)

COMMANDS = {
    command.name: command
    for command in (
        *(live.COMMAND, render.COMMAND, replay.COMMAND, lists.SCORE, convert.COMMAND, formats.COMMAND),
        project.COMMAND,
        *(bench.COMMAND, health.COMMAND),
        *(
            lists.PARAMS,
            lists.TRANSFORMS,
            lists.LAYERS,
            map.COMMAND,
            nets.COMMAND,
            effects.COMMAND,
            lists.PRESETS,
        ),
        *(lists.KEYS, lists.ROUTES, signals.COMMAND, lists.PORTS, lists.SOUNDS),
        *(lists.DISPLAYS, outputs.COMMAND),
    )
}
"""In the order in which `dreamstream --help` lists them."""
