"""A network in real numbers: weights as jumps of a potential, time constants, thresholds, a time step."""

import io
import json
import os
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from golden_model.files.files import read_archive, single, write_atomically
from golden_model.files.reading import naming, parse_object
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers

FloatArray = NDArray[np.float64]
RESETS = ("subtract", "zero")  # by the value of the register rst_mode
WEIGHTS = ("w_in", "w_rec", "w_out")
_FIELDS = (*WEIGHTS, "tau_membrane", "threshold", "tau_readout", "dt", "reset")
_OPTIONAL = ("spikes_above", "origin")


@dataclass(frozen=True)
class Origin:
    """The fixed-point network that a float network was made from: all that real numbers do not say."""

    config: Config
    parameters: Parameters

    def to_json(self) -> str:
        """Return the origin as text."""
        content = {
            "config": self.config.model_dump(),
            "registers": self.parameters.registers.to_dict(),
            "alpha": self.parameters.alpha.tolist(),
            "threshold": self.parameters.threshold.tolist(),
        }
        return json.dumps(content)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the text of an origin; ValueError if it is damaged or a value is out of range."""
        try:
            content = parse_object(text)
            values = {name: content[name] for name in ("registers", "config")}
            alpha, threshold = content["alpha"], content["threshold"]
            if not all(isinstance(value, dict) for value in values.values()):
                raise ValueError
        except (KeyError, ValueError):
            raise ValueError("the description of the network's origin is damaged") from None
        parameters = Parameters(Registers(**values["registers"]), alpha, threshold)
        return cls(Config(**values["config"]), parameters)


@dataclass(frozen=True, eq=False)
class FloatNetwork:
    """Recurrent leaky integrate-and-fire neurons and leaky readouts, in real numbers; checked.

    In a tick of dt the potential of a neuron becomes leak * u - threshold * spike (reset by subtraction), and
    every event and spike that arrives adds its weight. The neuron spikes in the next tick if then
    u >= threshold, or u > threshold where it spikes above it. A readout does the same without spiking. The
    leak is exp(-dt / tau).

    Parameters
    ----------
    w_in, w_rec, w_out : float array [n_in, n_rec], [n_rec, n_rec], [n_rec, n_out]
        What an event adds to a potential, in the unit of the potential.
    tau_membrane : float or float array [n_rec]
        Time constants in ms. Infinite: no leak; negative: a leak above 1.
    threshold : float or float array [n_rec]
        In the unit of the potential.
    tau_readout : float
        Time constant of all readouts, in ms; 0: they forget at once.
    dt : float
        Duration of a tick in ms, above 0.
    reset : {"subtract", "zero"}
        What a spike does to the potential.
    spikes_above : bool
        A potential that equals the threshold does not spike yet, as in NIR.
    origin : Origin, optional
        The fixed-point network it was made from.

    Raises
    ------
    ValueError
        If shapes do not fit each other, or a number is not real, not finite or out of range.
    """

    w_in: FloatArray
    w_rec: FloatArray
    w_out: FloatArray
    tau_membrane: FloatArray
    threshold: FloatArray
    tau_readout: float
    dt: float
    reset: str
    spikes_above: bool = False
    origin: Origin | None = None

    def __post_init__(self) -> None:
        for name in WEIGHTS:
            self._set(name, _numbers(name, getattr(self, name), dimensions=2))
        (n_in, n_rec), n_out = self.w_in.shape, self.w_out.shape[1]
        for name, shape in zip(WEIGHTS, ((n_in, n_rec), (n_rec, n_rec), (n_rec, n_out)), strict=True):
            if getattr(self, name).shape != shape or not getattr(self, name).size:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, which does not fit w_in")
        self._set("tau_membrane", _per_neuron("tau_membrane", self.tau_membrane, n_rec, infinite=True))
        self._set("threshold", _per_neuron("threshold", self.threshold, n_rec))
        self._set("tau_readout", _number("tau_readout", self.tau_readout, infinite=True))
        self._set("dt", checked_dt(self.dt))
        if self.reset not in RESETS:
            raise ValueError(f"reset = {self.reset!r} is not one of {', '.join(RESETS)}")
        if not isinstance(self.spikes_above, bool | np.bool_):
            raise ValueError(f"spikes_above = {self.spikes_above!r} is not a truth value")

    def __repr__(self) -> str:
        n_in, n_rec, n_out = self.sizes
        return f"<FloatNetwork: {n_in} inputs, {n_rec} neurons, {n_out} readouts, dt {self.dt:g} ms>"

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Input lines, recurrent neurons, readouts."""
        return *self.w_in.shape, self.w_out.shape[1]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write an .npz archive, whole or not at all; OSError if it cannot be written."""
        arrays = {name: np.asarray(getattr(self, name)) for name in _FIELDS}
        if self.spikes_above:
            arrays["spikes_above"] = np.asarray(True)
        if self.origin is not None:
            arrays["origin"] = np.asarray(self.origin.to_json())
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        write_atomically(path, buffer.getvalue())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read an .npz archive.

        Raises
        ------
        ValueError
            If the file is damaged, lacks a field or has another one, or a value is out of range.
        OSError
            If it cannot be read.
        """
        arrays: dict[str, Any] = read_archive(path)
        for name in (*_FIELDS, *arrays):
            if name not in arrays or name not in (*_FIELDS, *_OPTIONAL):
                state = "missing" if name not in arrays else "not a field of a float network"
                raise ValueError(f"{path}: {name} is {state}")
        with naming(path):
            origin = Origin.from_json(str(single(arrays, "origin"))) if "origin" in arrays else None
            if "spikes_above" in arrays:
                arrays["spikes_above"] = single(arrays, "spikes_above")
            return cls(**{**arrays, "reset": str(single(arrays, "reset")), "origin": origin})

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


