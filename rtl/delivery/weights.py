"""Weights of a training, for a circuit."""

from pathlib import Path

from golden_model.checks import checked
from golden_model.config import SIZES, Config
from golden_model.formats import Formats, Weights
from golden_model.run_folder import ARRAYS, read_weights


def read_for(config: Config, path: Path) -> Weights:
    """Return the weights of a file, w_in, w_rec and w_out.

    Raises
    ------
    ValueError
        If the file is damaged, its arrays do not belong together, or they do not fit the configuration.
    OSError
        If it cannot be read.
    """
    arrays, weight = read_weights(path), Formats(config).weight
    try:
        shapes = _shapes(config, arrays)
        w_in, w_rec, w_out = (checked(*given, weight) for given in zip(ARRAYS, arrays, shapes, strict=True))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return w_in, w_rec, w_out


def _shapes(config: Config, arrays: Weights) -> list[tuple[int, int]]:
    """Return the shapes of arrays of the network that the first and the last one are of."""
    for name, array in zip(ARRAYS, arrays, strict=True):
        if array.ndim != 2:
            raise ValueError(f"{name} has shape {array.shape}, it has to have two axes")
    sizes = *arrays[0].shape, arrays[2].shape[1]
    for name, size in zip(SIZES, sizes, strict=True):
        most = getattr(config, name)
        if not 1 <= size <= most:
            raise ValueError(f"{name} = {size} is outside 1..{most} of the configuration")
    n_in, n_rec, n_out = sizes
    return [(n_in, n_rec), (n_rec, n_rec), (n_rec, n_out)]
