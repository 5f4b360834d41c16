"""What is dreamt, in a few words for the operator."""

from dreamstream.dream.goal import wrapped
from dreamstream.params import Params


def describe(params: Params, count: int | None, guided: bool) -> str:
    """Return what is dreamt beside the plain layer, in a few words; `count` is that of its channels."""
    parts = []
    guided = guided and params.guide_on
    replaced = guided and params.guide_share == 1
    directed = params.direction and params.direction_share > 0
    if params.channels and not replaced and not (directed and params.direction_share == 1):
        of = f" of {count}" if count else ""
        parts.append(f"channel {', '.join(map(str, wrapped(params.channels, count)))}{of}")
    if directed and not replaced:
        parts.append(f"direction {params.direction} × {params.direction_share:g}")
    if params.roam > 0 and not replaced:
        parts.append(f"roam × {params.roam:g}")
    if guided:
        parts.append(f"guide × {params.guide_share:g}{', in place of the layer' if replaced else ''}")
    if params.walk:
        parts.append(f"walk {params.walk}")
    if params.second:
        parts.append(f"+ {params.second} × {params.second_share:g}")
    if params.class_name:
        parts.append(f"class {params.class_name} × {params.class_share:g}")
    return "  ".join(parts)
