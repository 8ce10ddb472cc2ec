"""Float networks: checks, files, leaks and time constants."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model import Config
from golden_model.conversion.float_network import FloatNetwork, Origin, leak_of, time_constant
from tests.golden_model.conversion.float_networks import a_network
from tests.helpers.networks import any_parameters

FIELDS = ("w_in", "w_rec", "w_out", "tau_membrane", "threshold", "tau_readout", "dt", "reset")


def same(one: FloatNetwork, other: FloatNetwork) -> bool:
    return one.origin == other.origin and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in FIELDS
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"w_in": np.ones(3)}, "w_in has shape (3,), not 2 dimensions"),
        ({"w_in": [[1.0], [1.0, 2.0]]}, "w_in is not an array of numbers of one regular shape"),
        ({"w_rec": np.ones((6, 5))}, "w_rec has shape (6, 5), which does not fit w_in"),
        ({"w_out": np.ones((5, 3))}, "w_out has shape (5, 3), which does not fit w_in"),
        ({"w_out": np.ones((6, 0))}, "w_out has shape (6, 0), which does not fit w_in"),
        ({"w_rec": np.full((6, 6), np.nan)}, "w_rec = nan is not a finite number"),
        ({"w_in": np.full((5, 6), np.inf)}, "w_in = inf is not a finite number"),
        ({"tau_membrane": [20.0] * 5}, "tau_membrane has shape (5,), legal is one value or (6,), one per"),
        ({"tau_membrane": np.nan}, "tau_membrane = nan is not a finite number"),
        ({"threshold": np.inf}, "threshold = inf is not a finite number"),
        ({"tau_readout": [1.0, 2.0]}, "tau_readout has shape (2,), not 0 dimensions"),
        ({"dt": 0.0}, "dt = 0 is not above 0 ms"),
        ({"dt": "a tick"}, "dt is not a real number"),
        ({"dt": True}, "dt is not a real number"),
        ({"w_in": np.ones((5, 6), complex)}, "w_in is not an array of real numbers"),
        ({"w_rec": np.full((6, 6), "1")}, "w_rec is not an array of real numbers"),
        ({"w_out": np.ones((6, 3), bool)}, "w_out is not an array of real numbers"),
        ({"threshold": [1.0, [2.0]]}, "threshold is not an array of numbers of one regular shape"),
        ({"reset": "none"}, "reset = 'none' is not one of subtract, zero"),
    ],
)
def test_impossible_network_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        a_network(**changes)


def test_one_value_is_that_of_every_neuron() -> None:
    assert a_network(threshold=0.5).threshold.tolist() == [0.5] * 6


@pytest.mark.parametrize("with_origin", [False, True])
def test_file_keeps_everything(tmp_path: Path, with_origin: bool) -> None:
    parameters = any_parameters(np.random.default_rng(3), (5, 6, 3))
    origin = Origin(Config(weight_bits=5), parameters) if with_origin else None
    network = a_network(tau_membrane=[20.0, np.inf, -30.0, 0.1, 5.0, 7.0], origin=origin)
    network.save(tmp_path / "network.npz")
    assert same(FloatNetwork.load(tmp_path / "network.npz"), network)


def test_damaged_files(tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    a_network().save(path)
    with np.load(path) as archive:
        arrays = dict(archive)
    for changed, message in (
        ({"w_rec": None}, "w_rec is missing"),
        ({"w_recurrent": np.ones(1)}, "w_recurrent is not a field of a float network"),
        ({"dt": np.array(-1.0)}, "dt = -1 is not above 0 ms"),
        ({"spikes_above": np.array(2)}, "spikes_above = 2 is not a truth value"),
        ({"origin": np.array("{}")}, "the description of the network's origin is damaged"),
        ({"origin": np.array("[" * 100_000)}, "the description of the network's origin is damaged"),
        ({"origin": np.array("[")}, "the description of the network's origin is damaged"),
    ):
        kept = {name: array for name, array in (arrays | changed).items() if array is not None}
        np.savez(path, **kept)
        with pytest.raises(ValueError, match=f"^{re.escape(f'{path}: {message}')}$"):
            FloatNetwork.load(path)
    path.write_bytes(b"no archive")
    with pytest.raises(ValueError, match="is damaged or not an .npz archive"):
        FloatNetwork.load(path)


@pytest.mark.parametrize(
    ("tau", "leak"), [(0.0, 0.0), (np.inf, 1.0), (1 / np.log(2), 0.5), (-1 / np.log(2), 2.0)]
)
def test_leaks_and_time_constants(tau: float, leak: float) -> None:
    assert leak_of(tau, 1.0) == pytest.approx(leak, rel=1e-15)
    assert time_constant(leak, 1.0) == pytest.approx(tau, rel=1e-15)


def test_every_leak_of_the_registers_comes_back() -> None:
    for low, high, frac in ((0x7000, 0x8FFF, 15), (0, 255, 7)):
        raw = np.arange(low, high + 1)
        leaks = leak_of(time_constant(raw / 2**frac, 0.3), 0.3)
        np.testing.assert_array_equal(np.rint(leaks * 2**frac), raw)
