"""Weights of a training, for a circuit."""

from pathlib import Path

from golden_model.network.checks import checked
from golden_model.network.config import SIZES, Config
from golden_model.network.formats import Weights
from golden_model.network.parameters import Parameters
from golden_model.training.run_folder import ARRAYS, read_weights


def read_for(config: Config, parameters: Parameters | None, path: Path) -> Weights:
    """Return the weights of a file, w_in, w_rec and w_out.

    Parameters
    ----------
    config : Config
        Of the circuit.
    parameters : Parameters or None
        Of the network, if it is known.
    path : Path

    Raises
    ------
    ValueError
        If the file is damaged, its arrays do not belong together, or they do not fit the configuration
        or are not of the network's sizes.
    OSError
        If it cannot be read.
    """
    arrays, weight = read_weights(path), config.formats.weight
    try:
        shapes = _shapes(_ranges(config, parameters), arrays)
        w_in, w_rec, w_out = (checked(*given, weight) for given in zip(ARRAYS, arrays, shapes, strict=True))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return w_in, w_rec, w_out


def _ranges(config: Config, parameters: Parameters | None) -> dict[str, tuple[int, int]]:
    """Return the least and the greatest of each size: those of the network, or all that fit."""
    if parameters is None:
        return {name: (1, getattr(config, name)) for name in SIZES}
    return {name: (getattr(parameters, name),) * 2 for name in SIZES}


def _shapes(ranges: dict[str, tuple[int, int]], arrays: Weights) -> list[tuple[int, int]]:
    """Return the shapes of arrays of the network that the first and the last one are of."""
    for name, array in zip(ARRAYS, arrays, strict=True):
        if array.ndim != 2:
            raise ValueError(f"{name} has shape {array.shape}, it has to have two axes")
    sizes = *arrays[0].shape, arrays[2].shape[1]
    for name, size in zip(SIZES, sizes, strict=True):
        least, most = ranges[name]
        if not least <= size <= most:
            raise ValueError(f"{name} = {size} is outside {least}..{most}")
    n_in, n_rec, n_out = sizes
    return [(n_in, n_rec), (n_rec, n_rec), (n_rec, n_out)]
