"""A trial: one gradient of a net, before a show goes over to it."""

import numpy as np

from dreamstream.errors import NetError
from dreamstream.nets import Image, Network, Objective


def try_gradient(network: Network, objective: Objective, picture: Image) -> None:
    """Raise NetError where a net gives no gradient that could be climbed at a picture (H×W×3, 0..255)."""
    gradient, _ = network.input_gradient(picture, objective)
    if not (np.isfinite(gradient).all() and gradient.any()):
        raise NetError(f"its gradient at {', '.join(objective.layers)} is empty or not finite")
