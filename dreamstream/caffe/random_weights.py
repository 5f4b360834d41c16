"""Random weights: a net whose weights are not here can still be run, and takes as long as with them.

structure, a picture's shape -> the shapes of all weights -> numbers of the right spread
"""

import numpy as np

from dreamstream.caffe.geometry import Shape
from dreamstream.caffe.shapes import walk
from dreamstream.caffe.spec import NetSpec


def he_weights(spec: NetSpec, picture: Shape, seed: int = 0) -> NetSpec:
    """Return the net with random weights, scaled so that numbers neither grow nor fade.

    The spread is that of He et al., 2015, 'Delving Deep into Rectifiers'; what is normalised, scaled or
    shifted gets numbers of the size that training gives them.
    """
    rng = np.random.default_rng(seed)
    blobs = {}
    for layer, _, _, weights in walk(spec, picture):
        if layer.type == "BatchNorm":
            values = [rng.normal(0, 0.2, weights[0]), rng.uniform(0.5, 2, weights[1]), np.array([2.5])]
            values += [rng.uniform(0.3, 0.9, w) for w in weights[3:]]
        elif layer.type == "Normalize":
            values = [rng.uniform(8, 20, weights[0])]
        elif layer.type == "BN" and len(weights) == 4:
            values = [rng.uniform(0.3, 0.9, weights[0]), *(rng.normal(0, 0.1, w) for w in weights[1:3])]
            values.append(rng.uniform(0.5, 2, weights[3]))
        elif layer.type in ("Scale", "PReLU", "BN") and weights:
            values = [rng.uniform(0.3, 0.9, weights[0]), *(rng.normal(0, 0.1, w) for w in weights[1:])]
        else:
            spreads = [0.1 if len(w) < 2 else float(np.sqrt(2 / np.prod(w[1:]))) for w in weights]
            values = [rng.normal(0, spread, w) for spread, w in zip(spreads, weights, strict=True)]
        blobs[layer.name] = [np.asarray(v, np.float32) for v in values]
    return spec.with_blobs(blobs)
