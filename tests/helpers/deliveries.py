"""A small circuit to be delivered, its weights, and what a delivery holds."""

from pathlib import Path

import numpy as np

from golden_model.network.config import Config

SMALL = Config(n_in=8, n_rec=16, n_out=3)
ALIKE = ("--set", "n_in=8", "--set", "n_rec=16", "--set", "n_out=3", "--lanes", "4")


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def save_weights(path: Path, n_in: int = 8, n_rec: int = 16, n_out: int = 3) -> tuple[np.ndarray, ...]:
    """Save weights of a network and return them."""
    generator = np.random.default_rng(0)
    shapes = ((n_in, n_rec), (n_rec, n_rec), (n_rec, n_out))
    arrays = tuple(generator.integers(-128, 128, shape) for shape in shapes)
    np.savez(path, **dict(zip(("w_in", "w_rec", "w_out"), arrays, strict=True)))
    return arrays
