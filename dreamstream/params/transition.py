"""Part of the params: how the screen goes from one picture to another."""

from dreamstream.knobs import NONE, Knobs, Round, param


class TransitionKnobs(Knobs):
    """Part of Params: the transition, which is a file of the Interactive Shader Format."""

    transition: str = param(
        NONE,
        "how the screen goes to another source or preset, by its ISF file (none: as it is dreamt)",
        group="screen",
        stepped=Round(),
    )
    transition_time: float = param(
        *(1.0, "how long a transition takes; with a tempo it ends on a beat", 0, 60, 0.25, "s"),
        group="screen",
        clamp=True,
    )
    transitions: int = param(
        0, "counts the transitions that are none to a source", group="wish", low=0, label="transition"
    )
