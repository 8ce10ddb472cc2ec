"""Checks of arrays that users hand over."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from golden_model.formats import Format


def checked(name: str, values: ArrayLike, shape: tuple[int, ...], word_format: Format) -> NDArray[np.int64]:
    """Return an array as int64 if it has the shape and every value fits the format.

    Raises
    ------
    ValueError
        It does not; the message names the array and the offending value.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} holds {array.dtype}, not integers")
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, not {shape}")
    low, high = word_format.low, word_format.high
    outside = array[(array < low) | (array > high)]
    if outside.size:
        raise ValueError(f"{name} = {outside.flat[0]} is outside {low}..{high}")
    return array.astype(np.int64)
