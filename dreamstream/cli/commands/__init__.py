"""The commands, each in a module of its own: name -> Command."""

from dreamstream.cli.commands import (
    bench,
    convert,
    displays,
    effects,
    health,
    keys,
    layers,
    live,
    nets,
    params,
    presets,
    render,
    replay,
    score,
    transforms,
)

COMMANDS = {
    module.COMMAND.name: module.COMMAND
    for module in (
        *(live, render, replay, score, convert, bench, health),
        *(params, transforms, layers, nets, effects, presets, keys, displays),
    )
}
"""In the order in which `dreamstream --help` lists them."""