def leak_of(tau: Any, dt: Any) -> Any:
    """Return the leak exp(-dt / tau) per tick, 0 for a time constant of 0."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return np.where(np.equal(tau, 0), 0.0, np.exp(-dt / np.asarray(tau, dtype=np.float64)))


def time_constant(leak: Any, dt: float) -> Any:
    """Return the time constant -dt / ln(leak): 0 for a leak of 0, infinite for 1, negative above."""
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(np.equal(leak, 1), np.inf, -dt / np.log(leak))


def checked_dt(dt: Any) -> float:
    """Return the duration of a tick in ms; ValueError if it is not a finite number above 0."""
    duration = _number("dt", dt)
    if duration <= 0:
        raise ValueError(f"dt = {duration:g} is not above 0 ms")
    return duration


def real_numbers(name: str, values: Any) -> FloatArray:
    """Return a copy in double precision; ValueError if it is complex, text, truth values or irregular."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is not an array of numbers of one regular shape") from None
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} is not {'an array of real numbers' if array.ndim else 'a real number'}")
    with np.errstate(over="ignore"):
        return np.array(array, dtype=np.float64, order="C")


def _numbers(name: str, values: Any, dimensions: int, infinite: bool = False) -> FloatArray:
    """Return values as a read-only array of numbers, finite ones unless positive infinity is welcome."""
    array = real_numbers(name, values)
    if array.ndim != dimensions:
        raise ValueError(f"{name} has shape {array.shape}, not {dimensions} dimensions")
    wrong = array[~np.isfinite(array) & ~((array == np.inf) & infinite)]
    if wrong.size:
        raise ValueError(f"{name} = {wrong[0]} is not a finite number")
    array.flags.writeable = False
    return array


def _number(name: str, value: Any, infinite: bool = False) -> float:
    return float(_numbers(name, value, 0, infinite))


def _per_neuron(name: str, values: Any, n_rec: int, infinite: bool = False) -> FloatArray:
    scalar = real_numbers(name, values).ndim == 0
    array = _numbers(name, values, 0 if scalar else 1, infinite)
    if not scalar and array.shape != (n_rec,):
        raise ValueError(f"{name} has shape {array.shape}, legal is one value or ({n_rec},), one per neuron")
    return np.broadcast_to(array, (n_rec,))
