"""What became of weights in a recording."""

import numpy as np

from golden_model.recordings.vectors import Vector


def learned(vector: Vector) -> list[bool]:
    """Tell of each array whether its weights have changed in the end."""
    after = (vector.w_in_after, vector.w_rec_after, vector.w_out_after)
    return [not np.array_equal(one[-1], given) for one, given in zip(after, vector.weights, strict=True)]
