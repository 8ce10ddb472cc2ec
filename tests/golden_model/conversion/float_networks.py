"""Float networks for tests."""

from typing import Any

import numpy as np

from golden_model.conversion.float_network import FloatNetwork

SIZES = (5, 6, 3)


def a_network(seed: int = 0, **changes: Any) -> FloatNetwork:
    """Return a network of five lines, six neurons and three readouts, with some fields changed."""
    rng, (n_in, n_rec, n_out) = np.random.default_rng(seed), SIZES
    fields: dict[str, Any] = {
        "w_in": rng.normal(0, 0.3, (n_in, n_rec)),
        "w_rec": rng.normal(0, 0.1, (n_rec, n_rec)),
        "w_out": rng.normal(0, 0.5, (n_rec, n_out)),
        "tau_membrane": 20.0,
        "threshold": 1.0,
        "tau_readout": 16.0,
        "dt": 1.0,
        "reset": "subtract",
    }
    return FloatNetwork(**fields | changes)
