"""`dreamstream render`: a dream into a file, every frame kept."""

from typing import TYPE_CHECKING

from dreamstream.cli import values
from dreamstream.cli.command import Command, Console, Options, Parser
from dreamstream.cli.flags import add_dream, add_params, add_routes, settings_of_flags
from dreamstream.cli.output import add_output, output_of

if TYPE_CHECKING:
    from dreamstream.controls import Route


def _add_arguments(parser: Parser) -> None:
    help = "a picture, a film, a folder of pictures, noise or clouds"
    parser.add_argument("sources", nargs=1, metavar="SOURCE", help=help)
    output = add_output(
        parser, "frames a second (default: 25; GIF: one each 70 ms, as in the article)", tempo=False
    )
    help = "frames (default: as long as the --sound, else 100)"
    output.add_argument("--frames", type=values.count, metavar="N", help=help)
    music = parser.add_argument_group("music")
    help = "a track that routes follow, and the film has (docs/sound.md)"
    music.add_argument("--sound", type=values.path, metavar="FILE", help=help)
    add_routes(music, "with --sound: your routes.toml")
    add_dream(parser, precision="fp32")
    add_params(parser, live=False)


def _run(options: Options, console: Console) -> None:
    from dreamstream.controls import action_table, read_routes
    from dreamstream.controls.routes import besides
    from dreamstream.offline.render import render
    from dreamstream.sound import Track
    from dreamstream.sound.routes import with_sound
    from dreamstream.stage import Stage

    track = Track(options.sound) if options.sound else None
    stage = Stage(settings_of_flags(options), render=True)
    routes: list[Route] = []
    actions = action_table(stage.transforms, stage.effects.names)
    if track or options.routes_file:  # without either it is as it was before there were routes
        routes, problems = read_routes(options.routes_file, actions)
        for problem in problems:
            console.print(problem)
    of_preset = [stage.route_of(record) for record in stage.preset.route]
    routes += besides(of_preset, routes)
    if track:
        routes += [route for route in with_sound(routes, actions) if route not in routes and route.dreamt]
    render(stage, options.frames, output_of(options), console, routes, track)


COMMAND = Command("render", "dream into a file, every frame kept", _run, _add_arguments)
